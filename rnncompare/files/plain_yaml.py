"""The YAML of cards and configs: a subset with the data types of JSON, in which text is not converted implicitly.

YAML 1.1, which most programs read, takes yes, no, on and off for truth values, 2_1 for 21, 010 for 8, 1:30 for 90 and
2013-10-14 for a date, and 1e-3 for text. Here, all of these are text, except for 1e-3, which is a number.
"""

import re

import yaml

from rnncompare.files.text import fault

DEEPEST = 20  # nested lists and mappings
DIGITS = 200  # largest number of digits of an integer
TEXT, KINDS = "tag:yaml.org,2002:str", "tag:yaml.org,2002:"
NUMBERS = {  # a number does not begin with 0 followed by another digit: 010 is text
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
    """The text is not valid YAML, or uses features that cards and configs may not have; the message has the line."""


class _Loader(yaml.SafeLoader):
    """Loader that refuses aliases (which can expand to any number of values), tags, duplicate keys and deep nesting."""

    depth = 0

    def compose_node(self, parent, index):
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            raise _error(event, f"an alias, '*{event.anchor}'", "the value that it refers to, written out")
        if getattr(event, "tag", None) not in (None, TEXT, "!"):
            raise _error(event, f"a tag, '{event.tag}'", "a value without a tag")
        if self.depth == DEEPEST:
            raise _error(event, f"more than {DEEPEST} nested lists or mappings", "fewer")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def compose_scalar_node(self, anchor):
        node = super().compose_scalar_node(anchor)
        if wrong := fault(node.value.replace("\n", "").replace("\t", "")):
            raise _error(node, wrong, "text without control characters")
        if node.tag == f"{KINDS}int" and len(node.value) > DIGITS:
            raise _error(node, f"a number of {len(node.value)} digits", f"at most {DIGITS}")
        return node

    def compose_mapping_node(self, anchor):
        node = super().compose_mapping_node(anchor)
        keys = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != TEXT:
                scalar = isinstance(key, yaml.ScalarNode)
                shown = f"the key {key.value or 'null'}, which is not text" if scalar else "a list or mapping as a key"
                raise _error(key, shown, f"text: '{key.value}'" if scalar else "text")
            if key.value in keys:
                raise _error(key, f"key '{key.value}' twice", "YAML with each key once")
            keys.add(key.value)
        return node


class _Dumper(yaml.SafeDumper):
    """Dumper that quotes text wherever `_Loader` or a YAML 1.1 reader would otherwise read another type."""

    def ignore_aliases(self, data) -> bool:
        return True


_Loader.yaml_implicit_resolvers = {}  # removes all resolvers of YAML 1.1
for kind, (pattern, letters) in PLAIN.items():
    for reader in (_Loader, _Dumper):
        reader.add_implicit_resolver(KINDS + kind, re.compile(f"^(?:{pattern})$"), letters)


def parse(text: str) -> object:
    """The parsed value: mappings with text keys, lists, text, numbers, truth values and null. Raises BadYAML."""
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
    """The value as YAML text from which `parse` restores it; how: options of yaml.dump."""
    return yaml.dump(value, Dumper=_Dumper, **how)


def _error(place, found: str, wanted: str) -> BadYAML:
    return BadYAML(f"line {place.start_mark.line + 1}: found {found}, wanted {wanted}")
