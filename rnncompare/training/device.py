"""The device on which a network is trained."""

import os

import torch

from rnncompare.plugins import BadOption

# Variables that give a job its GPUs, by number or count. In jobs without GPU they are not set or have a value in NONE.
NUMBERS = ("SLURM_JOB_GPUS", "SLURM_STEP_GPUS", "CUDA_VISIBLE_DEVICES")
COUNTS = ("SLURM_GPUS", "SLURM_GPUS_ON_NODE")
NONE = ("", "-1", "NoDevFiles")


def choose(name: str) -> torch.device:
    """The device for 'auto' (a GPU if there is one), 'cpu' or 'cuda'.

    Raises BadOption if torch cannot use a GPU that the option asks for or that the job has: the network would otherwise
    be trained on the CPU for hours while the GPU is reserved.
    """
    if name == "cpu":
        return torch.device("cpu")
    if torch.cuda.is_available():
        return torch.device("cuda")
    if name == "cuda":
        raise BadOption("training: found device 'cuda', wanted 'auto' or 'cpu': torch finds no GPU here")
    if given := _given():
        raise BadOption(
            f"training: found device 'auto' in a job with a GPU ({given}) that torch {torch.__version__} cannot use, "
            "wanted a build of torch for this GPU, a job without GPU, or device 'cpu'"
        )
    return torch.device("cpu")


def _given() -> str:
    """The variable of the environment that gives this process a GPU, with its value; '' if there is none."""
    found = {name: os.environ.get(name, "") for name in (*NUMBERS, *COUNTS)}
    if os.environ.get("CUDA_VISIBLE_DEVICES") in NONE:
        return ""  # hidden on purpose
    given = {n: v for n, v in found.items() if v not in NONE and not (n in COUNTS and v == "0")}
    return next((f"{name}={value}" for name, value in given.items()), "")
