"""The jobs that are planned for models with more networks than a batch."""

import yaml
from test_workflow import ROOT, compared, micro, planned, project


def divided(folder, seeds: int) -> set[str]:
    """The outputs that are planned for a small study with batches of two networks."""
    config = micro()
    demo = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    study = config["studies"]["micro"]
    study |= {"seeds": seeds, "recovery": {"models": ["trained", "other"], "trials": 20, "noise": "poisson"}}
    study["recovery"] |= {"smooth": 0.04, "measures": ["cka"]}
    study["models"] = {"trained": {}, "other": {}, "untrained": {"seeds": 1, "training": None}}
    study["controls"] = {
        "halves": {"use": "units", "options": {"half": "first"}, "repeats": 3, "against": "others"},
        "others": {"use": "units", "options": {"half": "second"}, "repeats": 3},
    }
    config["views"]["outputs"]["seeds"] = 3
    return planned(project(folder, config | {"batch": 2, "robustness": demo["robustness"]}))


def of(source: str, count: int) -> set[str]:
    """The outputs that have a file for each batch of a source."""
    batches = [f"batch_{k}" for k in range(count)]
    found = {f"micro/activity/{source}/{b}.zip" for b in batches}
    return found | {f"micro/similarity/{source}/{b}.nc" for b in batches}


def test_each_batch_is_a_job_of_each_kind_and_the_files_of_tables_are_those_of_any_model(tmp_path):
    five, six = (divided(tmp_path / str(seeds), seeds) for seeds in (5, 6))
    batches = {path for path in five if "/batch_" in path}
    expected = (
        of("trained", 3) | of("other", 3) | of("halves", 2) | {f"micro/activity/others/batch_{k}.zip" for k in (0, 1)}
    )
    for model in ("trained", "other"):
        expected |= {f"micro/weights/{model}/batch_{k}.zip" for k in range(3)}
        expected |= {f"micro/robustness/{model}/batch_{k}.json" for k in range(3)}
    expected |= {f"micro/{kind}/trained/batch_{k}.json" for kind in ("sweep", "probes/ratio") for k in range(3)}
    assert batches == expected
    whole = compared("trained", "other", "halves", "untrained") | {"micro/sweep/trained.csv", "micro/within/other.csv"}
    whole |= {"micro/probes/ratio/trained.csv", "micro/robustness/other.csv", "micro/recovery/trained.csv"}
    assert whole < five
    assert {"micro/weights/untrained/0.pt", "micro/activity/untrained/0.nc"} < five
    assert six == five  # the last batch has a network more
