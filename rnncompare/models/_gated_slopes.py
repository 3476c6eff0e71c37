"""Derivatives of one step of the gated cells, as formulas of numpy arrays and torch tensors alike.

All arrays have the same shape. Slopes are derivatives by the total input of a gate, before its sigmoid or tanh.
"""

from typing import Any

Array = Any  # np.ndarray or torch.Tensor


def gru(r: Array, z: Array, n: Array, before: Array, inner: Array) -> tuple[Array, Array, Array]:
    """Slopes of h' = (1 - z) n + z h by the inputs of r, z and n = tanh(.. + r inner); before: h."""
    of_candidate = (1 - z) * (1 - n * n)
    return of_candidate * inner * r * (1 - r), (before - n) * z * (1 - z), of_candidate


def ugrnn(g: Array, c: Array, before: Array) -> tuple[Array, Array]:
    """Slopes of h' = (1 - g) c + g h by the inputs of g and c; before: h."""
    return (before - c) * g * (1 - g), (1 - g) * (1 - c * c)


def lstm(o: Array, f: Array, i: Array, g: Array, before: Array, squashed: Array) -> tuple[Array, ...]:
    """Slope of h' = o tanh(c') by the input of o, slopes of c' = f c + i g by those of f, i and g, and d h' / d c'.

    before: c; squashed: tanh(c').
    """
    of_cell = (before * f * (1 - f), g * i * (1 - i), i * (1 - g * g))
    return squashed * o * (1 - o), *of_cell, o * (1 - squashed * squashed)
