"""Other numbers for a worked example: a sheet of its own for every seed, gentle enough for a pencil; and typed."""
import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from explainer.address import from_address, to_address
from explainer.choice import Choice, Chosen, after
from explainer.datasets import embedded_sample
from explainer.deciding import decided
from explainer.recipes import Recipe, adopted
from explainer.toys import edit, numbers, toy
from mlp_core.presets import PRESETS

SAMPLE = embedded_sample()
TOYS = [name for name, preset in PRESETS.items() if preset.is_toy]
SEEDS = range(1, 31)


def walk_of(choice):
    return decided(choice, SAMPLE)[0].walk()


def flat(preset):
    return tuple(np.concatenate([array.ravel() for array in numbers(preset).values()]))


def sums(preset):
    """Every weighted sum of the forward pass, in plain Python."""
    outputs, found = [list(row) for row in preset.example[0]], []
    for (W, b), activation in zip(preset.weights, preset.activations):
        S = [[sum(a * w for a, w in zip(row, column)) + (0 if b is None else b[j])
              for j, column in enumerate(zip(*W))] for row in outputs]
        outputs = [[1 / (1 + math.exp(-s)) if activation == "sigmoid" else s for s in row] for row in S]
        found += [s for row in S for s in row]
    return found


@pytest.mark.parametrize("net", TOYS)
def test_thirty_seeds_are_thirty_sheets_and_each_comes_back(net):
    sheets = {seed: flat(toy(net, seed)) for seed in SEEDS}
    assert len(set(sheets.values()) | {flat(PRESETS[net])}) == 31
    toy.cache_clear()
    assert all(flat(toy(net, seed)) == sheet for seed, sheet in sheets.items())


@pytest.mark.parametrize("net", TOYS)
def test_drawn_numbers_have_two_decimals_and_saturate_nothing(net):
    for seed in SEEDS:
        preset = toy(net, seed)
        assert all(Decimal(repr(float(value))).as_tuple().exponent >= -2 for value in flat(preset))
        assert max(map(abs, sums(preset))) < 3
        weights = [abs(w) for W, b in preset.weights for w in (*np.ravel(W), *(b or ()))]
        assert min(weights) >= .05 and len(set(weights)) == len(weights)
        assert replace(preset, weights=PRESETS[net].weights, example=PRESETS[net].example) == PRESETS[net]
        assert [b is None for _, b in preset.weights] == [b is None for _, b in PRESETS[net].weights]
        low, high = (0, 1) if preset.activations[-1] == "sigmoid" else (-1, 1)
        assert all(low <= y <= high for y in np.ravel(preset.example[1]))


def test_a_single_example_has_other_inputs_and_targets_and_xor_stays_xor():
    for seed in SEEDS:
        for net in ("mazur", "hmkcode"):
            assert all(new != old for new, old in zip(toy(net, seed).example, PRESETS[net].example))
        assert toy("xor", seed).example == PRESETS["xor"].example


@pytest.mark.parametrize("net", TOYS)
def test_the_walk_is_made_of_the_chosen_numbers(net):
    walk = walk_of(Choice(net=net, numbers=4, edits="W1.0.1~0.5_Y.0.0~0.25"))
    preset = toy(net, 4)
    assert np.array_equal(walk.passed.A[0], preset.example[0]) and walk.Y[0, 0] == .25
    W = np.array(preset.weights[0][0])
    W[0, 1] = .5
    assert np.array_equal(walk.before.layers[0].W, W)
    assert np.array_equal(walk.before.layers[1].W, preset.weights[1][0])
    assert walk.before.layers[0].frozen_bias == (net == "mazur")


@pytest.mark.parametrize("text, value", [("0.3", "0.3"), ("0,3", "0.3"), ("−1/4", "-0.25"), ("2", "2"), ("-0.0", "0"),
                                         ("1e-3", "0.001"), ("1/3", "0.333333333")])
def test_a_typed_number_is_kept_in_the_address(text, value):
    choice = Choice(net="mazur", numbers=3)
    choice = replace(choice, edits=edit(choice, "W1", 0, 1, text))
    assert choice.edits == f"W1.0.1~{value}"
    assert from_address(to_address(Chosen(choice))) == (Chosen(choice), [])
    assert walk_of(choice).before.layers[0].W[0, 1] == float(value)


def test_edits_add_up_the_last_one_counts_and_the_number_from_before_is_no_edit():
    choice = Choice(net="mazur")
    for name, row, column, text in (("b2", 0, 1, "1"), ("X", 0, 0, "-2.5"), ("b2", 0, 1, "0.7")):
        choice = replace(choice, edits=edit(choice, name, row, column, text))
    assert choice.edits == "X.0.0~-2.5_b2.0.1~0.7"
    choice = replace(choice, edits=edit(choice, "X", 0, 0, "0.05"))
    assert choice.edits == "b2.0.1~0.7" and edit(choice, "b2", 0, 1, ".6") == ""


@pytest.mark.parametrize("name, row, column, text, told", [
    ("W1", 0, 0, "abc", "cannot be read as a number"), ("W1", 0, 0, "", "type a number"),
    ("W1", 0, 0, "1/0", "a fraction"), ("W1", 0, 0, "101", "numbers from −100 to 100"),
    ("W1", 0, 0, "1e300", "numbers from"), ("W1", 0, 0, "9" * 50, "too long")])
def test_what_is_no_usable_number_gets_a_sentence(name, row, column, text, told):
    with pytest.raises(ValueError, match=told):
        edit(Choice(net="mazur"), name, row, column, text)


@pytest.mark.parametrize("net", TOYS)
def test_any_typed_number_in_bounds_can_be_walked(net):
    for name, array in numbers(PRESETS[net]).items():
        for text in ("100", "-100", "0"):
            choice = Choice(net=net, edits=edit(Choice(net=net), name, 0, array.shape[1] - 1, text))
            assert walk_of(choice).steps


def test_new_numbers_start_without_edits_and_another_network_with_its_own():
    chosen = after(Chosen(), net="mazur", numbers=2, edits="W1.0.0~1")
    assert after(chosen, numbers=3).choice == Choice(net="mazur", numbers=3)
    assert after(chosen, net="hmkcode").choice == Choice(net="hmkcode")
    assert after(after(chosen, init="he"), edits="").choice == Choice(net="mazur", numbers=2)


def test_a_run_is_made_of_these_numbers_and_brings_them_back():
    choice = Choice(net="xor", numbers=2, edits="W1.0.0~1")
    recipe = Recipe("xor", choice.preset(), "best", choice.settings(), numbers=2, edits="W1.0.0~1")
    assert adopted(Chosen(), recipe).choice.preset() == choice.preset()
    assert recipe.words()["initial weights"] == "new numbers 2, numbers of your own"
    plain = Recipe("xor", PRESETS["xor"], "best", choice.settings())
    assert plain.choices != recipe.choices and plain.words()["initial weights"] == "as printed"
