"""Tables of a made-up study of decisions, in the form of results/tables: models with areas, monkeys, published rows."""

import numpy as np
import pandas as pd

from rnncompare.tabulation import tables
from rnncompare.tabulation.claimed_statistics import claimed_statistics
from rnncompare.tabulation.summary import summarise
from rnncompare.verdict.evidence import evidence

MODELS = {"one_area": 1, "two_area": 2, "three_area": 3, "four_area": 4, "three_area_no_dale": 3}
SQUARES = [11, 45, 67, 78, 90, 101, 108, 117, 124, 135, 147, 158, 180, 214]
COHERENCE = np.round([2 * n / 225 - 1 for n in SQUARES], 9)
STRENGTH = COHERENCE[7:]
WINDOWS = np.round(np.arange(-0.3, 0.91, 0.05), 9)
TIMES = np.round(np.arange(-0.2, 0.81, 0.02), 9)
VARIABLES = ("direction", "colour", "context")
THEIRS = {"origin": "authors", "source": "a paper", "n": 8}


def deciding_tables(
    models: dict[str, int], *, networks: int, units: int, study: str = "deciding", seed: int = 0
) -> dict[str, pd.DataFrame]:
    """Return the tables by name; models: name to number of areas; networks of each model; units of each area."""
    rng = np.random.default_rng(seed)
    rows = _behaviour(rng, "recording", 0, 20_000) + _behaviour(rng, "monkey_o", 0, 15_000)
    for model, areas in models.items():
        for network in range(networks):
            rows += _behaviour(rng, model, network, 2800)
            rows += _of_areas(rng, model, network, areas, units)
    label = {"study": study, "recording": "made_up_behaviour"}
    probes = tables.label(rows + _published(rng), label)
    similarity = pd.DataFrame(columns=["study", "model", "measure", "statistic", "condition_independent"])
    own = {"ceilings": {}, "baselines": {}, "corrections": {}, "seed": 0, "bootstrap": 100}
    summary = summarise(similarity, probes, {}, **own)
    return {
        "probes": probes,
        "summary": summary,
        **({"verdict": _verdict(list(models), probes, summary, study)} if len(models) > 1 else {}),
        "training": tables.label(_training(rng, models, networks), label),
        **{name: tables.label(view, {"study": study}) for name, view in _views(rng, models).items()},
    }


def _verdict(models: list[str], probes: pd.DataFrame, summary: pd.DataFrame, study: str) -> pd.DataFrame:
    """The evidence that the last model has less about colour and context in its last area than the first one."""
    variables = [{"at": {"area": "last", "variable": variable}, "claimed": "less"} for variable in VARIABLES[1:]]
    kinds = [("decoding", "accuracy"), ("demixed_variance", "component_variance")]
    statistics = [{"measure": m, "statistic": s} | variable for m, s in kinds for variable in variables]
    first, *controls, last = models
    about = {"statistics": statistics, "correction": "max_t", "recorded": "PMd (authors)", "unpaired": []}
    claim = {"contrast": [last, first], "controls": dict.fromkeys(controls, "other model")} | about
    claimed = claimed_statistics({study: claim}, probes, summary, seed=0, bootstrap=100)
    return evidence({study: claim}, summary[:0], summary[:0], claimed=claimed)


def _behaviour(rng, model: str, network: int, trials: int) -> list[dict]:
    """Return rows of the probes psychometric and chronometric."""
    labels = {"model": model, "seed": network}
    threshold, slope, lapse = rng.uniform(0.08, 0.2), rng.uniform(1.0, 1.6), rng.uniform(0, 0.02)
    each = trials / len(COHERENCE)
    correct = 1 - lapse - (0.5 - lapse) * np.exp(-((np.abs(COHERENCE) / threshold) ** slope))
    red = np.clip(np.where(COHERENCE > 0, correct, 1 - correct) + rng.normal(0, 0.02, len(COHERENCE)), 0, 1)
    rows = [labels | _share("psychometric", "p_red", p, each, c) for c, p in zip(COHERENCE, red, strict=True)]
    for k, strength in enumerate(STRENGTH):
        undecided = 0 if model in ("recording", "monkey_o") else 0.3 * np.exp(-strength / 0.1)
        rows += [
            labels | _share("psychometric", "accuracy", (red[7 + k] + 1 - red[6 - k]) / 2, 2 * each, strength),
            labels | _share("psychometric", "fraction_undecided", undecided, 2 * each, strength),
        ]
        for outcome, later, count in (("correct", 0, 90), ("error", 0.05, 90 * np.exp(-strength / 0.1))):
            if count > 4:
                rt = 0.4 + 0.2 * np.exp(-strength / 0.2) + later + rng.normal(0, 0.01)
                timed = {"measure": "chronometric", "statistic": "mean_rt", "variable": outcome, "strength": strength}
                rows.append(labels | timed | {"value": rt, "low": rt - 0.02, "high": rt + 0.02, "samples": int(count)})
    fitted = (model, network) != ("three_area", 1)  # one network makes too few decisions for a fit
    rows.append(labels | {"measure": "psychometric", "statistic": "weibull_fitted", "value": int(fitted)})
    values = {"threshold": threshold, "slope": slope, "lapse": lapse} if fitted else {}
    rows += [labels | {"measure": "psychometric", "statistic": s, "value": v} for s, v in values.items()]
    share = {"measure": "correct_by_context", "statistic": "fraction_correct"}
    shares = {None: 0.85, "red_left": 0.9, "green_left": 0.8}
    return rows + [labels | share | ({"variable": c} if c else {}) | {"value": v} for c, v in shares.items()]


def _share(measure: str, statistic: str, value: float, samples: float, strength: float) -> dict:
    half = 1.96 * np.sqrt(max(value * (1 - value), 1e-4) / samples)
    interval = {"low": max(value - half, 0), "high": min(value + half, 1), "samples": int(samples)}
    return {"measure": measure, "statistic": statistic, "strength": strength, "value": value, **interval}


def strength_in_area(model: str, area: int, variable: str) -> float:
    """Return how strongly an area encodes a variable: with Dale's law, colour and context decrease over areas."""
    return 0.95 if variable == "direction" or model.endswith("dale") else 0.95 / 2.2 ** (area - 1)


def _of_areas(rng, model: str, network: int, areas: int, units: int) -> list[dict]:
    rows = []
    for area in range(1, areas + 1):
        labels = {"model": model, "seed": network, "area": str(area)}
        rows += _variance(rng, labels, model, area) + _units(rng, labels, model, area, units)
        ratio = {"measure": "participation_ratio", "statistic": "participation_ratio", "value": rng.uniform(1.5, 3)}
        rows += [labels | ratio | {"condition_independent": signal} for signal in ("removed", "kept")]
        for variable in VARIABLES:
            rows += _decoding(rng, labels | {"variable": variable}, strength_in_area(model, area, variable))
        for other in range(1, areas + 1):
            if abs(other - area) <= 1:
                rows += _overlap(rng, labels | {"to": str(other)}, forward=other > area)
    return rows


def _decoding(rng, labels: dict, much: float) -> list[dict]:
    null = {"null_mean": 0.5, "null_95": 0.53, "p": 0.01, "draws": 99}
    rows = []
    for statistic in ("balanced_accuracy", "accuracy"):
        value = min(0.5 + 0.5 * much + rng.normal(0, 0.02), 1)
        rows.append(labels | {"measure": "decoding", "statistic": statistic, "value": value} | null)
        for time in WINDOWS:
            risen = 0.5 + 0.5 * much / (1 + np.exp(-(time - 0.25) / 0.06)) + rng.normal(0, 0.01)
            over_time = {"measure": "decoding_over_time", "statistic": statistic, "time": time}
            rows.append(labels | over_time | {"value": min(risen, 1)} | null)
    return rows


def _variance(rng, labels: dict, model: str, area: int) -> list[dict]:
    rows = []
    for variable in ("time", *VARIABLES):
        share = 0.5 if variable == "time" else 0.25 * strength_in_area(model, area, variable)
        for statistic in ("marginal_variance", "component_variance"):
            value = {"statistic": statistic, "value": share * rng.uniform(0.8, 1.2)}
            rows.append(labels | {"measure": "demixed_variance", "variable": variable} | value)
    return rows


def _units(rng, labels: dict, model: str, area: int, units: int) -> list[dict]:
    rows = []
    for variable in VARIABLES:
        here = labels | {"measure": "choice_probability", "variable": variable}
        cp = np.clip(0.5 + 0.25 * strength_in_area(model, area, variable) * rng.standard_normal(units), 0, 1)
        q = np.clip(1 - 9 * np.abs(cp - 0.5), 0, 1)
        null = {"null_mean": 0.533, "null_95": 0.545, "p": 0.01}
        rows += [
            here | {"statistic": "mean_unsigned_cp", "value": float(0.5 + np.abs(cp - 0.5).mean())} | null,
            here | {"statistic": "mean_cp", "value": float(cp.mean())} | null,
            here | {"statistic": "fraction_significant", "value": float((q <= 0.05).mean())},
        ]
        rows += [
            here | {"statistic": "cp", "unit": f"unit_{area}_{k}", "per_unit": 1, "value": v, "q": q[k], "p": q[k] / 2}
            for k, v in enumerate(cp)
        ]
        for time in WINDOWS[::2]:
            share = (q <= 0.05).mean() / (1 + np.exp(-(time - 0.25) / 0.06))
            rows.append(here | {"statistic": "fraction_significant", "time": time, "value": share})
            mean = {"statistic": "mean_unsigned_cp", "time": time, "value": 0.53 + share / 5, "p_corrected": 0.01}
            rows.append(here | mean | null)
    return rows


def _overlap(rng, labels: dict, *, forward: bool) -> list[dict]:
    rows = []
    for variable in ("time", *VARIABLES):
        aligned = forward and variable in ("time", "direction")
        here = labels | {"measure": "axis_overlap", "variable": variable}
        random = {"random_axis": 0.013, "random_axis_95": 0.045, "null_mean": 0.03, "null_95": 0.09, "p": 0.01}
        value = rng.uniform(0.5, 0.7) if aligned else rng.uniform(0, 0.02)
        rows.append(here | {"statistic": "potent_overlap", "value": value} | random)
        random = {"random_axis": 1.0, "random_axis_95": 2.2, "null_mean": 1.1, "null_95": 3.0, "p": 0.01}
        rows.append(
            here | {"statistic": "gain", "value": rng.uniform(8, 30) if aligned else rng.uniform(0.05, 1)} | random
        )
    passed = {"measure": "axis_overlap", "statistic": "weights_dimensionality", "value": rng.uniform(5, 20)}
    return [*rows, labels | passed]


def _published(rng) -> list[dict]:
    """Return published values of models of the same name and of the recorded area, some of them over time."""
    rows = []
    for model, area, values in (
        ("three_area", "1", (0.944, 0.934, 0.990)),
        ("three_area", "2", (0.959, 0.735, 0.870)),
        ("three_area", "3", (0.994, 0.512, 0.543)),
        ("one_area", "1", (0.999, 0.999, 0.959)),
        ("four_area", "4", (0.951, 0.516, 0.523)),
        ("three_area_150_units", "3", (0.99, 0.63, 0.6)),
        ("PMd", "PMd", (0.897, 0.522, 0.519)),
    ):
        here = THEIRS | {"model": f"{model} (authors)", "area": area}
        for variable, value in zip(VARIABLES, values, strict=True):
            rows.append(here | {"measure": "decoding", "statistic": "accuracy", "variable": variable, "value": value})
            share = {"measure": "demixed_variance", "statistic": "component_variance", "value": value / 4}
            rows.append(here | share | {"variable": variable})
    pmd = THEIRS | {"model": "PMd (authors)", "area": "PMd"}
    for time in np.round(np.arange(-0.59, 1.2, 0.02), 9):
        rise = 1 / (1 + np.exp(-(time - 0.25) / 0.08))
        for strength in STRENGTH:
            value = 0.5 + (0.1 + 0.12 * strength) * rise + rng.normal(0, 0.005)
            decoded = {"measure": "decoding", "statistic": "accuracy", "variable": "direction"}
            rows.append(pmd | decoded | {"strength": strength, "time": time, "value": value})
        for variable, most in (("direction", 0.74), ("rt", 0.4)):
            passed = {"measure": "unit_selectivity", "statistic": "fraction_significant", "variable": variable}
            at = 0.02 + most * rise
            rows.append(pmd | passed | {"time": time, "value": at, "low": at - 0.02, "high": at + 0.02})
    overlap = {"measure": "axis_overlap", "statistic": "potent_overlap", "area": "1", "to": "2", "random_axis": 0.013}
    for variable, value in (("colour", 0.005), ("direction", 0.613)):
        rows.append(THEIRS | {"model": "three_area (authors)"} | overlap | {"variable": variable, "value": value})
    for monkey, threshold in (("T", 0.109), ("O", 0.168)):
        fit = {"model": f"monkey {monkey} (authors)", "measure": "psychometric"}
        interval = {"low": threshold - 0.01, "high": threshold + 0.01}
        rows.append(THEIRS | fit | {"statistic": "threshold", "value": threshold} | interval)
    return rows


def _training(rng, models: dict[str, int], networks: int) -> list[dict]:
    rows = []
    for model in models:
        for network in range(networks):
            stopped = "steps" if network == 1 and model == "three_area" else "reached"
            steps = np.arange(0, 2000 + 400 * network, 100)
            right = (0.6 if stopped == "steps" else 0.7) * (1 - np.exp(-steps / 500))
            about = {"model": model, "seed": network, "stopped": stopped, "stop_correct": 0.65, "stop_at": np.nan}
            rows += [about | {"step": s, "error": 1 - c / 2, "correct": c} for s, c in zip(steps, right, strict=True)]
    return rows


def _views(rng, models: dict[str, int]) -> dict[str, pd.DataFrame]:
    units, paths = [], []
    rise = 1 / (1 + np.exp(-(TIMES - 0.25) / 0.08))
    for model, areas in models.items():
        for area in range(1, areas + 1):
            labels = {"source": model, "seed": 0, "area": str(area)}
            gain = rng.normal(0, 0.5, 3)
            for sign, choice in ((-1, "left"), (1, "right")):
                for strength in STRENGTH:
                    here = labels | {"choice": choice, "strength": strength}
                    drift = sign * rise * (0.4 + 0.6 * strength)
                    about = {"time": TIMES, "variance_explained": 0.85}
                    paths.append(
                        pd.DataFrame(here | {"pc1": 3 * rise - 1 - 1.5 * rise**3 * strength, "pc2": drift} | about)
                    )
                    for k in range(3):
                        rate = 0.6 + rise * 0.3 + gain[k] * drift
                        units.append(pd.DataFrame(here | {"unit": f"unit_{area}_{k}", "time": TIMES, "rate": rate}))
    columns = ["source", "seed", "area", "unit", "choice", "strength", "time", "rate"]
    units = pd.concat(units, ignore_index=True)[columns]
    return {
        "example_units": units,
        "choice_trajectories": pd.concat(paths, ignore_index=True),
        "example_trial": _trial(list(models)),
    }


def _trial(models: list[str]) -> pd.DataFrame:
    time = np.round(np.arange(-0.98, 1.8, 0.02), 9)
    inside, shown = (time >= 0) & (time < 1.5), (time >= -0.78) & (time < 1.5)
    parts = [("target", "input", n, s * shown) for n, s in (("target_left", 1), ("target_right", -1))]
    parts += [("target", "input", n, s * inside) for n, s in (("coherence_red", 0.31), ("coherence_green", -0.31))]
    wanted = inside & (time >= 0.2)
    parts += [("target", "target", "left", 0.2 + 0.8 * wanted), ("target", "target", "right", 0.2 + 0.0 * time)]
    parts += [("target", "mask", "loss", 1.0 - (inside & ~wanted))]
    tables_of = [pd.DataFrame({"source": s, "kind": k, "channel": c, "time": time, "value": v}) for s, k, c, v in parts]
    ends = pd.DataFrame({"source": "target", "kind": "threshold", "channel": "threshold", "time": time[[0, -1]]})
    tables_of.append(ends.assign(value=0.6))
    when = {"targets_on": -0.78, "checkerboard_on": 0.0, "offset": 1.5, "end": 1.8}
    events = pd.DataFrame({"source": "target", "kind": "event", "channel": list(when), "time": list(when.values())})
    tables_of.append(events.assign(value=events["time"]))
    short = np.round(np.arange(-0.4, 1.21, 0.02), 9)
    for k, model in enumerate(models):
        rise = 0.8 / (1 + np.exp(-(short - 0.3 - 0.05 * k) / 0.06))
        for channel, value in (("left", 0.2 + rise), ("right", 0.2 - 0.1 * rise)):
            output = {"source": model, "kind": "output", "channel": channel, "time": short, "value": value}
            tables_of.append(pd.DataFrame(output))
        decided = {"source": model, "kind": "event", "channel": "rt", "time": [0.3], "value": [0.3]}
        tables_of.append(pd.DataFrame(decided))
    trial = pd.concat(tables_of, ignore_index=True)
    trial.insert(1, "seed", 0)
    return trial.assign(condition="red_left/147")
