"""What follows from a change of what is chosen: another network starts anew, another cell changes nothing else."""
from dataclasses import fields, replace
from itertools import chain

import numpy as np
import pytest

from explainer.choice import FOLLOWS, PLACES, Choice, Chosen, Look, NextRun, after
from explainer.recipes import Recipe, adopted, opened
from mlp_core.activations import ELEMENTWISE
from mlp_core.losses import LOSSES, OUTPUT_LOSSES
from mlp_core.presets import PRESETS, own_preset

BUSY = Chosen(Choice(net="relu16", setting="source", weights="run3-e5", part="test", batch=7, seed=4, init="zeros",
                     alpha=0.2, numbers=6, edits="W1.0.1~2"),
              Look(step="dW2", i=1, j=2, k=3, p=4, pictures=True, marked=True),
              NextRun(learning_rate=0.9, batch_size=50, epochs=3, falling=True))


def changed_fields(before, now):
    """{name: new value} of everything that differs."""
    pairs = chain.from_iterable(((field.name, getattr(one, field.name), getattr(other, field.name))
                                 for field in fields(one))
                                for one, other in ((before.choice, now.choice), (before.look, now.look),
                                                   (before.next_run, now.next_run)))
    return {name: new for name, old, new in pairs if old != new}


def test_every_field_has_one_place():
    assert len(PLACES) == sum(len(fields(record)) for record in (Choice, Look, NextRun))
    assert set(FOLLOWS) | {name for follows in FOLLOWS.values() for name in follows} <= set(PLACES)


def test_another_network_is_walked_from_its_beginning_untrained_and_as_it_is_shown_first():
    now = after(BUSY, net="nielsen")
    assert changed_fields(BUSY, now) == {
        "net": "nielsen", "setting": "", "init": "", "numbers": 0, "edits": "", "weights": "untrained",
        "batch": 1, "alpha": None, "step": "X", "i": 17, "j": 4, "k": 9, "p": 380,
        "learning_rate": None, "batch_size": None, "epochs": None, "falling": None}


def test_another_setting_has_its_own_learning_rate_and_its_own_next_run():
    assert changed_fields(BUSY, after(BUSY, setting="best")) == {
        "setting": "best", "init": "", "alpha": None,
        "learning_rate": None, "batch_size": None, "epochs": None, "falling": None}


@pytest.mark.parametrize("field, value", [("i", 9), ("step", "E"), ("p", 300), ("seed", 5), ("batch", 2),
                                          ("init", "he"), ("alpha", 0.7), ("weights", "untrained"), ("epochs", 8),
                                          ("red", "sum")])
def test_anything_else_changes_alone(field, value):
    assert changed_fields(BUSY, after(BUSY, **{field: value})) == {field: value}


def test_what_is_changed_itself_stands_above_what_follows():
    now = after(BUSY, net="deep", weights="trained", alpha=0.3, epochs=2)
    assert (now.choice.weights, now.choice.alpha, now.next_run) == ("trained", 0.3, NextRun(epochs=2))


@pytest.mark.parametrize("out", OUTPUT_LOSSES)
@pytest.mark.parametrize("loss", LOSSES)
def test_an_output_brings_a_loss_that_goes_with_it_and_keeps_one_that_does(out, loss):
    before = after(Chosen(), net="own", out=LOSSES[loss].outputs[0], loss=loss)
    now = after(before, out=out).choice
    assert now.loss in OUTPUT_LOSSES[out] and (now.loss == loss or loss not in OUTPUT_LOSSES[out])
    now.preset().network(now.settings(), np.random.default_rng(0))


def test_a_name_that_is_no_field_is_an_error():
    with pytest.raises(KeyError):
        after(Chosen(), sed=3)


def test_the_next_run_is_the_chosen_setting_with_what_was_changed():
    choice = Choice(net="relu16", alpha=0.02)
    assert NextRun().of(choice) == replace(PRESETS["relu16"].best, learning_rate=0.02)
    assert NextRun(learning_rate=0.5, falling=False, epochs=2).of(choice) == replace(
        PRESETS["relu16"].best, learning_rate=0.5, falling=False, epochs=2)
    assert NextRun().of(Choice()) == PRESETS["deep"].best


@pytest.mark.parametrize("hidden", ELEMENTWISE)
def test_a_network_of_ones_own_is_not_made_anew_at_every_look(hidden):
    choice = Choice(net="own", act=hidden, hidden="784, 784")
    assert choice.preset() is choice.preset()
    assert choice.preset().activations == (hidden, hidden, "softmax")


def test_another_initialisation_is_the_next_runs_as_well_and_a_runs_is_chosen_with_it():
    chosen = after(Chosen(), net="nielsen", setting="source", init="glorot")
    made = chosen.next_run.of(chosen.choice)
    assert made == replace(PRESETS["nielsen"].source, initialisation="glorot", options={})
    run = Recipe("nielsen", PRESETS["nielsen"], "source", made, 5)
    for now in (adopted(Chosen(), run), opened(Chosen(), run, "run1-e1"), opened(BUSY, run, "run1-e1")):
        assert now.choice.init == "glorot" and now.choice.settings() == made
    usual = replace(run, setting=run.preset.source)
    assert adopted(chosen, usual).choice.init == opened(chosen, usual, "run1-e1").choice.init == ""


RUN = Recipe("relu10", PRESETS["relu10"], "best", replace(PRESETS["relu10"].best, learning_rate=0.03, epochs=4), 8)
OWN = Recipe("own", own_preset((9, 8), "relu", "linear"), "best", own_preset((9, 8), "relu", "linear").best)


def test_to_look_at_a_run_is_to_choose_what_it_is_made_of():
    now = adopted(BUSY, RUN)
    assert (now.choice.net, now.choice.chosen_setting, now.choice.seed) == ("relu10", "best", 8)
    assert now.next_run.of(now.choice) == RUN.setting
    assert now.choice.weights == "untrained" and now.look.step == "X"
    own = adopted(BUSY, OWN).choice
    assert (own.hidden, own.act, own.out, own.loss) == ("9, 8", "relu", "linear", "half_squared_error")


def test_the_walk_of_a_run_of_another_network_leaves_its_learning_rate_to_the_moment_and_forgets_the_next_run():
    now = opened(BUSY, RUN, "run1-e4", i=3)
    assert (now.choice.net, now.choice.weights, now.choice.alpha, now.look.i) == ("relu10", "run1-e4", None, 3)
    assert now.next_run == NextRun()
    assert opened(BUSY, RUN, "untrained").choice.alpha == 0.03      # of a run to come: the one that is set for it
    assert opened(BUSY, replace(RUN, setting=RUN.preset.best), "untrained").choice.alpha is None
    assert opened(BUSY, OWN, "run2-e1").choice.preset().sizes == (784, 9, 8, 10)


def test_the_walk_of_a_run_of_the_same_network_keeps_what_was_set_for_the_next_one():
    before = Chosen(Choice(net="relu10", alpha=0.4), Look(step="E"), NextRun(epochs=2))
    now = opened(before, RUN, "run1-e4", step="S1")
    assert now.choice.alpha is None and now.look.step == "S1"
    assert now.next_run.of(now.choice) == before.next_run.of(before.choice)


def test_steps_ahead_end_where_the_weights_or_the_network_are_others():
    ahead = Chosen(Choice(ahead=100))
    for change in ({"weights": "trained"}, {"net": "mazur"}, {"setting": "source"}):
        assert after(ahead, **change).choice.ahead == 0
    assert after(ahead, batch=2).choice.ahead == after(ahead, alpha=1.0).choice.ahead == 100
    assert after(ahead, weights="trained", ahead=7).choice.ahead == 7
