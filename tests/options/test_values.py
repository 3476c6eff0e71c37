"""Checks of options against their annotations and against each other in calls of checked functions."""

import pytest

from rnncompare import plugins
from rnncompare.options.ranges import Count
from rnncompare.options.values import check_values, checked
from rnncompare.plugins import BadOption


@checked
def shared_out(data, *, sweets: Count, children: Count, adults: Count = 1):
    return data, sweets // (children + adults)


def enough(sweets, children):
    if sweets < children:
        raise BadOption(f"found {sweets} sweets for {children} children, wanted one each")


def chaperoned(children, adults):
    if children > 9 * adults:
        raise BadOption(f"found {children} children with {adults} adults, wanted one for nine")


shared_out.together = (enough, chaperoned)


def test_a_checked_function_has_the_result_name_and_options_of_the_original():
    assert shared_out("bag", sweets=12, children=3) == ("bag", 3)
    assert list(plugins.options_of(shared_out)) == ["sweets", "children", "adults"]
    assert shared_out.__name__ == "shared_out"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sweets": 0, "children": 1}, "shared_out.sweets: found 0, wanted a whole number of at least 1"),
        ({"sweets": 2, "children": 3}, "shared_out: found 2 sweets for 3 children, wanted one each"),
        ({"sweets": 20, "children": 12}, "shared_out: found 12 children with 1 adults, wanted one for nine"),
        ({"sweets": 2, "children": 30}, "shared_out: found 2 sweets for 30 children, wanted one each"),
    ],
)
def test_a_checked_function_refuses_invalid_values_and_combinations(options, message):
    with pytest.raises(BadOption) as error:
        shared_out("bag", **options)
    assert str(error.value).startswith(message)


def test_a_rule_is_checked_only_if_all_its_options_are_given():
    check_values(shared_out, {"sweets": 2}, "here")
    with pytest.raises(BadOption, match=r"^here: found 12 children with 1 adults"):
        check_values(shared_out, {"children": 12}, "here")
