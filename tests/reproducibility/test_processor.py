"""The same kernels on every x86-64 processor with AVX2, and therefore byte-identical results."""

import os
import subprocess
import sys

import golden
import pytest
from threadpoolctl import threadpool_info

from rnncompare.reproducibility import processor

NETWORKS = ["network_of_the_reach_study", "gated_network"]
pinned_here = pytest.mark.skipif(
    not processor.pinnable(), reason="byte-identical results are guaranteed only on x86-64 processors with AVX2 and FMA"
)


@pinned_here
@pytest.mark.parametrize("name", golden.RUNS)
def test_the_results_of_a_short_run_have_the_checksum_of_all_processors(name):
    found = golden.hashed(name)
    assert found == golden.GOLDEN[name], (
        f"{name}: found {found} on {processor.described()}, wanted {golden.GOLDEN[name]}: the results differ on this "
        "processor, or with the version of a library"
    )


@pinned_here
@pytest.mark.parametrize("other", ["AVX2", "AVX2,STRICT", "SSE4_2"])
def test_training_does_not_use_mkl_whose_kernels_depend_on_the_vendor_of_the_processor(other):
    """Other kernels of MKL change the last bits of a product, so that a single use would change the weights."""
    code = (
        "from rnncompare.reproducibility import processor; processor.pin()\n"
        f"import os; os.environ['MKL_CBWR'] = {other!r}\n"
        f"import golden; print(*map(golden.hashed, {NETWORKS}))"
    )
    paths = os.pathsep.join([os.path.dirname(golden.__file__), os.getcwd()])
    run = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [golden.GOLDEN[name] for name in NETWORKS]


@pinned_here
def test_every_blas_of_a_pinned_process_has_the_pinned_kernels_and_one_thread():
    import scipy.linalg  # noqa: F401  scipy has its own BLAS

    found = [(b["architecture"], b["num_threads"]) for b in threadpool_info() if b["internal_api"] == "openblas"]
    assert len(found) == 2 and set(found) == {("Haswell", 1)}


@pinned_here
def test_torch_and_numpy_use_nothing_above_the_pinned_instructions():
    import numpy as np
    import torch

    assert torch.backends.cpu.get_cpu_capability() == "AVX2"
    assert set(np.show_config(mode="dicts")["SIMD Extensions"]["found"]) <= {"X86_V3"}


def test_kernels_are_not_pinned_on_a_processor_without_the_instructions(tmp_path, monkeypatch):
    monkeypatch.setattr(processor.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(processor, "CPUINFO", tmp_path / "cpuinfo")
    for flags, wanted in {"fpu avx": False, "fpu avx2": False, "fpu avx2 fma": True}.items():
        processor.CPUINFO.write_text(f"model name : Old One\nflags\t\t: {flags}\n\nmodel name : second\n")
        assert processor.pinnable() is wanted
    monkeypatch.setattr(processor.platform, "machine", lambda: "arm64")
    assert not processor.pinnable()


def test_processor_kernels_and_blas_are_described(tmp_path, monkeypatch):
    monkeypatch.setattr(processor, "CPUINFO", tmp_path / "cpuinfo")
    processor.CPUINFO.write_text("model name\t: Good One 9000\nflags\t\t: avx2 fma\n")
    found = processor.described()
    assert found["processor"] == "Good One 9000" and "openblas" in found["blas"]
    assert found["kernels"] == processor.PORTABLE and processor.kernels("cuda") == "cuda, as its libraries choose"
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Zen")
    assert processor.kernels() == "Good One 9000, as its libraries choose"


def test_pinning_after_numpy_was_imported_is_refused():
    code = "import numpy\nfrom rnncompare.reproducibility import processor\nprocessor.pin()"
    bare = {name: value for name, value in os.environ.items() if name not in processor.PINNED | processor.THREADS}
    run = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, text=True)
    assert "wanted its kernels to be selected before" in run.stderr
