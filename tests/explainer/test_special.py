"""What is special here is true: each number in it is worked out anew from the arrays by plain sums."""
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from explainer import datasets
from explainer.inline import runs
from explainer.selection import Selection
from explainer.special import special
from explainer.walkthrough import take_walk
from mlp_core import Layer, Network
from tests import oracles
from tests.explainer.test_view import number
from tests.explainer.test_walkthrough import CASES, every_case, start, walk_of

HERE = Selection()
NUMBER = r"\d[\d,]*(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"


@cache
def trained():
    """The network that ships, on the default batch."""
    _, X, Y, alpha = start("deep, best")
    return take_walk(datasets.default_network(), X, Y, alpha)


@cache
def deep(alpha):
    network, X, Y, _ = start("deep, best")
    return take_walk(network, X, Y, alpha)


def said(walk, key, selection=HERE):
    return " ".join(special(walk, walk.step(key), selection))


def numbers(text):
    text = re.sub(r"\$.*?\$", "", text)
    return [number(found.replace(",", "")) for found in re.findall(NUMBER, text)]


def about(value):
    """Two significant digits of it."""
    return pytest.approx(value, rel=0.051, abs=1e-12)


@every_case
def test_at_most_two_sentences_of_readable_length_in_our_own_markdown(case):
    for step in walk_of(case).steps:
        sentences = special(walk_of(case), step, HERE)
        assert len(sentences) <= 2
        for sentence in sentences:
            assert 30 < len(sentence) < 260 and sentence[-1] == "."
            assert not re.search(r"\bnan\b|\binf\b|error", sentence)
            assert sentence.count("$") % 2 == 0 and "".join(text for _, text in runs(sentence))


def test_the_arrays_alone_decide_what_is_said():
    walk = deep(0.1)
    for step in walk.steps:
        assert special(walk, step, HERE) == special(replace(walk, labels=np.zeros(100, int)), step, HERE)


def test_the_pixels_without_ink_are_counted_and_so_are_the_rows_of_the_gradient_that_are_0_for_it():
    walk = deep(0.1)
    blank = sum(all(image[p] == 0 for image in walk.images) for p in range(784))
    rows = sum(all(abs(n) == 0 for n in row) for row in walk.grads.dW[0].tolist())
    assert blank == rows == 258
    assert "258 of the 784 pixels have no ink in all 100 images" in said(walk, "X")
    assert "258 of the 784 rows are 0, because those pixels have no ink in all 100 images" in said(walk, "dW1")
    assert "rows" not in said(walk, "dW2")


@pytest.mark.parametrize("key", ["S2", "S3", "S4", "A4"])
def test_stripes_are_named_before_training_with_both_spreads(key):
    array = deep(0.1).step(key).result.astype(np.float64)
    within = np.mean([np.sqrt(np.mean((column - np.mean(column)) ** 2)) for column in array.T])
    means = [np.mean(column) for column in array.T]
    between = np.sqrt(np.mean((means - np.mean(means)) ** 2))
    text = said(deep(0.1), key)
    assert text.startswith("Stripes") and numbers(text)[:2] == [about(within), about(between)]
    if key in ("S3", "S4"):     # and why: what comes in is nearly the same for all examples
        incoming = deep(0.1).step(f"A{int(key[1]) - 1}").result.astype(np.float64).T.tolist()
        varies = np.mean([np.sqrt(np.mean((np.array(column) - sum(column) / 100) ** 2)) for column in incoming])
        large = sum(sum(column) for column in incoming) / sum(map(len, incoming))
        assert f"is {large:.2g} on average and varies by only {varies:.2g}." in text
    assert "Stripes" not in said(trained(), key)


def test_which_answer_nearly_all_examples_get_is_said_at_the_output():
    answers = [row.index(max(row)) for row in deep(0.1).passed.output.tolist()]
    assert said(deep(0.1), "A4").endswith(f" {answers.count(3)} of 100 are read as 3.") and answers.count(3) > 80
    assert "read as" not in said(deep(0.1), "A3")


@pytest.mark.parametrize("l", [1, 2, 3])
@pytest.mark.parametrize("made", [lambda: deep(0.1), trained, lambda: walk_of("relu16, best")],
                         ids=["new", "trained", "relu"])
def test_how_many_times_smaller_delta_is_and_its_two_factors(l, made):
    walk = made()
    if l == walk.L:
        return
    S, W = walk.passed.S[l - 1].astype(float), walk.layer(l + 1).W.astype(float)
    above = walk.grads.delta[l].astype(float)
    back = np.einsum("in,jn->ij", above, W)
    here = back * oracles.slope(walk.layer(l).activation, S)
    a, b, c = (np.abs(array).sum() / array.size for array in (above, back, here))
    *turn, weights, slope = numbers(said(walk, f"delta{l}"))
    assert weights == about(b / a) and slope == about(c / b)
    assert not turn and abs(c / a - 1) < .06 or turn[0] == about(max(a / c, c / a))
    assert ("smaller" in said(walk, f"delta{l}")) == bool(turn and c < a)


def test_saturated_cells_are_counted_where_nearly_all_are():
    walk = walk_of("deep, source")      # U(0, 1): the sums are in the hundreds
    slopes = oracles.slope("sigmoid", walk.passed.S[0])
    assert f"{int((slopes < 0.02).sum()):,} of 6,400 cells are saturated" in said(walk, "A1")
    assert "saturated" not in said(deep(0.1), "A1")
    assert "Every entry is 0, because $\\delta^1$ is" in said(walk, "dW1")


def dead_layer():
    """Two ReLU layers; unit 0 of layer 1 is dead, and so is all of layer 2 or none of it."""
    rng = np.random.default_rng(0)
    W1, W2, W3 = rng.random((3, 4)), rng.random((4, 2)), rng.random((2, 2))
    W1[:, 0] = -1
    layers = [Layer(W1, np.zeros(4), "relu"), Layer(W2, np.zeros(2), "relu"), Layer(W3, np.zeros(2), "linear")]
    return layers, rng.random((5, 3)), rng.random((5, 2))


def test_dead_units_and_what_follows_from_them_are_said():
    layers, X, Y = dead_layer()
    walk = take_walk(Network(layers, "half_squared_error"), X, Y, 0.01)
    assert "1 of the 4 units is 0 for all 5 examples: this batch teaches it nothing" in said(walk, "A1")
    assert "1 of the 4 columns is 0" in said(walk, "dW1")
    assert "1 of the 4 rows is 0, because that unit below is 0 for all 5 examples" in said(walk, "dW2")
    layers[1].W *= -1
    walk = take_walk(Network(layers, "half_squared_error"), X, Y, 0.01)
    assert "2 of the 2 units are 0" in said(walk, "A2")
    assert said(walk, "dW3") == "Every entry is 0, because $A^2$ is; $\\delta^3$ is not, so the biases still learn."
    assert walk.grads.delta[2].any() and walk.grads.db[2].any()
    assert "0 everywhere: $f'$ lets nothing through" in said(walk, "delta2")
    assert "was 0 everywhere, so nothing arrives" in said(walk, "delta1")


@pytest.mark.parametrize("key", ["dW4", "dW3", "dW2", "dW1", "db3", "db1"])
def test_how_far_the_examples_disagree_on_the_selected_cell(key):
    walk, l = deep(0.1), int(key[-1]) - 1
    delta = [float(row[HERE.j]) for row in walk.grads.delta[l]]
    of = HERE.p if l == 0 else HERE.k
    below = [float(row[of]) for row in walk.passed.A[l]] if key[:2] == "dW" else [1.0] * 100
    terms = [a * d for a, d in zip(below, delta)]
    left = abs(sum(terms)) / sum(map(abs, terms))
    found = [s for s in special(walk, walk.step(key), HERE) if "disagree" in s]
    assert bool(found) == (left < 0.5)
    if found:
        down, up, share = numbers(found[0])
        assert (down, up, share / 100) == (sum(t > 0 for t in terms), sum(t < 0 for t in terms), about(left))


@every_case
def test_the_change_is_measured_against_what_it_changes_and_biases_at_0_are_said_to_be_where_they_are(case):
    walk = walk_of(case)
    for step in walk.steps:
        if step.kind != "update":
            continue
        old, change = (np.asarray(panel.array, float) for panel in step.panels[:2])
        text, share = said(walk, step.key), np.abs(change).sum() / max(np.abs(old).sum(), 1e-300)
        assert ("all 0" in text) == (not old.any() and bool(change.any()))
        if not change.any():
            assert "Nothing changes" in text
        elif old.any():
            unit = 100 if "%" in text else 1
            assert numbers(text) == [about(share * unit)]
            assert ("a small step" in text) == (share < .1) and ("leap" in text) == (share >= 1)


def test_biases_that_have_learned_are_not_said_to_be_0():
    assert "all 0" in said(deep(0.1), "b1_new") and "all 0" not in said(trained(), "b1_new")


def test_a_step_that_collapsed_every_output_is_called_too_long_and_the_usual_one_is_not():
    walk = deep(1.0)
    outputs = walk.passed_after.output.astype(float)
    assert walk.E_new < walk.E and np.median(outputs) < 1e-10     # it fell, and every output is as good as 0
    text = said(walk, "E_new")
    assert "The step was too long" in text and "all that lowered the loss" in text
    assert numbers(text)[0] == about(100 * (outputs * (1 - outputs) < 1e-3).mean())
    assert said(deep(0.1), "E_new") == "" and "too long" not in said(trained(), "E_new")


def test_a_step_that_overshot_says_where_the_loss_is_lowest_along_it():
    walk = walk_of("every linear, linear, squared_error")
    assert walk.E_new > walk.E
    text = said(walk, "E_new")
    alpha = numbers(text)[-1]
    network, X, Y, usual = start("every linear, linear, squared_error")
    at, half, twice = (take_walk(network, X, Y, factor * alpha).E_new for factor in (1, 0.5, 2))
    assert at < walk.E and at < half and at < twice and alpha < usual


def test_overflow_is_said_and_nothing_else_breaks():
    network, X, Y, _ = start("own relu, linear, sum")
    for layer in network.layers:
        layer.W *= np.float32(1e18)
    walk = take_walk(network, X, Y, 1e-4)
    assert not np.isfinite(walk.E) or not np.isfinite(walk.E_new)
    for step in walk.steps:
        assert all("nan" not in sentence for sentence in special(walk, step, HERE))
    assert "no longer a finite number" in said(walk, "E_new")


def test_every_question_is_answered_somewhere():
    """No sentence that no walk ever says: each of these words is met in some case."""
    walks = *map(walk_of, CASES), deep(1.0), trained()
    every = " ".join(said(walk, step.key) for walk in walks for step in walk.steps)
    for word in ("Stripes", "saturated", "have no ink", "disagree", "too long", "overshot", "times smaller",
                 "times larger", "are positive", "small step", "leap", "all 0", "columns are 0", "leaves"):
        assert word in every, word
