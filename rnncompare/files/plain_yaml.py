"""YAML of cards and configs as it is meant: text stays text, and nothing that JSON could not say.

YAML 1.1, which most programs read, takes yes, no, on and off for truth values, 2_1 for 21, 010 for 8, 1:30 for 90 and
2013-10-14 for a date, and 1e-3 for text. Here they are what they look like: words, but for 1e-3, which is a number.
"""

import re

import yaml

from rnncompare.files.labels import fault

DEEPEST = 20  # lists and mappings one inside the other
DIGITS = 200  # of a number
TEXT, KINDS = "tag:yaml.org,2002:str", "tag:yaml.org,2002:"
NUMBERS = {  # a number does not begin with a 0 before another digit: 010 is a name
    "int": r"[-+]?(0|[1-9][0-9]*)",
    "float": r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?|\.[0-9]+([eE][-+]?[0-9]+)?|\.(inf|Inf|INF))"
    r"|\.(nan|NaN|NAN)",
}
PLAIN = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (NUMBERS["int"], list("-+0123456789")),
    "float": (NUMBERS["float"], list("-+0123456789.")),
}


class BadYAML(ValueError):
    """Text that is no YAML, or YAML that a card or config may not hold; the message names the line."""


class _Loader(yaml.SafeLoader):
    """No aliases, which make a few lines into any number of values; no tags, no key twice, no depths."""

    depth = 0

    def compose_node(self, parent, index):
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            raise _wrong(event, f"an alias, '*{event.anchor}'", "what it stands for, written out")
        if getattr(event, "tag", None) not in (None, TEXT, "!"):
            raise _wrong(event, f"a tag, '{event.tag}'", "a value without")
        if self.depth == DEEPEST:
            raise _wrong(event, f"more than {DEEPEST} lists or mappings one inside the other", "fewer")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def compose_scalar_node(self, anchor):
        node = super().compose_scalar_node(anchor)
        if wrong := fault(node.value.replace("\n", "").replace("\t", "")):
            raise _wrong(node, wrong, "text without")
        if node.tag == f"{KINDS}int" and len(node.value) > DIGITS:
            raise _wrong(node, f"a number of {len(node.value)} digits", f"at most {DIGITS}")
        return node

    def compose_mapping_node(self, anchor):
        node = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != TEXT:
                scalar = isinstance(key, yaml.ScalarNode)
                shown = f"the key {key.value or 'null'}, no text" if scalar else "a list or mapping for a key"
                raise _wrong(key, shown, f"text: '{key.value}'" if scalar else "text")
            if key.value in seen:
                raise _wrong(key, f"key '{key.value}' twice", "YAML with each key once")
            seen.add(key.value)
        return node


class _Dumper(yaml.SafeDumper):
    """Text in quotes wherever this reader, or one of YAML 1.1, would take it for something else."""

    def ignore_aliases(self, data) -> bool:
        return True


_Loader.yaml_implicit_resolvers = {}  # YAML 1.1's, of which none is wanted
for kind, (pattern, letters) in PLAIN.items():
    for reader in (_Loader, _Dumper):
        reader.add_implicit_resolver(KINDS + kind, re.compile(f"^(?:{pattern})$"), letters)


def parse(text: str) -> object:
    """What a text holds: mappings with text for keys, lists, text, numbers, truth values and null. Raises BadYAML."""
    try:
        return yaml.load(text, _Loader)
    except BadYAML:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadYAML(f"line {mark.line + 1}: {error.problem}, wanted YAML") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadYAML(f"{error}, wanted YAML") from error


def dump(value: object, **how) -> str:
    """Values as YAML that `parse` reads back as they were; how: options of yaml.dump."""
    return yaml.dump(value, Dumper=_Dumper, **how)


def _wrong(place, found: str, wanted: str) -> BadYAML:
    return BadYAML(f"line {place.start_mark.line + 1}: found {found}, wanted {wanted}")
