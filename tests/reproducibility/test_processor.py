"""The same instructions on every x86-64 processor with AVX2, hence the same bytes."""

import os
import subprocess
import sys

import golden
import pytest
from threadpoolctl import threadpool_info

from rnncompare.reproducibility import processor

pinned_here = pytest.mark.skipif(
    not processor.pinnable(), reason="the bytes are promised for x86-64 processors with AVX2 and FMA alone"
)


@pinned_here
@pytest.mark.parametrize("name", golden.RUNS)
def test_a_short_run_gives_the_bytes_that_it_gives_on_every_processor(name):
    found = golden.hashed(name)
    assert found == golden.GOLDEN[name], (
        f"{name}: found {found} on {processor.described()}, wanted {golden.GOLDEN[name]}: this processor, or a library "
        "whose version changed, computes otherwise"
    )


@pinned_here
@pytest.mark.parametrize("other", ["AVX2", "AVX2,STRICT", "SSE4_2"])
def test_training_leaves_nothing_to_the_library_whose_kernels_follow_the_processors_maker(other):
    """Other kernels of it are other bits of a product, so that one product would change the weights."""
    code = (
        "from rnncompare.reproducibility import processor; processor.pin()\n"
        f"import os; os.environ['MKL_CBWR'] = {other!r}\n"
        "import golden; print(golden.hashed('network_of_the_reach_study'))"
    )
    paths = os.pathsep.join([os.path.dirname(golden.__file__), os.getcwd()])
    run = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == golden.GOLDEN["network_of_the_reach_study"]


@pinned_here
def test_every_blas_of_a_pinned_process_has_the_pinned_kernels_and_one_thread():
    import scipy.linalg  # noqa: F401  it has a BLAS of its own

    found = [(b["architecture"], b["num_threads"]) for b in threadpool_info() if b["internal_api"] == "openblas"]
    assert len(found) == 2 and set(found) == {("Haswell", 1)}


@pinned_here
def test_torch_and_numpy_use_nothing_above_the_pinned_instructions():
    import numpy as np
    import torch

    assert torch.backends.cpu.get_cpu_capability() == "AVX2"
    assert set(np.show_config(mode="dicts")["SIMD Extensions"]["found"]) <= {"X86_V3"}


def test_a_processor_without_the_instructions_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(processor.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(processor, "CPUINFO", tmp_path / "cpuinfo")
    for flags, wanted in {"fpu avx": False, "fpu avx2": False, "fpu avx2 fma": True}.items():
        processor.CPUINFO.write_text(f"model name : Old One\nflags\t\t: {flags}\n\nmodel name : second\n")
        assert processor.pinnable() is wanted
    monkeypatch.setattr(processor.platform, "machine", lambda: "arm64")
    assert not processor.pinnable()


def test_what_computes_is_described(tmp_path, monkeypatch):
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
    assert "wanted its kernels to be chosen before that" in run.stderr
