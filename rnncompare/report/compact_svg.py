"""SVG files of matplotlib in a shorter form that looks the same, for the report."""

import re
import string
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from itertools import count, islice, pairwise, product

NAMESPACE = "http://www.w3.org/2000/svg"
OMITTED = ("metadata",)
TEXT = ("style", "text", "tspan")  # elements whose text is kept; that of others is indentation
LENGTHS = ("x", "y", "width", "height", "viewBox")
DECIMALS = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")
PATH = re.compile(r"[MLQCz]|-?[\d.]+(?:e[-+]?\d+)?")
NUMBERS = {"M": 2, "L": 2, "Q": 4, "C": 6, "z": 0}  # of each command of a path
TRANSLATION = re.compile(r"translate\((\S+) (\S+)\)")
LINK = re.compile(r"url\(#([^)]*)\)")


def compact_svg(svg: bytes) -> str:
    """An SVG file that looks the same, in about a third of the bytes; it contains no line breaks.

    Lengths are rounded to .01, which is not visible in points. Steps of paths are relative, names are short, equal
    styles are written once as classes, and metadata and groups without an effect are left out.
    """
    root = ET.fromstring(svg)
    elements = list(root.iter())
    styles = _names(e.get("style") for e in elements)
    names = _names(target for e in elements for target in _links(e))
    classes = "".join(f".{name}{{{_tight(style)}}}" for style, name in styles.items())
    content = "".join(_written(child, names, styles) for child in root)
    attributes = _attributes(root, names, styles)
    return f"<svg xmlns='{NAMESPACE}'{attributes}><style>{_shorter_links(classes, names)}</style>{content}</svg>"


def _names(values: Iterable[str | None]) -> dict[str, str]:
    """Value -> a name of its own; the shorter, the more often the value occurs."""
    counted = Counter(value for value in values if value is not None)
    letters = ("".join(part) for size in count(1) for part in product(string.ascii_letters, repeat=size))
    return dict(zip((value for value, _ in counted.most_common()), letters, strict=False))


def _links(element: ET.Element) -> Iterator[str]:
    """The identifiers to which the attributes of an element refer."""
    for name, value in element.items():
        if name.endswith("href") and value.startswith("#"):
            yield value[1:]
        yield from LINK.findall(value)


def _written(element: ET.Element, names: dict[str, str], styles: dict[str, str]) -> str:
    """An element with all that it contains."""
    tag = element.tag.rpartition("}")[2]
    if tag in OMITTED:
        return ""
    text = element.text if tag in TEXT and element.text and element.text.strip() else ""
    content = escape(text, quote=False) + "".join(_written(child, names, styles) for child in element)
    attributes = _attributes(element, names, styles)
    if tag == "g" and not (attributes and content):
        return content
    return f"<{tag}{attributes}>{content}</{tag}>" if content else f"<{tag}{attributes}/>"


def _attributes(element: ET.Element, names: dict[str, str], styles: dict[str, str]) -> str:
    found = {}
    for key, value in element.items():
        name = key.rpartition("}")[2]
        if name == "id":
            found |= {"id": names[value]} if value in names else {}
        elif name == "href":
            found[name] = "#" + names[value[1:]] if value.startswith("#") else value
        elif name == "style":
            found["class"] = styles[value]
        elif name == "d":
            found[name] = relative(value)
        elif name == "transform" and element.tag.endswith("}use") and (moved := TRANSLATION.fullmatch(value)):
            found |= {axis: _rounded(length) for axis, length in zip("xy", moved.groups(), strict=True)}
        elif name == "transform":
            found[name] = TRANSLATION.sub(lambda moved: _rounded(moved[0]), value)
        else:
            found[name] = _rounded(value) if name in LENGTHS else _shorter_links(value, names)
    return "".join(f" {name}='{escape(value)}'" for name, value in found.items())


def relative(path: str) -> str:
    """The commands of a path of matplotlib with steps from point to point, which are rounded without adding errors."""
    found, here, start, before = [], (0, 0), (0, 0), ""
    parts = iter(PATH.findall(path))
    for part in parts:
        letter = part
        numbers = list(islice(parts, NUMBERS[letter]))
        points = [round(100 * float(number)) for number in numbers]
        steps = [point - here[k % 2] for k, point in enumerate(points)]
        here = tuple(points[-2:]) if points else start
        start = here if letter == "M" else start
        short = letter.lower()
        if short == "l" and 0 in steps:
            short, steps = ("h", steps[:1]) if steps[1] == 0 else ("v", steps[1:])
        found.append(_spaced(steps, "" if short == before != "m" else short))
        before = short
    return "".join(found)


def _spaced(hundredths: list[int], letter: str) -> str:
    """A command of a path with its numbers; without its letter, which is that of the command before, if it is ''."""
    numbers = [_short(number) for number in hundredths]
    text = "".join(numbers[:1])
    for before, number in pairwise(numbers):
        separate = number.startswith("-") or (number.startswith(".") and "." in before)
        text += number if separate else " " + number
    return letter + text if letter or text.startswith("-") else " " + text


def _rounded(text: str) -> str:
    """The text with decimal numbers rounded to .01."""
    return DECIMALS.sub(lambda number: _short(round(100 * float(number[0]))), text)


def _short(hundredths: int) -> str:
    """A number of hundredths as text, such as -.5 for -50."""
    text = f"{abs(hundredths) / 100:.2f}".rstrip("0").rstrip(".").removeprefix("0") or "0"
    return "-" + text if hundredths < 0 else text


def _tight(style: str) -> str:
    return style.replace(": ", ":").replace("; ", ";")


def _shorter_links(text: str, names: dict[str, str]) -> str:
    return LINK.sub(lambda link: f"url(#{names[link[1]]})", text)
