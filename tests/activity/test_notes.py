"""Notes list what was left out, and distinguish cautions from facts."""

from rnncompare.activity import notes


def test_omitted_items_are_counted_and_listed():
    note = notes.left_out("units", ["unit_3", "unit_9"], 50, "below 1 spikes/s")
    assert note == "units left out: 2 of 50 below 1 spikes/s (unit_3, unit_9)"
    assert notes.left_out("units", [], 50, "below 1 spikes/s") == ""


def test_of_many_omitted_items_the_first_are_listed_and_the_others_counted():
    note = notes.left_out("units", range(1000), 2000, "slow")
    assert note.startswith("units left out: 1000 of 2000 slow (0, 1,") and note.endswith("99 and 900 more)")


def test_repeated_and_empty_notes_are_omitted():
    assert notes.join_notes("6 trials", "", None, "6 trials", "slow") == "6 trials; slow"


def test_cautions_are_distinguished_from_facts_and_from_names_in_a_file():
    joined = notes.join_notes("6 trials", notes.left_out("units", ["a; caution: b"], 2, "slow"), notes.caution("odd"))
    assert notes.split_notes(joined) == [
        (False, "6 trials"),
        (False, "units left out: 1 of 2 slow (a, caution: b)"),
        (True, "odd"),
    ]
    assert notes.caution("") == "" and notes.split_notes(None) == []


def test_the_cautions_of_a_session_remain_cautions_in_the_joined_notes():
    assert notes.session_notes("C_1", "6 trials; caution: odd") == ["C_1: 6 trials", "caution: C_1: odd"]
