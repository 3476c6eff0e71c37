"""Loading of an activity: from a card, from a file that a run wrote, or from a file that a reader can interpret."""

import tempfile
from pathlib import Path
from typing import Any

import xarray as xr

from rnncompare import plugins
from rnncompare.activity import BadActivity, read
from rnncompare.files.checksums import has_checksum
from rnncompare.files.file_names import identifier
from rnncompare.files.safety import BadFile
from rnncompare.recordings.add import READERS
from rnncompare.recordings.card import BadCard, Card, read_card
from rnncompare.recordings.check import card_named, reading_options
from rnncompare.recordings.draft import FORMS, card_text
from rnncompare.recordings.finding import fetch
from rnncompare.recordings.loading import load_recording

ALTERNATIVES = (
    "Alternatively, `rnncompare add NAME FILE` drafts a card, which you correct (docs/adding.md) and load(NAME) reads; "
    "or rnncompare.activity.from_arrays, from_pandas and from_xarray convert data in memory to an activity"
)


def load(
    source: str | Path,
    *,
    data: str | Path = "data",
    only: dict[str, list[str]] | None = None,
    pool: str | None = None,
    **reading: Any,
) -> xr.Dataset:
    """The activity of a recording, or one that a run of the workflow wrote.

    source: the name of a card (a subfolder of `data`), the path of a card.yaml, an activity (.nc) such as
    results/demo/demo/activity/regularized/0.nc, or your own file (.nwb, .mat, .npz, .nc) if its form can be determined
    from its contents; the attribute `inferred` then lists what was guessed. The files of a card are found or downloaded
    as in the workflow. reading: options of the card's reader, such as bin, smooth (s), window (s) and minimum_rate;
    other options have the values that `rnncompare check` uses. only, pool: the selection and pooling of several
    sessions, as in a config. Raises BadActivity, BadCard, BadFile, BadOption, whose messages name alternatives.
    """
    path = Path(source)
    if path.suffix.lower() in (".yaml", ".yml"):
        return _of_card(read_card(path), reading, only, pool)
    if path.suffix.lower() not in READERS and not path.is_file():
        return _of_card(_named(str(source), Path(data)), reading, only, pool)
    if not path.is_file():
        raise BadFile(f"load: {path}: found no such file in {Path.cwd()}, wanted an existing file. {ALTERNATIVES}")
    if path.suffix.lower() not in READERS:
        wanted = f"wanted {', '.join(READERS)}"
        raise BadFile(f"load: {path}: found a file that ends in '{path.suffix}', {wanted}. {ALTERNATIVES}")
    if path.suffix.lower() == ".nc" and (found := _written(path, reading)) is not None:
        return found
    return _guessed(path, reading)


def _written(path: Path, reading: dict) -> xr.Dataset | None:
    """The activity in an .nc file that satisfies the contract; None for other files without a checksum."""
    sealed = has_checksum(path)
    try:
        found = read(path, from_user=True)
    except BadActivity:
        if sealed:
            raise
        return None
    if reading:
        unused = f"found {', '.join(reading)} for an activity, which is read without conversion"
        raise plugins.BadOption(f"load: {path}: {unused}, wanted none: compare and probes have an argument window")
    return found


def _named(name: str, data: Path) -> Card:
    """The card with this name in the folder of cards. Raises BadCard."""
    if not data.is_dir():
        raise BadCard(
            f"load: {name}: found no such file, and no folder {data} of cards in {Path.cwd()}; wanted one of them "
            f"(data=FOLDER names another folder). {ALTERNATIVES}"
        )
    return card_named(name, data)


def _of_card(card: Card, reading: dict, only: dict | None, pool: str | None) -> xr.Dataset:
    """The activity in the files of a card, read as in the workflow."""
    options = reading_options(card, reading)
    with tempfile.TemporaryDirectory() as made:  # for files that a simulator of the card generates
        records = fetch(card, made)
        several = len({record.get("session") for record in records}) > 1
        return load_recording(card, records, options, only=only, pool=pool or ("averages" if several else None))


def _guessed(path: Path, reading: dict) -> xr.Dataset:
    """The activity in a file without a card, read by the card that `rnncompare add` would draft for it."""
    reader = READERS[path.suffix.lower()]
    try:
        draft = plugins.find("readers", reader).guess(path)
    except BadActivity as error:
        forms = f"\n{FORMS}" if reader == "array" else ""
        raise BadActivity(f"{error}{forms}\n{ALTERNATIVES}") from error
    with tempfile.TemporaryDirectory() as folder:
        name = _name(path)
        card = Path(folder) / name / "card.yaml"
        card.parent.mkdir()
        entry = {"file": path.name, "url": None, "sha256": None, "bytes": None}
        card.write_text(card_text(name, draft, entry, f"a file of the user's, {path.name}"), encoding="utf-8")
        drafted = read_card(card)
    record = {"file": path.name, "path": str(path)}
    try:
        return load_recording(drafted, [record], reading_options(drafted, reading))
    except ValueError as error:
        lacking = "".join(f"\nnot known: {text}" for text in draft.undetermined)
        raise BadActivity(f"{error}{lacking}\n{ALTERNATIVES}") from error


def _name(path: Path) -> str:
    """A valid name of a card, which is similar to that of the file."""
    name = "".join(c if c.isascii() and c.isalnum() else "_" for c in path.stem.lower())[:40].strip("_")
    try:
        return identifier(name)
    except ValueError:
        return "recording"
