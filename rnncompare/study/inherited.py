"""Studies that are like another study of the same config except for the keys that they give, and entries left out."""

from collections.abc import Mapping

from rnncompare.plugins import BadOption, nearest
from rnncompare.study.config_file import on_top

LIKE = "like"  # the key of a study that names the other
TABLES = ("studies", "animals")  # keys of a config whose entries can be left out by null
NAMED = ("others", "models", "controls", "ceilings", "composed")  # keys of a study of which this is true
COMPARISON = "comparison"  # the key whose `nulls` can be left out in the same way


def with_inherited(config: dict, where: str) -> dict:
    """The config with every study complete: the keys of the study that `like` names, beneath its own.

    Mappings are merged recursively, lists and values are replaced. What is null among studies, tables over animals, the
    entries of NAMED or null distributions is left out, so that a study, or a second config file, can leave out what the
    first one has. The other study may itself be like a third. Raises BadOption for an unknown study or a circle.
    """
    config = _without_null(config, config, TABLES)
    studies = config.get("studies")
    if not isinstance(studies, Mapping):
        return config
    return config | {"studies": {name: _complete(studies, name, (), where) for name in studies}}


def _complete(studies: Mapping, name: str, after: tuple[str, ...], where: str) -> object:
    """The study `name`; after: the studies that are like it, in order."""
    study = studies[name]
    if not isinstance(study, Mapping):
        return study
    if LIKE not in study:
        return _own_form(study, study)
    here, other = f"{where}: studies.{name}.{LIKE}", study[LIKE]
    if not isinstance(other, str) or other not in studies:
        near = nearest(other, studies) if isinstance(other, str) else ""
        raise BadOption(f"{here}: found {other!r}, wanted another study among {', '.join(studies)}.{near}")
    if other in (*after, name):
        raise BadOption(f"{here}: found the circle {' -> '.join((*after, name, other))}, wanted no study like itself")
    below = _complete(studies, other, (*after, name), where)
    return _own_form(on_top(below, study) if isinstance(below, Mapping) else study, study)


def _own_form(found: Mapping, own: Mapping) -> dict:
    """`found` without the key `like` and without what is null in the study itself, `own`."""
    found = _without_null({key: value for key, value in found.items() if key != LIKE}, own, NAMED)
    if isinstance(found.get(COMPARISON), Mapping):
        compared = own.get(COMPARISON)
        found[COMPARISON] = _without_null(
            found[COMPARISON], compared if isinstance(compared, Mapping) else {}, ("nulls",)
        )
    return found


def _without_null(found: Mapping, own: Mapping, keys: tuple[str, ...]) -> dict:
    """`found` without those entries of its `keys` that are null in `own`."""
    kept = dict(found)
    for key in keys:
        if isinstance(found.get(key), Mapping) and isinstance(own.get(key), Mapping):
            removed = {entry for entry, value in own[key].items() if value is None}
            kept[key] = {entry: value for entry, value in found[key].items() if entry not in removed}
    return kept
