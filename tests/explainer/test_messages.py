"""Whatever a browser sends is taken as plain data or passed over: nothing sticks, and nothing shows red."""
import base64
import json
from types import SimpleNamespace

import numpy as np
import pytest

from explainer.choice import Chosen
from explainer.components import messages
from explainer.pages.draw import pad
from explainer.pages.one_batch import walking
from explainer.pages.train import examined
from explainer.session import Session, session
from tests.explainer.test_pages import app, do

pytestmark = pytest.mark.usefixtures("no_data_of_this_machine")
SCALARS = [None, True, False, 0, -1, 1, 9, 10, 99, 1.5, -0.0, 1e308, -1e308, 10**8, 2**53, 10**30, "", "0", "1", "x",
           "NaN", "S1", "mazur", "deep", "trained", "run1-e5", "drawing", "![a](https://evil.example/x.png)", "²",
           "a\nb", "x" * 3000, "9" * 5000, float("nan"), float("inf"), [], {}, [[0, 0]]]
FIELDS = ["step", "i", "j", "k", "p", "alpha", "net", "weights", "part", "batch", "seed", "hidden", "act", "out",
          "loss", "red", "numbers", "edits", "ahead", "hand", "guide", "present", "page", "dialog", "eps", "weight",
          "check", "typed:S1:S1:0:0", "typed:::", "edit:W1:0:0", "edit:Q9:99:99", "edit:W1:-1:x", "q", "", "__class__"]


def odd(rng, depth=2):
    """Some JSON value."""
    if depth and rng.random() < .4:
        names = ["seq", "changes", "done", "pixels", "strokes", "j", "digit", "points", "size", "erase", *FIELDS]
        if rng.random() < .5:
            return {str(rng.choice(names)): odd(rng, depth - 1) for _ in range(rng.integers(5))}
        return [odd(rng, depth - 1) for _ in range(rng.integers(4))]
    return SCALARS[rng.integers(len(SCALARS))]


@pytest.fixture
def state(monkeypatch):
    """Streamlit's session state as a plain dictionary."""
    state = {}
    monkeypatch.setattr("streamlit.session_state", state)
    return state


def stroke(**changes):
    return {"erase": False, "size": 22, "points": [[1, 2], [3.5, 4]]} | changes


INK = base64.b64encode(bytes(range(256)) * 76 + bytes(144)).decode()       # 140 by 140
GOOD = {"seq": 3, "done": True, "pixels": INK, "strokes": [stroke(), {"picture": INK}, {"clear": True}]}


def test_what_the_components_send_is_taken():
    seq, fields, places = messages.told(
        {"seq": 5, "changes": {"step": "S2", "i": 3, "marked": True, "alpha": .25, "typed:S1:S1:0:1": "0,5",
                               "edit:W1:1:0": "2"}}, 4)
    assert seq == 5 and fields == {"step": "S2", "i": "3", "marked": "1", "alpha": "0.25"}
    assert places == {("typed", "S1", "S1", 0, 1): "0,5", ("edit", "W1", 1, 0): "2"}
    seq, pixels, strokes = messages.drawing(GOOD, 2, 140)
    assert seq == 3 and strokes == GOOD["strokes"]
    np.testing.assert_array_equal(pixels.ravel()[:256], np.arange(256))
    assert messages.drawing(GOOD | {"done": False, "strokes": None}, 2, 140)[2] is None
    assert messages.drawing(GOOD | {"pixels": None}, 2, 140)[1] is None
    assert messages.cell({"digit": 3, "answer": 9, "turn": 1}, digit=10, answer=10) == {"digit": 3, "answer": 9}


@pytest.mark.parametrize("last, seq, new", [(0, 1, True), (4, 4, False), (4, 3, False), (4, 6, True), (10**12, 5, True),
                                            (4, True, False), (4, 5.0, False), (4, "5", False), (4, -1, False)])
def test_a_number_says_what_is_an_echo_and_none_makes_a_session_deaf(last, seq, new):
    assert messages.is_new(seq, last) is new


@pytest.mark.parametrize("change", [
    {"seq": 2}, {"seq": "3"}, {"done": 1}, {"pixels": INK[:-4]}, {"pixels": INK + "AAAA"}, {"pixels": "é" * 26136},
    {"pixels": 5}, {"pixels": "x" * 10**6}, {"strokes": None}, {"strokes": {}}, {"strokes": [5]},
    {"strokes": [stroke(points=[])]}, {"strokes": [stroke(points=[[1]])]}, {"strokes": [stroke(points=[["a", 2]])]},
    {"strokes": [stroke(size=-1)]}, {"strokes": [stroke(size=float("nan"))]}, {"strokes": [stroke(erase="yes")]},
    {"strokes": [stroke(more=1)]}, {"strokes": [{"clear": 1}]}, {"strokes": [{"picture": "AA"}]},
    {"strokes": [stroke(points=[[1e9, 0]])]}, {"strokes": [{"clear": True}] * (messages.MARKS + 1)},
    {"strokes": [stroke(points=[[0, 0]] * 1000)] * (messages.POINTS // 1000 + 1)}])
def test_a_drawing_that_cannot_be_is_passed_over(change):
    assert messages.drawing(GOOD | change, 2, 140) is None


@pytest.mark.parametrize("sent", [None, 5, [], {}, {"j": 10}, {"j": -1}, {"j": True}, {"j": 1.0}, {"j": "1"}])
def test_a_cell_that_is_not_there_is_passed_over(sent):
    assert messages.cell(sent, j=10) is None


def test_no_message_whatever_raises_or_leaves_anything_odd_behind(state):
    rng = np.random.default_rng(20)
    for n in range(1500):
        message = odd(rng)
        if n % 2 and isinstance(message, dict):
            message |= {"seq": n, "changes": {str(rng.choice(FIELDS)): odd(rng, 1) for _ in range(3)}}
        state["view"] = SimpleNamespace(told=message)
        state["pad"] = SimpleNamespace(drawing=message)
        walking.told()
        pad._drawn()
        assert messages.cell(message, digit=10, answer=10) is None
    kept = session()
    assert kept.seq < 2**53 and kept.drawing.picture is None and not kept.drawing.strokes
    json.dumps({"seq": kept.seq}, allow_nan=False)


@pytest.mark.parametrize("changes", [
    {"net": "mazur", "weights": "trained"}, {"part": "drawing", "weights": "taught"},
    {"out": "linear", "loss": "cross_entropy"},
    {"i": 10**8, "j": 99, "step": "x" * 1000}, {"net": "relu16", "edits": "W1.0.0~5", "hand": "everything"},
    {"net": "xor", "edits": "W9.9.9~1", "ahead": 2000}, {"net": "own", "hidden": "9,9,9,9,9,9,9"},
    {"typed:S1:S1:0:0": "x" * 1000, "hand": "everything", "net": "mazur"}, {"batch": 10**8, "seed": 10**8}])
def test_the_page_goes_on_after_any_message_of_the_view(changes, state):
    state["session"] = Session(chosen=Chosen())
    state["view"] = SimpleNamespace(told={"seq": 1, "changes": changes})
    walking.told()
    at = app()
    at.session_state["session"] = state["session"]
    at.run()
    assert not at.exception and not at.error
    assert not do(at, step="X").exception


def test_a_cell_of_the_confusion_matrix_that_is_none_does_not_stick(state, monkeypatch):
    shown = {}
    monkeypatch.setattr(examined, "show_figures", lambda key, *_, on_cell=None, **__: shown.update({key: on_cell}))
    monkeypatch.setattr(examined, "examination", lambda *_: SimpleNamespace(classes=tuple("0123456789"),
                                                                            confusion=np.eye(10)))
    monkeypatch.setattr(examined, "how_much_is_read_right", lambda found: "all")
    monkeypatch.setattr(examined, "behind", lambda *_: None)
    run, moment = SimpleNamespace(number=1), SimpleNamespace(title="now", key="e0")
    examined.confusion(None, run, moment)
    for cell, expected in (({"digit": 99, "answer": 0}, None), ({"digit": 3}, None),
                           ({"digit": 3, "answer": 5}, (3, 5)), ({"digit": 3, "answer": 10}, (3, 5))):
        state["confusion"] = SimpleNamespace(cell=cell)
        shown["confusion"]()
        assert session().training.confused == expected
