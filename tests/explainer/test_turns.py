"""Trainings take turns, at most so many at once, nobody is passed over, and pages go first."""
import threading
import time

import numpy as np
import pytest

from explainer import turns
from explainer.trainer import Trainer
from explainer.turns import Turn, Turns
from tests.explainer.test_trainer import ENDLESS, blobs, finished, recipe, until


@pytest.fixture
def trainers(monkeypatch):
    """A function that returns so many trainers that share one place; a turn is short here."""
    monkeypatch.setattr(turns, "TURN", 0.2)
    made = []

    def make(count, most=1):
        shared = Turns(most)
        made.extend(Trainer(turns=shared) for _ in range(count))
        return made
    yield make
    for trainer in made:
        trainer.pause()


def test_one_core_is_left_to_the_pages_and_one_training_is_always_possible(monkeypatch):
    for cores, most in ((None, 1), (1, 1), (2, 1), (8, 7)):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        assert Turns().most == most


@pytest.mark.parametrize("most", [1, 2])
def test_never_more_than_so_many_learn_at_once_and_everyone_gets_on(trainers, monkeypatch, most):
    at_once, seen, lock = set(), [], threading.Lock()
    every = trainers(4, most)
    for trainer in every:
        run = trainer.new(ENDLESS, blobs(300, 200))

        def advance(run=run, learn=run.advance):
            with lock:
                at_once.add(run)
                seen.append(len(at_once))
            learn()
            with lock:
                at_once.discard(run)
        monkeypatch.setattr(run, "advance", advance)
        trainer.go()
    until(lambda: all(trainer.current.examples for trainer in every))
    until(lambda: any(trainer.waiting for trainer in every))
    assert max(seen) == most and {trainer.state for trainer in every} == {"running"}
    before = [trainer.current.examples for trainer in every]
    until(lambda: all(trainer.current.examples > n for trainer, n in zip(every, before)))


def test_taking_turns_changes_no_bit(trainers):
    every = trainers(3)
    for trainer in every:
        trainer.new(recipe(epochs=200, batch_size=20, wide=200), blobs(300, 200))
        trainer.go()
    for trainer in every:
        trainer.wait(30)
        whole = finished(recipe(epochs=200, batch_size=20, wide=200), blobs(300, 200))
        np.testing.assert_array_equal(trainer.current.network.vector, whole.network.vector)


def test_who_waits_can_be_paused_at_once_and_has_lost_nothing(trainers, monkeypatch):
    monkeypatch.setattr(turns, "TURN", 60)
    first, second = trainers(2)
    for trainer in (first, second):
        trainer.new(ENDLESS, blobs(300, 200))
    first.go()
    until(lambda: first.current.examples)
    second.go()
    until(lambda: second.waiting)
    began = time.monotonic()
    second.pause()
    assert time.monotonic() - began < 1 and not second.waiting and second.state == "ready"
    seen = first.current.examples
    until(lambda: first.current.examples > seen)


def test_a_training_rests_while_a_page_is_made_but_does_not_stand_still():
    shared = Turns(1)
    turn = Turn(shared)

    def share(seconds=0.5):
        """How much of the time may be spent learning."""
        learned, end = 0.0, time.monotonic() + seconds
        while time.monotonic() < end:
            assert turn.comes()
            learned -= time.monotonic()
            time.sleep(0.001)
            learned += time.monotonic()
        return learned / (time.monotonic() - end + seconds)
    free = share()
    with shared.page():
        assert 0.02 < share() < 0.6 * free
    assert share() > 0.8 * free


def test_a_page_that_takes_long_is_no_reason_to_rest_any_more(monkeypatch):
    monkeypatch.setattr(turns, "LONG", 0.05)
    shared = Turns(1)
    with shared.page():
        assert not shared.quiet
        time.sleep(0.1)
        assert shared.quiet
    assert shared.quiet


def test_a_page_that_fails_lets_trainings_go_on():
    shared = Turns(1)
    with pytest.raises(ValueError), shared.page():
        raise ValueError
    assert shared.quiet
