"""The files of a card: found beside it or in RNNCOMPARE_DATA, made or downloaded, and checked by sha256."""

import os
from pathlib import Path
from typing import Any

from rnncompare.files.download import NoAnswer, download
from rnncompare.files.safety import BadFile, sha256
from rnncompare.recordings.card_model import Card, File
from rnncompare.recordings.sessions import matching

VARIABLE = "RNNCOMPARE_DATA"


def search_path() -> list[Path]:
    """The directories of RNNCOMPARE_DATA, in order."""
    return [Path(d) for d in os.environ.get(VARIABLE, "").split(os.pathsep) if d]


def locate(card_folder: str | Path, file: str, *, search: list[Path] | None = None) -> Path | None:
    """Where a file lies: beside its card, or in a directory of `search` as <card's name>/<file> or <file>; else None.

    search: RNNCOMPARE_DATA where left out. Raises BadFile where the file beside the card is a link that leaves the
    card's folder; links inside the user's own directories are the user's business.
    """
    card_folder = Path(card_folder)
    beside = card_folder / file
    if beside.is_file():
        if not beside.resolve().is_relative_to(card_folder.resolve()):
            raise BadFile(f"{beside}: found a link to {beside.resolve()}, wanted a file inside {card_folder}")
        return beside
    name = card_folder.absolute().name
    for directory in search_path() if search is None else search:
        for place in (Path(directory) / name / file, Path(directory) / file):
            if place.is_file():
                return place
    return None


def locate_all(card_folder: str | Path, pattern: str) -> dict[str, tuple[Path, dict[str, str]]]:
    """Every file that a name with {names} stands for, in order: its path, and what each name stands for.

    Each is looked for where `locate` looks. Raises BadFile where one beside the card is a link that leaves the folder.
    """

    card_folder = Path(card_folder)
    places = [card_folder, *(d for s in search_path() for d in (s / card_folder.absolute().name, s))]
    found = {name: values for place in places for name, values in matching(pattern, place).items()}
    return {name: (locate(card_folder, name), found[name]) for name in sorted(found)}


def fetch(card: Card, folder: str | Path, **how) -> list[dict[str, Any]]:
    """Find, make or download each file of a card: records of file, path, sha256, bytes and what was checked.

    A file of a session says of which, and what the {names} in its card's name for it stand for: session, names,
    file_of_card.

    folder: where generated files go, as <folder>/<card's name>/<file>; they are made anew, never looked for, so that
    an old one with other options cannot pass for them. how: options of `download.download`. Raises BadFile once for
    all files that are missing or wrong.
    """
    records, wrong = [], []
    for file in card.files:
        try:
            for name, (path, names) in _fetch_each(card, file, Path(folder), how).items():
                about = {"sha256": sha256(path), "bytes": path.stat().st_size, "checked": file.checked}
                whose = {"session": file.session or "_".join(names.values()), "names": names, "file_of_card": file.file}
                records.append({"file": name, "path": str(path), **about, **(whose if file.of_a_session else {})})
        except BadFile as error:
            wrong.append(str(error))
    if wrong:
        raise BadFile("\n".join(wrong))
    return records


def _fetch_each(card: Card, file: File, folder: Path, how: dict) -> dict[str, tuple[Path, dict[str, str]]]:
    """Path and names of each file that an entry of a card stands for, by its name. Raises BadFile if there is none."""
    if file.session is not None or not file.of_a_session:
        return {file.file: (_fetch_one(card, file, folder, how), {})}
    found = locate_all(card.folder, file.file)
    if not found:
        raise BadFile(
            f"{card.name}/{file.file}: found no such file in {card.folder} nor in the directories of {VARIABLE} "
            f"({_listed()}), wanted one for each session"
        )
    return found


def _listed() -> str:
    return os.environ.get(VARIABLE) or "not set"


def _fetch_one(card: Card, file: File, folder: Path, how: dict) -> Path:

    if file.made_by:
        return _generate(file, folder / card.name / file.file)
    path = locate(card.folder, file.file)
    if path is not None:
        _check(path, file)
        return path
    nowhere = (
        f"{card.name}/{file.file}: found neither in {card.folder} nor in the directories of {VARIABLE} ({_listed()})"
    )
    wanted = f"wanted it in one of them ({file.checked if file.sha256 is None else f'sha256 {file.sha256}'})"
    place = card.folder / file.file
    for target in (place, place.with_name(place.name + ".part")):  # where a download would write
        real = Path(os.path.realpath(target))
        if not real.is_relative_to(os.path.realpath(card.folder)) or target.is_symlink():
            raise BadFile(f"{target}: found a link to {real}, wanted a place inside {card.folder}")
    if file.url is None:
        raise BadFile(f"{nowhere}, and its card has no url; {wanted}")
    try:
        download(file.url, place, wanted=file.sha256, size=file.bytes, **how)
    except NoAnswer as error:
        raise BadFile(f"{nowhere}, and {file.url} gave nothing ({error}); {wanted}") from error
    return place


def _generate(file: File, path: Path) -> Path:
    from rnncompare import plugins

    plugins.bind("simulators", file.made_by, f"made_by of {file.file}")(path)
    return path


def _check(path: Path, file: File) -> None:
    """Raise BadFile unless a file has the card's size and sha256, if it has any. The user's file is never removed."""
    if file.sha256 is None:
        return
    size, anew = path.stat().st_size, "; delete it, and it is downloaded anew" if file.url else ""
    if size != file.bytes:
        raise BadFile(f"{path}: found {size} bytes, wanted {file.bytes}: the file is cut short or another one{anew}")
    found = sha256(path)
    if found != file.sha256:
        raise BadFile(f"{path}: found sha256 {found}, wanted {file.sha256} as its card says{anew}")
