"""Colours and file formats of all figures."""

import re
from itertools import combinations

import matplotlib
import numpy as np
import pytest
from figures.colour_vision import EYES, perceived
from figures.made_up import made_up_tables

from rnncompare.drawing.canvas import styled
from rnncompare.drawing.style import (
    CHOICES,
    NETWORKS,
    VARIABLES,
    angles,
    choice_colours,
    colours,
    condition_colours,
    variable_colours,
)
from rnncompare.figures import draw, save

TWO = pytest.mark.parametrize("eye", ["normal", "deuteranopia"])
EVERY = pytest.mark.parametrize("eye", EYES)


def nearest(palette, eye: str) -> float:
    """Return the smallest distance of two colours as an eye perceives them."""
    seen = [perceived(colour, EYES[eye]) for colour in palette]
    return min(np.linalg.norm(one - other) for one, other in combinations(seen, 2))


@TWO
def test_opposite_and_neighbouring_directions_have_distinguishable_colours(eye):
    directions = [str(a) for a in range(0, 360, 45)]
    lab = [perceived(c, EYES[eye]) for c in condition_colours(directions).values()]
    assert min(np.linalg.norm(lab[i] - lab[(i + 4) % 8]) for i in range(8)) > 0.15
    assert min(np.linalg.norm(lab[i] - lab[(i + 1) % 8]) for i in range(8)) > 0.04


@EVERY
def test_networks_have_distinguishable_colours(eye):
    assert nearest(NETWORKS, eye) > (0.06 if eye in ("normal", "deuteranopia") else 0.05)


@TWO
@pytest.mark.parametrize("palette", [VARIABLES, CHOICES])
def test_variables_and_choices_have_distinguishable_colours(palette, eye):
    assert nearest(palette, eye) > 0.1


def test_stronger_evidence_is_darker_and_never_white():
    shown = choice_colours(["left", "right"], [0.04, 0.9, 0.3])
    for choice in ("left", "right"):
        lightness = [perceived(shown[choice, strength], np.eye(3))[0] for strength in (0.04, 0.3, 0.9)]
        assert lightness == sorted(lightness, reverse=True) and lightness[0] < 0.9


def test_time_has_a_colour_of_its_own():
    shown = variable_colours(["time", "direction", "colour", "context", "rt"])
    assert shown["direction"] == variable_colours(["direction"])["direction"]
    assert len(set(shown.values())) == 5


def test_directions_are_coloured_by_angle_regardless_of_order():
    one, other = condition_colours(["0", "90", "180"]), condition_colours(["180", "450", "0"])
    assert one["90"] == other["450"]
    assert one["0"] == other["0"]


@pytest.mark.parametrize("names", [["left", "right"], [str(k) for k in range(8)], [str(k) for k in range(108)]])
def test_condition_numbers_are_not_directions(names):
    assert angles(names) is None
    assert len(set(condition_colours(names).values())) > 0.9 * len(names)


def test_a_source_has_one_colour_in_all_figures():
    sources = ["kinematics", "regularized", "only_rates", "unregularized"]
    chosen = colours(sources, ["regularized", "only_rates", "unregularized"])
    assert chosen["regularized"] == colours([*sources, "more"], ["regularized", "unregularized"])["regularized"]
    assert len(set(chosen.values()) - {"#000000"}) == 4


def test_the_users_settings_have_no_effect_and_are_restored():
    with matplotlib.rc_context({"font.size": 20, "lines.linewidth": 7}):
        with styled():
            assert matplotlib.rcParams["font.size"] == 6.5
        assert matplotlib.rcParams["font.size"] == 20


def test_files_contain_fonts_instead_of_outlines_and_no_dates(tmp_path):
    save(*draw("training", made_up_tables(), "small"), tmp_path / "figure.svg")
    pdf, svg = ((tmp_path / f"figure.{suffix}").read_bytes() for suffix in ("pdf", "svg"))
    assert b"/Type0" in pdf and b"/Type3" not in pdf
    assert b"CreationDate" not in pdf
    assert not re.search(rb"<dc:date>", svg)
    written = {f"figure.{suffix}" for suffix in ("pdf", "svg", "png", "csv")}
    assert {p.name for p in tmp_path.iterdir()} == written | {f"{name}.sha256" for name in written}
