"""The pages of docs/: examples run, what they say of cards, members and tables is so, and links lead somewhere."""

import importlib
import re
import sys
from pathlib import Path

import generators
import numpy as np
import pandas as pd
import pytest
import yaml
from generators import cards, columns
from generators.markdown import cell
from probes.test_contract import rows as probe_rows
from probes.test_contract import single_trials
from similarity.test_contract import FRAME, bound, frame

from rnncompare import plugins
from rnncompare.comparison.compare import compare, compare_seeds
from rnncompare.options.values import check_values
from rnncompare.recordings.card import read_card
from rnncompare.recordings.finding import fetch
from rnncompare.recordings.loading import check_load, load_recording
from rnncompare.scores import ranks
from rnncompare.simulators.simulated_reach import simulated_reach
from rnncompare.study.config import read_config
from rnncompare.study.config_keys import Config
from rnncompare.study.model_networks import model_options
from rnncompare.tabulation import tables
from rnncompare.tabulation.contrasts import contrast
from rnncompare.tabulation.generalisation import generalisation
from rnncompare.tabulation.recovery import recovery
from rnncompare.tabulation.summary import summarise
from rnncompare.tabulation.universality import universality
from rnncompare.tabulation.within_models import within_models
from rnncompare.verdict.evidence import evidence
from rnncompare.verdict.rules import RULES

ROOT = Path(__file__).parents[1]
PAGES = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")])
CARDS = [read_card(path) for path in sorted((ROOT / "data").glob("*/card.yaml"))]
GENERATED = {*generators.PAGES, *(f"notebook_{path.stem}" for path in (ROOT / "docs/notebooks").glob("*.ipynb"))}
MEMBERS = [(folder, name) for folder in ("similarity", "probes") for name in plugins.available(folder)]


def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


def section(text: str, name: str) -> str:
    """What stands under a heading that is this name, up to the next heading."""
    found = re.search(rf"^##+ `?{name}`?\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"found no section '{name}', wanted one"
    return found[1]


def one_line(text: str) -> str:
    return " ".join(text.split())


def slug(heading: str) -> str:
    """The anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", page("adding"), re.MULTILINE | re.DOTALL)
FILES = {first[2:]: text for _, text in BLOCKS if (first := text.split("\n", 1)[0]).startswith("# ")}
CARD = FILES["data/my_session/card.yaml"]
SESSIONS = FILES["data/my_sessions/card.yaml"]  # files alone
ENTRIES = [text for language, text in BLOCKS if language == "yaml" and text not in FILES.values()]
EXAMPLE_CARDS = {  # with the keys of the first one that they leave out
    path: yaml.safe_load(CARD) | {"name": Path(path).parts[1]} | yaml.safe_load(text)
    for path, text in FILES.items()
    if path.endswith("card.yaml") and text != SESSIONS
}
EXAMPLES = {tuple(Path(path).with_suffix("").parts[1:]): text for path, text in FILES.items() if path.endswith(".py")}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The examples as members of their folders, for the tests of this file."""
    place, available = tmp_path_factory.mktemp("examples"), plugins.available
    with pytest.MonkeyPatch.context() as patch:
        for (folder, name), text in EXAMPLES.items():
            (place / folder).mkdir(exist_ok=True)
            (place / folder / f"{name}.py").write_text(text, encoding="utf-8")
            package = importlib.import_module(f"rnncompare.{folder}")
            patch.setattr(package, "__path__", [*package.__path__, str(place / folder)])
        names = {folder: [n for f, n in EXAMPLES if f == folder] for folder, _ in EXAMPLES}
        patch.setattr(plugins, "available", lambda folder: sorted(available(folder) + names.get(folder, [])))
        yield
    for folder, name in EXAMPLES:
        if sys.modules.pop(f"rnncompare.{folder}.{name}", None):
            vars(sys.modules[f"rnncompare.{folder}"]).pop(name, None)


@pytest.fixture
def card(tmp_path):
    """The example's card in its folder, beside a session that it fits."""
    folder = tmp_path / "my_session"
    folder.mkdir()
    file = folder / "session.nwb"
    simulated_reach(file, seed=1, units=6, directions=4, trials=3, choice_units=0.5)
    (folder / "card.yaml").write_text(CARD, encoding="utf-8")
    return read_card(folder / "card.yaml")


def entry(key: str) -> dict:
    """The example of a config's key."""
    return next(found[key] for found in map(yaml.safe_load, ENTRIES) if key in found)


def test_there_are_examples_of_a_measure_a_probe_a_control_and_a_card():
    keys = {key for text in ENTRIES for key in yaml.safe_load(text)}
    assert {"similarity", "probes", "controls"} <= {folder for folder, _ in EXAMPLES}
    assert {"similarity", "probes", "controls", "models", "recording"} <= keys


@pytest.mark.parametrize("path", EXAMPLE_CARDS)
def test_an_example_card_is_legal_and_names_every_option_of_its_reader_but_the_studys(path, tmp_path):
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(yaml.safe_dump(EXAMPLE_CARDS[path]), encoding="utf-8")
    reader = read_card(tmp_path / path).reader
    options = set(plugins.options_of(plugins.find("readers", reader["use"])))
    assert options - set(reader) == set(entry("recording")["options"])
    check_values(plugins.find("readers", reader["use"]), {n: v for n, v in reader.items() if n != "use"}, path)


def test_the_example_card_reads_a_session_as_its_comments_say(card, tmp_path):
    options = entry("recording")["options"]
    check_load(card, options)
    data = load_recording(card, fetch(card, tmp_path), options)
    assert set(data.condition.values.tolist()) == {"0", "90", "180"}
    assert (data.angle.values == data.condition.values.astype(float)).all()
    assert data.channel.values.tolist() == ["hand_velocity_x", "hand_velocity_y", "hand_position_x"]
    assert (data.go_cue.values < 0).all()
    assert set(data.choice.values.tolist()) <= {"clockwise", "counterclockwise"}
    assert set(data.area.values.tolist()) == {"M1 (simulated)"}
    assert data.attrs["inferred"] == card.inferred[0]


def test_the_example_of_several_sessions_is_one_population_of_them(tmp_path):
    changed = yaml.safe_load(CARD) | yaml.safe_load(SESSIONS) | {"name": "my_sessions"}
    folder = tmp_path / "my_sessions"
    for k, name in enumerate(("C_ses-1", "C_ses-2", "M_ses-1")):
        made = folder / f"sub-{name}.nwb"
        folder.mkdir(exist_ok=True)
        simulated_reach(made, seed=k, units=6, directions=4, trials=3, choice_units=0.5)
    (folder / "card.yaml").write_text(yaml.safe_dump(changed), encoding="utf-8")
    both = next(e["recording"] for e in map(yaml.safe_load, ENTRIES) if "pool" in e.get("recording", {}))
    card = read_card(folder / "card.yaml")
    data = load_recording(card, fetch(card, tmp_path), both["options"], only=both["only"], pool=both["pool"])
    assert set(data.session.values.tolist()) == {"C_1", "C_2"} and data.sizes["unit"] == 12


def test_the_example_measure_gets_a_null_and_knows_an_activity_from_another(installed, made_up):
    measure = plugins.bind("similarity", entry("similarity")["speed"], "docs")
    x, turn = made_up(1), np.linalg.qr(np.random.default_rng(0).standard_normal((20, 20)))[0]
    turned = x.assign(rate=x.rate.copy(data=x.rate.values @ turn))
    itself, other = (compare(y, x, measure, **frame(None))[0] for y in (turned, made_up(2)))
    assert itself["value"] == pytest.approx(1.0) and itself["p"] == 1 / 21
    assert abs(other["value"]) < 0.5


def test_the_example_that_fits_predicts_a_linear_map_and_nothing_of_another_activity(installed, made_up):
    options = next(e["similarity"]["regression"] for e in map(yaml.safe_load, ENTRIES) if "regression" in str(e))
    measure = plugins.bind("similarity", options, "docs")
    x, mix = made_up(1, units=5), np.random.default_rng(0).standard_normal((5, 5))
    mixed = x.assign(rate=x.rate.copy(data=x.rate.values @ mix))
    itself, other = (compare(y, x, measure, **frame(None))[0] for y in (mixed, made_up(2, units=5)))
    assert itself["value"] == pytest.approx(1.0) and itself["p"] == 1 / 21
    assert other["value"] < 0.2


def test_the_example_probe_is_0_without_and_1_with_nothing_but_a_shared_course(installed, made_up):
    options = {"use": entry("probes")["shared_course"]["use"], "seed": 0, **entry("probes")["shared_course"]["options"]}
    probe = plugins.bind("probes", options, "docs")
    x = made_up(1)
    without, alone = x.rate - x.rate.mean("trial"), x.rate.mean("trial").broadcast_like(x.rate)
    for rate, value in ((without, 0.0), (alone, 1.0)):
        data = x.assign(rate=rate.transpose("trial", "time", "unit"))
        assert probe(data)[0]["value"] == pytest.approx(value, abs=1e-12)
    assert 0 < probe(x)[0]["value"] < 1


def test_the_example_control_has_the_recordings_times_backwards(installed, made_up):
    control = plugins.bind("controls", {"seed": 0, **entry("controls")["backwards"]}, "docs")
    data = made_up(1)
    assert (control(data, None).rate.values == data.rate.values[:, ::-1]).all()
    assert control(control(data, None), None).rate.equals(data.rate)


def test_every_entry_of_an_example_is_legal_in_a_config(installed, card):
    """Each goes into the demo; a key of the whole config at its top, any other into the study."""
    for text in ENTRIES:
        config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
        study = config["studies"]["demo"] | {"claim": None}
        config["studies"]["demo"] = study
        for key, value in yaml.safe_load(text).items():
            if key == "recording":
                continue  # its card is not in data/: read above
            place = config if key in Config.model_fields else study
            place[key] = place[key] | value if isinstance(value, dict) else value
        read_config(config)


@pytest.mark.parametrize("card", CARDS, ids=lambda c: c.name)
def test_the_page_of_cards_has_the_licence_citation_files_and_facts_of_every_card(card):
    text = section(cards.page(), card.name)
    assert f"| licence | {cell(card.licence)} |" in text and f"| cite | {cell(card.citation)} |" in text
    assert all(cell(file.file) in text for file in card.files)
    for fact in card.facts:
        assert f"| {cell(fact.fact)} | {cards.STATUSES[fact.status]} |" in text


@pytest.mark.parametrize("card", CARDS, ids=lambda c: c.name)
def test_the_table_of_all_cards_says_what_the_card_says(card):
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page("recordings").splitlines()]
    (row,) = [row for row in rows if row[0] == f"[{card.name}](generated/cards.md#{card.name})"]
    animal, area, task, units, trials, run = row[1:]
    assert [animal, area, task] == list(map(one_line, (card.animal, card.area, card.task)))
    assert units and trials and run


def test_the_example_of_context_integration_is_legal_in_a_config():
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    (study,) = (s for s in config["studies"].values() if (s.get("task") or {}).get("use") == "checkerboard")
    text = re.search(r"^```yaml\n(.*?)^```", section(page("mechanism"), "The task"), re.MULTILINE | re.DOTALL)[1]
    study |= yaml.safe_load(text) | {"probes": [], "figures": ["training"], "claim": None}
    assert "context_integration" in str(read_config(config).studies)


def test_the_example_of_learning_rules_is_legal_in_a_config():
    config = yaml.safe_load((ROOT / "workflow/config/mechanism.yaml").read_text()) | {"views": {}}
    study = config["studies"]["context_integration"]
    text = re.search(r"^```yaml\n(.*?)^```", section(page("mechanism"), "Learning rules"), re.MULTILINE | re.DOTALL)[1]
    example = yaml.safe_load(text)
    study["network"] |= example["network"]
    study |= {"models": example["models"], "claim": None, "contrasts": []}
    checked = read_config(config).studies["context_integration"]
    rules = [model_options(checked, name)["training"]["rule"] for name in example["models"]]
    assert rules == ["backpropagation", "eprop", "rflo", "output_only", "full_force"]


def test_the_published_networks_study_is_legal_in_a_config():
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    study = config["studies"]["demo"]
    text = re.search(
        r"^```yaml\n(.*?)^```", section(page("recordings"), "sussillo2015_task"), re.MULTILINE | re.DOTALL
    )[1]
    study |= yaml.safe_load(text) | {"contrasts": [], "claim": None, "recovery": None}
    study["models"]["untrained"] = {"training": None}
    checked = read_config(config).studies["demo"]
    assert model_options(checked, "regularized")["weights"].endswith("regularized_model_final.pth")
    assert "weights" not in model_options(checked, "untrained")
    study["models"]["regularized"]["training"] = {}
    with pytest.raises(plugins.BadOption, match=r"regularized: found weights and training, wanted 'training: null'"):
        read_config(config)


def test_the_example_of_names_and_clocks_is_legal_in_a_card(card):
    text = re.search(r"^```yaml\n(.*?)^```", section(page("recordings"), "Names and clocks"), re.MULTILINE | re.DOTALL)[
        1
    ]
    card.path.write_text(CARD + text, encoding="utf-8")
    assert read_card(card.path).conditions == {"3": {"condition": "90", "angle": 90.0}}
    assert read_card(card.path).offset == -0.2


def test_recordings_have_no_section_without_a_card():
    headings = re.findall(r"^## (\w+)$", page("recordings"), re.MULTILINE)
    assert len(headings) > 10 and set(headings) <= {card.name for card in CARDS}


@pytest.mark.parametrize(("folder", "name"), MEMBERS)
def test_every_statistic_is_in_the_section_of_its_measure(folder, name, made_up):
    text = section(generators.PAGES["measure_cards"](), name)
    if folder == "probes":
        found = probe_rows(name, single_trials(made_up))
    else:
        found = [r for r in compare(made_up(1), made_up(2), bound(name), **FRAME) if r["p"] is not None]
    names = {re.sub(r"_of_\d+$", "_of_K", row["statistic"]) for row in found}  # one for each K of an option
    assert {name for name in names if f"`{name}`" not in text} == set()


def test_every_column_of_the_tables_is_explained(made_up):
    labels = {"study": "s", "recording": "r", "model": "a", "measure": "m"}
    frames = {"folds": {"by": "condition", "groups": None}, "units": {"count": None, "repeats": 1}} | FRAME
    made = compare_seeds(
        [made_up(1), made_up(2)], [made_up(3)], bound("cca"), intervals={"draws": 10, "units": 3}, **frames
    )
    similarity, means, nulls = (tables.label(rows, labels) for rows in made[:3])
    found = [row for name in plugins.available("probes") for row in probe_rows(name, single_trials(made_up))]
    others = {"seed": 0, "trials": "recorded", "strength": 0.0, "repeats": 2, "area": "M1"}  # of robustness, and steps
    others |= {"minimum": 0, "maximum": 1}
    probes = tables.label([others | row for row in found], labels)
    draws = {("s", model, "m"): made.draws for model in "ab"}
    shared = {"corrections": {"s": {"method": "max_t", "family": None}}, "seed": 0, "bootstrap": 10}
    halves = {"s": {"ceiling": {"source": "a", "spearman_brown": True}}}
    summary = summarise(means, probes, draws, ceilings=halves, baselines={"s": "b"}, **shared)
    both = pd.concat([similarity, similarity.assign(model="b")])
    contrasts = contrast(both, draws, {"s": [("a", "b")]}, **shared)
    text = section(page("measures"), "Columns of the tables") + generators.PAGES["columns"]()
    one = {"seed": 0, "other_seed": 1, "value": 0.1, "lower_is_better": False, "minimum": None, "maximum": 1}
    pairs = tables.label([one | {"statistic": "mean"}], labels)
    within = within_models(pairs, similarity.assign(input_set=0), summary)
    simulated = [one | {"statistic": "mean", "recording_of": 1, "generator": g, "model": m} for g in "ab" for m in "ab"]
    simulated = tables.label(simulated, {name: labels[name] for name in ("study", "recording", "measure")})
    recovered = recovery(simulated, {"s": ("a", "b")})
    groups = [{"seed": 0, "conditions": name, "condition_count": 2, "statistic": "t", "value": 0.5, "input_set": 0}
              | {"lower_is_better": False} for name in ("trained", "held_out")]  # fmt: skip
    groups = tables.label(groups, labels | {"trained_on_all": False})
    made = (similarity, nulls, probes, summary, contrasts, pairs, within, simulated, recovered, groups)
    claim = {"contrast": ["a", "b"], "controls": {}, "measures": None, "correction": "max_t", "group": None}
    made += (generalisation(groups), evidence({"s": claim}, contrasts, summary))
    pair = [{"seed": 0, "other_model": "a", "other_seed": 1, "statistic": "t", "value": 0.5}]
    apart = tables.label(pair, labels)
    made += (apart, universality(apart, {"s": {"all": {"trained": ["a"]}}}, {"s": {}}, {"s": 9}, seed=0))
    assert {c for table in made for c in table if f"`{c}`" not in text} == set()


def test_a_column_without_a_meaning_of_its_table_has_one_for_all_tables():
    text = section(page("measures"), "Columns of the tables")
    shared = {c for module, _ in columns.TABLES.values() for c, meaning in module.COLUMNS.items() if not meaning}
    assert shared and {column for column in shared if f"`{column}`" not in text} == set()


def test_the_page_on_scores_has_every_rule_as_the_code_states_it():
    listed = re.findall(r"^- \*\*(.+?)\*\* (.+)$", section(page("scores"), "Rules"), re.MULTILINE)
    assert listed == list(ranks.RULES.items())


def test_the_page_on_verdicts_has_every_rule_as_the_code_states_it():
    listed = re.findall(r"^- \*\*(.+?)\*\* (.+)$", section(page("verdict"), "Rules"), re.MULTILINE)
    assert listed == [rule for rules in RULES.values() for rule in rules.items()]


def test_what_methods_call_assumed_is_what_the_study_has():
    task = yaml.safe_load((ROOT / "workflow/config/reach.yaml").read_text())["studies"]["reach"]["task"]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", section(page("methods"), "Assumed"), re.MULTILINE)
    assert {name: yaml.safe_load(value) for name, value in rows} == {name: task[name] for name, _ in rows}
    assert len(rows) >= 5


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_every_relative_link_leads_to_a_page_and_a_heading_of_it(path):
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        there = path.parent / file if file else path
        if there.parent.name == "generated":  # written by `make docs`
            assert there.stem in GENERATED, f"{path.name}: found a link to {link}, wanted one to a page that is made"
            continue
        assert there.exists(), f"{path.name}: found a link to {link}, wanted one to something that is there"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), f"{path.name}: found {link}, wanted a heading of {there.name}"


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_every_file_of_the_project_that_a_page_names_is_there(path):
    folders = "|".join(p.name for p in ROOT.iterdir() if p.is_dir() and p.name != "results")
    named = re.findall(rf"`((?:{folders})/[\w./-]+)`", path.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_no_page_names_a_place_on_somebodys_machine(path):
    somewhere = r"(?<![\w.])/(?:home|tmp|root|work|mnt|opt|srv|Users|usr|var|media)/\S*|\b[A-Z]:\\\S*"
    assert re.findall(somewhere, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("folder", ["similarity", "probes", "surrogates"])
def test_the_glossary_explains_every_measure_and_null(folder):
    page = (ROOT / "docs" / "glossary.md").read_text()
    members = sorted(path.stem for path in (ROOT / "rnncompare" / folder).glob("[!_]*.py"))
    assert [name for name in members if f"| `{name}` |" not in page] == []
