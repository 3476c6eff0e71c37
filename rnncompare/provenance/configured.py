"""Whether networks are those of the config of a run."""

import json

from pydantic import ValidationError

from rnncompare.provenance.artefact import Artefact
from rnncompare.study.config_keys import Config, Study
from rnncompare.study.model_networks import model_options

STEPS = ("train", "initialise")


def networks_of_other_configs(config: dict, on_disk: dict[str, Artefact]) -> list[str]:
    """Sentences on the networks that were made with other options than those of the config."""
    try:
        studies = Config.model_validate(config).studies
    except ValidationError as error:
        return [f"manifest.json: its config is not valid: {error.errors()[0]['msg']}."]
    made = {name: found.record for name, found in on_disk.items() if found.record and found.record["step"] in STEPS}
    return [sentence for name, record in made.items() for sentence in _compared(studies, name, record["options"])]


def _compared(studies: dict[str, Study], name: str, made: dict) -> list[str]:
    study, model = [*str(made.get("label", "")).split("/"), "", ""][:2]
    if study not in studies or model not in studies[study].models:
        return [f"{name}: it was made as a network of {study}/{model}, which the config of this run does not have."]
    if made.get("options") != json.loads(json.dumps(model_options(studies[study], model))):
        return [f"{name}: it was made with other options than those of the config of this run."]
    return []
