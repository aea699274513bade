"""What is the same for every session is made once, bounded, and nobody can change it; what is private is not shared."""
import threading

import numpy as np
import pytest

from explainer import resources
from explainer.choice import Choice
from explainer.once import Once, sealed
from explainer.pages.one_batch import walking
from explainer.walkthrough import take_walk
from tests.explainer.test_pages import app, do, npz, upload


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


@pytest.fixture
def panes_made(monkeypatch):
    """The steps whose panes are made from now on."""
    steps, make = [], walking.made
    monkeypatch.setattr(walking, "made", lambda *args: steps.append(args[-1]) or make(*args))
    return steps


@pytest.mark.usefixtures("no_data_of_this_machine")
def test_a_pane_is_made_for_the_first_session_only_and_is_the_same_as_one_made_alone(panes_made, monkeypatch):
    address = "net=deep&step=S2&i=4&j=1&guide=1"
    first = app(address)
    assert sorted(panes_made) == ["A1", "A2", "S2"]
    second = app(address)
    assert len(panes_made) == 3
    do(second, i=5)
    assert len(panes_made) == 6
    monkeypatch.setattr(resources, "PANES", Once(200))
    monkeypatch.setattr(resources, "WALKS", Once(200))
    alone = app(address)
    assert len(panes_made) == 9
    for at in (first, alone):
        shown = at.panes[at.head["id"]]
        assert shown["step"] == "S2"
    np.testing.assert_equal(first.panes[first.head["id"]], alone.panes[alone.head["id"]])


@pytest.mark.usefixtures("no_data_of_this_machine")
def test_what_one_has_worked_out_by_hand_is_in_nobody_elses_pane(panes_made):
    for _ in range(2):
        app("net=mazur&step=S1&hand=everything")
    assert len(panes_made) == len(set(panes_made)) * 2
