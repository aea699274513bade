"""A worked example with other numbers: drawn from a seed, so that everyone has a sheet of their own, or typed.

Drawn numbers have two decimals, so they can be computed by hand, and no sum of the forward pass comes near saturation.
Typed ones are kept as a short text that an address can carry: "W1.0.1~-0.25_Y.0.0~1" sets W¹[0, 1] and Y[0, 0].
"""
import re
from dataclasses import replace
from functools import lru_cache

import numpy as np

from mlp_core import ACTIVATIONS, forward
from mlp_core.presets import PRESETS

from .typed import number

STEEPEST = 3.0      # no sum of a drawn example is larger: there f′ of a sigmoid is still 0.045
SMALLEST = 0.05     # no drawn weight or input is nearer to 0: its terms would be lost in rounding
LARGEST = 100       # that may be typed
EDIT = re.compile(r"([XYWb])(\d?)\.(\d)\.(\d)~(-?\d{1,3}(?:\.\d{1,9})?)", re.ASCII)


@lru_cache(maxsize=64)      # a page asks for it again and again
def toy(net, seed=0, edits=""):
    """Return the preset of a worked example with its own numbers (seed 0) or those of a seed, and then the edits.

    Raises ValueError, in a sentence, for edits that say nothing or that this network has no place for.
    """
    preset = PRESETS[net]
    return _with(preset, _edited(numbers(preset) if seed == 0 else drawn(preset, seed), edits))


def numbers(preset):
    """Return {name: array}: all numbers that can be chosen, "X", "Y", "W1", "b1", …; b as (1, n), as it is shown."""
    found = dict(zip("XY", map(np.array, preset.example)))
    for l, (W, b) in enumerate(preset.weights, 1):
        found |= {f"W{l}": np.array(W)} | ({} if b is None else {f"b{l}": np.array([b])})
    return found


def drawn(preset, seed):
    """Return other numbers for a worked example: inputs, targets, weights and biases; the same for the same seed.

    A task of several examples, such as XOR, keeps its inputs and targets.
    """
    rng = np.random.default_rng([seed, 10])
    while True:
        found = {name: _some(rng, array.shape) for name, array in numbers(preset).items()}
        found["X"] = abs(found["X"])
        found["Y"] = _targets(rng, preset)
        if len(preset.example[0]) > 1:
            found |= dict(zip("XY", map(np.array, preset.example)))
        sizes = np.concatenate([abs(array).ravel() for name, array in found.items() if name[0] in "Wb"])
        if len(set(sizes)) == sizes.size and _gentle(_with(preset, found)):
            return found


def _some(rng, shape):
    """Numbers from −1 to 1 with two decimals, none of them near 0."""
    return np.round(rng.choice([-1, 1], shape) * rng.uniform(SMALLEST, 1, shape), 2)


def _targets(rng, preset):
    """Targets that the output can come near."""
    low, high = np.clip(ACTIVATIONS[preset.activations[-1]].outputs, -1, 1)
    return np.round(low + (high - low) * rng.uniform(.02, .98, np.shape(preset.example[1])), 2)


def _gentle(preset):
    """Whether no sum is steep, and no two inputs of a single example are the same."""
    X = np.array(preset.example[0])
    passed = forward(preset.network(preset.best, None), X)
    return (len(X) > 1 or len(set(X[0])) == X.size) and all(abs(S).max() < STEEPEST for S in passed.S)


def _with(preset, found):
    """Return the preset with these numbers."""
    weights = tuple((_tuple(found[f"W{l}"]), _tuple(found[f"b{l}"])[0] if f"b{l}" in found else None)
                    for l in range(1, len(preset.activations) + 1))
    return replace(preset, weights=weights, example=(_tuple(found["X"]), _tuple(found["Y"])))


def _tuple(array):
    return tuple(map(tuple, array.tolist()))


def _edited(found, edits):
    for name, row, column, value in _read(edits):
        if name not in found or not (row < len(found[name]) and column < found[name].shape[1]):
            raise ValueError(f"this network has no {name}[{row}, {column}]")
        found[name][row, column] = value
    return found


def _read(edits):
    """Return [(name, row, column, value)] in a text of edits. Raises ValueError for anything else."""
    found = [EDIT.fullmatch(edit) for edit in edits.split("_")] if edits else []
    if not all(found) or any(abs(float(edit[5])) > LARGEST for edit in found):
        raise ValueError(f"typed numbers look like W1.0.1~-0.25, up to {LARGEST} in size")
    return [(edit[1] + edit[2], int(edit[3]), int(edit[4]), float(edit[5])) for edit in found]


def whose(seed, edits):
    """Return in a few words whose numbers these are where they are not the source's; else ""."""
    return ", ".join([f"new numbers {seed}"] * bool(seed) + ["numbers of your own"] * bool(edits))


def checked(edits):
    """Return the edits as they are. Raises ValueError, in a sentence, where they are not written as edits are."""
    _read(edits)
    return edits


def edit(choice, name, row, column, text):
    """Return the edits of a choice with one more number typed; what is as it was before is not kept.

    name is "X", "Y", "W1", "b1", …; b has one row. Raises ValueError in a sentence for what is no usable number.
    """
    if not choice.preset().is_toy:
        raise ValueError("only a worked example can have other numbers")
    plain, value = numbers(toy(choice.net, choice.numbers)), number(text).value
    if name not in plain or not (row < len(plain[name]) and column < plain[name].shape[1]):
        raise ValueError(f"this network has no {name}[{row}, {column}]")
    if abs(value) > LARGEST:
        raise ValueError(f"numbers from −{LARGEST} to {LARGEST} can be computed with here")
    kept = {(name, row, column): value for name, row, column, value in _read(choice.edits)}
    kept[name, row, column] = round(value, 9) + 0.0    # minus zero becomes zero
    found = "_".join(f"{name}.{row}.{column}~{value:.9f}".rstrip("0").rstrip(".")
                     for (name, row, column), value in sorted(kept.items()) if plain[name][row, column] != value)
    toy(choice.net, choice.numbers, found)
    return found
