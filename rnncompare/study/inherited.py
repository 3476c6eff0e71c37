"""Studies that are like another study of the same config except for the keys that they give."""

from collections.abc import Mapping

from rnncompare.plugins import BadOption, nearest
from rnncompare.study.config_file import on_top

LIKE = "like"  # the key of a study that names the other
NAMED = ("others", "models", "controls", "ceilings")  # keys of a study whose entries can be left out by null
COMPARISON = "comparison"  # the key whose `nulls` can be left out in the same way


def with_inherited(config: dict, where: str) -> dict:
    """The config with every study complete: the keys of the study that `like` names, beneath its own.

    Mappings are merged recursively, lists and values are replaced. An entry of NAMED, or a null distribution, that is
    null in the study itself is left out of it. The other study may itself be like a third. Raises BadOption for an
    unknown study or a circle.
    """
    studies = config.get("studies")
    if not isinstance(studies, Mapping):
        return config
    return config | {"studies": {name: _complete(studies, name, (), where) for name in studies}}


def _complete(studies: Mapping, name: str, after: tuple[str, ...], where: str) -> object:
    """The study `name`; after: the studies that are like it, in order."""
    study = studies[name]
    if not isinstance(study, Mapping) or LIKE not in study:
        return study
    here, other = f"{where}: studies.{name}.{LIKE}", study[LIKE]
    if not isinstance(other, str) or other not in studies:
        near = nearest(other, studies) if isinstance(other, str) else ""
        raise BadOption(f"{here}: found {other!r}, wanted another study among {', '.join(studies)}.{near}")
    if other in (*after, name):
        raise BadOption(f"{here}: found the circle {' -> '.join((*after, name, other))}, wanted no study like itself")
    below = _complete(studies, other, (*after, name), where)
    found = on_top(below, study) if isinstance(below, Mapping) else dict(study)
    found = _without_null(found, study, NAMED)
    if isinstance(found.get(COMPARISON), Mapping):
        found[COMPARISON] = _without_null(found[COMPARISON], study.get(COMPARISON) or {}, ("nulls",))
    return {key: value for key, value in found.items() if key != LIKE}


def _without_null(found: Mapping, own: Mapping, keys: tuple[str, ...]) -> dict:
    """`found` without those entries of its `keys` that are null in `own`."""
    kept = dict(found)
    for key in keys:
        if isinstance(found.get(key), Mapping):
            removed = {entry for entry, value in (own.get(key) or {}).items() if value is None}
            kept[key] = {entry: value for entry, value in found[key].items() if entry not in removed}
    return kept
