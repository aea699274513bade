"""What decides a walk decides all of it: equal records have equal walks; whatever changes a walk changes its record."""
from dataclasses import fields, replace

import numpy as np
import pytest

from explainer.choice import Choice
from explainer.datasets import default_network, embedded_sample
from explainer.deciding import Decided, Walked, decided
from explainer.recipes import Recipe
from explainer.runs import Run, material, worked_example
from explainer.sentences import step_of_the_run
from mlp_core import backward, descend, forward
from mlp_core.data import Dataset
from mlp_core.network import INITIALISATIONS
from mlp_core.presets import PRESETS

SAMPLE = embedded_sample()
TESTED = Dataset(SAMPLE.images[:300], SAMPLE.labels[:300], SAMPLE.images[300:500], SAMPLE.labels[300:500], "cut")
DRAWN = Walked(SAMPLE.images[7], 3)


def finished_run(number=1, net="relu10"):
    run = Run(number, Recipe(net, PRESETS[net], "best", replace(PRESETS[net].best, epochs=1)), material(TESTED))
    while not run.ended:
        run.advance()
    return run


def same(walk, other):
    return all(np.array_equal(a.result, b.result) for a, b in zip(walk.steps, other.steps, strict=True))


OTHERS = {"net": "nielsen", "setting": "source", "weights": "trained", "batch": 2, "seed": 1, "init": "he",
          "alpha": 0.7, "ahead": 3}
OTHERS_OF_OWN = {"hidden": "20", "act": "relu", "out": "tanh", "loss": "squared_error", "red": "sum"}


OTHERS_OF_TOYS = {"numbers": 1, "edits": "W1.0.1~0.3"}


@pytest.mark.parametrize("field", [*OTHERS, *OTHERS_OF_OWN, *OTHERS_OF_TOYS, "part"])
def test_each_field_of_the_choice_makes_another_record_and_another_walk(field):
    start = Choice() if field in (*OTHERS, "part") else Choice(net="mazur" if field in OTHERS_OF_TOYS else "own")
    if field == "loss":
        start = replace(start, out="tanh", loss="half_squared_error")
    new = (OTHERS | OTHERS_OF_OWN | OTHERS_OF_TOYS | {"part": "test"})[field]
    other = replace(start, **{field: new}, **({"loss": "half_squared_error"} if field == "out" else {}))
    (one, _), (two, sentences) = decided(start, TESTED), decided(other, TESTED)
    assert one != two and sentences == [] and one == decided(start, TESTED)[0]
    a, b = one.walk(), two.walk()
    assert len(a.steps) != len(b.steps) or not same(a, b)
    assert same(a, one.walk())


def test_every_field_of_the_choice_is_tried_here():
    assert {*OTHERS, *OTHERS_OF_OWN, *OTHERS_OF_TOYS, "part"} == {field.name for field in fields(Choice)}


SPREADS = {     # of the published formulas, by n inputs and n′ units: the largest, or about 4 standard deviations
    "normal": lambda n, m: 1, "uniform": lambda n, m: 1 / np.sqrt(12), "scaled_normal": lambda n, m: 1 / np.sqrt(n),
    "glorot": lambda n, m: np.sqrt(2 / (n + m)), "he": lambda n, m: np.sqrt(2 / n), "zeros": lambda n, m: 0}


@pytest.mark.parametrize("init", INITIALISATIONS)
@pytest.mark.parametrize("start", [Choice(), Choice(setting="source"), Choice(net="own", hidden="40, 50")])
def test_a_walk_starts_from_weights_with_the_spread_of_the_chosen_initialisation(start, init):
    walk = decided(replace(start, init=init), TESTED)[0].walk()
    for layer in walk.before.layers[:2]:
        spread = SPREADS[init](*layer.W.shape)
        assert layer.W.std() == pytest.approx(spread, rel=4 / np.sqrt(layer.W.size) + 0.01, abs=1e-9)


@pytest.mark.parametrize("net", ["mazur", "hmkcode"])
@pytest.mark.parametrize("init", INITIALISATIONS)
def test_a_worked_example_keeps_its_inputs_when_its_weights_are_drawn(net, init):
    printed = decided(Choice(net=net), TESTED)[0].walk()
    drawn, again, other = (decided(Choice(net=net, init=init, seed=seed), TESTED)[0].walk() for seed in (3, 3, 4))
    assert np.array_equal(drawn.passed.A[0], printed.passed.A[0]) and same(drawn, again)
    assert not np.array_equal(drawn.before.layers[0].W, printed.before.layers[0].W)
    assert same(drawn, other) == (init == "zeros")


def test_another_data_set_another_drawing_another_lesson_and_another_run_make_another_record():
    taught, run = default_network(), finished_run()
    drawn, lesson, walked = Choice(part="drawing"), Choice(weights="taught"), Choice(net="relu10", weights="run1-e1")
    for choice, more, others in ((Choice(), {}, {"dataset": SAMPLE}),
                                 (drawn, {"drawing": DRAWN}, {"drawing": replace(DRAWN)}),
                                 (lesson, {"taught": taught}, {"taught": taught.copy()}),
                                 (walked, {"runs": [run]}, {"runs": [finished_run()]})):
        given = {"dataset": TESTED} | more
        one, two = (decided(choice, **arguments)[0] for arguments in (given, given | others))
        assert one != two and one == decided(choice, **given)[0]


def test_what_the_choice_does_not_ask_for_changes_nothing():
    run = finished_run()
    assert decided(Choice(), TESTED)[0] == decided(Choice(), TESTED, [run], default_network(), DRAWN)[0]


def test_a_drawing_is_example_0_of_its_batch():
    walk = decided(Choice(part="drawing"), TESTED, drawing=DRAWN)[0].walk()
    assert np.array_equal(walk.images[0], DRAWN.image) and walk.labels[0] == 3
    assert np.array_equal(walk.images[1:], TESTED.images[1:100])


@pytest.mark.parametrize("net, alpha", [("deep", None), ("relu10", None), ("mazur", None), ("xor", None),
                                        ("deep", 0.9)])
def test_steps_ahead_are_plain_steps_on_the_training_batches_from_this_one_on(net, alpha):
    """With the setting's α whatever the walk's own is, and round again after the last whole batch of images."""
    toy = PRESETS[net].is_toy
    choice = Choice(net, batch=1 if toy else 2, ahead=5, alpha=alpha)
    start = decided(replace(choice, ahead=0), TESTED)[0]
    network, first, data = start.network(), start.walk(), TESTED
    for n in range(5):
        X, Y = first.passed.A[0], first.Y
        if not toy:
            rows = [(100 + n * 100 + row) % 300 for row in range(100)]
            X, Y = data.images[rows], np.eye(10, dtype=np.float32)[data.labels[rows]]
        descend(network, backward(network, forward(network, X), Y), choice.settings().learning_rate)
    walk = decided(choice, TESTED)[0].walk()
    for mine, own in zip(walk.before.layers, network.layers):
        np.testing.assert_allclose(mine.W, own.W, rtol=1e-5, atol=1e-7)
    assert np.array_equal(walk.passed.A[0], first.passed.A[0]) and walk.learning_rate == choice.learning_rate
    tested = decided(replace(choice, part="test"), TESTED)[0].walk() if net == "deep" else walk
    assert np.array_equal(tested.before.layers[0].W, walk.before.layers[0].W)       # it never learns from test images


def falling_run(batch_size=10, **setting):
    """Two epochs of batches of ten, with an α of 0.4 that falls to 0.2."""
    preset = PRESETS["relu10"]
    changed = replace(preset.best, epochs=2, batch_size=batch_size, learning_rate=0.4, falling=True, **setting)
    run = Run(1, Recipe("relu10", preset, "best", changed), material(TESTED))
    while not run.ended:
        run.advance()
    return run


@pytest.mark.parametrize("key, alpha", [("e0", 0.4), ("b5", 0.4), ("e1", 0.2), ("e2", 0.2)])
def test_the_walk_of_a_run_is_a_step_of_that_run_with_its_batch_size_and_its_alpha_then(key, alpha):
    found = decided(Choice(net="relu10", weights=f"run1-{key}"), TESTED, [falling_run()])[0]
    walk = found.walk()
    assert (walk.m, found.batches) == (10, 30) and walk.learning_rate == pytest.approx(alpha)
    assert np.array_equal(walk.images, TESTED.images[:10])
    said = step_of_the_run(found)
    assert said.startswith(f"A step as run 1 takes them {found.moment.title}: batches of 10, α = {alpha}")


def test_a_walk_that_is_no_step_of_its_run_says_so_and_why():
    run, whole = falling_run(), falling_run(None)
    mine = decided(Choice(net="relu10", weights="run1-e1", alpha=0.9), TESTED, [run])[0]
    assert step_of_the_run(mine) == "Not a step of run 1: after epoch 1 its α was 0.2." and mine.learning_rate == 0.9
    tested = decided(Choice(net="relu10", weights="run1-e1", part="test"), TESTED, [run])[0]
    assert "never learns from test images" in step_of_the_run(tested)
    cut = decided(Choice(net="relu10", weights="run1-e1"), TESTED, [whole])[0]
    said = f"takes {whole.batch_size} examples at once: 100 of them are walked"
    assert cut.m == 100 < whole.batch_size and said in step_of_the_run(cut)
    assert step_of_the_run(decided(Choice(), TESTED)[0]) == ""


def test_the_walk_of_a_run_of_one_example_is_the_very_step_the_run_took_next():
    preset = PRESETS["mazur"]
    run = Run(1, Recipe("mazur", preset, "source", replace(preset.source, epochs=3)), worked_example(preset))
    while not run.ended:
        run.advance()
    found = decided(Choice("mazur", weights="run1-e1"), TESTED, [run])[0]
    assert step_of_the_run(found) == "A step of run 1 after epoch 1, with its α then, 0.5."
    after, then = found.walk().after, run.network_at(run.moment("e2"))
    assert all(np.array_equal(a.W, b.W) for a, b in zip(after.layers, then.layers))


def test_the_walk_of_a_run_has_the_weights_of_its_moment():
    run = finished_run()
    walk = decided(Choice(net="relu10", weights="run1-e1"), TESTED, [run])[0].walk()
    assert np.array_equal(walk.passed.output, forward(run.network, TESTED.images[:100]).output)
    before = decided(Choice(net="relu10", weights="run1-e0"), TESTED, [run])[0].walk()
    assert np.array_equal(before.before.layers[0].W, decided(Choice(net="relu10"), TESTED)[0].walk().before.layers[0].W)


@pytest.mark.parametrize("choice, said", [
    (Choice(net="relu10", weights="run9-e1"), "no run 9"), (Choice(net="relu10", weights="run1-e5"), "no run 1"),
    (Choice(net="nielsen", weights="run1-e1"), "no run 1"),
    (Choice(net="nielsen", weights="taught"), "Nothing was taught"),
    (Choice(part="drawing"), "Nothing was drawn")])
def test_what_this_session_does_not_have_gets_a_sentence_and_what_there_is(choice, said):
    found, (sentence,) = decided(choice, TESTED, [finished_run()], default_network())
    assert said in sentence and sentence.endswith(".")
    assert found == decided(replace(choice, weights="untrained", part="train"), TESTED)[0]


def test_data_without_test_images_say_so():
    found, (sentence,) = decided(Choice(part="test"), SAMPLE)
    assert found.choice.part == "train" and "no test images" in sentence


@pytest.mark.parametrize("choice, m, batches", [
    (Choice(), 100, 3), (Choice(part="test"), 100, 2), (Choice(net="nielsen"), 10, 30), (Choice(net="online"), 1, 300),
    (Choice(net="mazur"), 1, 1), (Choice(net="relu16", setting="source"), 100, 3)])
def test_a_batch_is_as_large_as_the_setting_says_but_never_more_than_can_be_shown(choice, m, batches):
    found: Decided = decided(choice, TESTED)[0]
    assert (found.m, found.batches) == (m, batches) and found.walk().m == m
