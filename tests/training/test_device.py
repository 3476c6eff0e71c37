"""A network is trained on the device that was asked for, or not at all."""

import pytest
import torch

from rnncompare.plugins import BadOption
from rnncompare.training import device


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch):
    for name in (*device.NUMBERS, *device.COUNTS):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def usable(monkeypatch):
    """A function that says whether torch can use a GPU."""

    def say(yes: bool):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: yes)

    return say


@pytest.mark.parametrize("there, devices", [(True, ("cuda", "cpu", "cuda")), (False, ("cpu", "cpu"))])
def test_auto_is_the_gpu_where_there_is_one(usable, there, devices):
    usable(there)
    assert tuple(device.choose(name).type for name in ("auto", "cpu", "cuda")[: len(devices)]) == devices


def test_cuda_without_a_gpu_is_refused(usable):
    usable(False)
    with pytest.raises(BadOption, match="found device 'cuda', wanted 'auto' or 'cpu': torch finds no GPU here"):
        device.choose("cuda")


@pytest.mark.parametrize("name, value", [("SLURM_JOB_GPUS", "0"), ("SLURM_GPUS", "1"), ("CUDA_VISIBLE_DEVICES", "2,3")])
def test_a_job_with_a_gpu_does_not_train_on_the_cpu_unless_it_is_asked_to(usable, monkeypatch, name, value):
    usable(False)
    monkeypatch.setenv(name, value)
    with pytest.raises(BadOption, match=f"in a job with a GPU .{name}={value}. that torch .* cannot use"):
        device.choose("auto")
    assert device.choose("cpu").type == "cpu"
    usable(True)
    assert device.choose("auto").type == "cuda"


@pytest.mark.parametrize("name, value", [("SLURM_GPUS_ON_NODE", "0"), ("CUDA_VISIBLE_DEVICES", "-1")])
def test_a_job_without_a_gpu_trains_on_the_cpu(usable, monkeypatch, name, value):
    usable(False)
    monkeypatch.setenv(name, value)
    assert device.choose("auto").type == "cpu"
