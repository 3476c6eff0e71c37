"""Reading of a card's files as an activity or as rows of published statistics."""

from pathlib import Path
from typing import Any, Literal

import xarray as xr

from rnncompare import activity, plugins
from rnncompare.activity.copies import mark_copies
from rnncompare.files.safety import BadFile
from rnncompare.options.ranges import bins_in_window
from rnncompare.options.values import check_together, check_values
from rnncompare.recordings import sessions
from rnncompare.recordings.card import BadCard
from rnncompare.recordings.card_model import Card
from rnncompare.recordings.finding import fetch
from rnncompare.recordings.unexpected_errors import describe_failure, is_user_error


def check_load(card: Card, study_options: dict[str, Any], where: str = "") -> None:
    """Check the options of card and study against the reader, without opening a file. Raises BadCard, BadOption.

    where: the place of the study's options, for errors.
    """
    if card.reader is None:
        raise BadCard(
            f"{card.path}: found only published statistics, wanted a recording, which is a card with a reader"
        )
    reader = plugins.find("readers", card.reader["use"])
    both = sorted(set(study_options) & set(card.reader))
    if both:
        raise plugins.BadOption(f"{card.path} and the study: found '{both[0]}' in both, wanted it in one of them")
    of_reader = f"recording {card.name} (reader '{card.reader['use']}')"
    every = plugins.options_in(card.reader) | study_options
    plugins.check(reader, every, of_reader)
    check_values(reader, plugins.options_in(card.reader), f"{card.path}: reader")
    check_values(reader, study_options, where or of_reader)
    check_together(reader, every, where or of_reader)
    if {"window", "bin"} <= every.keys():
        try:
            bins_in_window(**{name: every[name] for name in ("window", "bin", "smooth") if name in every})
        except plugins.BadOption as error:
            raise plugins.BadOption(f"{where or of_reader}: {error}") from None


def fetch_all(cards: list[Card], folder: str | Path) -> dict[str, list[dict[str, str | int]]]:
    """`finding.fetch` for several cards: records by the card's name. Raises one BadFile for all missing files."""
    records, wrong = {}, []
    for card in cards:
        try:
            records[card.name] = fetch(card, folder)
        except BadFile as error:
            wrong.append(str(error))
    if wrong:
        raise BadFile("\n".join(wrong))
    return records


def load_recording(
    card: Card,
    records: list[dict[str, Any]],
    study_options: dict[str, Any],
    *,
    only: dict[str, list[str]] | None = None,
    pool: Literal["averages", "trials"] | None = None,
) -> xr.Dataset:
    """The activity that is read from a card's files.

    records: from `finding.fetch`; study_options: the study's reading options (bin, smooth, minimum_rate, window), which
    are combined with those of the card. only: names of sessions and values of coordinates along unit that are kept;
    pool: how several sessions are combined (`sessions.load`). The card's inferred facts are stored in the attribute
    `inferred`. Raises BadCard, BadOption, activity.BadActivity.
    """
    check_load(card, study_options)
    reader = plugins.find("readers", card.reader["use"])
    options = plugins.options_in(card.reader) | study_options

    def read(files: dict[str, Path]) -> xr.Dataset:
        try:
            return mark_copies(reader(files, **options), card.copies)
        except (OSError, MemoryError):
            raise
        except Exception as error:
            if is_user_error(error):
                raise
            raise activity.BadActivity(
                f"{card.path}: reader '{card.reader['use']}' {describe_failure(error)}: found a file that it cannot "
                "read, wanted a file and options as described in the card; RNNCOMPARE_TRACEBACK=1 shows the traceback, "
                "please report it"
            ) from error

    if card.files[0].of_a_session:
        data = sessions.load(records, read, str(card.path), only=only or {}, pool=pool)
    else:
        data = sessions.select_units(read(_found(card, records)), only or {}, str(card.path))
    data = activity.translated(data, card.conditions, card.offset)
    data.attrs["source"] = card.name
    inferred = [data.attrs["inferred"]] if data.attrs.get("inferred") else []
    if inferred + card.inferred:
        data.attrs["inferred"] = "; ".join(inferred + card.inferred)
    return activity.validate(data, card.name)


def published_rows(card: Card, records: list[dict[str, str | int]]) -> list[dict]:
    """Rows of the published statistics in a card's files; the column `origin` says who published them.

    records: from `finding.fetch`. Raises BadCard, BadOption, activity.BadActivity.
    """
    if card.published is None:
        raise BadCard(f"{card.path}: found no 'published', wanted the name of a member of published/ and its options")
    return plugins.bind("published", card.published, f"{card.path}: published")(_found(card, records))


def _found(card: Card, records: list[dict[str, str | int]]) -> dict[str, Path]:
    """The path of each file of a card. Raises BadCard if a file has no record."""
    files = {r["file"]: Path(r["path"]) for r in records}
    missing = [f.file for f in card.files if f.file not in files]
    if missing:
        raise BadCard(f"{card.path}: found records of {sorted(files) or 'no file'}, wanted {', '.join(missing)} too")
    return {f.file: files[f.file] for f in card.files}
