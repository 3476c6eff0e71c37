"""Locating, generating or downloading the files of a card, and verification of their checksums."""

import os
from pathlib import Path
from typing import Any

from rnncompare.files.checksums import sha256
from rnncompare.files.download import NoAnswer, download
from rnncompare.files.safety import BadFile
from rnncompare.recordings.card_model import Card, File
from rnncompare.recordings.session_names import matching_files

VARIABLE = "RNNCOMPARE_DATA"
DOWNLOADS = "RNNCOMPARE_DOWNLOADS"  # a folder like data/, to which files of cards in other folders are downloaded


def search_path() -> list[Path]:
    """The directories in the environment variable RNNCOMPARE_DATA, in order."""
    return [Path(d) for d in os.environ.get(VARIABLE, "").split(os.pathsep) if d]


def downloads(card_folder: str | Path) -> Path:
    """The folder to which files of a card are downloaded: that of the card, unless the environment names another."""
    others = os.environ.get(DOWNLOADS)
    return Path(others) / Path(card_folder).absolute().name if others else Path(card_folder)


def locate(card_folder: str | Path, file: str, *, search: list[Path] | None = None) -> Path | None:
    """The path of a file: in the folder of its card or of downloads, or in a directory of `search`, where it is
    <card's name>/<file> or <file>.

    search: by default the directories of RNNCOMPARE_DATA. Returns None if the file is not found. Raises BadFile if the
    file in the card's folder is a link to a place outside the folder; links in the user's own directories are followed.
    """
    card_folder = Path(card_folder)
    in_folder = card_folder / file
    if in_folder.is_file():
        if not in_folder.resolve().is_relative_to(card_folder.resolve()):
            raise BadFile(f"{in_folder}: found a link to {in_folder.resolve()}, wanted a file inside {card_folder}")
        return in_folder
    name, downloaded = card_folder.absolute().name, downloads(card_folder) / file
    if downloaded.is_file():
        return downloaded
    for directory in search_path() if search is None else search:
        for place in (Path(directory) / name / file, Path(directory) / file):
            if place.is_file():
                return place
    return None


def locate_all(card_folder: str | Path, pattern: str) -> dict[str, tuple[Path, dict[str, str]]]:
    """Every file that matches a pattern with {names}, in order, with its path and the values of the names.

    The same places are searched as by `locate`. Raises BadFile for a link in the card's folder that leads out of it.
    """
    card_folder = Path(card_folder)
    places = [card_folder, downloads(card_folder)]
    places += [d for s in search_path() for d in (s / card_folder.absolute().name, s)]
    found = {name: values for place in places for name, values in matching_files(pattern, place).items()}
    return {name: (locate(card_folder, name), found[name]) for name in sorted(found)}


def fetch(card: Card, folder: str | Path, **how) -> list[dict[str, Any]]:
    """Locate, generate or download each file of a card: records of file, path, sha256, bytes and what was checked.

    For a file of one of several sessions, the record also has the session, the values of the {names} in the card's
    file name, and this file name: session, names, file_of_card.

    folder: generated files are written to <folder>/<card's name>/<file>. They are always generated again, because an
    older file may have been generated with other options. how: options of `download.download`. Raises one BadFile for
    all files that are missing or wrong.
    """
    records, wrong = [], []
    for file in card.files:
        try:
            for name, (path, names) in _fetch_each(card, file, Path(folder), how).items():
                about = {"sha256": sha256(path), "bytes": path.stat().st_size, "checked": file.checked}
                of = {"session": file.session or "_".join(names.values()), "names": names, "file_of_card": file.file}
                records.append({"file": name, "path": str(path), **about, **(of if file.of_a_session else {})})
        except BadFile as error:
            wrong.append(str(error))
    if wrong:
        raise BadFile("\n".join(wrong))
    return records


def _fetch_each(card: Card, file: File, folder: Path, how: dict) -> dict[str, tuple[Path, dict[str, str]]]:
    """File name -> path and values of {names}, for each file of an entry of a card. Raises BadFile if there is none."""
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
    inside = downloads(card.folder)
    place = inside / file.file
    for target in (place, place.with_name(place.name + ".part")):  # where a download would write
        real = Path(os.path.realpath(target))
        if not real.is_relative_to(os.path.realpath(inside)) or target.is_symlink():
            raise BadFile(f"{target}: found a link to {real}, wanted a place inside {inside}")
    if file.url is None:
        raise BadFile(f"{nowhere}, and its card has no url; {wanted}")
    try:
        download(file.url, place, wanted=file.sha256, size=file.bytes, **how)
    except NoAnswer as error:
        raise BadFile(f"{nowhere}, and the download from {file.url} failed ({error}); {wanted}") from error
    return place


def _generate(file: File, path: Path) -> Path:
    from rnncompare import plugins

    plugins.bind("simulators", file.made_by, f"made_by of {file.file}")(path)
    return path


def _check(path: Path, file: File) -> None:
    """Raise BadFile unless the file has the size and sha256 of its card, if the card has them. No file is removed."""
    if file.sha256 is None:
        return
    size, again = path.stat().st_size, "; delete it to download it again" if file.url else ""
    if size != file.bytes:
        raise BadFile(f"{path}: found {size} bytes, wanted {file.bytes}: it is incomplete or a different file{again}")
    found = sha256(path)
    if found != file.sha256:
        raise BadFile(f"{path}: found sha256 {found}, wanted {file.sha256} as in its card{again}")
