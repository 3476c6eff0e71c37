"""The description of an archive in the terms of RO-Crate 1.3.

It is a JSON file of eight kinds of entries, which is written here: the package `rocrate` would be a dependency for what
is a few lines. Tests compare the terms with the published context and the entries with the rules of the specification.
"""

import hashlib
import mimetypes
from pathlib import Path

from rnncompare.recordings.card_model import Card, File

METADATA = "ro-crate-metadata.json"
VERSION = "https://w3id.org/ro/crate/1.3"
PROGRAM, RUN = "#rnncompare", "#run"
TYPES = {
    ".yaml": "application/yaml",
    ".lock": "text/plain",
    ".sha256": "text/plain",
    ".smk": "text/plain",
    ".md": "text/markdown",
}
UNKNOWN = "application/octet-stream"


def checksum_of(content: bytes) -> str:
    """The sha256 of some bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def metadata(files: dict[str, bytes], manifest: dict, cards: list[Card], licence: str) -> dict:
    """The content of ro-crate-metadata.json for the files (name: content) of an archive."""
    parts = [_file(name, content) for name, content in sorted(files.items())]
    recorded = {f"{r['card']}/{r['file']}": r for r in manifest["recordings"]}
    recordings = [_recording(card, file, recorded) for card in cards for file in card.files]
    tables = [name for name in files if name.startswith("results/") and not name.endswith(".sha256")]
    graph = [
        {"@id": METADATA, "@type": "CreativeWork", "conformsTo": _id(VERSION), "about": _id("./")},
        _root(parts, recordings, manifest, licence),
        {"@id": licence, "@type": "CreativeWork", "name": licence, "description": "The licence of the results."},
        _program(manifest),
        {
            "@id": RUN,
            "@type": "CreateAction",
            "name": f"Run of rnncompare on {', '.join(manifest['config']['studies'])}",
            "endTime": manifest["written"],
            "instrument": _id(PROGRAM),
            "object": [_id("config.yaml"), *[_id(entry["@id"]) for entry in recordings]],
            "result": [_id(name) for name in sorted(tables)],
        },
    ]
    return {"@context": f"{VERSION}/context", "@graph": [*graph, *parts, *recordings]}


def _root(parts: list[dict], recordings: list[dict], manifest: dict, licence: str) -> dict:
    titles = [study["title"] for study in manifest["config"]["studies"].values()]
    remote = [entry for entry in recordings if entry["@type"] == "File"]
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": "; ".join(titles),
        "description": "Tables, figures, report, manifest, config, cards and code of a run of rnncompare. "
        "Recordings are not contained; they are described with their checksums.",
        "datePublished": manifest["written"][:10],
        "license": _id(licence),
        "hasPart": [_id(entry["@id"]) for entry in [*parts, *remote]],
        "mentions": [_id(RUN), *[_id(entry["@id"]) for entry in recordings if entry not in remote]],
    }


def _program(manifest: dict) -> dict:
    code = manifest["code"]
    version = code.get("version", "")
    if "commit" in code:
        version += f" (commit {code['commit']}{', with changes' if code.get('changed') else ''})"
    return {
        "@id": PROGRAM,
        "@type": "SoftwareApplication",
        "name": "rnncompare",
        "version": version,
        "softwareVersion": version,
        "url": "code/README.md",
        "description": "Compares the activity of recurrent networks with recorded activity of motor cortex.",
    }


def _file(name: str, content: bytes) -> dict:
    return {
        "@id": name,
        "@type": "File",
        "name": Path(name).name,
        "encodingFormat": TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or UNKNOWN,
        "contentSize": str(len(content)),
        "sha256": checksum_of(content),
    }


def _recording(card: Card, file: File, recorded: dict[str, dict]) -> dict:
    """A file of a recording: at its address, or, if it has none, as a description of what to provide or to generate."""
    used = recorded.get(f"{card.name}/{file.file}", {})
    checksum, size = used.get("sha256", file.sha256), used.get("bytes", file.bytes)
    known = {} if checksum is None else {"sha256": checksum, "contentSize": str(size)}
    if file.url:
        where = {"@id": file.url, "@type": "File"}
    else:
        where = {"@id": f"#{card.name}/{file.file}".replace(" ", "%20"), "@type": "CreativeWork"}
    return (
        where
        | known
        | {
            "name": f"{card.title}: {file.file}",
            "description": f"{card.animal}; {card.area}; {card.task}. Licence: {card.licence}. Source: {card.source}.",
            "citation": card.citation,
            "encodingFormat": UNKNOWN,
        }
    )


def _id(name: str) -> dict:
    return {"@id": name}
