"""Tables of two made-up studies, in the form of results/tables, for tests of figures and of the report."""

from functools import cache
from itertools import combinations, product

import numpy as np
import pandas as pd
import xarray as xr
from figures.made_up_mechanism import kernel_rows, mechanism_rows, plane_rows
from support.sizes import sized_tables, sizes

from rnncompare import activity
from rnncompare.calibration import calibration_curves, calibration_table
from rnncompare.comparison.ranking import ranking
from rnncompare.tabulation import tables
from rnncompare.tabulation.animals import over_animals
from rnncompare.tabulation.contrasts import contrast
from rnncompare.tabulation.recovery import recovery
from rnncompare.tabulation.size_curves import size_curves
from rnncompare.tabulation.summary import summarise
from rnncompare.tabulation.universality import universality
from rnncompare.verdict.evidence import evidence
from rnncompare.views.overview import overview

CONDITIONS = [f"{a}" for a in range(0, 360, 45)]
TIMES = np.round(np.arange(-0.4, 0.41, 0.02), 2)
NETWORKS = {"regularized": 0.6, "unregularized": 0.1, "untrained": 0.0, "untrained_high_gain": 0.05}
ABLATIONS = {
    "only_weights": 0.2,
    "only_rates": 0.4,
    "only_dynamics": 0.3,
    "only_delays": 0.2,
    "no_weights": 0.6,
    "no_rates": 0.4,
    "no_dynamics": 0.5,
    "no_delays": 0.5,
}
CONTROLS = {"kinematics": 0.3, "inputs": 0.05, "half_of_units": 0.85, "second_animal": 0.7}
STATISTICS = {  # measure: its statistics, and whether smaller values are more similar
    "cca": (["mean", "first"], False),
    "cca_in_sample": (["mean", "first"], False),
    "procrustes": (["angle", "angle_in_sample"], True),
    "cka": (["cka"], False),
    "cka_times": (["cka"], False),
    "rsa": (["rdm"], False),
    "ridge": (["r2_source_to_recording", "r2_recording_to_source"], False),
}
CLAIM = {
    "contrast": ["regularized", "unregularized"],
    "controls": {"untrained": "untrained", "kinematics": "no network"},
    "measures": ["ridge", "procrustes", "cca"],
    "correction": "max_t",
    "group": "reaching",
}

KINDS = {  # models of networks, and their places in a plane
    "tanh": (0, 0), "relu": (0.3, 0), "gru": (1, 0), "lstm": (1, 0.5),
    "untrained_tanh": (0, 2), "untrained_gru": (0.5, 2),
}  # fmt: skip
DISTANCES = [  # measure, statistic, and how far models are apart
    ("procrustes", "angle", 1.0), ("cka", "cka", 0.3), ("dsa", "angle", 0.5),
    ("topology", "cells", 0.0), ("topology", "cells_of_fixed_points", 0.1), ("modes", "rate", 2.0),
]  # fmt: skip


@cache
def made_up_tables() -> dict[str, pd.DataFrame]:
    """Return the tables by name, of study 'reach' with ablations and study 'small' without; read-only."""
    rng = np.random.default_rng(0)
    studies = {"reach": NETWORKS | ABLATIONS | CONTROLS, "small": NETWORKS | CONTROLS}
    parts = [_of_study(rng, study, sources) for study, sources in studies.items()]
    made = {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]}
    ceilings = {
        "ceiling": {"source": "half_of_units", "spearman_brown": True},
        "ceiling_animal": {"source": "second_animal", "spearman_brown": False},
    }
    corrections = {study: {"method": "max_t", "family": None} for study in studies}
    frame = {"corrections": corrections, "seed": 0, "bootstrap": 200}
    means = made.pop("means")
    draws = _draws(rng, means)
    made["summary"] = summarise(
        means, made["probes"], draws, ceilings=dict.fromkeys(studies, ceilings), baselines={}, **frame
    )
    pairs = {study: [("regularized", "unregularized"), ("regularized", "untrained")] for study in studies}
    both = pd.concat([made["similarity"], made["probes"]], ignore_index=True)
    made["contrasts"] = contrast(both, draws, pairs, **frame)
    made["animals"] = over_animals(made["contrasts"], {"reaching": list(studies)})
    made["ranking"] = ranking(made["sweep"], pairs)
    made["network_distances"] = _distances()
    stages = {"trained": list(KINDS)[:4], "untrained": list(KINDS)[4:]}
    sets = {"all": stages, "leaky": {"trained": ["tanh", "relu"]}}
    untrained = {"tanh": "untrained_tanh", "gru": "untrained_gru"}
    made["universality"] = universality(
        made["network_distances"],
        {"reach": sets},
        {"reach": untrained},
        {"reach": 99},
        seed=0,
    )
    made["size_curves"] = size_curves({"reach": sizes()}, *sized_tables())
    made["recovery"] = recovery(_recordings(), {"reach": ("regularized", "unregularized")})
    of_evidence = (made[name] for name in ("contrasts", "summary", "animals", "recovery"))
    made["verdict"] = evidence({"reach": CLAIM}, *of_evidence)
    return made


def _of_study(rng, study, sources) -> dict[str, pd.DataFrame]:
    labels = {"study": study, "recording": "made_up_m1"}
    networks = [s for s in sources if s in NETWORKS | ABLATIONS]
    similarity, means = _similarity(rng, sources)
    return {
        "similarity": tables.label(similarity, labels),
        "means": tables.label(means, labels),
        "sweep": tables.label(_sweep(rng), labels),
        "probes": tables.label(_probes(rng, networks), labels),
        "training": tables.label(_training(rng, [n for n in networks if not n.startswith("untrained")]), labels),
        **{name: tables.label(rows, {"study": study}) for name, rows in _views(rng, networks).items()},
        **{name: tables.label(rows, {"study": study}) for name, rows in _calibration().items()},
    }


def _similarity(rng, sources) -> tuple[list, list]:
    rows, means = [], []
    for model, quality in sources.items():
        for measure, (statistics, lower) in STATISTICS.items():
            for statistic in statistics:
                for signal in ("removed", "kept"):
                    labels = {
                        "model": model,
                        "measure": measure,
                        "statistic": statistic,
                        "condition_independent": signal,
                    }
                    score = quality + (0.2 if signal == "kept" else 0) + (0.2 if "in_sample" in measure else 0)
                    values = score + rng.normal(0, 0.05, 1 if model == "kinematics" else 8)
                    values = values - (3 if model == "inputs" and measure == "ridge" else 0)
                    null = (0.1, 0.25)
                    values, null = (np.pi / 2 * (1 - values), (1.5, 1.3)) if lower else (values, null)
                    test = {"null_mean": null[0], "null_95": null[1], "p": 0.001, "draws": 999}
                    rows += [
                        {**labels, "seed": k, "value": v, **test, "jackknife_se": 0.02} for k, v in enumerate(values)
                    ]
                    low, high = np.quantile(values, [0.1, 0.9]) if len(values) > 1 else (np.nan, np.nan)
                    about = {"mean": values.mean(), "low": low, "high": high, "seeds": len(values), **test}
                    about["components_needed"] = 2.5
                    if measure == "cca":
                        about["spearman_brown"] = 2 * about["mean"] / (1 + about["mean"])
                    means.append(labels | about)
    return rows, means


def _draws(rng, means) -> dict[tuple[str, str, str], xr.Dataset]:
    """Return draws as made by the comparison: those of every null distribution, and scores without each condition."""
    draws, of_conditions = {}, np.random.default_rng(1)
    for row in means.to_dict("records"):
        data = draws.setdefault((row["study"], row["model"], row["measure"]), xr.Dataset())
        null = rng.normal(row["null_mean"], abs(row["null_95"] - row["null_mean"]) / 1.6, 99)
        name = f"{row['statistic']}|{row['condition_independent']}"
        data[f"null|{name}"] = ("draw_100", [row["mean"], *null])
        without = of_conditions.normal(row["mean"], 0.02, (len(CONDITIONS), row["seeds"]))
        data[f"jackknifed|{name}"] = ((f"left_out_{len(CONDITIONS)}", "source"), without)
    return draws


def _distances() -> pd.DataFrame:
    """Return distances of networks in a plane by several measures; by some, models are at places of their own."""
    rng, rows = np.random.default_rng(4), []
    networks = [(model, k) for model in KINDS for k in range(4)]
    for measure, statistic, apart in DISTANCES:
        places = {network: apart * np.array(KINDS[network[0]]) + rng.normal(0, 0.2, 2) for network in networks}
        for one, other in combinations(networks, 2):
            about = {"model": one[0], "seed": one[1], "other_model": other[0], "other_seed": other[1]}
            value = float(np.linalg.norm(places[one] - places[other]))
            rows.append(about | {"measure": measure, "statistic": statistic, "value": value})
    return tables.label(rows, {"study": "reach", "recording": ""})


def _recordings() -> pd.DataFrame:
    """Return scores of two models with recordings of their own networks; some measures favour one of them in all."""
    rng, models, rows = np.random.default_rng(3), ("regularized", "unregularized"), []
    for (measure, (statistics, lower)), generator in product(STATISTICS.items(), models):
        for statistic in statistics if measure == "ridge" else statistics[:1]:
            for one, model, k in product(range(6), models, range(7)):
                near = model == ("regularized" if measure in ("cca", "rsa") else generator)
                score = 0.3 + 0.03 * near + rng.normal(0, 0.02)
                about = {"generator": generator, "recording_of": one, "model": model, "seed": k, "measure": measure}
                value = {"statistic": statistic, "value": 1.5 - score if lower else score, "lower_is_better": lower}
                rows += [about | value] if k != one else []
    return tables.label(rows, {"study": "reach", "recording": "made_up_m1"})


def _sweep(rng) -> list[dict]:
    """Return every primary statistic for 8 or 16 specifications; components change the ranking, the bin does not."""
    rows = []
    varied = {"window": ["-0.4 to 0.4", "0 to 0.4"], "bin": ["none", "0.02"], "soft_normalise": ["none", "0.2"]}
    for measure, (statistics, lower) in STATISTICS.items():
        names = varied | ({"components": ["5", "10"]} if measure in ("cca", "procrustes", "ridge") else {})
        for statistic, values in product(
            statistics if measure == "ridge" else statistics[:1], product(*names.values())
        ):
            choices = dict(zip(names, values, strict=True))
            default = values[:3] == ("-0.4 to 0.4", "none", "0.2") and choices.get("components", "10") == "10"
            few = choices.get("components") == "5"
            for model, quality in (NETWORKS | {"kinematics": 0.3}).items():
                score = quality * (0.1 if few else 1) + 0.1 * (choices["soft_normalise"] == "none")
                for seed in range(1 if model == "kinematics" else 8):
                    value = score + rng.normal(0, 0.05)
                    about = {"model": model, "measure": measure, "seed": seed, "statistic": statistic}
                    score_of = {"value": 1.5 - value if lower else value, "lower_is_better": lower, "default": default}
                    rows.append(about | score_of | choices)
    return rows


def _probes(rng, networks) -> list[dict]:
    rows = []
    for model in ["recording", *networks]:
        for seed in range(1 if model == "recording" else 8):
            labels = {"model": model, "seed": seed}
            decoded = {
                "trials": "recorded" if model == "recording" else "drawn",
                "null_mean": 0.12,
                "null_95": 0.2,
                "p": 0.001,
            }
            rows.append(
                labels
                | {
                    "measure": "decoding",
                    "statistic": "balanced_accuracy",
                    "variable": "condition",
                    "value": rng.uniform(0.6, 0.99),
                    **decoded,
                }
            )
            rows.append(
                labels
                | {
                    "measure": "kinematic_decoding",
                    "statistic": "r2",
                    "variable": "hand_velocity",
                    "value": rng.uniform(0.2, 0.9),
                }
            )
            ratio = {"measure": "participation_ratio", "statistic": "participation_ratio", "value": rng.uniform(2, 8)}
            rows.append(labels | ratio | {"condition_independent": "removed"})
            rows += _dynamics(rng, labels)
            rows += _linear_dynamics(np.random.default_rng([5, len(rows)]), labels)
            if model == "recording":
                rows += _choice(rng, labels)
            elif not model.startswith("untrained"):
                rows += _robustness(rng, labels, steep=2.0 if model == "unregularized" else 1.0)
            if model != "recording":
                rows += mechanism_rows(rng, labels)
                rows += kernel_rows(np.random.default_rng([6, len(rows)]), labels)
    return rows


def _dynamics(rng, labels) -> list[dict]:
    null = {"null_mean": 0.5, "null_95": 0.62, "p": 0.02, "draws": 99}
    rotation = {"measure": "jpca", "statistic": "ratio", "value": rng.uniform(0.4, 0.9), **null}
    rows = [labels | rotation | {"condition_independent": "removed"}]
    for measure, most in (("tangling", 300), ("muscle_tangling", 2000)):
        value = {"statistic": "tangling_90", "value": rng.uniform(most / 3, most)}
        rows.append(labels | {"measure": measure} | value | {"condition_independent": "kept"})
    return rows


def _linear_dynamics(rng, labels) -> list[dict]:
    labels = labels | {"measure": "linear_dynamics", "condition_independent": "removed"}
    r2, hertz = rng.uniform(-0.2, 0.9), rng.uniform(0.4, 2.0)
    null = {"null_mean": -0.1, "null_95": 0.05, "p": 0.02, "draws": 99}
    return [
        labels | {"statistic": "r2_held_out", "value": r2, "low": r2 - 0.1, "high": min(1.0, r2 + 0.1), **null},
        labels | {"statistic": "frequency", "value": hertz, "low": hertz - 0.3, "high": hertz + 0.3},
    ]


def _choice(rng, labels) -> list[dict]:
    labels = labels | {"measure": "choice_probability", "area": "M1", "variable": "choice"}
    cp = np.clip(rng.normal(0.52, 0.08, 96), 0, 1)
    q = np.clip(1 - 8 * np.abs(cp - 0.5), 0, 1)
    units = [
        labels | {"statistic": "cp", "unit": f"unit_{k}", "per_unit": 1, "value": v, "p": q[k] / 2, "q": q[k]}
        for k, v in enumerate(cp)
    ]
    null = {"null_mean": 0.533, "null_95": 0.545, "p": 0.01}
    unsigned = float(np.abs(cp - 0.5).mean() + 0.5)
    course = []
    for time in TIMES[::2]:
        bump = 0.04 * np.exp(-((time - 0.1) ** 2) / 0.02)
        of_time = labels | {"time": time, "p_corrected": 0.01 if bump > 0.015 else 0.4}
        course += [
            of_time | {"statistic": "mean_unsigned_cp", "value": 0.54 + bump, **null},
            of_time | {"statistic": "mean_cp", "value": 0.5 + bump, "low": 0.48 + bump, "high": 0.53 + bump},
            labels | {"time": time, "statistic": "fraction_significant", "value": 5 * bump},
        ]
    return [labels | {"statistic": "mean_unsigned_cp", "value": unsigned, **null}, *units, *course]


def _robustness(rng, labels, steep) -> list[dict]:
    strengths = {"inputs": [0, 0.0125, 0.025, 0.05, 0.1, 0.2], "recurrent": [0, 0.01, 0.1, 0.2, 0.4, 0.8]}
    strengths["recurrent_absolute"] = [0, 0.005, 0.025, 0.1]
    strengths["inputs_zero_mean"] = strengths["inputs"]
    rows = []
    for variable, levels in strengths.items():
        for strength in levels:
            error = 10 * (1 + strength * 20) ** steep * rng.uniform(0.9, 1.1)
            common = labels | {"measure": "robustness", "variable": variable, "strength": strength}
            rows += [
                common | {"statistic": "error_mean", "value": error},
                common | {"statistic": "error_sd", "value": error / 10},
            ]
    return rows


def _training(rng, models) -> list[dict]:
    rows = []
    for model in models:
        for seed in range(8):
            stopped = "steps" if (model, seed) == ("regularized", 3) else "reached"
            steps = np.arange(0, 400 + 40 * seed, 5)
            errors = 0.1 + 0.9 * np.exp(-steps / 60) + (0.1 if stopped == "steps" else 0)
            rows += [
                {"model": model, "seed": seed, "step": s, "error": e, "stopped": stopped, "stop_at": 0.1}
                for s, e in zip(steps, errors, strict=True)
            ]
    return rows


def _overview(rng) -> pd.DataFrame:
    """Return the overview of four trials of each direction, with units of two areas and an event missing in a few."""
    angle = np.repeat([float(c) for c in CONDITIONS], 4)
    rate = rng.gamma(2.0, 10.0, (len(angle), len(TIMES), 12))
    hand = np.stack([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))], axis=-1)[:, None] * TIMES[:, None]
    data = activity.build(
        rate,
        time=TIMES,
        unit=[f"unit_{k}" for k in range(12)],
        condition=[f"{a:g}" for a in angle],
        behavior=hand,
        channel=["hand_position_x", "hand_position_y"],
        per_trial={"angle": angle, "go_cue": np.where(angle > 300, np.nan, -0.3)},
        per_unit={"area": np.repeat(["M1", "PMd"], 6)},
        rate_units="spikes/s",
        behavior_units="m",
    )
    return overview({"recording": [data]}, units=4, trials=32, channels=4)


def _views(rng, networks) -> dict[str, list[dict]]:
    angle = {c: np.deg2rad(float(c)) for c in CONDITIONS}
    sources, psths, paths, outputs, distances = ["recording", *networks], [], [], [], []
    for source in sources:
        phase, gain = rng.uniform(0, 2 * np.pi, 10), 40 if source == "recording" else 0.6
        for condition, a in angle.items():
            for unit in range(10):
                rate = gain * (1 + np.cos(a - phase[unit]) * np.exp(-((TIMES - 0.02 * unit) ** 2) / 0.02))
                psths += [
                    {"source": source, "seed": 0, "unit": f"unit_{unit}", "condition": condition, "time": t, "rate": r}
                    for t, r in zip(TIMES, rate, strict=True)
                ]
            turn = a + 3 * TIMES
            scores = gain * np.stack(
                [np.cos(turn) * (TIMES + 0.5), np.sin(turn) * (TIMES + 0.5), TIMES * np.cos(2 * a)]
            )
            paths += [
                {
                    "source": source,
                    "condition": condition,
                    "time": t,
                    "pc1": x,
                    "pc2": y,
                    "pc3": z,
                    "variance_explained": 0.8,
                }
                for t, x, y, z in zip(TIMES, *scores, strict=True)
            ]
            distances += [
                {"source": source, "condition": condition, "other": o, "value": (1 - np.cos(a - b)) * 8 / 7}
                for o, b in angle.items()
            ]
    for source in ["target", *networks]:
        for condition, a in angle.items():
            for k, output in enumerate(["shoulder_flexor", "shoulder_extensor", "elbow_flexor", "elbow_extensor"]):
                value = np.maximum(np.cos(a + k * np.pi / 2), 0) * np.exp(-((TIMES - 0.1) ** 2) / 0.02) + (
                    0 if source == "target" else rng.normal(0, 0.02, len(TIMES))
                )
                outputs += [
                    {"source": source, "seed": 0, "condition": condition, "time": t, "output": output, "value": v}
                    for t, v in zip(TIMES, value, strict=True)
                ]
    return {
        "overview": _overview(rng),
        "psths": psths,
        "trajectories": paths,
        "dissimilarities": distances,
        "outputs": outputs,
        "shape_space": _shape_space([*sources, *CONTROLS]),
        "choice_plane": plane_rows([n for n in networks if n in NETWORKS]),
    }


def _shape_space(sources) -> list[dict]:
    """Return points in a plane, eight for each model and one for a recording or control, and their distances."""
    rng = np.random.default_rng(2)
    labels = [(s, k) for s in sources for k in range(8 if s in NETWORKS | ABLATIONS else 1)]
    centre = {s: rng.uniform(-0.5, 0.5, 2) for s in sources}
    place = np.array([centre[s] + rng.normal(0, 0.05, 2) for s, _ in labels])
    return [
        {
            "source": source,
            "seed": seed,
            "other": other,
            "other_seed": other_seed,
            "angle": float(np.linalg.norm(here - there)),
            "x": here[0],
            "y": here[1],
            "plane_share": 0.55,
            "conditions": 8,
            "times": 41,
        }
        for (source, seed), here in zip(labels, place, strict=True)
        for (other, other_seed), there in zip(labels, place, strict=True)
    ]


def _calibration() -> dict[str, pd.DataFrame]:
    """Return calibration with two nulls; the second is anticonservative for measures that are scored in sample."""
    rng, of_rings = np.random.default_rng(1), np.random.default_rng(2)
    rows = []
    for measure, (statistics, lower) in STATISTICS.items():
        for statistic in statistics if measure == "ridge" else statistics[:1]:
            for signal in ("removed", "kept"):
                labels = {"measure": measure, "statistic": statistic, "condition_independent": signal}
                jobs = [("unrelated", 0.0, shared) for shared in ("nothing", "condition_independent") * 40]
                jobs += [("geometry", 0.0, "geometry")] * 20
                jobs += [("power", share, "nothing") for share in (0.1, 0.5, 1.0) for _ in range(20)]
                for job, (part, share, shared) in enumerate(jobs):
                    for null in ("conditions", "time_shift"):
                        tail = 20 * share + (part == "geometry") + (null == "time_shift") * ("in_sample" in measure)
                        p = rng.uniform() ** (1 + tail)
                        about = {"job": job, "part": part, "share": share, "shared": shared, "null": null, "p": p}
                        rows.append(labels | about)
                for job in range(len(jobs), len(jobs) + 20):
                    ranks = {"first": rng.uniform() < 0.9, "kind_first": rng.uniform() < 0.2}
                    rows.append(labels | {"job": job, "part": "recovery"} | ranks)
                for units, trials in [(35, 20.0), (70, 20.0), (141, 2.0), (141, 20.0), (141, np.inf)]:
                    for share in (0.0, 1.0):
                        value = share * units / 141 * (1 - 1 / trials) + rng.normal(0, 0.01)
                        about = {"share": share, "unit_count": units, "trial_count": trials}
                        score = {"value": 1.5 - value if lower else value}
                        rows.append(labels | {"job": len(jobs) + 20, "part": "bias"} | about | score)
                for count, chance in ((8, 0.3), (16, 0.7), (27, 0.95)) if signal == "removed" else ():
                    for k in range(20):
                        about = {"job": 10 * count + k, "part": "conditions", "condition_count": count}
                        favoured = np.sign(chance - of_rings.uniform()) * (of_rings.uniform() < 0.8)
                        rows.append(labels | about | {"value": favoured, "favoured": favoured})
    rows = pd.DataFrame(rows)
    return {
        "calibration": calibration_table(rows, power_share=0.5),
        "calibration_curves": calibration_curves(rows),
    }
