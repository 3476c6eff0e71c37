"""Invalid cards are refused with the key, what was found and what was wanted."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from readers.test_churchland_4g10_pcs import fields
from readers.test_churchland_4g10_pcs import save as save_npz
from readers.test_nwb import VELOCITY, session
from readers.test_nwb import save as save_nwb

from rnncompare import plugins
from rnncompare.recordings.card import BadCard, read_card
from rnncompare.recordings.finding import fetch
from rnncompare.recordings.loading import check_load, fetch_all, load_recording, published_rows

DATA = Path(__file__).parents[2] / "data"
CARDS = sorted(p.parent.name for p in DATA.glob("*/card.yaml"))
READING = {"bin": 0.01, "smooth": 0.025, "minimum_rate": 1.0, "window": [-0.5, 0.4]}
UNCHECKED = {"file": "x", "url": None, "sha256": None, "bytes": None}
MAPPED = {
    "align": "move_onset_time", "condition": ["target", "direction"], "incomplete": "leave out", "choice": "choice",
    "per_trial": {"angle": "direction"}, "events": {"go_cue": "go"}, "per_unit": {"area": "area"},
    "behavior": {VELOCITY: ["x", None]}, "keep": {"result": ["R"]}, "simultaneous": 1,
}  # fmt: skip
WHICH = {"monkey": "T", "file": "ex1", "samples": [46, 296]}  # for cards with several recordings


def options_of(card) -> dict:
    reader = plugins.find("readers", card.reader["use"])
    return {name: value for name, value in (READING | WHICH).items() if name in plugins.options_of(reader)}


def seeds(folder):
    """The initial files of the fuzzer."""
    cards = {
        "maze": ({"use": "churchland_4g10_pcs"}, save_npz, fields(), {"bin": 0.01, "window": [-0.1, 0.3]}),
        "session": ({"use": "nwb", **MAPPED}, save_nwb, session(), READING | {"bin": 0.05, "window": [-0.2, 0.3]}),
    }
    for name, (reader, save, content, options) in cards.items():
        (folder / name).mkdir()
        file = f"{name}.{'nwb' if reader['use'] == 'nwb' else 'npz'}"
        save(folder / name / file, content)
        card = yaml.safe_load((DATA / "churchland_4g10_pcs" / "card.yaml").read_text())
        card |= {"name": name, "reader": reader, "files": [UNCHECKED | {"file": file}]}
        (folder / name / "card.yaml").write_text(yaml.safe_dump(card))

        def read(path, options=options):
            card = read_card(path)
            return load_recording(card, fetch_all([card], path.parents[1] / "made")[card.name], options)

        yield folder / name / "card.yaml", read


@pytest.fixture
def changed(tmp_path):
    """A function that writes the card of the simulated session with changes and returns its path."""

    def write(change):
        card = yaml.safe_load((DATA / "simulated_reach" / "card.yaml").read_text())
        change(card)
        folder = tmp_path / "simulated_reach"
        folder.mkdir()
        (folder / "card.yaml").write_text(yaml.safe_dump(card))
        return folder / "card.yaml"

    return write


@pytest.mark.parametrize("name", [n for n in CARDS if read_card(DATA / n / "card.yaml").reader])
def test_every_card_of_a_recording_is_valid_and_complete_with_the_studys_options(name):
    card = read_card(DATA / name / "card.yaml")
    check_load(card, options_of(card))
    assert card.name == name
    with pytest.raises(plugins.BadOption, match=r"found no value for"):
        check_load(card, {})


@pytest.mark.parametrize("name", [n for n in CARDS if not read_card(DATA / n / "card.yaml").reader])
def test_a_card_of_only_published_statistics_is_not_a_recording(name):
    with pytest.raises(BadCard, match=r"found only published statistics, wanted a recording, which is a card with a"):
        check_load(read_card(DATA / name / "card.yaml"), READING)


def test_published_rows_of_a_card_without_them_are_refused():
    with pytest.raises(BadCard, match=r"found no 'published', wanted the name of a member of published/"):
        published_rows(read_card(DATA / "stevenson2011_m1" / "card.yaml"), [])


def test_only_a_deep_reading_holds_the_options_of_a_card_to_their_functions(changed):
    path = changed(lambda card: card["files"][0]["made_by"].update(unit=3))
    with pytest.raises(plugins.BadOption, match=r"made_by of .*: found option 'unit'.*Did you mean 'units'"):
        read_card(path)
    assert read_card(path, deep=False).files[0].made_by["unit"] == 3
    path.write_text(path.read_text().replace("name: simulated_reach", "name: another"))
    with pytest.raises(BadCard, match="found name 'another', wanted the folder's"):
        read_card(path, deep=False)


def test_for_an_unknown_key_the_error_suggests_the_nearest(changed):
    path = changed(lambda card: card.update(license="MIT"))
    with pytest.raises(
        BadCard, match=r"found unknown key 'license', wanted keys among name, .*Did you mean 'licence'\?"
    ):
        read_card(path)


def test_for_an_unknown_key_of_a_file_the_error_suggests_the_nearest(changed):
    path = changed(lambda card: card["files"][0].update(sha265="0"))
    with pytest.raises(BadCard, match=r"unknown key 'files.0.sha265', .*Did you mean 'sha256'\?"):
        read_card(path)


@pytest.mark.parametrize("file", ["../x", "/etc/passwd", "a/../../x", "a\\b", "C:x", "", ".", "./x", "a//b", "x/"])
def test_a_file_name_that_could_leave_the_folder_is_refused(changed, file):
    with pytest.raises(BadCard, match=r"files.0.file: found .*, wanted a plain relative name"):
        read_card(changed(lambda card: card["files"][0].update(file=file)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.update(name="other"), "found name 'other', wanted the folder's, 'simulated_reach'"),
        (lambda c: c.pop("licence"), "found no 'licence', wanted one"),
        (lambda c: c.pop("reader"), "found neither reader nor published, wanted one or both"),
        (lambda c: c.update(published={"use": "csv"}), r"published/ has no csv.py; .*Did you mean 'csv_table'"),
        (lambda c: c.update(published={"use": "csv_table", "a": 1}), "published: found option 'a', wanted one of none"),
        (lambda c: c["reader"].pop("use"), "found reader without 'use', wanted one of .*nwb"),
        (lambda c: c["reader"].update(use="nbw"), r"readers/ has no nbw.py; .*Did you mean 'nwb'\?"),
        (lambda c: c["reader"].update(alighn="x"), r"reader: found option 'alighn', .*Did you mean 'align'\?"),
        (
            lambda c: c["files"][0]["made_by"].update(sed=1),
            r"made_by of .*: found option 'sed', .*Did you mean 'seed'\?",
        ),
        (lambda c: c["files"][0].update(url="https://x.org/a"), "found made_by together with url"),
        (lambda c: c["files"][0].pop("made_by"), "found neither made_by nor both of sha256 and bytes"),
        (
            lambda c: c.update(files=[UNCHECKED | {"url": "https://x.org/a"}]),
            "found sha256 and bytes null with url https://x.org/a, wanted those of the file, because a download",
        ),
        (lambda c: c.update(files=[UNCHECKED | {"bytes": 1}]), "found neither made_by nor both of sha256 and bytes"),
        (lambda c: c.update(files=[UNCHECKED | {"sha256": "0" * 64}]), "found neither made_by nor both"),
        (lambda c: c.update(files=[{"file": "x", "url": None}]), "sha256: null and bytes: null if url is"),
        (lambda c: c["files"].append(deepcopy(c["files"][0])), "found the same file twice"),
        (lambda c: c["facts"][0].update(status="guessed"), "facts.0.status: found 'guessed'; input should be"),
        (lambda c: c.update(files=[]), r"files: found \[\]"),
        (
            lambda c: c.update(files=[{"file": "x", "url": "file:///etc/passwd", "sha256": "0" * 64, "bytes": 1}]),
            "files.0.url: found 'file:///etc/passwd', wanted an address that begins with https://",
        ),
        (
            lambda c: c.update(files=[{"file": "x", "url": "https://x.org", "sha256": "abc", "bytes": 1}]),
            "files.0.sha256: found 'abc'",
        ),
    ],
)
def test_an_invalid_card_is_refused_with_a_readable_message(changed, change, message):
    with pytest.raises(ValueError, match=message):
        read_card(changed(change))


def test_a_file_that_each_user_provides_may_have_no_checksum(changed):
    (file,) = read_card(changed(lambda card: card.update(files=[UNCHECKED]))).files
    assert file.checked == "not checked: the card has no checksum"


@pytest.mark.parametrize("name", CARDS)
def test_every_downloaded_file_has_a_plausible_checksum(name):
    for file in read_card(DATA / name / "card.yaml").files:
        assert file.url is None or (file.sha256 and file.bytes)
        assert file.sha256 is None or len(set(file.sha256)) > 4


@pytest.mark.parametrize(
    ("text", "message"), [("a: [", "no readable YAML"), ("- a", "found list, wanted keys"), ("", "found NoneType")]
)
def test_a_file_that_is_not_a_card_is_refused(tmp_path, text, message):
    (tmp_path / "card.yaml").write_text(text)
    with pytest.raises(BadCard, match=message):
        read_card(tmp_path / "card.yaml")


def test_a_misspelt_option_of_the_study_is_refused_before_any_file_is_opened():
    card = read_card(DATA / "hatsopoulos2007_m1" / "card.yaml")
    with pytest.raises(plugins.BadOption, match=r"recording hatsopoulos2007_m1 .*'windw'.*Did you mean 'window'\?"):
        check_load(card, {"bin": 0.01, "smooth": 0.025, "minimum_rate": 1, "windw": [0, 1]})


def test_an_option_of_both_card_and_study_is_refused():
    card = read_card(DATA / "stevenson2011_m1" / "card.yaml")
    with pytest.raises(plugins.BadOption, match=r"found 'peak_speed' in both, wanted it in one of them"):
        check_load(card, READING | {"peak_speed": 0.1})


def test_a_file_without_a_record_is_named():
    card = read_card(DATA / "hatsopoulos2007_m1" / "card.yaml")
    with pytest.raises(BadCard, match=r"found records of no file, wanted data_output.*\.npy too"):
        load_recording(card, [], READING)


def test_a_loaded_recording_has_its_name_and_every_inferred_fact_as_attributes(real_recording):
    folder = real_recording("stevenson2011_m1")
    card = read_card(DATA / "stevenson2011_m1" / "card.yaml")
    records = [{"file": f.file, "path": str(folder / f.file)} for f in card.files]
    data = load_recording(card, records, READING | {"bin": 0.05})
    assert data.attrs["source"] == "stevenson2011_m1"
    assert len(card.inferred) == 2
    assert all(fact in data.attrs["inferred"] for fact in card.inferred)


def test_a_cards_names_for_conditions_and_its_offset_are_applied_to_the_activity(changed, tmp_path):
    def change(card):
        card["conditions"] = {str(45 * k): {"condition": f"c{k}", "angle": 45 * k + 1} for k in range(8)}
        card["offset"] = 0.1
        card["files"][0]["made_by"] |= {"units": 6, "trials": 2}

    card = read_card(changed(change))
    data = load_recording(card, fetch(card, tmp_path), READING | {"bin": 0.05, "window": [-0.2, 0.2]})
    assert set(data.condition.values.tolist()) == {f"c{k}" for k in range(8)}
    assert (data.angle.values == [45 * int(c[1:]) + 1 for c in data.condition.values.tolist()]).all()
    assert data.time.values[0] == pytest.approx(-0.1)


def test_a_new_name_of_a_condition_must_be_text(changed):
    path = changed(lambda card: card.update(conditions={"0": {"condition": 45}}))
    with pytest.raises(BadCard, match=r"conditions: found {'condition': 45.0} for '0', wanted its new name as text"):
        read_card(path)
