"""A link that is opened in a new session shows what the one showed in which it was made, to the bit."""
import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from explainer import links
from explainer.choice import after
from explainer.datasets import embedded_sample
from explainer.deciding import Walked
from explainer.recipes import Recipe, adopted
from explainer.runs import material, worked_example
from explainer.session import Session
from explainer.trainer import Trainer
from mlp_core.presets import PRESETS
from tests.explainer.test_pages import PROJECT, Page, app, assert_fine, assert_shows, do, engine, heatmaps

pytestmark = pytest.mark.usefixtures("no_data_of_this_machine")
PAGES = {name: f"explainer/pages/{name}/page.py" for name in ("train", "draw", "check")}


@pytest.fixture
def new_session(monkeypatch):
    """A function that begins a session: AppTest gives all its sessions one name, and so one Trainer."""
    made = []

    def begin():
        made.append(Trainer())
        monkeypatch.setattr("explainer.resources.trainer", lambda: made[-1])
        return made[-1]
    begin()
    yield begin
    for trainer in made:
        trainer.pause()
        trainer.wait(5)


def link_of(at):
    """The link that the dialog shows, as {name: text}."""
    code, = (element.value for element in at.code if "/?net=" in element.value)
    return dict(parse_qsl(urlsplit(code).query, keep_blank_values=True))


def opened(parameters, page=None):
    at = Page(str(PROJECT / "streamlit_app.py"), default_timeout=60)
    if page:        # AppTest knows the pages once the app has run; the session that begins then is as good as new
        at.query_params["net"] = "hmkcode"
        at.run().session_state["session"] = Session()
        at.query_params.clear()
    for name, text in parameters.items():
        at.query_params[name] = text
    return at.switch_page(PAGES[page]).run() if page else at.run()


def share(at):
    at.session_state["session"].dialog = "share"
    return at.run()


def trained(trainer, recipe):
    run = trainer.new(recipe, worked_example(recipe.preset) if recipe.preset.is_toy else material(embedded_sample()))
    trainer.go()
    trainer.wait(60)
    return run


def of(net, which="best", seed=0, **changes):
    preset = PRESETS[net]
    return Recipe(net, preset, which, replace(preset.setting(which), **changes), seed)


@pytest.mark.parametrize("recipe, key", [
    (of("relu10", epochs=2, seed=5, learning_rate=0.21), "b5"), (of("relu10", epochs=2, batch_size=64), "e2"),
    (of("xor", epochs=40), "e7"), (of("mazur", "source", epochs=9), "e9")], ids=["b5", "e2", "xor", "mazur"])
def test_the_walk_of_a_run_is_the_same_in_another_session_to_the_bit(new_session, recipe, key):
    run = trained(new_session(), recipe)
    at = app()
    kept = at.session_state["session"]
    kept.chosen = after(adopted(kept.chosen, recipe), weights=f"run1-{key}", step="dW2", i=0, j=0)
    at = share(at)
    shown = heatmaps(at)
    parameters = link_of(at)

    other = new_session()
    there = opened(parameters)
    assert_fine(there)
    assert [run.number for run in other.runs] == [1]
    for name, numbers in heatmaps(there).items():
        assert numbers.tobytes() == shown[name].tobytes()
    again = other.runs[0]
    assert again.moment(key).weights.tobytes() == run.moment(key).weights.tobytes()
    assert [m.key for m in again.moments] == [m.key for m in run.moments]
    assert there.query_params["weights"] in (f"run1-{key}", [f"run1-{key}"])


def test_a_link_opened_where_the_run_is_already_trains_nothing(new_session):
    trainer = new_session()
    run = trained(trainer, of("xor", epochs=40))
    parameters = links.written(links.Linked(links.linked_run(run, run.moment("e7"))))
    at = opened({"net": "xor", "weights": "run9-e7", "step": "S1"} | parameters)
    assert_fine(at)
    assert len(trainer.runs) == 1 and at.session_state["session"].chosen.choice.weights == "run1-e7"


def test_the_train_page_goes_on_where_the_link_was_made(new_session):
    recipe = of("relu10", epochs=3, seed=2)
    run = new_session().new(recipe, material(embedded_sample()))
    while not run.is_at("b57"):
        run.advance()
    run.mark()
    parameters = links.written(links.Linked(links.linked_run(run, run.moment("b20"))))

    trainer = new_session()
    at = opened({"net": "relu10", "epochs": "7"} | parameters, "train")
    trainer.wait(30)
    at.run()
    again = trainer.runs[0]
    assert not at.exception and not at.warning
    assert again.examples == run.examples and trainer.state == "paused"
    assert again.moments[-1].weights.tobytes() == run.moments[-1].weights.tobytes()
    assert at.session_state["session"].training.back_to == (1, "b20")
    assert at.session_state["session"].chosen.next_run.epochs == 7
    assert at.number_input(key="ui_epochs").value == 7


def test_a_run_that_has_not_begun_does_not_begin_elsewhere(new_session):
    run = new_session().new(of("xor"), worked_example(PRESETS["xor"]))
    parameters = links.written(links.Linked(links.linked_run(run, run.moments[0])))
    trainer = new_session()
    at = opened({"net": "xor", "weights": "run1-e0", "step": "S1"} | parameters)
    assert_fine(at)
    assert trainer.state == "ready" and at.session_state["session"].chosen.choice.weights == "run1-e0"


def test_what_is_set_on_the_train_page_is_in_its_address_and_comes_back(new_session):
    at = opened({}, "train")
    at.number_input(key="ui_epochs").set_value(4).run()
    at.number_input(key="ui_batch_size").set_value(32).run()
    address = {name: text for name, text in at.query_params.items()}
    address = {name: text[0] if isinstance(text, list) else text for name, text in address.items()}
    assert (address["epochs"], address["batch_size"]) == ("4", "32")
    new_session()
    there = opened(address, "train")
    assert (there.number_input(key="ui_epochs").value, there.number_input(key="ui_batch_size").value) == (4, 32)
    there.switch_page(PAGES["draw"]).run()
    assert there.session_state["session"].chosen.next_run.epochs == 4


def test_a_drawing_is_on_the_pad_and_in_the_walk(new_session):
    image = embedded_sample().images[11]
    at = do(app(), weights="trained", part="drawing", step="X", i=0)
    at.session_state["session"].drawing.walked = Walked(image, 3)
    parameters = link_of(share(do(at, part="drawing")))
    new_session()
    there = opened(parameters)
    assert_fine(there)
    assert np.array_equal(there.session_state["session"].walk[0].drawing.image, image)
    assert heatmaps(there)["X"][0].astype(np.float64) == pytest.approx(image / 255)
    new_session()
    there = opened(parameters, "draw")
    page = there.session_state["session"].drawing
    assert not there.exception and page.label == 3
    assert np.array_equal(np.rint(page.preparation.final.ravel() * 255), image)


def test_other_data_and_other_bits_are_said(new_session):
    run = trained(new_session(), of("relu10", epochs=1))
    linked = links.linked_run(run, run.moments[-1])
    data = links.fingerprint_of_data(embedded_sample())
    walked = {"net": "relu10", "weights": "run1-e1", "step": "S1"}
    for weights, made_with, said in (("0" * 8, data, ["to the last bit"]), (linked.weights, "0" * 8, ["made with"]),
                                     ("0" * 8, "0" * 8, ["made with other", "learned from other data"])):
        new_session()
        one = replace(linked, weights=weights, data=made_with)
        at = opened(walked | links.written(links.Linked(one, data=made_with)))
        assert not at.exception
        warning, = at.warning
        assert all(words in warning.value for words in said)
        assert ("to the last bit" in warning.value) == ("to the last bit" in said)


@pytest.mark.parametrize("page, text, said", [
    ("train", "net.relu10*epochs.1*moment.e7*is.00000000", "no weights of its moment e7"),
    (None, "net.relu10*epochs.1*batch_size.9999*moment.e1*is.00000000", "cannot be made"),
    ("check", "net.relu16*setting.source*moment.e1*is.00000000", "takes long"),
    ("draw", "net.relu10*moment", "left out")])
def test_what_cannot_be_had_is_one_sentence_on_every_page(new_session, page, text, said):
    trainer = new_session()
    at = opened({"net": "relu10", "step": "S1", "run": text, "drawing": "!", "data": "x"}, page)
    trainer.wait(30)
    at.run()
    assert not at.exception and len(at.warning) == 1
    assert said in at.warning[0].value and "The drawing in the link was left out" in at.warning[0].value


def test_a_run_from_a_file_and_a_lesson_have_no_link_and_the_dialog_says_so(new_session):
    trainer, recipe = new_session(), of("xor", epochs=3)
    trained(trainer, replace(recipe, start=recipe.preset.network(recipe.setting, None)))
    at = app("net=xor&step=S1")
    at.session_state["session"].chosen = after(at.session_state["session"].chosen, weights="run1-e3")
    at = share(at)
    assert any("cannot hold a network from a file" in caption.value for caption in at.caption)
    assert "run" not in link_of(at) and "weights" not in link_of(at)


def test_the_switches_of_the_dialog_are_in_the_link_and_what_is_hidden_stays_so(new_session):
    at = share(app("net=mazur&step=S1&hand=everything"))
    assert not {"hide", "present", "guide"} & set(link_of(at))
    for key in ("ui_link_answers", "ui_link_settings", "ui_link_present"):
        at.toggle(key=key).set_value(True).run()
    parameters = link_of(at)
    assert (parameters["hide"], parameters["present"], parameters["guide"]) == ("answers,settings", "1", "1")
    there = share(opened(parameters))
    assert link_of(there)["hide"] == "answers,settings" and not there.toggle
    assert [tab.label for tab in there.tabs] == ["Link"]


def keys(at):
    return {element.key for kind in ("button", "selectbox", "number_input", "segmented_control", "toggle")
            for element in getattr(at, kind)}


SETTINGS = {"ui_net", "ui_batch", "ui_weights", "settings", "ui_learning_rate", "ui_epochs", "ui_batch_size", "more",
            "ui_asked"}


@pytest.mark.parametrize("page", [None, "train", "check", "draw"])
def test_hidden_settings_are_nowhere(new_session, page):
    assert keys(opened({"net": "deep", "step": "S1"}, page)) & SETTINGS
    at = opened({"net": "deep", "step": "S1", "hide": "settings"}, page)
    assert not at.exception and not keys(at) & SETTINGS
    if page is None:
        assert at.head["hides"] == ["settings"] and {"back", "next"} <= keys(at)


def test_hidden_answers_leave_questions_and_no_way_round_them(new_session):
    at = opened({"net": "deep", "step": "dW4", "hide": "answers"})
    assert at.head["guide"] and at.head["hides"] == ["answers"]
    assert not any(pane.get("check") for pane in at.panes.values())
    assert any(pane.get("check") for pane in opened({"net": "deep", "step": "dW4"}).panes.values())
    check = opened({"net": "deep", "step": "dW4", "hide": "answers"}, "check")
    assert check.segmented_control(key="ui_check").options == ["Broken on purpose"]


def test_the_page_of_a_link_has_the_engines_numbers(new_session):
    assert_shows(opened({"net": "nielsen", "step": "dW1", "seed": "3", "batch": "7", "pictures": "0"}),
                 engine("nielsen", batch=7, seed=3).step("dW1"))


def test_a_link_of_a_default_walk_is_as_short_as_the_address(new_session):
    assert set(link_of(share(app("net=mazur&step=S1")))) <= {"net", "step", "i", "j", "k"}
    parameters = link_of(share(app("net=relu10&step=S1")))
    assert set(parameters) == {"net", "step", "i", "j", "data"} and re.fullmatch("[0-9a-f]{8}", parameters["data"])
