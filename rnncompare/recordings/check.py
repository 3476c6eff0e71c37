"""Whether a recording can be used, and for what: its card, its files, what they hold, and every member tried on it."""

import textwrap
from pathlib import Path
from typing import Any, NamedTuple

import xarray as xr

from rnncompare import plugins
from rnncompare.files.safety import BadFile
from rnncompare.recordings.card import BadCard, read_card
from rnncompare.recordings.card_model import Card, File
from rnncompare.recordings.faults import broke, is_ours
from rnncompare.recordings.finding import VARIABLE, fetch, locate, locate_all
from rnncompare.recordings.inspection import Finding, of_activity
from rnncompare.recordings.loading import check_load, load_recording, published_rows
from rnncompare.recordings.sessions import files_of, wildcards
from rnncompare.recordings.suitability import Use, uses

# How a recording is read where neither its card nor its reader nor the user says: s, s, s about the event, spikes/s.
READ = {"bin": 0.02, "smooth": 0.04, "window": [-0.3, 0.5], "minimum_rate": 0}


class Checked(NamedTuple):
    """What a check found; `data` is None where nothing could be read as an activity."""

    findings: list[Finding]
    uses: list[Use]
    data: xr.Dataset | None

    @property
    def errors(self) -> int:
        """How many findings make the recording unusable."""
        return sum(finding.level == "error" for finding in self.findings)


def card_named(name: str, folder: Path) -> Card:
    """The card <folder>/<name>/card.yaml. Raises BadCard, with the nearest that exists, and what `read_card` raises."""
    path = folder / name / "card.yaml"
    if not path.is_file():
        if not folder.is_dir():
            raise BadCard(
                f"{folder}: found no such folder in {Path.cwd()}, wanted the one of the cards: run it in the project's "
                "folder, or say --data FOLDER; `rnncompare add NAME FILE` makes a first card"
            )
        there = sorted(p.parent.name for p in folder.glob("*/card.yaml"))
        raise BadCard(
            f"{path}: found none, wanted a recording's card; there are {', '.join(there) or 'none'}."
            f"{plugins.nearest(name, there)}"
        )
    return read_card(path)


def check_recording(
    card: Card, options: dict[str, Any], generated: Path, choice: dict[str, Any] | None = None
) -> Checked:
    """Look at all of a recording.

    options: about reading, instead of those in `reading_options`; generated: where files go that the card makes;
    choice: `only` and `pool` as of a study's recording, or None: all there is, averages of several sessions together.
    Whatever cannot be used is a finding. Raises BadOption where `options` are none of the reader's.
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
        more = "; others are given by --options" if isinstance(reason, plugins.BadOption) else ""
        refused = Finding("error", "reading", f"{reason}{more}")
        told = any(finding.found == refused.found for finding in findings)
        return Checked(findings if told else [*findings, refused], [], None)
    return Checked([*findings, *of_activity(data)], uses(data), data)


def reading_options(card: Card, options: dict[str, Any]) -> dict[str, Any]:
    """What the reader is told beside the card: `options`, else the reader's `first_look`, else `READ`.

    Raises BadCard, BadOption.
    """
    reader = plugins.find("readers", card.reader["use"])
    usual = {n: v for n, v in plugins.first_look(reader, **READ).items() if n not in card.reader}
    chosen = usual | options
    check_load(card, chosen, f"options of reading {card.name}")
    return chosen


def _files(card: Card) -> list[Finding]:
    """Where each file is, or how to get it; none is downloaded."""
    found = []
    for file in card.files:
        try:
            paths = [] if file.made_by else _located(card, file)
        except BadFile as reason:
            found.append(Finding("error", "file", str(reason)))
            continue
        if file.made_by:
            found.append(Finding("fact", "file", f"{file.file}: made anew, by {file.made_by['use']}"))
        for path in paths:
            level = "fact" if file.sha256 else "warning"
            found.append(Finding(level, "file", f"{path}: {path.stat().st_size / 1e6:.3g} MB; {file.checked}"))
        if not file.made_by and not paths:
            places = f"found neither in {card.folder} nor in the folders of {VARIABLE}"
            found.append(Finding("error", "file", f"{file.file}: {places}; {_how_to_get(card, file)}"))
    return found


def _located(card: Card, file: File) -> list[Path]:
    """Where the file lies, or each of those that its {names} stand for."""
    if wildcards(file.file):
        return [path for path, _ in locate_all(card.folder, file.file).values()]
    path = locate(card.folder, file.file)
    return [] if path is None else [path]


def _how_to_get(card: Card, file: File) -> str:
    if file.url is None:
        return f"its card has no url: put it there yourself ({card.source})"
    command = f"rnncompare fetch --cards {card.path} --folder results/recordings --out results/recordings/found.json"
    return f"`{command}` downloads {file.bytes / 1e6:.3g} MB from {file.url}"


def _examined(card: Card, records: list[dict], options: dict[str, Any]) -> list[Finding]:
    """What the reader itself says of its files, where it can: `NAME.examine` of the reader's arguments."""
    examine = getattr(plugins.find("readers", card.reader["use"]), "examine", None)
    if examine is None:
        return []
    whole = {"": {record["file"]: Path(record["path"]) for record in records}}
    own = {name: value for name, value in card.reader.items() if name != "use"}
    found = []
    for label, files in (files_of(records) if card.files[0].of_a_session else whole).items():
        try:
            each = examine(files, **own, **options)
        except ValueError as reason:
            each = [Finding("error", "file", str(reason) if is_ours(reason) else broke(reason))]
        found += [finding._replace(about=f"{label} {finding.about}".strip()) for finding in each]
    return found


def as_text(checked: Checked, width: int = 118) -> str:
    """The findings, then what can be done, as two tables."""
    mark = {"error": "ERROR", "warning": "warning", "fact": ""}
    lines = _table([(mark[f.level], f.about, f.found) for f in checked.findings], width)
    if checked.uses:
        lines += [
            "",
            "Tried on it, each with the least demanding options: a number says that it runs, not what it means.",
        ]
        lines += _table(
            [("yes" if use.can else "no", f"{use.kind} {use.name}", use.found) for use in checked.uses], width
        )
    return "\n".join(lines)


def _table(rows: list[tuple[str, str, str]], width: int) -> list[str]:
    """Rows of three columns, the last one folded."""
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
    """Names and words of a file that is not ours, as one line that does nothing to a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)
