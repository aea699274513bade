"""Each broken pass is exactly its mistake, worked out here in another way; the check sees what it should."""
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from explainer import published
from explainer.broken import MISTAKES, broken, checked, differences, first_red, go_back, offered, step_with
from explainer.cards import MISCONCEPTIONS
from explainer.cards.mistake import outcome, what_will_go_wrong
from explainer.checking import Check
from explainer.datasets import embedded_sample
from explainer.recipes import Recipe
from explainer.runs import Run, material
from explainer.training_broken import Curve, Trained, trained
from explainer.walkthrough import take_walk
from mlp_core import Layer, Network, forward, new_network
from mlp_core.gradient_check import central_difference
from mlp_core.network import parameter_arrays
from mlp_core.presets import PRESETS, own_preset
from tests import oracles
from tests.explainer.test_walkthrough import same_bits, walk_of

pytestmark = pytest.mark.filterwarnings("error")

NETWORKS = ("deep, best", "mazur, source", "hmkcode, best", "relu10, best", "nielsen, best")
every_network = pytest.mark.parametrize("case", NETWORKS)
every_mistake = pytest.mark.parametrize("key", MISTAKES)
# What each mistake comes to, worked out by hand from the shapes and the formulas; None: it cannot be made there
EXPECTED = {
    #                   deep        mazur       hmkcode     relu10      nielsen
    "as_you_go":       ("below",    "below",    "below",    "below",    "below"),
    "slope_at_output": ("all",      "all",      "nowhere",  "nowhere",  "all"),
    "no_slope":        ("all",      "all",      "nowhere",  "below",    "all"),
    "not_transposed":  ("error",    "below",    "error",    "below",    "error"),
    "own_weights":     ("error",    "below",    "error",    "error",    "error"),
    "other_reduction": ("all",      "nowhere",  "nowhere",  "all",      "all"),
    "db_not_summed":   ("biases",   "biases",   None,       "biases",   "biases"),
    "sign":            ("all",      "all",      "all",      "all",      "all"),
    "diagonal":        (None,       None,       None,       "all",      None),
    "zeros":           ("training",) * 5,
    "uniform":         ("training",) * 5,
}
PAIRS = [(case, key, what) for key, row in EXPECTED.items() for case, what in zip(NETWORKS, row) if what]
every_pair = pytest.mark.parametrize("case, key, what", PAIRS)


def through(delta, W):
    """What each unit of the rows of W gets back through it, path by path."""
    return np.tensordot(delta, W, axes=(1, 1))


def by_hand(walk, key):
    """{name: array} of the backward pass with the mistake of that key, by the oracles and in other products."""
    network, m = walk.before, len(walk.Y)
    W, S, A = [layer.W for layer in network.layers], walk.passed.S, walk.passed.A
    over = {"sum": 1, "mean": m}[network.reduction]
    if key == "other_reduction":
        over = m if over == 1 else 1
    found, delta = {}, None
    for l in range(len(W) - 1, -1, -1):
        f = network.layers[l].activation
        if f == "softmax":
            by_A = -walk.Y / A[-1]
            if key == "diagonal":
                delta = by_A * A[-1] * (1 - A[-1])
            else:       # the whole Jacobian, example by example
                jacobian = np.einsum("mi,ij->mij", A[-1], np.eye(len(W[l].T))) - np.einsum("mi,mj->mij", A[-1], A[-1])
                delta = np.einsum("mi,mij->mj", by_A, jacobian)
            delta = -delta if key == "sign" else delta
        else:
            if l == len(W) - 1:
                dA = {"half_squared_error": 1, "squared_error": 2}[network.loss] * (A[-1] - walk.Y)
                dA = -dA if key == "sign" else dA
            elif key == "as_you_go":
                dA = through(delta, W[l + 1] - walk.learning_rate * found[f"dW{l + 2}"])
            elif key == "not_transposed":
                dA = through(delta, W[l + 1].T)
            else:
                dA = through(delta, W[l] if key == "own_weights" else W[l + 1])
            found[f"dA{l + 1}"] = dA
            slope = oracles.slope(f, A[l + 1] if key == "slope_at_output" else S[l])
            delta = dA.copy() if key == "no_slope" else dA * slope
        found[f"delta{l + 1}"] = delta
        found[f"dW{l + 1}"] = sum(np.outer(a, d) for a, d in zip(A[l], delta)) / over
        if network.layers[l].b is not None:
            found[f"db{l + 1}"] = (delta if key == "db_not_summed" else np.ones(m) @ delta) / over
    return found


def found_by(p):
    return {f"{name}{l}": array for name in ("dA", "delta", "dW", "db")
            for l, array in enumerate(getattr(p, name), 1) if array is not None}


def pass_of(walk, key=None):
    return go_back(walk.before, walk.passed, walk.Y, walk.learning_rate, MISTAKES.get(key))


@cache
def seen(case, key):
    """(the Broken of a case, what the check says of it)."""
    of = broken(walk_of(case), key)
    return of, checked(Check(of.begun), of)


@pytest.mark.parametrize("case", [*NETWORKS, "relu16, best", "online, best", "xor, best", "deep, source"])
def test_the_right_pass_has_the_bits_of_the_core(case):
    walk = walk_of(case)
    p = pass_of(walk)
    for name in ("dA", "slope", "delta", "dW", "db"):
        for ours, cores in zip(getattr(p, name), getattr(walk.grads, name), strict=True):
            assert ours is cores is None or same_bits(ours, cores)
    after = walk.before.copy()
    step_with(after, p)
    assert all(same_bits(a, b) for (_, a), (_, b) in zip(parameter_arrays(after), parameter_arrays(walk.after)))
    assert not p.stopped


@pytest.mark.parametrize("case, key, what", [pair for pair in PAIRS if not MISTAKES[pair[1]].start])
def test_a_broken_pass_is_exactly_its_mistake(case, key, what):
    walk = walk_of(case, np.float64)
    p, right = pass_of(walk, key), by_hand(walk, None)
    if what == "error":
        with pytest.raises(ValueError):
            by_hand(walk, key)
        assert p.stopped and p.at in ("dA3", "dA1", "delta1") and set(found_by(p)) < set(right)
        return
    expected, ours = by_hand(walk, key), found_by(p)
    assert set(ours) == set(expected)
    for name, array in expected.items():
        np.testing.assert_allclose(ours[name], array, rtol=1e-9, atol=1e-12 * np.abs(array).max() + 1e-18)
    apart = {name for name in right if right[name].shape != ours[name].shape
             or not np.allclose(ours[name], right[name], rtol=1e-6, atol=1e-12)}
    assert bool(apart) == (what != "nowhere")


@every_pair
def test_the_check_turns_red_where_it_should(case, key, what):
    of, found = seen(case, key)
    assert key in offered(of.walk) and outcome(of, found) == what
    L = of.walk.L
    assert first_red(found) == {"all": L, "biases": L, "below": L - 1, "error": L - 1}.get(what)
    if what in ("all", "below"):
        assert all((one.verdict == "differs") == (one.layer <= first_red(found)) for one in found)
    if key == "other_reduction" and what == "all":      # the same direction, another length
        np.testing.assert_allclose([one.largest for one in found], 1 - 1 / of.walk.m, rtol=1e-3)


@pytest.mark.parametrize("case, key, what", [pair for pair in PAIRS if pair[2] in ("all", "below")])
def test_where_it_is_red_the_loss_itself_says_so(case, key, what):
    check = Check(walk_of(case))
    p = go_back(check.network, check.passed, check.Y, check.walk.learning_rate, MISTAKES[key])
    for l in range(check.walk.L - (what == "below")):
        apart = np.abs(p.dW[l] - check.grads.dW[l])
        index = tuple(map(int, np.unravel_index(apart.argmax(), apart.shape)))
        numeric = central_difference(check.network, check.X, check.Y, check.network.layers[l].W, index)
        assert abs(check.grads.dW[l][index] - numeric) < 1e-3 * abs(p.dW[l][index] - numeric)


def test_a_mistake_is_offered_where_it_can_be_made():
    for case, row in zip(NETWORKS, zip(*EXPECTED.values())):
        assert offered(walk_of(case)) == [key for key, what in zip(EXPECTED, row) if what]
    assert offered(walk_of("own without hidden layers")) == ["other_reduction", "db_not_summed", "sign", "diagonal",
                                                            "zeros", "uniform"]
    assert list(EXPECTED) == list(MISTAKES)


@every_pair
def test_the_line_that_is_shown_is_the_mistake_and_the_one_beside_it_is_the_walks(case, key, what):
    of, _ = seen(case, key)
    step, right, wrong = of.mistake.lines(of.walk)
    names = {"np": np, "X": of.walk.passed.A[0], "Y": of.walk.Y}
    for l, layer in enumerate(of.walk.before.layers, 1):
        names |= {f"A{l}": of.walk.passed.A[l], f"S{l}": of.walk.passed.S[l - 1], f"W{l}": layer.W}
        if of.p.dW[l - 1] is not None:
            names[f"W{l}_new"] = layer.W - of.walk.learning_rate * of.p.dW[l - 1]
    names |= found_by(of.p) | {"rng": np.random.default_rng(0)}
    if key == "uniform":
        exec(wrong, names)
        np.testing.assert_allclose(of.begun.before.layers[0].W, names["W1"], rtol=1e-6)
    elif key == "zeros":
        exec(wrong, names)
        assert same_bits(of.begun.before.layers[0].W.astype(np.float64), names["W1"])
    else:
        assert right == of.walk.step(step).code and (wrong != right or what == "nowhere")
        expected = found_by(of.p).get(step)
        if of.p.stopped and of.p.at == step:
            with pytest.raises(ValueError):
                exec(wrong, names)
        else:
            exec(wrong, names)
            np.testing.assert_allclose(names[step], expected, rtol=1e-5, atol=1e-6 * np.abs(expected).max())
    assert re.fullmatch(r"\w+ = .+", right) and right.split(" = ")[0] == wrong.split(" = ")[0]


def test_the_matrices_that_differ_are_those_behind_the_mistake():
    found = {one.key: one for one in differences(broken(walk_of("deep, best"), "as_you_go"))}
    assert list(found) == ["dA3", "delta3", "dW3", "db3", "dA2", "delta2", "dW2", "db2", "dA1", "delta1", "dW1", "db1",
                           "W1_new", "b1_new", "W2_new", "b2_new", "W3_new", "b3_new", "E_new"]
    np.testing.assert_array_equal(found["dW2"].apart, found["dW2"].wrong.astype(float) - found["dW2"].right)
    assert found["dW2"].name == "∇W²" and found["W1_new"].name == "W¹′" and found["E_new"].name == "E′"
    assert found["dA3"].largest == np.abs(found["dA3"].apart).max() > 0
    assert not differences(broken(walk_of("relu10, best"), "slope_at_output"))
    unsummed = differences(broken(walk_of("mazur, best"), "db_not_summed"))
    assert [(one.key, one.apart, one.largest) for one in unsummed] == [("db2", None, np.inf), ("db1", None, np.inf)]
    zeros = [one.key for one in differences(broken(walk_of("mazur, source"), "zeros"))]
    assert zeros[0] == "S1" and {"A2", "E", "dW2", "W1_new", "E_new"} <= set(zeros)


def test_the_other_starts_are_zeros_and_numbers_between_0_and_1():
    walk = walk_of("relu10, best")
    for key, low, high, mean in (("zeros", 0, 0, 0), ("uniform", 0, 1, .5)):
        begun = broken(walk, key).begun
        for (_, array), (_, before) in zip(parameter_arrays(begun.before), parameter_arrays(walk.before)):
            assert array.dtype == before.dtype and array.min() >= low and array.max() <= high
            assert array.mean() == pytest.approx(mean, abs=.5 / np.sqrt(array.size))
        assert begun.passed.A[0].tobytes() == walk.passed.A[0].tobytes()


@every_pair
def test_what_is_asked_first_is_answered_by_the_check(case, key, what):
    of, found = seen(case, key)
    asked = what_will_go_wrong(of, found)
    right, = (choice for choice in asked.choices if choice.right)
    L = of.walk.L
    assert right.text.startswith({
        "all": f"All gradients are wrong, from layer {L}",
        "below": "Layer 1 only" if L == 2 else f"Layers {L - 1} to 1",
        "biases": "Only the gradients of the biases", "error": "No wrong number: NumPy stops",
        "nowhere": "Nowhere: all gradients are right", "training": "In no gradient"}[what])
    assert len(asked.choices) == 4 and asked.question.startswith(of.mistake.does)
    for choice in asked.choices:
        assert len(re.findall(r"[.?!](?= [A-ZE∇]|$)", choice.why)) <= 2 + (what == "nowhere") and choice.why[-1] == "."


@every_mistake
def test_every_mistake_has_a_belief_a_source_and_one_sentence(key):
    mistake = MISTAKES[key]
    assert mistake.misconception in MISCONCEPTIONS and mistake.source and mistake.title
    assert mistake.does.count(". ") == 0 and mistake.does[-1] == "."
    assert bool(mistake.start) != bool(mistake.parts)


def test_three_epochs_without_a_mistake_are_those_of_a_run():
    learned_from = material(embedded_sample())
    run = Run(1, Recipe("relu10", PRESETS["relu10"], "best", PRESETS["relu10"].best), learned_from)
    while run.progress is None or run.progress.epoch < 3 or not run.progress.epoch_ended:
        run.advance()
    curve = trained(PRESETS["relu10"], "no_slope", learned_from=learned_from).right
    moments = [run.moment(f"e{epoch}") for epoch in range(4)]
    assert curve.losses == tuple(moment.loss for moment in moments)
    assert curve.accuracies == tuple(moment.accuracy["validation"] for moment in moments)


SMALL = own_preset((8,), "sigmoid", "softmax", learning_rate=.5, n_in=784, dtype=np.float64)


@pytest.fixture(scope="module")
def small():
    """Few images, for a quick training."""
    whole = material(embedded_sample())
    return replace(whole, X=whole.X[:600], Y=whole.Y[:600],
                   measured={"validation": tuple(part[:200] for part in whole.measured["validation"])})


@every_mistake
def test_training_with_a_mistake_is_its_pass_again_and_again(key, small):
    found = trained(SMALL, key, epochs=2, learned_from=small)
    mistake, rng = MISTAKES[key], np.random.default_rng(0)
    network = SMALL.network(SMALL.best, rng)
    if mistake.start:
        network = {"zeros": lambda: new_network(SMALL.sizes, SMALL.activations, rng, loss=SMALL.loss, reduction="mean",
                                                initialisation="zeros"),
                   "uniform": lambda: broken(take_walk(network, small.X[:2], small.Y[:2], .1), key).begun.before}[key]()
    if key in ("db_not_summed", "not_transposed", "own_weights"):
        assert "shapes do not fit" in found.broken.stopped and len(found.broken.losses) == 1
        assert found.words == found.broken.stopped
        return
    for _ in range(2):
        for rows in np.split(rng.permutation(600), 6):
            walk = take_walk(network, small.X[rows], small.Y[rows], .5)
            grads = by_hand(walk, None if mistake.start else key)
            for l, layer in enumerate(network.layers, 1):
                layer.W -= .5 * grads[f"dW{l}"]
                layer.b -= .5 * grads[f"db{l}"]
    assert found.broken.losses[-1] == pytest.approx(oracle_loss(network, small), rel=1e-6)
    assert len(found.broken.losses) == len(found.right.losses) == len(found.broken.accuracies) == 3
    assert found.broken != found.right


def oracle_loss(network, learned_from):
    passed = forward(network, learned_from.X)
    return oracles.loss(network.loss, passed.S[-1], passed.output, learned_from.Y).mean()


def test_where_a_mistake_changes_nothing_training_is_the_same_to_the_last_digit(small):
    preset = own_preset((8,), "relu", "softmax")
    assert trained(preset, "slope_at_output", epochs=1, learned_from=small).words == \
        "It trains as it does without the mistake, to the last digit."


def test_the_words_follow_the_numbers():
    def words(right, wrong):
        return Trained(Curve((2.0, 1.0), (.1, right)), Curve((2.0, 1.5), (.1, wrong))).words
    assert "It does not learn." in words(.9, .1) and "10.0 %" in words(.9, .1)
    assert "only worse" in words(.9, .5) and "no worse" in words(.9, .91) and "Neither learns" in words(.1, .1)
    toy = trained(PRESETS["mazur"], "sign")
    assert toy.words.startswith("The loss goes from 0.2984 to 0.34") and not toy.right.accuracies
    assert toy.broken.losses[-1] > toy.broken.losses[0] > toy.right.losses[-1]


def test_a_loss_that_leaves_all_bounds_ends_the_training(small):
    found = trained(own_preset((8,), "relu", "linear", learning_rate=10.0), "sign", learned_from=small)
    assert "no longer finite" in found.broken.stopped


MAZUR_AFTER = {     # updates: the losses of the three programs, recomputed elsewhere
    1: ("0.291027924", "0.291027774", "0.280471447"), 10: ("0.220916337", "0.220918592", "0.125527038"),
    100: ("0.020039752", "0.020046828", "0.006083131"), 1000: ("0.001113940", "0.001114349", "0.000270705")}


@pytest.mark.parametrize("number", range(3))
def test_the_programs_behind_mazurs_post_give_their_losses(number):
    program = published.PROGRAMS[number]
    for k, loss in published.losses(program, tuple(MAZUR_AFTER)).items():
        assert loss == pytest.approx(float(MAZUR_AFTER[k][number]), abs=.51e-9)
    assert set(program.printed.values()) <= {"0.291027924", "0.0000351085"}


def test_the_printed_numbers_are_ours_but_for_the_one_of_the_first_program():
    for case, net, off in (("mazur, source", "mazur", ["0.291027924"]), ("mazur, best", "mazur", ["0.291027924"]),
                           ("hmkcode, best", "hmkcode", [])):
        rows = published.beside(net, walk_of(case))
        assert len(rows) == len(published.PUBLISHED[net])
        assert [row.printed.published for row in rows if not row.agrees] == off
        assert all(row.agrees != bool(row.note) for row in rows)
        assert ["biases learn" in row.note for row in rows if row.note] == [case == "mazur, best"] * len(off)


def test_numbers_of_another_walk_are_not_set_beside_the_post():
    walk = walk_of("mazur, source")
    other = Network([Layer(walk.layer(1).W + .1, *[walk.layer(1).b, "sigmoid"]), walk.layer(2)])
    assert not published.beside("mazur", take_walk(other, walk.passed.A[0], walk.Y, .5))
    assert not published.beside("mazur", take_walk(walk.before, walk.passed.A[0], walk.Y, .4))
    assert not published.beside("deep", walk) and not published.beside("own", walk)
