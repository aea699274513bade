"""The thread that trains halts where it is told to, changes nothing by halting, and never outlives its session."""
import csv
import gc
import io
import threading
import time
import weakref
from dataclasses import replace

import numpy as np
import pytest

from explainer.figures.curves import curves
from explainer.recipes import Recipe
from explainer.runs import Material, Run, best, history_csv, losses_csv
from explainer.trainer import Trainer, pace, time_left
from explainer.turns import Turns
from mlp_core.data import one_hot
from mlp_core.presets import own_preset


def blobs(n=60, wide=6):
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 3
    X = np.eye(wide)[labels] + rng.normal(0, .2, (n, wide))
    return Material(X, one_hot(labels, 3, np.float64), {"training": (X, labels), "validation": (X, labels)})


def recipe(epochs=3, batch_size=10, seed=7, alpha=0.5, out="softmax", wide=6, hidden="tanh"):
    preset = own_preset((5,), hidden, out, n_in=wide, n_out=3, dtype=np.float64, batch_size=batch_size,
                        learning_rate=alpha)
    return Recipe("own", preset, "best", replace(preset.best, epochs=epochs), seed)


ENDLESS = recipe(epochs=1_000_000, batch_size=100, alpha=1e-6, wide=200)    # wide, so that NumPy lets others work too


@pytest.fixture
def trainer():
    """A Trainer whose thread has ended when the test has."""
    trainer = Trainer()
    yield trainer
    trainer.pause()
    assert trainer.state != "running"


def finished(recipe, material):
    """The same run, never halted."""
    run = Run(1, recipe, material)
    while not run.ended:
        run.advance()
    return run


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.001)


def begun(trainer, recipe=ENDLESS):
    """Begin a run and wait until it has learned something."""
    run = trainer.new(recipe, blobs(300, 200) if recipe.preset.sizes[0] == 200 else blobs())
    trainer.go()
    until(lambda: run.seconds)
    return run


def still(run):
    """Whether the run stays as it is."""
    before = run.examples, run.network.vector.copy()
    time.sleep(0.05)
    return run.examples == before[0] and (run.network.vector == before[1]).all()


def test_the_state_says_what_the_current_run_is_doing(trainer):
    assert (trainer.state, trainer.current, trainer.runs) == ("empty", None, [])
    run = trainer.new(recipe(), blobs())
    assert trainer.state == "ready" and trainer.current is run and trainer.runs == [run]
    trainer.go("batch")
    trainer.wait()
    assert trainer.state == "paused"
    trainer.go()
    trainer.wait()
    assert trainer.state == run.ended == "finished"
    begun(trainer)
    assert trainer.state == "running"
    trainer.pause()
    assert trainer.state == "paused"
    trainer.stop()
    assert trainer.state == "stopped"


def test_nothing_is_trained_where_there_is_no_run(trainer):
    trainer.go()
    trainer.pause()
    trainer.stop()
    trainer.wait()
    trainer.select(1)
    trainer.delete(1)
    assert trainer.state == "empty"


def test_a_run_to_its_end_has_learned_what_one_learns_without_a_thread(trainer):
    run = trainer.new(recipe(), blobs())
    trainer.go()
    trainer.wait(20)
    np.testing.assert_array_equal(run.network.vector, finished(recipe(), blobs()).network.vector)


def test_pausing_and_going_on_changes_no_bit(trainer):
    made, data = recipe(epochs=500, batch_size=100, wide=200), blobs(300, 200)
    run, whole = trainer.new(made, data), finished(made, data)
    halts = set()
    while trainer.state in ("ready", "paused"):
        seen = run.examples
        trainer.go()
        until(lambda seen=seen: run.examples > seen)
        trainer.pause()
        halts.add(run.examples)
        # where it halts can be looked at
        np.testing.assert_array_equal(run.moments[-1].weights, run.network.vector)
    assert len(halts) > 2, "it was never halted in between"
    np.testing.assert_array_equal(run.network.vector, whole.network.vector)
    assert run.losses.points == whole.losses.points
    both = [(run.moment(m.key), m) for m in whole.moments if run.moment(m.key)]     # halting may thin them sooner
    assert len(both) > 10 and all(one.accuracy == other.accuracy for one, other in both)


def test_a_paused_run_stays_as_it_is(trainer):
    run = begun(trainer)
    trainer.pause()
    assert trainer.state == "paused" and still(run)


def test_one_batch_is_one_batch_and_one_epoch_ends_with_the_epoch(trainer):
    run = trainer.new(recipe(), blobs())
    for until_, examples in (("batch", 10), ("batch", 20), ("epoch", 60), ("epoch", 120), ("batch", 130),
                             ("epoch", 180)):
        trainer.go(until_)
        trainer.wait(20)
        assert run.examples == examples and trainer.state == ("finished" if examples == 180 else "paused")
    assert run.moment("e2").examples == 120
    trainer.go("batch")
    trainer.wait(5)
    assert run.examples == 180      # it has ended, and goes no further


def test_going_twice_starts_one_thread(trainer):
    run = begun(trainer)
    first = threading.active_count()
    trainer.go()
    trainer.go("batch")
    assert threading.active_count() == first
    trainer.pause()
    assert trainer.state == "paused" and still(run)


def test_stopping_is_for_good_and_keeps_weights_and_history(trainer):
    run = begun(trainer)
    until(lambda: run.moment("e1"))
    trainer.stop()
    assert trainer.state == run.ended == "stopped" and still(run)
    assert run.moment("e1") and run.losses.points
    trainer.go()
    assert trainer.state == "stopped" and still(run)


def test_stopping_a_finished_run_leaves_it_finished(trainer):
    trainer.new(recipe(), blobs())
    trainer.go()
    trainer.wait(20)
    trainer.stop()
    assert trainer.state == "finished"


def test_again_is_a_new_run_from_the_same_weights_in_the_same_order(trainer):
    first = begun(trainer, recipe())
    trainer.wait(20)
    second = trainer.again()
    assert trainer.current is second and trainer.runs == [first, second] and second.number == 2
    assert trainer.state == "ready" and second.examples == 0
    np.testing.assert_array_equal(second.network.vector, first.moment("e0").weights)
    trainer.go()
    trainer.wait(20)
    np.testing.assert_array_equal(second.network.vector, first.network.vector)


@pytest.mark.parametrize("changes, word", [
    ({"learning_rate": 0.0}, "α"), ({"learning_rate": -1.0}, "α"), ({"learning_rate": float("nan")}, "α"),
    ({"epochs": 0}, "epoch"), ({"batch_size": 61}, "batch"), ({"batch_size": 61, "epochs": 0}, "batch"),
])
def test_a_recipe_that_cannot_be_leaves_the_runs_and_the_training_as_they_are(trainer, changes, word):
    run = begun(trainer)
    made = recipe()
    with pytest.raises(ValueError, match=word) as refused:
        trainer.new(replace(made, setting=replace(made.setting, **changes)), blobs())
    assert str(refused.value).endswith(".")
    assert trainer.runs == [run] and trainer.current is run and trainer.state == "running"
    seen = run.examples
    until(lambda: run.examples > seen)
    assert trainer.new(recipe(), blobs()).number == 2       # no number was lost


def test_a_new_run_pauses_the_one_before(trainer):
    first = begun(trainer)
    second = trainer.new(recipe(), blobs())
    assert trainer.current is second and still(first) and not first.ended
    trainer.select(1)
    assert trainer.state == "paused"
    seen = first.examples
    trainer.go()
    until(lambda: first.examples > seen)


def test_selecting_another_run_pauses_the_one_that_trains(trainer):
    first = trainer.new(recipe(), blobs())
    second = begun(trainer)
    trainer.select(1)
    assert trainer.current is first and trainer.state == "ready" and still(second)
    trainer.select(99)
    assert trainer.current is first
    assert trainer.find(2) is second and trainer.find(99) is None


def test_deleting_forgets_a_run_and_the_last_of_the_others_becomes_the_current_one(trainer):
    first, second, third = (trainer.new(recipe(), blobs()) for _ in range(3))
    trainer.go()
    trainer.delete(first.number)
    assert trainer.runs == [second, third] and trainer.current is third
    trainer.delete(third.number)
    assert trainer.runs == [second] and trainer.current is second
    trainer.delete(77)
    trainer.delete(second.number)
    assert trainer.state == "empty"
    assert trainer.new(recipe(), blobs()).number == 4       # numbers are never given twice


def test_deleting_the_run_that_trains_ends_its_training(trainer):
    run = begun(trainer)
    trainer.delete(run.number)
    assert trainer.state == "empty" and still(run)


def test_deleting_another_run_leaves_the_training_alone(trainer):
    first, second = trainer.new(recipe(), blobs()), begun(trainer)
    trainer.delete(first.number)
    seen = second.examples
    until(lambda: second.examples > seen)
    assert trainer.state == "running"


def test_a_training_goes_on_through_a_short_absence_and_pauses_after_a_long_one():
    away, trainer = threading.Event(), Trainer(lambda: not away.is_set(), grace=0.4)
    run = begun(trainer)
    thread, = (t for t in threading.enumerate() if t.name == run.name)
    away.set()
    time.sleep(0.2)
    away.clear()
    time.sleep(0.9)         # as seen from the first absence, long over
    seen = run.examples
    until(lambda: run.examples > seen)
    assert trainer.state == "running" and not trainer.left_alone
    away.set()
    thread.join(2)
    assert not thread.is_alive() and thread.daemon and still(run)
    assert trainer.state == "paused" and trainer.left_alone and not run.ended
    np.testing.assert_array_equal(run.moments[-1].weights, run.network.vector)      # and can be looked at
    away.clear()
    trainer.go()
    assert not trainer.left_alone
    until(lambda: run.examples > seen)
    trainer.pause()


def test_who_never_comes_back_leaves_nothing_behind():
    """The thread of a training is the last that knows it: twenty that are left alone are gone after the grace time."""
    before, gone = threading.active_count(), []
    for _ in range(20):
        trainer = Trainer(lambda: False, grace=0.3)
        run = trainer.new(ENDLESS, blobs(300, 200))
        trainer.go()
        gone += [weakref.ref(trainer), weakref.ref(run)]
    del trainer, run
    until(lambda: threading.active_count() == before, 10)
    gc.collect()
    assert [ref for ref in gone if ref()] == []


@pytest.mark.parametrize("error", [MemoryError("no room"), ValueError("an array"), ZeroDivisionError()])
def test_an_exception_in_the_thread_becomes_a_sentence_and_the_runs_stay(trainer, monkeypatch, error):
    run = trainer.new(recipe(), blobs())
    trainer.go("batch")
    trainer.wait(5)

    def fail():
        raise error
    monkeypatch.setattr(run, "advance", fail)
    trainer.go()
    trainer.wait(5)
    assert trainer.state == run.ended == "failed" and run.examples == 10
    assert trainer.current.error.startswith("Training failed: ") and str(error) in trainer.current.error
    trainer.go()
    assert trainer.state == "failed"
    trainer.again()
    trainer.go()
    trainer.wait(20)
    assert trainer.state == "finished"


def test_a_run_that_diverges_ends_its_thread(trainer):
    run = trainer.new(recipe(alpha=1000.0, hidden="linear", out="linear", epochs=100), blobs())
    trainer.go()
    trainer.wait(20)
    assert trainer.state == "diverged" and np.isfinite(run.network.vector).all()


def test_two_trainers_know_nothing_of_each_other():
    one, two = Trainer(turns=Turns(2)), Trainer(turns=Turns(2))
    a, b = begun(one), begun(two, replace(ENDLESS, seed=8))
    assert (a.number, b.number) == (1, 1)
    one.pause()
    seen = b.examples
    until(lambda: b.examples > seen)
    assert (one.state, two.state) == ("paused", "running") and still(a)
    one.stop()
    assert two.state == "running"
    two.stop()


def test_reading_a_run_while_it_learns_never_fails(trainer):
    """A page reads curves, moments and files at any time: for a second, and at least four times on a busy machine."""
    idle = Run(1, recipe(), blobs())
    curves([idle], idle)
    run, end, count = begun(trainer), time.monotonic() + 1, 0
    while time.monotonic() < end or count < 4:
        points, moments = run.losses.points, run.moments
        x = [x for x, _ in points]
        assert x == sorted(x) and all(np.isfinite(y) for _, y in points[-5:])
        assert [m.examples for m in moments] == sorted(m.examples for m in moments) and moments[0].key == "e0"
        assert run.network_at(moments[-1]).sizes == (200, 5, 3) and best(moments) in moments
        assert trainer.state == "running" and 0 < time_left(run) and pace(run) > 0
        for figure in curves(trainer.runs, run, moments[-1]):
            assert all(len(trace["x"]) == len(trace["y"]) for trace in figure["data"])
        for text in (history_csv(run), losses_csv(run)):
            head, *lines = csv.reader(io.StringIO(text))
            assert all(len(line) == len(head) for line in lines)
        count += 1
    assert trainer.state == "running"


class Growing:
    """A run that has one more moment each time it is looked at."""

    def __init__(self, run):
        self._run, self._looks = run, 1

    def __getattr__(self, name):
        return getattr(self._run, name)

    @property
    def moments(self):
        self._looks += 1
        return self._run.moments[:self._looks]


def test_a_moment_that_is_recorded_between_two_looks_at_a_run_harms_no_curve():
    run = Run(1, recipe(), blobs())
    while not run.ended:
        run.advance()
    for figure in curves([Growing(run), Growing(run)], Growing(run)):
        assert all(len(trace["x"]) == len(trace["y"]) for trace in figure["data"])


def test_the_time_left_is_what_the_pace_so_far_promises(trainer):
    run = trainer.new(recipe(), blobs())
    assert time_left(run) is None and pace(run) == 0
    run.seconds = 1.                    # a first batch that ended the run, and of which nothing was learned
    assert time_left(run) is None
    run.seconds = 0.
    trainer.go("epoch")
    trainer.wait(20)
    run.seconds = 2.0       # for 60 of 180 examples
    assert time_left(run) == pytest.approx(4) and pace(run) == pytest.approx(30)
    trainer.go()
    trainer.wait(20)
    assert time_left(run) == 0


def test_who_wants_to_watch_gets_about_twenty_batches_a_second_and_halts_at_once(trainer):
    run = trainer.new(recipe(epochs=1_000), blobs())
    trainer.slow = True
    trainer.go()
    time.sleep(1)
    assert 1 <= run.examples / run.batch_size <= 21
    began = time.monotonic()
    trainer.pause()
    assert time.monotonic() - began < 0.5 and trainer.state == "paused"
    batches = (run.total - run.examples) / run.batch_size
    assert time_left(run, slow=True) - time_left(run) == pytest.approx(0.05 * batches)
    trainer.slow = False
    trainer.go()
    until(lambda: run.ended)
