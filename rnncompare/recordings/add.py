"""A recording of the user's own: its file found, copied or downloaded, and a card drafted beside it."""

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
from rnncompare.files.download import NoAnswer, download
from rnncompare.files.file_names import identifier
from rnncompare.files.safety import BadFile, sha256
from rnncompare.recordings import dandi
from rnncompare.recordings.card import BadCard, File, read_card
from rnncompare.recordings.draft import FORMS, UNKNOWN, Draft, Guess, card_text, one_line
from rnncompare.recordings.finding import VARIABLE, locate, search_path

READERS = {
    ".nwb": "nwb",
    ".mat": "array",
    ".npz": "array",
    ".nc": "array",
}  # by a file's ending; their `guess` drafts


@dataclass(frozen=True)
class Found:
    """The file of a card. entry: of `files`; about: what the source says, by the card's keys; done: in words."""

    path: Path
    entry: dict[str, Any]
    source: str
    done: str
    about: dict[str, str]


def add(name: str, source: str, data: Path) -> list[str]:
    """Write data/NAME/card.yaml for the file that `source` names; what was done and what could not be told, in words.

    source: a file, an http(s) address, or dandi:DANDISET/PATH@VERSION. A card that is there stays. Raises BadCard,
    BadFile, download.NoAnswer, activity.BadActivity.
    """
    folder, card = data / name, data / name / "card.yaml"
    try:
        identifier(name)
    except ValueError as error:
        raise BadCard(f"{error}: configs name it so") from None
    if os.path.lexists(card):
        raise BadCard(f"{card}: found a card, wanted none: no card is overwritten; take another name, or remove it")
    if source.lower().startswith("dandi:"):
        found = _from_dandi(source, folder)
    elif re.match("[A-Za-z][A-Za-z0-9+.-]*://", source):
        found = _from_web(source, folder)
    else:
        found = _from_disk(Path(source))
    draft = _with(found.about, _drafted(found))
    if found.done == "":
        found = _beside(found, folder)
    with atomic(card) as temporary:
        temporary.write_text(card_text(name, draft, found.entry, found.source), encoding="utf-8")
        read_card(temporary)  # what cannot be read is not written
    unsaid = [key for key, guess in draft.about.items() if str(guess.value).startswith(UNKNOWN)]
    untold = [
        *draft.untold,
        *([f"{', '.join(unsaid)}: the file does not say; write it into the card"] if unsaid else []),
    ]
    return [
        f"{card}: a card with guesses that nobody has confirmed; it says beside each why it was made",
        f"{found.path}: {found.done}",
        *(f"could not tell {text}" for text in untold),
        f"next: correct the card, then `rnncompare check {name}`",
    ]


def _drafted(found: Found) -> Draft:
    """What a reader makes of a file. Raises BadActivity that says what can be read."""
    reader = _reader(found.path.name)
    try:
        return plugins.find("readers", reader).guess(found.path)
    except BadActivity as error:
        stays = f"\n{found.path} stays; what you make of it is added as a file of your own" if found.done else ""
        raise BadActivity("\n".join([str(error), *([FORMS] if reader == "array" else [])]) + stays) from error


def _reader(file: str) -> str:
    """The reader for a file, by its ending. Raises BadFile."""
    ending = Path(file).suffix.lower()
    if ending not in READERS:
        raise BadFile(f"{file}: found a file that ends in '{ending}', wanted one of {', '.join(READERS)}\n{FORMS}")
    return READERS[ending]


def _entry(file: str, url: str | None, path: Path) -> dict[str, Any]:
    """The entry of `files` for a file that is here."""
    return {"file": file, "url": url, "sha256": sha256(path), "bytes": path.stat().st_size}


def _plain(file: str, source: str) -> str:
    """A file's name, if a card can hold it and there is a reader for it. Raises BadFile."""
    _reader(file)
    try:
        return File.stays_in_its_folder(file)
    except ValueError as error:
        raise BadFile(f"{source}: {error}") from error


def _from_disk(path: Path) -> Found:
    if path.is_dir():
        raise BadFile(f"{path}: found a folder, wanted one file: of arrays that lie apart, make one\n{FORMS}")
    if not path.is_file():
        raise BadFile(f"{path}: found no file, wanted one, or an address that begins with http(s):// or dandi:")
    _plain(path.name, str(path))
    return Found(path, {}, f"a file of the user's, {path.name}", "", {})


def _beside(found: Found, folder: Path) -> Found:
    """A file of the user's where a card finds it: where it lies, if that is looked at, or a copy beside the card."""
    for root in (folder, *(place for each in search_path() for place in (each / folder.name, each))):
        if found.path.resolve().is_relative_to(root.resolve()):
            file = found.path.resolve().relative_to(root.resolve()).as_posix()
            here = locate(folder, file)
            if here is not None and here.samefile(found.path):
                return replace(found, path=here, entry=_entry(file, None, here), done="stays where it is")
    copy = folder / found.path.name
    _nothing(copy, f"it is another one than {found.path}")
    with atomic(copy) as temporary:
        shutil.copyfile(found.path, temporary)
    done = f"a copy of {found.path}, which is neither beside the card nor in a directory of {VARIABLE}"
    return replace(found, path=copy, entry=_entry(copy.name, None, copy), done=done)


def _nothing(path: Path, why: str) -> None:
    """Raise BadFile where a file is in the way."""
    if os.path.lexists(path):
        raise BadFile(f"{path}: found a file, wanted none: {why}; move it away, or add it as a file of your own")


def _from_web(source: str, folder: Path) -> Found:
    """What an address sends; the card has the address without its secrets."""
    url, left_out = address.without_secrets(source)
    if not re.match("https?://", url, re.IGNORECASE):
        raise BadFile(f"found {address.redacted(source)}, wanted an address that begins with http(s):// or dandi:")
    path = folder / _plain(Path(urllib.parse.unquote(urllib.parse.urlsplit(url).path)).name, url)
    _nothing(path, f"nothing says that it is what {url} sends")
    _download(source, path, None, None)
    done = "downloaded; whole by the length that the server said, and its sha256 is now in the card"
    if left_out:
        done += (
            f"; the card's address lacks what looks like a secret: {left_out}; to download it again, {address.ADVICE}"
        )
    return Found(path, _entry(path.name, url, path), url, done, {})


def _from_dandi(source: str, folder: Path) -> Found:
    asset = dandi.asset(source)
    url = address.without_secrets(asset.url)[0]
    entry = {"file": _plain(asset.name, source), "url": url, "sha256": asset.sha256, "bytes": asset.bytes}
    path, done = locate(folder, asset.name), "was here; its sha256 is DANDI's"
    if path is None:
        path, done = folder / asset.name, "downloaded; its sha256 is DANDI's"
        _download(asset.url, path, asset.sha256, asset.bytes)
    elif (sha := sha256(path)) != asset.sha256:
        raise BadFile(f"{path}: found sha256 {sha}, wanted {asset.sha256} as DANDI says of {source}")
    about = {"title": asset.title, "licence": asset.licence, "citation": asset.citation}
    return Found(path, entry, asset.source, done, about)


def _download(url: str, path: Path, wanted: str | None, size: int | None) -> None:
    try:
        download(url, path, wanted=wanted, size=size)
    except NoAnswer as error:
        raise NoAnswer(f"{address.redacted(url)} gave nothing ({error}); wanted {path.name}") from error


def _with(about: dict[str, str], draft: Draft) -> Draft:
    """A draft with what the source says of the recording, before what the file says."""
    said = {key: Guess(one_line(text)) for key, text in about.items() if text}
    return replace(draft, about=draft.about | said)
