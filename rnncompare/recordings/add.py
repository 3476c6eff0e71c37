"""`rnncompare add`: locate, copy or download the file of a user's recording, and draft a card for it."""

import os
import re
import shutil
import urllib.parse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rnncompare import plugins
from rnncompare.activity import BadActivity
from rnncompare.files import address
from rnncompare.files.atomic import atomic
from rnncompare.files.checksums import sha256
from rnncompare.files.download import NoAnswer, download
from rnncompare.files.file_names import identifier
from rnncompare.files.safety import BadFile
from rnncompare.recordings import dandi
from rnncompare.recordings.card import BadCard, read_card
from rnncompare.recordings.card_model import File
from rnncompare.recordings.draft import FORMS, UNKNOWN, Draft, Guess, card_text, one_line
from rnncompare.recordings.finding import VARIABLE, locate, search_path

READERS = {
    ".nwb": "nwb",
    ".mat": "array",
    ".npz": "array",
    ".nc": "array",
}  # reader by file extension; `guess` of the reader drafts the card


@dataclass(frozen=True)
class Found:
    """The file of a new card.

    entry: its entry in `files`; source: where it comes from; done: a description of what was done with the file; about:
    metadata from the source, by the keys of the card.
    """

    path: Path
    entry: dict[str, Any]
    source: str
    done: str
    about: dict[str, str]


def add(name: str, source: str, data: Path) -> list[str]:
    """Write data/NAME/card.yaml for the file that `source` names.

    source: a file, an http(s) address, or dandi:DANDISET/PATH@VERSION. An existing card is not overwritten. Returns
    lines for the user: what was done, and what could not be determined. Raises BadCard, BadFile, download.NoAnswer,
    activity.BadActivity.
    """
    folder, card = data / name, data / name / "card.yaml"
    try:
        identifier(name)
    except ValueError as error:
        raise BadCard(f"{error}: configs refer to the recording by this name") from None
    if os.path.lexists(card):
        raise BadCard(f"{card}: found a card, wanted none: no card is overwritten; use another name, or remove it")
    if source.lower().startswith("dandi:"):
        found = _from_dandi(source, folder)
    elif re.match("[A-Za-z][A-Za-z0-9+.-]*://", source):
        found = _from_web(source, folder)
    else:
        found = _from_disk(Path(source))
    draft = _with(found.about, _drafted(found))
    if found.done == "":
        found = _placed(found, folder)
    with atomic(card) as temporary:
        temporary.write_text(card_text(name, draft, found.entry, found.source), encoding="utf-8")
        read_card(temporary)  # an invalid card is not written
    missing = [key for key, guess in draft.about.items() if str(guess.value).startswith(UNKNOWN)]
    undetermined = [
        *draft.undetermined,
        *([f"{', '.join(missing)}: not in the file; please add it to the card"] if missing else []),
    ]
    return [
        f"{card}: a draft with unconfirmed guesses; a comment beside each gives the reason",
        f"{found.path}: {found.done}",
        *(f"could not determine {text}" for text in undetermined),
        f"next: correct the card, then `rnncompare check {name}`",
    ]


def _drafted(found: Found) -> Draft:
    """The reader's draft of a card for a file. Raises BadActivity, whose message lists the supported formats."""
    reader = _reader(found.path.name)
    try:
        return plugins.find("readers", reader).guess(found.path)
    except BadActivity as error:
        kept = f"\n{found.path} is kept; after converting it, add the converted file" if found.done else ""
        raise BadActivity("\n".join([str(error), *([FORMS] if reader == "array" else [])]) + kept) from error


def _reader(file: str) -> str:
    """The name of the reader for a file, by its extension. Raises BadFile."""
    ending = Path(file).suffix.lower()
    if ending not in READERS:
        raise BadFile(f"{file}: found a file that ends in '{ending}', wanted one of {', '.join(READERS)}\n{FORMS}")
    return READERS[ending]


def _entry(file: str, url: str | None, path: Path) -> dict[str, Any]:
    """The entry of `files` for an existing file."""
    return {"file": file, "url": url, "sha256": sha256(path), "bytes": path.stat().st_size}


def _plain(file: str, source: str) -> str:
    """The name of a file if a card may contain it and a reader exists for its extension. Raises BadFile."""
    _reader(file)
    try:
        return File.stays_in_its_folder(file)
    except ValueError as error:
        raise BadFile(f"{source}: {error}") from error


def _from_disk(path: Path) -> Found:
    if path.is_dir():
        raise BadFile(f"{path}: found a folder, wanted one file: combine arrays of several files into one\n{FORMS}")
    if not path.is_file():
        raise BadFile(f"{path}: found no file, wanted one, or an address that begins with http(s):// or dandi:")
    _plain(path.name, str(path))
    return Found(path, {}, f"user's file {path.name}", "", {})


def _placed(found: Found, folder: Path) -> Found:
    """The user's file at a place where its card finds it: its present place if that is searched, or else a copy."""
    for root in (folder, *(place for each in search_path() for place in (each / folder.name, each))):
        if found.path.resolve().is_relative_to(root.resolve()):
            file = found.path.resolve().relative_to(root.resolve()).as_posix()
            there = locate(folder, file)
            if there is not None and there.samefile(found.path):
                return replace(found, path=there, entry=_entry(file, None, there), done="used from its present place")
    copy = folder / found.path.name
    _refuse_existing(copy, f"it is not the same file as {found.path}")
    with atomic(copy) as temporary:
        shutil.copyfile(found.path, temporary)
    done = f"a copy of {found.path}, which is neither in the folder of the card nor in a directory of {VARIABLE}"
    return replace(found, path=copy, entry=_entry(copy.name, None, copy), done=done)


def _refuse_existing(path: Path, why: str) -> None:
    """Raise BadFile if a file of this name exists."""
    if os.path.lexists(path):
        raise BadFile(f"{path}: found a file, wanted none: {why}; move it away, or add it as your own file")


def _from_web(source: str, folder: Path) -> Found:
    """The file downloaded from an address; the card contains the address without its secrets."""
    url, removed = address.without_secrets(source)
    if not re.match("https?://", url, re.IGNORECASE):
        raise BadFile(f"found {address.redacted(source)}, wanted an address that begins with http(s):// or dandi:")
    path = folder / _plain(Path(urllib.parse.unquote(urllib.parse.urlsplit(url).path)).name, url)
    _refuse_existing(path, f"it cannot be determined whether it is the file at {url}")
    _download(source, path, None, None)
    done = "downloaded with the length given by the server; its sha256 is now in the card"
    if removed:
        done += f"; possible secrets were removed from the card's address: {removed}; to download it again, "
        done += address.ADVICE
    return Found(path, _entry(path.name, url, path), url, done, {})


def _from_dandi(source: str, folder: Path) -> Found:
    asset = dandi.asset(source)
    url = address.without_secrets(asset.url)[0]
    entry = {"file": _plain(asset.name, source), "url": url, "sha256": asset.sha256, "bytes": asset.bytes}
    path, done = locate(folder, asset.name), "already present; its sha256 matches that of DANDI"
    if path is None:
        path, done = folder / asset.name, "downloaded; its sha256 matches that of DANDI"
        _download(asset.url, path, asset.sha256, asset.bytes)
    elif (sha := sha256(path)) != asset.sha256:
        raise BadFile(f"{path}: found sha256 {sha}, wanted {asset.sha256}, which DANDI gives for {source}")
    about = {"title": asset.title, "licence": asset.licence, "citation": asset.citation}
    return Found(path, entry, asset.source, done, about)


def _download(url: str, path: Path, wanted: str | None, size: int | None) -> None:
    try:
        download(url, path, wanted=wanted, size=size)
    except NoAnswer as error:
        raise NoAnswer(f"{address.redacted(url)}: the download failed ({error}); wanted {path.name}") from error


def _with(about: dict[str, str], draft: Draft) -> Draft:
    """The draft in which metadata from the source take precedence over those from the file."""
    known = {key: Guess(one_line(text)) for key, text in about.items() if text}
    return replace(draft, about=draft.about | known)
