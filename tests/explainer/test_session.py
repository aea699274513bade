"""A session is typed: a misspelt name is an error, and a widget's value goes where it is named after."""
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from types import SimpleNamespace

import pytest

from explainer import session as ui
from explainer.components.shelf import Shelf
from explainer.session import Data, Drawing, Session, Training


@pytest.fixture(autouse=True)
def state(monkeypatch):
    """Streamlit's session state as a plain dictionary."""
    state = {}
    monkeypatch.setattr("streamlit.session_state", state)
    return state


@pytest.mark.parametrize("record", [Session, Data, Training, Drawing, Shelf])
def test_a_misspelt_name_is_an_error_wherever_it_is_written(record):
    kept = record()
    with pytest.raises(AttributeError):
        kept.lesson_refussed = "a sentence that nobody would ever see"
    for field in fields(record):
        setattr(kept, field.name, getattr(kept, field.name))


def test_there_is_one_session_and_no_two_share_what_they_keep(state):
    assert ui.session() is ui.session()
    state.clear()
    one = Session()
    one.drawing.moments["run1"] = "e5"
    one.training.hidden_runs.add(1)
    one.shelf.panes["1:X"] = {"a name"}
    assert Session() == Session() != one


def test_a_widgets_value_is_copied_into_what_is_chosen_and_what_follows_from_it():
    assert ui.shown("net", "deep") == "ui_net" and ui.value("net") == "deep"
    ui.session().notices = ["an old sentence"]
    ui.shown("net", "relu16")
    ui.follow("net")()
    assert ui.session().chosen.choice.net == "relu16" and ui.session().notices == []
    ui.shown("alpha_slider", 0.25)
    ui.follow("alpha", "alpha_slider")()
    assert ui.session().chosen.choice.learning_rate == 0.25


def test_a_widgets_value_is_kept_in_a_record():
    page = ui.session().drawing
    ui.shown("label", 7)
    ui.keep(page, "label")()
    ui.shown("prepared", False)
    ui.keep(page, "prepare", "prepared")()
    assert (page.label, page.prepare) == (7, False)
    ui.shown("lable", 8)
    with pytest.raises(AttributeError):
        ui.keep(page, "lable")()


def test_one_leaves_once():
    ui.session().leave = "one_batch"
    assert (ui.session().take_leave(), ui.session().take_leave()) == ("one_batch", "")


@pytest.fixture
def address(monkeypatch):
    """The browser's address as a plain dictionary."""
    class Address(dict):
        def from_dict(self, other):
            self.clear()
            self.update(other)
    address = Address()
    monkeypatch.setattr("streamlit.query_params", address)
    return address


def test_the_address_is_read_when_it_changed_and_its_echo_never_beats_what_was_chosen_since(address):
    address.update(net="mazur", step="S2")
    ui.read_address()
    assert (ui.session().chosen.choice.net, ui.session().chosen.look.step) == ("mazur", "S2")
    ui.change(step="E")
    ui.read_address()
    assert ui.session().chosen.look.step == "E"
    ui.write_address()
    assert address["step"] == "E"
    address["step"] = "X"               # what the browser had before it was told of E
    ui.change(step="E_new")
    ui.read_address()
    assert ui.session().chosen.look.step == "E_new"
    ui.write_address()
    assert address["step"] == "E_new"
    address.clear()                     # from another page
    ui.read_address()
    assert ui.session().chosen.look.step == "E_new"


def test_only_the_address_that_comes_with_what_was_told_is_an_echo(address):
    address.update(net="mazur", step="S2")
    ui.read_address()
    ui.change(step="E")
    address.update(step="S1")
    ui.read_address()
    assert ui.session().chosen.look.step == "E" and not ui.session().told
    ui.write_address()
    address.update(step="S1")           # the reader goes back in the browser's history
    ui.read_address()
    assert ui.session().chosen.look.step == "S1"


def test_an_address_with_another_network_forgets_what_was_set_for_the_next_run_and_one_with_the_same_does_not(address):
    ui.change(net="relu10", epochs=3)
    address.update(net="relu10", step="E")
    ui.read_address()
    assert ui.session().chosen.next_run.epochs == 3
    address.update(net="relu16")
    ui.read_address()
    assert ui.session().chosen.next_run.epochs is None


def test_whether_the_browser_is_there_is_asked_of_streamlit_by_the_name_of_the_session(monkeypatch):
    active = {"mine", "another"}
    server = SimpleNamespace(is_active_session=lambda name: name in active)
    monkeypatch.setattr("explainer.session.get_script_run_ctx", lambda: SimpleNamespace(session_id="mine"))
    monkeypatch.setattr("streamlit.runtime.exists", lambda: True)
    monkeypatch.setattr("streamlit.runtime.get_instance", lambda: server)
    there = ui.presence()
    with ThreadPoolExecutor(1) as thread:       # as that of a training does, which has no session
        assert thread.submit(there).result()
        active.discard("mine")
        assert not thread.submit(there).result()
        active.add("mine")
        assert thread.submit(there).result()
    assert ui.session().trainer.present() and ui.session().trainer is ui.session().trainer
    active.clear()
    assert not ui.session().trainer.present()


def test_without_a_server_nobody_has_left(monkeypatch):
    monkeypatch.setattr("streamlit.runtime.exists", lambda: False)
    assert ui.presence()()
    monkeypatch.setattr("explainer.session.get_script_run_ctx", lambda: SimpleNamespace(session_id="mine"))
    assert ui.presence()()
