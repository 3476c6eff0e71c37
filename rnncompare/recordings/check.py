"""`rnncompare check`: inspect the card, files and contents of a recording, and try every member on it."""

import textwrap
from pathlib import Path
from typing import Any, NamedTuple

import xarray as xr

from rnncompare import plugins
from rnncompare.files.safety import BadFile
from rnncompare.recordings.card import BadCard, read_card
from rnncompare.recordings.card_model import Card, File
from rnncompare.recordings.finding import VARIABLE, fetch, locate, locate_all
from rnncompare.recordings.inspection import Finding, inspect_activity
from rnncompare.recordings.loading import check_load, load_recording, published_rows
from rnncompare.recordings.session_names import wildcards
from rnncompare.recordings.sessions import files_of
from rnncompare.recordings.suitability import Use, uses
from rnncompare.recordings.unexpected_errors import describe_failure, is_user_error

# Reading options that are used if neither card, reader nor user gives them: s, s, s around the event, spikes/s.
READ = {"bin": 0.02, "smooth": 0.04, "window": [-0.3, 0.5], "minimum_rate": 0}


class Checked(NamedTuple):
    """The result of a check; `data` is None if no activity could be read."""

    findings: list[Finding]
    uses: list[Use]
    data: xr.Dataset | None

    @property
    def errors(self) -> int:
        """The number of findings that make the recording unusable."""
        return sum(finding.level == "error" for finding in self.findings)


def card_named(name: str, folder: Path) -> Card:
    """The card <folder>/<name>/card.yaml. Raises BadCard, which suggests the nearest existing name."""
    path = folder / name / "card.yaml"
    if not path.is_file():
        if not folder.is_dir():
            raise BadCard(
                f"{folder}: found no such folder in {Path.cwd()}, wanted the folder of the cards: run the command in "
                "the project's folder, or give --data FOLDER; `rnncompare add NAME FILE` creates a first card"
            )
        existing = sorted(p.parent.name for p in folder.glob("*/card.yaml"))
        raise BadCard(
            f"{path}: found no card, wanted one of {', '.join(existing) or 'none (the folder has no cards)'}."
            f"{plugins.nearest(name, existing)}"
        )
    return read_card(path)


def check_recording(
    card: Card, options: dict[str, Any], generated: Path, choice: dict[str, Any] | None = None
) -> Checked:
    """Inspect a recording and try every measure, probe and control on it.

    options: reading options that override those of `reading_options`; generated: folder for files that a simulator of
    the card generates; choice: `only` and `pool` as in a study, or None for all units and, with several sessions, their
    pooled averages. Problems of the recording are findings, not exceptions. Raises BadOption for options that the
    reader does not have.
    """
    findings = [Finding("fact", "card", f"{card.path}: {card.title}"), Finding("fact", "licence", card.licence)]
    findings += _files(card)
    chosen = reading_options(card, options) if card.reader else {}
    if any(finding.level == "error" for finding in findings):
        return Checked(findings, [], None)
    try:
        records = fetch(card, generated)
        if card.published:
            rows = published_rows(card, records)
            findings.append(Finding("fact", "published", f"{len(rows)} rows of the authors' statistics"))
        if not card.reader:
            return Checked(findings, [], None)
    except ValueError as reason:
        return Checked([*findings, Finding("error", "files", str(reason))], [], None)
    findings.append(Finding("fact", "read with", ", ".join(f"{k} {v}" for k, v in chosen.items())))
    findings += _examined(card, records, chosen)
    if choice is None:
        choice = {"pool": "averages"} if len({record.get("session") for record in records}) > 1 else {}
    try:
        data = load_recording(card, records, chosen, **choice)
    except ValueError as reason:
        more = "; other options can be given by --options" if isinstance(reason, plugins.BadOption) else ""
        refused = Finding("error", "reading", f"{reason}{more}")
        known = any(finding.found == refused.found for finding in findings)
        return Checked(findings if known else [*findings, refused], [], None)
    return Checked([*findings, *inspect_activity(data)], uses(data), data)


def reading_options(card: Card, options: dict[str, Any]) -> dict[str, Any]:
    """The options of the reader that are not in the card: `options`, else the reader's `first_look`, else `READ`.

    Raises BadCard, BadOption.
    """
    reader = plugins.find("readers", card.reader["use"])
    defaults = {n: v for n, v in plugins.first_look(reader, **READ).items() if n not in card.reader}
    chosen = defaults | options
    check_load(card, chosen, f"options for reading {card.name}")
    return chosen


def _files(card: Card) -> list[Finding]:
    """The place of each file, or how to obtain it; nothing is downloaded."""
    found = []
    for file in card.files:
        try:
            paths = [] if file.made_by else _located(card, file)
        except BadFile as reason:
            found.append(Finding("error", "file", str(reason)))
            continue
        if file.made_by:
            found.append(Finding("fact", "file", f"{file.file}: generated by {file.made_by['use']}"))
        for path in paths:
            level = "fact" if file.sha256 else "warning"
            found.append(Finding(level, "file", f"{path}: {path.stat().st_size / 1e6:.3g} MB; {file.checked}"))
        if not file.made_by and not paths:
            places = f"found neither in {card.folder} nor in the folders of {VARIABLE}"
            found.append(Finding("error", "file", f"{file.file}: {places}; {_how_to_get(card, file)}"))
    return found


def _located(card: Card, file: File) -> list[Path]:
    """The path of the file, or the paths of all files that its pattern with {names} matches."""
    if wildcards(file.file):
        return [path for path, _ in locate_all(card.folder, file.file).values()]
    path = locate(card.folder, file.file)
    return [] if path is None else [path]


def _how_to_get(card: Card, file: File) -> str:
    if file.url is None:
        return f"its card has no url: please copy it there ({card.source})"
    command = f"rnncompare fetch --cards {card.path} --folder results/recordings --out results/recordings/found.json"
    return f"`{command}` downloads {file.bytes / 1e6:.3g} MB from {file.url}"


def _examined(card: Card, records: list[dict], options: dict[str, Any]) -> list[Finding]:
    """The findings of the reader's own inspection of its files, `NAME.examine`, if it has one."""
    examine = getattr(plugins.find("readers", card.reader["use"]), "examine", None)
    if examine is None:
        return []
    whole = {"": {record["file"]: Path(record["path"]) for record in records}}
    own = plugins.options_in(card.reader)
    found = []
    for label, files in (files_of(records) if card.files[0].of_a_session else whole).items():
        try:
            each = examine(files, **own, **options)
        except ValueError as reason:
            each = [Finding("error", "file", str(reason) if is_user_error(reason) else describe_failure(reason))]
        found += [finding._replace(about=f"{label} {finding.about}".strip()) for finding in each]
    return found


def as_text(checked: Checked, width: int = 118) -> str:
    """The findings and the results of all members as two text tables."""
    mark = {"error": "ERROR", "warning": "warning", "fact": ""}
    lines = _table([(mark[f.level], f.about, f.found) for f in checked.findings], width)
    if checked.uses:
        lines += [
            "",
            "Each member was tried with its least demanding options. A number shows that it runs, and is not a result.",
        ]
        lines += _table(
            [("yes" if use.can else "no", f"{use.kind} {use.name}", use.found) for use in checked.uses], width
        )
    return "\n".join(lines)


def _table(rows: list[tuple[str, str, str]], width: int) -> list[str]:
    """The rows as text in three columns, the last of which is wrapped."""
    first, second = (max(len(row[k]) for row in rows) for k in (0, 1))
    lines = []
    for mark, about, found in rows:
        head = _printable(f"{mark:<{first}}  {about:<{second}}  ")
        lines += textwrap.wrap(
            _printable(" ".join(found.split())),
            width,
            initial_indent=head,
            subsequent_indent=" " * len(head),
            break_long_words=False,
        )
    return lines


def _printable(text: str) -> str:
    """Text from a file without control characters, which could affect a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)
