"""Composed figures and styles in a config: what is refused, and the files that are made."""

import json
import re
import typing
from pathlib import Path

import pytest
import yaml

from rnncompare.drawing.journals import STYLES
from rnncompare.plugins import BadOption
from rnncompare.study.composed_checks import check_composed
from rnncompare.study.config import read_config
from rnncompare.study.config_keys import Composed, Config, Study
from rnncompare.study.paths import Paths

CONFIGS = Path(__file__).parents[2] / "workflow" / "config"


def study(**figures) -> Study:
    composed = {name: Composed.model_validate(figure) for name, figure in figures.items()}
    return Study.model_construct(composed=composed, figures=[])


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (
            {"panels": ["psths", "verdikt"], "layout": ["ab"]},
            r"panels: found 'verdikt', wanted .*Did you mean 'verdict'",
        ),
        ({"panels": ["psths", "psths"], "layout": ["ab"]}, r"panels: found psths twice, wanted each panel once"),
        (
            {"panels": ["psths", "verdict"], "layout": ["ab", "a"]},
            r"layout: found rows \[ab, a\], wanted rows with equal",
        ),
        ({"panels": ["psths", "verdict"], "layout": ["abc"]}, r"layout: found letters abc, wanted ab"),
    ],
)
def test_a_composed_figure_that_cannot_be_drawn_is_refused_in_words(figure, words):
    with pytest.raises(BadOption, match=rf"^here\.composed\.figure_1\.{words}"):
        check_composed(study(figure_1=figure), "here")


def test_a_composed_figure_cannot_have_the_name_of_a_figure():
    figures = {"psths": {"panels": ["psths", "verdict"], "layout": ["ab"]}}
    with pytest.raises(BadOption, match="found the name of a figure, wanted another one, such as figure_1"):
        check_composed(study(**figures), "here")


def test_the_styles_of_a_config_are_those_that_can_be_drawn():
    assert typing.get_args(Config.model_fields["figure_style"].annotation) == tuple(STYLES)


@pytest.mark.parametrize("name", ["reach", "checkerboard"])
def test_figure_1_of_both_studies_is_composed_and_one_line_sets_its_style(name):
    given = yaml.safe_load((CONFIGS / f"{name}.yaml").read_text(encoding="utf-8"))
    config = read_config(given | {"figure_style": "nature"}, deep=False)
    first = next(iter(config.studies))
    check_composed(config.studies[first], first)
    assert config.figure_style == "nature"
    assert f"{config.results}/figures/{first}/figure_1.svg" in Paths(config).figures()
    others = [of for of in config.studies if of != first]
    assert not any(config.studies[of].composed for of in others)


def test_a_style_that_does_not_exist_is_refused():
    given = yaml.safe_load((CONFIGS / "reach.yaml").read_text(encoding="utf-8"))
    with pytest.raises(BadOption, match=r"figure_style.*found 'natur'"):
        read_config(given | {"figure_style": "natur"}, deep=False)


def test_the_panels_reach_the_step_as_they_are_in_the_config():
    figure = Composed(panels=["psths", "verdict"], layout=["ab"])
    assert json.loads(json.dumps(figure.panels)) == ["psths", "verdict"]
    rules = (CONFIGS.parent / "rules" / "figures.smk").read_text(encoding="utf-8")
    assert re.search(r"panels=as_json\(lambda w: study\(w\)\.composed\[w\.composed\]\.panels\)", rules)
