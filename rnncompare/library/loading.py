"""An activity of whatever holds one: a card, a file that a run wrote, or a file that a reader can make sense of."""

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

OTHERWISE = (
    "Otherwise: `rnncompare add NAME FILE` drafts a card, which you correct (docs/adding.md), and load(NAME) reads it; "
    "or rnncompare.activity.from_arrays, from_pandas and from_xarray make an activity of what you have in memory"
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

    source: the name of a card (a folder of `data`), the path of a card.yaml, an activity (.nc) such as
    results/demo/demo/activity/regularized/0.nc, or a file of yours (.nwb, .mat, .npz, .nc) that says enough of itself:
    what was guessed then is in the attribute `inferred`. A card's files are looked for and downloaded as in the
    workflow. reading: options of the card's reader, such as bin, smooth (s), window (s) and minimum_rate; what is not
    said is as in `rnncompare check`. only, pool: of several sessions, as in a config. Raises BadActivity, BadCard,
    BadFile, BadOption, which say what to do instead.
    """
    path = Path(source)
    if path.suffix.lower() in (".yaml", ".yml"):
        return _of_card(read_card(path), reading, only, pool)
    if path.suffix.lower() not in READERS and not path.is_file():
        return _of_card(_named(str(source), Path(data)), reading, only, pool)
    if not path.is_file():
        raise BadFile(f"load: {path}: found no such file in {Path.cwd()}, wanted one. {OTHERWISE}")
    if path.suffix.lower() not in READERS:
        wanted = f"wanted {', '.join(READERS)}"
        raise BadFile(f"load: {path}: found a file that ends in '{path.suffix}', {wanted}. {OTHERWISE}")
    if path.suffix.lower() == ".nc" and (found := _written(path, reading)) is not None:
        return found
    return _guessed(path, reading)


def _written(path: Path, reading: dict) -> xr.Dataset | None:
    """The activity that a run, or another program by the contract, wrote; None where the file is something else."""
    sealed = has_checksum(path)
    try:
        found = read(path, from_user=True)
    except BadActivity:
        if sealed:
            raise
        return None
    if reading:
        said = f"found {', '.join(reading)} for an activity that is read as it is"
        raise plugins.BadOption(f"load: {path}: {said}, wanted none: compare and probes take a window")
    return found


def _named(name: str, data: Path) -> Card:
    """The card of a name in the folder of cards."""
    if not data.is_dir():
        raise BadCard(
            f"load: {name}: found no such file, and no folder {data} of cards in {Path.cwd()}; wanted one of them: "
            f"data=FOLDER names another one. {OTHERWISE}"
        )
    return card_named(name, data)


def _of_card(card: Card, reading: dict, only: dict | None, pool: str | None) -> xr.Dataset:
    """What a card's files hold, as the workflow reads it."""
    options = reading_options(card, reading)
    with tempfile.TemporaryDirectory() as made:  # for files that the card makes itself
        records = fetch(card, made)
        several = len({record.get("session") for record in records}) > 1
        return load_recording(card, records, options, only=only, pool=pool or ("averages" if several else None))


def _guessed(path: Path, reading: dict) -> xr.Dataset:
    """What a reader makes of a file of which there is no card, by the card that it would draft."""
    reader = READERS[path.suffix.lower()]
    try:
        draft = plugins.find("readers", reader).guess(path)
    except BadActivity as error:
        forms = f"\n{FORMS}" if reader == "array" else ""
        raise BadActivity(f"{error}{forms}\n{OTHERWISE}") from error
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
        raise BadActivity(f"{error}{lacking}\n{OTHERWISE}") from error


def _name(path: Path) -> str:
    """A name that a card can have, like the file's."""
    name = "".join(c if c.isascii() and c.isalnum() else "_" for c in path.stem.lower())[:40].strip("_")
    try:
        return identifier(name)
    except ValueError:
        return "recording"
