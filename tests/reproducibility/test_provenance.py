"""The recorded provenance of a run."""

from rnncompare.reproducibility import processor
from rnncompare.reproducibility.provenance import UNKNOWN, others, provenance


def test_kernels_are_counted_and_those_that_are_not_portable_are_named():
    found = provenance([processor.PORTABLE, "Old One", "Old One", None], [processor.PORTABLE])
    assert found["kernels"]["networks"] == {"Old One": 2, UNKNOWN: 1, processor.PORTABLE: 1}
    assert not found["portable"]
    assert others(found) == ["2 of 4 networks (Old One)", f"1 of 4 networks ({UNKNOWN})"]


def test_a_run_with_only_portable_kernels_is_portable_also_without_networks():
    for networks in ([], [processor.PORTABLE]):
        found = provenance(networks, [])
        assert found["portable"] and not others(found)


def test_the_machine_and_the_libraries_are_named():
    found = provenance([], [])
    assert found["machine"]["processor"] and "openblas" in found["machine"]["blas"]
    assert found["versions"]["numpy"] and found["versions"]["Python"]
