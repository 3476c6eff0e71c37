"""Studies that are like another study except for what they say."""

import pytest

from rnncompare.plugins import BadOption
from rnncompare.study.config_file import on_top
from rnncompare.study.inherited import with_inherited

FIRST = {
    "title": "one",
    "seeds": 8,
    "task": {"use": "delayed_reach", "output": "torque", "delays": [0.3, 0.5]},
    "models": {"a": {"network": {"g": 1.5}}, "b": {"training": {"rates": 0}}, "c": {}},
    "contrasts": [["a", "b"]],
}


def completed(**studies):
    return with_inherited({"seed": 1, "studies": {"first": FIRST, **studies}}, "config")["studies"]


def test_a_study_like_another_has_all_its_keys_and_its_own_where_it_gives_them():
    own = {"like": "first", "title": "two", "task": {"output": "emg", "delays": [0.5]}, "models": {"c": {"seeds": 3}}}
    found = completed(second=own)
    assert found["first"] == FIRST
    assert found["second"] == FIRST | {
        "title": "two",
        "task": {"use": "delayed_reach", "output": "emg", "delays": [0.5]},
        "models": FIRST["models"] | {"c": {"seeds": 3}},
    }


def test_a_null_leaves_out_a_model_but_makes_one_untrained_where_it_is_its_training():
    found = completed(second={"like": "first", "models": {"a": None, "b": {"training": None}}})["second"]
    assert found["models"] == {"b": {"training": None}, "c": {}}


def test_a_null_leaves_out_a_null_distribution_but_no_other_key_of_the_comparison():
    compared = {"nulls": {"conditions": {"draws": 9}, "turns": {"draws": 15}}, "folds": {"by": "condition"}}
    own = {"nulls": {"turns": None}, "folds": {"groups": None}}
    second, third = {"like": "first", "comparison": compared}, {"like": "second", "comparison": own}
    found = completed(second=second, third=third)["third"]["comparison"]
    assert found == {"nulls": {"conditions": {"draws": 9}}, "folds": {"by": "condition", "groups": None}}


def test_a_null_of_a_second_config_file_leaves_out_a_study_a_table_over_animals_and_the_models_of_a_study():
    first = {"studies": {"first": FIRST, "second": {"like": "first"}, "third": FIRST}, "animals": {"all": ["first"]}}
    again = {"studies": {"first": {"models": {"a": None}}, "third": None}, "animals": {"all": None}}
    found = with_inherited(on_top(first, again), "config")
    assert found["animals"] == {} and list(found["studies"]) == ["first", "second"]
    assert all(list(study["models"]) == ["b", "c"] for study in found["studies"].values())


def test_a_study_that_was_left_out_cannot_be_like_another():
    with pytest.raises(BadOption, match=r"studies\.second\.like: found 'first', wanted another study among second"):
        with_inherited({"studies": {"first": None, "second": {"like": "first"}}}, "config")


def test_a_study_can_be_like_one_that_is_like_a_third():
    found = completed(third={"like": "second", "seeds": 2}, second={"like": "first", "title": "two"})
    assert found["third"] == FIRST | {"title": "two", "seeds": 2}


@pytest.mark.parametrize(
    ("studies", "message"),
    [
        ({"second": {"like": "frist"}}, "studies.second.like: found 'frist', wanted another study among first, second"),
        ({"second": {"like": 3}}, "studies.second.like: found 3, wanted another study among first, second"),
        ({"second": {"like": "second"}}, "found the circle second -> second, wanted no study like itself"),
        ({"x": {"like": "y"}, "y": {"like": "x"}}, "studies.y.like: found the circle x -> y -> x, wanted no study"),
    ],
)
def test_an_unknown_study_or_a_circle_is_refused(studies, message):
    with pytest.raises(BadOption) as error:
        completed(**studies)
    assert message in str(error.value)


def test_what_is_no_mapping_is_left_to_the_checks_of_the_config():
    assert with_inherited({"studies": ["first"]}, "config") == {"studies": ["first"]}
    assert completed(second=[1])["second"] == [1]
