"""Check the groups of studies whose contrasts are compared over animals."""

from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Config
from rnncompare.study.member_checks import check_known
from rnncompare.study.recorded_training import check_not_among_animals


def check_animals(config: Config, where: str) -> None:
    """Raise BadOption for a group that is not one of several animals, each with its own recording."""
    for group, studies in config.animals.items():
        here = f"{where}.{group}"
        for name in studies:
            check_known(name, config.studies, here, "study")
        if len(set(studies)) != len(studies) or len(studies) < 2:
            raise BadOption(f"{here}: found {studies}, wanted two or more different studies, one for each animal")
        cards: dict[str, str] = {}
        for name in studies:
            recording = config.studies[name].recording
            if recording is None:
                raise BadOption(f"{here}: found '{name}', a study without a recording, wanted one of an animal's")
            check_not_among_animals(config.studies[name], f"{here}, studies.{name}.models")
            if cards.setdefault(recording.card, name) != name:
                raise BadOption(
                    f"{here}: found the recording {recording.card} in '{cards[recording.card]}' and '{name}', wanted "
                    "recordings of different animals"
                )
        shared = [pair for pair in config.studies[studies[0]].contrasts if _in_all(config, studies, pair)]
        if not shared:
            raise BadOption(
                f"{here}: found no contrast that all of {', '.join(studies)} have, wanted at least one pair of models"
            )


def _in_all(config: Config, studies: list[str], pair: tuple[str, str]) -> bool:
    return all(pair in config.studies[name].contrasts for name in studies)
