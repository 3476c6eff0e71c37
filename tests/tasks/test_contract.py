"""Requirements of every task in tasks/; new files are tested automatically."""

import pytest

from rnncompare import plugins

TASKS = plugins.available("tasks")


def test_there_are_tasks():
    assert "delayed_reach" in TASKS


@pytest.mark.parametrize("name", TASKS)
def test_no_option_has_a_default(name):
    options = plugins.options_of(plugins.find("tasks", name))
    assert options and all(p.default is p.empty for p in options.values())
