"""Rows of made-up networks that select by context: slopes, fixed points, kernels, and states in the decision plane."""

import numpy as np

CONTEXTS = ("motion", "colour")


def mechanism_rows(rng, labels) -> list[dict]:
    rows = []
    for context in CONTEXTS:
        shares = {
            name: rng.uniform(0.7, 1.1) for name in ("relevant_of_ideal", "predicted_of_measured", "late_to_early")
        }
        shares |= {
            "correct": rng.uniform(0.8, 0.97),
            "ideal_correct": 0.97,
            "irrelevant_of_relevant": rng.normal(0, 0.02),
        }
        shares |= {"cosine_relevant": rng.uniform(0.4, 0.8), "cosine_irrelevant": rng.normal(0, 0.05)}
        shares["kernel_ratio"] = rng.uniform(20, 200)
        stable = int(rng.integers(1, 4))
        points = {"stable": stable, "saddles": stable - 1, "unstable": 0, "bistable": stable == 2, "chain": stable > 1}
        for measure, values in (("selection", shares), ("fixed_points", points)):
            rows += [
                labels | {"measure": measure, "variable": context, "statistic": k, "value": float(v)}
                for k, v in values.items()
            ]
    return rows


def kernel_rows(rng, labels) -> list[dict]:
    """Kernels that fall with time, and irrelevant ones near 0."""
    rows, time = [], np.round(0.05 * np.arange(10), 9)
    for context in CONTEXTS:
        values = {"relevant": np.exp(-2 * time * rng.uniform(0.2, 1)), "irrelevant": rng.normal(0, 0.05, 10)}
        values["relevant"] /= values["relevant"].mean()
        rows += [
            labels | {"measure": "kernels", "variable": context, "time": t, "statistic": name, "value": v}
            for name, course in values.items()
            for t, v in zip(time, course, strict=True)
        ]
    return rows


def plane_rows(models: list[str]) -> list[dict]:
    """Two stable points and a saddle, trajectories to the stable points, and the flow to them."""
    rows, time = [], np.round(0.05 * np.arange(12), 9)
    for model in models:
        for context in CONTEXTS:
            labels = {"source": model, "seed": 0, "variable": context}
            for k, strength in enumerate((-0.5, -0.05, 0.05, 0.5)):
                x = np.sign(strength) * np.tanh(time * 10 * abs(strength) + 0.3 * time)
                rows += [
                    labels | {"kind": "trajectory", "point": k, "strength": strength, "time": t, "x": a, "y": 0.5 * t}
                    for t, a in zip(time, x, strict=True)
                ]
            for kind, place in (("stable", -1.0), ("stable", 1.0), ("saddle", 0.0), ("slow", 0.5)):
                rows.append(labels | {"kind": kind, "point": 0, "x": place, "y": 0.3})
            for k, (a, b) in enumerate((a, b) for a in np.linspace(-1.2, 1.2, 5) for b in np.linspace(0, 0.5, 5)):
                flow = {"dx": a - a**3, "dy": 0.3 - b, "in_plane": 1 / (1 + k % 4)}
                rows.append(labels | {"kind": "flow", "point": k, "x": a, "y": b} | flow)
    return rows
