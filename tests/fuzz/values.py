"""Wrong values in valid files, for any array of numbers or text."""

import numpy as np

UNICODE = ["Ünïté μ", "单元", "a\u202eb", "🐒", "../x", "/etc/passwd", "", "x" * 3000, "a\x00b", "a\nb"]


def wrong(value: np.ndarray, rng: np.random.Generator) -> object:
    """An array of another type, shape, order or unit, or with some of its values wrong."""
    changes = NUMBERS if value.dtype.kind in "fiub" else TEXTS
    return changes[rng.integers(len(changes))](value, rng)


def some(value: np.ndarray, rng: np.random.Generator, what: float) -> np.ndarray:
    changed = value.astype(float)
    flat = changed.reshape(-1)
    flat[rng.random(flat.size) < rng.choice([0.01, 0.3, 1.0])] = what
    return changed


def shuffled(value: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rng.permuted(value, axis=None) if value.dtype.kind != "O" else value


def cut(value: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return value[:-1] if value.ndim else np.zeros((0, 3))


NUMBERS = (
    lambda v, r: some(v, r, np.nan),
    lambda v, r: some(v, r, np.inf),
    lambda v, r: some(v, r, -1.0),
    lambda v, r: some(v, r, 1e300),
    lambda v, r: some(v, r, float(r.integers(-(2**62), 2**62))),
    lambda v, r: -v.astype(float),
    lambda v, r: v * 1000.0,
    lambda v, r: v / 1000.0,
    lambda v, r: np.zeros_like(v),
    lambda v, r: np.full_like(v, v.reshape(-1)[0] if v.size else 0),  # all equal, such as ids or times
    lambda v, r: v[::-1] if v.ndim else v,
    shuffled,
    cut,
    lambda v, r: np.concatenate([v, v]) if v.ndim else np.ones(2),
    lambda v, r: v.T,
    lambda v, r: v[None],
    lambda v, r: v.reshape(-1),
    lambda v, r: np.zeros((0, *v.shape[1:])),
    lambda v, r: np.float64(3.0),
    lambda v, r: v.astype(np.int8) if np.isfinite(v.astype(float)).all() else v,
    lambda v, r: v.astype(np.float16),
    lambda v, r: v.astype(np.uint64) if (v.astype(float) >= 0).all() else v,
    lambda v, r: v.astype(bool),
    lambda v, r: v.astype(complex) * 1j,
    lambda v, r: np.full(v.shape, b"text"),
    lambda v, r: np.zeros(v.shape, dtype=[("a", float), ("b", "S3")]),
)
TEXTS = (
    lambda v, r: np.full(v.shape, r.choice(UNICODE[:6]).encode()),
    lambda v, r: np.zeros(v.shape),
    lambda v, r: np.full(v.shape, np.nan),
    cut,
    lambda v, r: np.zeros(0),
)
