"""Changes to a card: paths outside, tags that run code, exponential aliases, deep nesting, wrong types, and links."""

from pathlib import Path

import numpy as np
import yaml
from fuzz.values import UNICODE

JUNK = [
    None,
    True,
    -1,
    0,
    10**30,
    1e300,
    float("nan"),
    "",
    "x" * 20_000,
    *UNICODE[:6],
    [],
    {},
    [[]],
    [None],
    {"a": None},
    {"use": "nwb"},
    {"use": "../nwb"},
    {"use": ["nwb"]},
    {"use": "simulated_reach"},
    [1, 2],
    {"x": [1]},
    ["a", "b"],
]
PLACES = [
    "../x.nwb",
    "/etc/passwd",
    "a/../../x",
    "..",
    ".",
    "C:\\x",
    "a\\b",
    "~/x",
    "x\0y",
    "card.yaml",
    "no/such.nwb",
    "link.nwb",
    "folder/secret.h5",
    "file:///etc/passwd",
    "session.nwb/",
    "//x",
    "a/./b",
    "\u2025/x",
]
TAGS = [
    "!!python/object/apply:os.mkdir ['{ran}']",
    "!!python/object/new:os.system ['mkdir {ran}']",
    "!!python/name:os.system",
    "!!python/module:os",
    "!<tag:yaml.org,2002:python/object/apply:os.mkdir> ['{ran}']",
    "!!binary 'not base64!'",
    "2020-99-99",
    "9" * 5000,
    "1:99:99:99",
    "0x" + "f" * 5000,
    ".nan",
    "!!set {a, b}",
    "!!omap [a: 1]",
    "&x [*x]",
    "!!timestamp x",
    "!!int x",
    "!!float ''",
    "0b",
    "? [a]\n: b",
    "<<: 3",
    "\t",
    "%YAML 9.9",
    "'",
    "{",
    "[" * 5000,
    "{a: " * 3000,
    "- " * 3000,
    "!!merge x",
]


def changed(path: Path, rng: np.random.Generator) -> None:
    ALL[rng.integers(len(ALL))](path, rng)


def node(path, rng):
    """Replace or remove one value of the card."""
    card = yaml.safe_load(path.read_text())
    here = card
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not keys:
            return
        key = keys[rng.integers(len(keys))]
        if not isinstance(here[key], dict | list) or rng.random() < 0.3:
            break
        here = here[key]
    if rng.random() < 0.2:
        del here[key]
    else:
        here[key] = JUNK[rng.integers(len(JUNK))]
    path.write_text(yaml.safe_dump(card, allow_unicode=True), encoding="utf-8")


def place(path, rng):
    card = yaml.safe_load(path.read_text())
    card["files"][0]["file"] = PLACES[rng.integers(len(PLACES))]
    path.write_text(yaml.safe_dump(card))


def tag(path, rng):
    """Replace a value by YAML that creates objects, runs code or is invalid."""
    lines = path.read_text().splitlines()
    at = int(rng.integers(len(lines)))
    key = lines[at].split(":")[0]
    lines[at] = f"{key}: " + TAGS[rng.integers(len(TAGS))].format(ran=path.parent / "ran")
    path.write_text("\n".join(lines))


def laughs(path, rng):
    """Add values that grow exponentially by aliases or merges (the billion-laughs attack)."""
    depth, merge = int(rng.choice([3, 30])), rng.random() < 0.5
    first = "l0: &l0 {a: b}\n" if merge else "l0: &l0 [ha, ha]\n"
    more = [
        f"l{k}: &l{k} "
        + (f"{{<<: [{', '.join([f'*l{k - 1}'] * 9)}]}}" if merge else f"[{', '.join([f'*l{k - 1}'] * 9)}]")
        for k in range(1, depth)
    ]
    text = path.read_text()
    if rng.random() < 0.5:
        text = text.replace("title: ", f"title: *l{depth - 1} #")
    path.write_text(first + "\n".join(more) + "\n" + text)


def large(path, rng):
    path.write_text(
        path.read_text() + ["# x\n", "- a\n", "k: v\n", "  "][rng.integers(4)] * int(10 ** rng.integers(3, 7))
    )


def link(path, rng):
    """Replace the file, its folder or the card by a link that leads out of the folder or to itself."""
    outside = path.parents[1] / "outside"
    outside.mkdir(exist_ok=True)
    session = next(p for p in path.parent.iterdir() if p.name != path.name)
    secret = outside / session.name
    secret.write_bytes(session.read_bytes())
    which = rng.integers(6)
    if which == 0:
        session.unlink()
        session.symlink_to(secret)
    elif which == 1:
        session.unlink()
        session.symlink_to(session)
    elif which == 2:
        (path.parent / "sub").symlink_to(outside)
        path.write_text(path.read_text().replace(f"file: {session.name}", f"file: sub/{session.name}"))
    elif which == 3:
        path.unlink()
        path.symlink_to("/dev/zero")
    elif which == 4:
        session.unlink()
        session.mkdir()
    else:
        path.unlink()
        path.symlink_to(path)


ALL = (node, node, node, node, place, tag, tag, laughs, large, link)
