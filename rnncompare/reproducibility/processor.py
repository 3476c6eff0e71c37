"""Which instructions compute: the same on every x86-64 processor with AVX2, so that tables are the same bytes there.

Each library has kernels of its own for every kind of processor and picks one when it is loaded, or by the maker's name.
They add in other orders, so that the last bit of a result is the machine's, and a network with a high gain that is
trained for a hundred updates is another network. `pin` asks each for the kernels that every such processor can run.
`docs/robustness.md` says on which it was tried.
"""

import os
import platform
import sys
from pathlib import Path

NEEDED = ("avx2", "fma")  # instructions; every x86-64 processor for servers and desktops has them since 2013 or 2017
PINNED = {
    "OPENBLAS_CORETYPE": "Haswell",  # products of numpy, scipy, scikit-learn and of training
    "ATEN_CPU_CAPABILITY": "avx2",  # torch's elementwise operations, sums and normal numbers
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",  # numpy's elementwise functions, of what is above AVX2
    # Training leaves nothing to these two, which may still compute something of a user's own network.
    "MKL_CBWR": "COMPATIBLE",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
}
PORTABLE = "x86-64 AVX2"  # what results that were computed with them say of it
# One thread a job: threads are part of a result, and jobs are the parallelism.
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
CPUINFO = Path("/proc/cpuinfo")  # of Linux


def pin() -> None:
    """Hold every library to one thread and, on x86-64 with AVX2, to one set of kernels. Call it before numpy's import.

    Raises RuntimeError where numpy is there already, which has then chosen.
    """
    wanted = THREADS | (PINNED if pinnable() else {})
    if "numpy" in sys.modules and any(os.environ.get(name) != value for name, value in wanted.items()):
        raise RuntimeError("processor: found numpy imported, wanted its kernels to be chosen before that")
    os.environ.update(wanted)


def pinnable() -> bool:
    """Whether this processor can run the kernels that are pinned; taken for granted where no file says."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return False
    about = cpuinfo()
    return not about or set(NEEDED) <= set(about.get("flags", "").split())


def cpuinfo() -> dict[str, str]:
    """What Linux says of the first processor, by its own names; nothing elsewhere."""
    try:
        lines = CPUINFO.read_text(encoding="utf-8", errors="replace").split("\n\n")[0].splitlines()
    except OSError:
        return {}
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def kernels(device: str = "cpu") -> str:
    """What the last bits of this process's results depend on: results of the same words, PORTABLE, are the same bytes.

    Elsewhere the processor is named, and the device where it is not the processor: another one may differ.
    """
    if device != "cpu":
        return f"{device}, as its libraries choose"
    return PORTABLE if is_pinned() else f"{name()}, as its libraries choose"


def name() -> str:
    """The processor's own name, as far as the system says."""
    return cpuinfo().get("model name") or platform.processor() or platform.machine()


def described() -> dict[str, str]:
    """What this process computes with, for provenance: processor, machine, system, kernels and BLAS."""
    from threadpoolctl import threadpool_info

    libraries = [library for library in threadpool_info() if library["user_api"] == "blas"]
    blas = sorted(
        {" ".join(str(b.get(k) or "") for k in ("internal_api", "version", "architecture")) for b in libraries}
    )
    return {
        "processor": name(),
        "machine": platform.machine(),
        "system": platform.system(),
        "kernels": kernels(),
        "blas": "; ".join(part.strip() for part in blas),
    }


def is_pinned() -> bool:
    """Whether this process was pinned before its libraries were loaded."""
    return pinnable() and all(os.environ.get(name) == value for name, value in PINNED.items())
