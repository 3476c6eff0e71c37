"""Selection of the same numerical kernels on every x86-64 processor with AVX2, for byte-identical tables.

Each library has kernels for different processors and selects one of them when it is loaded, by instruction set or
vendor. Kernels differ in the order of summation, and therefore in the last bit of a result; after a hundred updates of
training, a network with a high gain then differs visibly. `pin` selects the kernels that every processor with AVX2 can
run. docs/robustness.md lists the processors on which this was tested.

Training leaves no product and no square root to MKL (training/matrix_products.py), which selects kernels by the
manufacturer of the processor: none of its settings tried (default, MKL_CBWR=AVX2, AVX2,STRICT, COMPATIBLE) gave the
same weights on AMD EPYC and emulated Intel Haswell after two updates of 150 units. The square roots that torch
computes of 100,000 single-precision numbers differ as well (on AMD they are not correctly rounded); tanh, sums and
normal numbers are the same.
"""

import os
import platform
import sys
from pathlib import Path

NEEDED = ("avx2", "fma")  # instruction sets of x86-64 processors for servers and desktops since 2013 or 2017
PINNED = {
    "OPENBLAS_CORETYPE": "Haswell",  # matrix products of numpy, scipy, scikit-learn and of training
    "ATEN_CPU_CAPABILITY": "avx2",  # torch's elementwise operations, sums and normal random numbers
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",  # numpy's elementwise functions above AVX2
    # Training does not use these two libraries, but a user's own network may.
    "MKL_CBWR": "COMPATIBLE",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
}
PORTABLE = "x86-64 AVX2"  # recorded with results that were computed with the pinned kernels
# One thread for each job: results depend on the number of threads, and parallelism comes from running several jobs.
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
CPUINFO = Path("/proc/cpuinfo")  # exists on Linux only


def pin() -> None:
    """Limit every library to one thread and, on x86-64 with AVX2, to one set of kernels.

    It must be called before numpy is imported; raises RuntimeError otherwise.
    """
    wanted = THREADS | (PINNED if pinnable() else {})
    if "numpy" in sys.modules and any(os.environ.get(name) != value for name, value in wanted.items()):
        raise RuntimeError("processor: found numpy already imported, wanted its kernels to be selected before")
    os.environ.update(wanted)


def pinnable() -> bool:
    """Whether this processor can run the pinned kernels; assumed to be true on x86-64 without /proc/cpuinfo."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return False
    about = cpuinfo()
    return not about or set(NEEDED) <= set(about.get("flags", "").split())


def cpuinfo() -> dict[str, str]:
    """The fields of /proc/cpuinfo for the first processor; empty on systems other than Linux."""
    try:
        lines = CPUINFO.read_text(encoding="utf-8", errors="replace").split("\n\n")[0].splitlines()
    except OSError:
        return {}
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def kernels(device: str = "cpu") -> str:
    """A description of the kernels that this process computes with.

    It is PORTABLE for the pinned kernels, whose results are byte-identical on all processors with AVX2. Otherwise it
    names the processor or the device, on which the last bits of results may depend.
    """
    if device != "cpu":
        return f"{device}, as its libraries choose"
    return PORTABLE if is_pinned() else f"{name()}, as its libraries choose"


def name() -> str:
    """The name of the processor, as far as the system provides it."""
    return cpuinfo().get("model name") or platform.processor() or platform.machine()


def described() -> dict[str, str]:
    """Processor, machine, system, kernels and BLAS of this process, for the provenance of results."""
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
    """Whether `pin` was called in this process before its libraries were loaded."""
    return pinnable() and all(os.environ.get(name) == value for name, value in PINNED.items())
