"""What is the same for every session is made once, bounded, and nobody can change it; what is private is not shared."""
import threading

import numpy as np
import pytest

from explainer.choice import Choice
from explainer.once import Once, sealed
from explainer.walkthrough import take_walk
from tests.explainer.test_pages import app, npz, upload


def test_a_thing_is_made_once_and_the_one_unused_for_longest_goes_first():
    once, made = Once(2), []

    def get(key):
        return once.get(key, lambda: made.append(key) or object())
    assert get("a") is get("a") and get("a") is not get("b")
    get("a")
    get("c")                            # b goes
    assert get("a") is get("a") and made == ["a", "b", "c"]
    get("b")
    assert made == ["a", "b", "c", "b"]


def test_many_threads_get_the_same_thing():
    once, found, gate = Once(2), [], threading.Barrier(8)

    def ask():
        gate.wait()
        found.append(once.get("a", object))
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len(found) == 8 and len(set(map(id, found))) == 1


def test_nobody_can_change_a_sealed_walk():
    walk = sealed(take_walk(Choice().preset().network(Choice().settings(), np.random.default_rng(0)),
                            np.zeros((3, 784), np.uint8), np.eye(10)[:3], .1))
    arrays = [walk.Y, walk.losses_new, walk.after.layers[1].b, walk.grads.dW[2], walk.passed.A[0],
              walk.step("S2").panels[-1].array]
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 1


def walk_of(at):
    return at.session_state["session"].walk[1]


@pytest.mark.usefixtures("no_data_of_this_machine")
@pytest.mark.parametrize("address, shared", [
    ("net=deep&step=S1", True), ("net=mazur&step=S2", True), ("net=relu10&batch=3&seed=4&step=X", True),
    ("net=own&hidden=5&step=X", False), ("net=mazur&edits=X.0.0~0.5&step=X", False)])
def test_sessions_share_a_walk_unless_it_is_somebodys_own(address, shared):
    one, other = app(address), app(address + "&i=0&j=1")
    assert not one.exception and (walk_of(one) is walk_of(other)) == shared
    assert walk_of(app(address + "&alpha=0.25")) is not walk_of(one)


@pytest.mark.usefixtures("no_data_of_this_machine")
def test_a_walk_over_data_of_ones_own_is_not_shared():
    one, other = (upload(app("net=deep&step=S1"), ("mine.npz", npz(200, 100))) for _ in range(2))
    assert walk_of(one) is not walk_of(other)
    assert walk_of(one) is not walk_of(app("net=deep&step=S1"))
