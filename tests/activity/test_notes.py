"""Notes: what was left out is named, and what is doubtful is told from what is not."""

from rnncompare.activity import notes


def test_what_was_left_out_is_counted_of_how_many_and_named():
    said = notes.left_out("units", ["unit_3", "unit_9"], 50, "below 1 spikes/s")
    assert said == "units left out: 2 of 50 below 1 spikes/s (unit_3, unit_9)"
    assert notes.left_out("units", [], 50, "below 1 spikes/s") == ""


def test_of_more_than_can_be_read_the_first_are_named_and_the_others_counted():
    said = notes.left_out("units", range(1000), 2000, "slow")
    assert said.startswith("units left out: 1000 of 2000 slow (0, 1,") and said.endswith("99 and 900 more)")


def test_what_is_said_twice_is_said_once_and_nothing_is_not_said():
    assert notes.together("6 trials", "", None, "6 trials", "slow") == "6 trials; slow"


def test_cautions_are_told_from_facts_and_names_of_a_file_cannot_pass_for_one():
    said = notes.together("6 trials", notes.left_out("units", ["a; caution: b"], 2, "slow"), notes.caution("odd"))
    assert notes.parts(said) == [
        (False, "6 trials"),
        (False, "units left out: 1 of 2 slow (a, caution: b)"),
        (True, "odd"),
    ]
    assert notes.caution("") == "" and notes.parts(None) == []


def test_a_sessions_cautions_stay_cautions_beside_those_of_others():
    assert notes.of_session("C_1", "6 trials; caution: odd") == ["C_1: 6 trials", "caution: C_1: odd"]
