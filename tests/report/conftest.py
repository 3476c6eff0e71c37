"""Results of two made-up studies and their page, for all tests of the report."""

import pytest
from report.made_up_results import computed_with, made_up_results

from rnncompare.report.page import report
from rnncompare.reproducibility import processor


@pytest.fixture(autouse=True)
def results_are_portable(tmp_path):
    """The provenance for tests that make their own results in tmp_path."""
    computed_with(tmp_path, processor.PORTABLE)


@pytest.fixture(scope="session")
def written(tmp_path_factory) -> tuple:
    """Results of two made-up studies, one of which has malicious text as its title."""
    return made_up_results(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="session")
def page(written) -> str:
    return report(*written)
