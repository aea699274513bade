"""What the view tells of the reader's acts: taken once, in its order, and what cannot be is passed over."""
from types import SimpleNamespace

import pytest

from explainer import session as ui
from explainer.choice import Choice, Look
from explainer.components.shelf import Shelf
from explainer.pages.one_batch import walking


@pytest.fixture(autouse=True)
def state(monkeypatch):
    """Streamlit's session state as a plain dictionary."""
    state = {}
    monkeypatch.setattr("streamlit.session_state", state)
    return state


def tell(state, seq, **changes):
    state["view"] = SimpleNamespace(told={"changes": changes, "seq": seq})
    walking.told()
    return ui.session().chosen


def test_a_step_a_cell_a_switch_and_alpha_are_taken_as_they_are_told(state):
    now = tell(state, 1, step="S2", i=23, j=5, marked=True, pictures=False, alpha=0.25)
    assert now.look == Look(step="S2", i=23, j=5, marked=True, pictures=False) and now.choice == Choice(alpha=0.25)
    assert ui.session().seq == 1 and ui.session().told


def test_what_was_told_before_is_not_taken_again(state):
    tell(state, 4, step="S2")
    ui.session().told = False
    assert tell(state, 4, step="E").look.step == "S2" and tell(state, 3, step="E").look.step == "S2"
    assert not ui.session().told
    assert tell(state, 5, step="E").look.step == "E"


@pytest.mark.parametrize("nonsense", [
    {"alpha": 0}, {"alpha": -1.5}, {"alpha": None}, {"alpha": "fast"}, {"i": -1}, {"i": 1.5}, {"i": None}, {"q": 3},
    {"marked": "perhaps"}, {"net": "alexnet"}, {"step_": "S1"}])
def test_what_cannot_be_is_passed_over_and_the_rest_is_taken(state, nonsense):
    assert tell(state, 1, **nonsense, k=3).look == Look(k=3) and ui.session().chosen.choice == Choice()


def test_a_number_that_cannot_be_is_said_and_the_rest_is_taken(state):
    tell(state, 1, net="mazur")
    now = tell(state, 2, **{"edit:W9:0:0": "1", "i": 0})
    assert session_says("no W9") and now.choice.edits == "" and now.choice.net == "mazur"
    tell(state, 3, net="deep")
    tell(state, 4, **{"edit:W1:0:0": "1"})
    assert session_says("worked example") and not ui.session().chosen.choice.edits


def session_says(words):
    sentence, = ui.session().notices
    return words in sentence and sentence.endswith("nothing was changed.")


def test_where_nothing_was_told_nothing_changes(state):
    state["view"] = SimpleNamespace(told=None)
    walking.told()
    assert ui.session() == ui.Session()


def test_where_the_browser_lacks_something_everything_is_sent_again(state):
    ui.session().shelf.panes["1:X"] = {"a name"}
    walking.missing()
    assert ui.session().shelf == Shelf() and ui.session().told
