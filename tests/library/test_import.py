"""`import rnncompare` in a notebook: nothing is loaded that was not asked for, and numpy may be there already."""

import subprocess
import sys

import pytest

HEAVY = {"torch", "snakemake", "matplotlib", "sklearn", "pynwb", "rsatoolbox"}


def modules(code):
    """What is imported after these lines, in a new process."""
    script = f"{code}\nimport sys; print(' '.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_the_package_alone_loads_no_library_at_all():
    loaded = modules("import rnncompare; dir(rnncompare); rnncompare.__all__; rnncompare.__version__")
    assert not loaded & (HEAVY | {"numpy", "pandas", "xarray", "scipy", "pydantic"})


@pytest.mark.parametrize(
    "code",
    [
        "dir(rnncompare.similarity); dir(rnncompare.probes)",
        "import numpy as np; x = np.random.default_rng(0).standard_normal((5, 6, 4)); "
        "rnncompare.compare(x, x, ['cca', 'rsa'], nulls=5); rnncompare.similarity.cka(x, x)",
    ],
)
def test_what_is_compared_loads_no_heavy_library(code):
    assert not modules(f"import rnncompare; {code}") & HEAVY


def test_numpy_may_be_imported_before_and_nothing_is_pinned():
    code = (
        "import os; before = dict(os.environ); import numpy; import rnncompare; rnncompare.similarity.cka; "
        "rnncompare.compare; assert dict(os.environ) == before"
    )
    assert "numpy" in modules(code)


def test_a_name_that_is_none_is_refused_with_those_that_there_are():
    import rnncompare

    with pytest.raises(AttributeError, match="module 'rnncompare' has no attribute 'compar'; it has activity, compare"):
        rnncompare.compar  # noqa: B018
    assert set(rnncompare.__all__) <= set(dir(rnncompare))
    assert all(getattr(rnncompare, name) is not None for name in rnncompare.__all__)
