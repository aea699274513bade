"""The page shows every step of every network with the engine's own numbers, whatever one sets and whatever one asks."""
import gzip
import io
import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explainer.choice import after
from explainer.components.payload import names, unpack, unpack_named
from explainer.datasets import embedded_sample
from explainer.notation import ACTIVATION_NOTATION
from explainer.selection import Selection
from explainer.session import Session
from explainer.view import look_at, mistake, why
from explainer.walkthrough import take_walk
from mlp_core import forward, load_network, presets, train
from mlp_core.data import one_hot
from mlp_core.losses import OUTPUT_LOSSES
from mlp_core.metrics import accuracy
from mlp_core.presets import PRESETS, own_preset
from tests.explainer.test_inline import written

pytestmark = pytest.mark.usefixtures("no_data_of_this_machine")
PROJECT = Path(__file__).parents[2]
OWN = {
    "own": own_preset(),
    "own&hidden=": own_preset(()),
    "own&hidden=20, 10&act=relu&out=linear&loss=squared_error&red=sum":
        own_preset((20, 10), "relu", "linear", "squared_error", "sum", 0.001),
    "own&hidden=6&act=linear&out=tanh&loss=half_squared_error": own_preset((6,), "linear", "tanh"),
    "own&hidden=3-2-1&act=sigmoid&out=relu&loss=squared_error":
        own_preset((3, 2, 1), "sigmoid", "relu", "squared_error"),
}
NETWORKS = PRESETS | OWN


def random_mnist(n, seed):
    rng = np.random.default_rng(seed)
    return np.frombuffer(rng.bytes(n * 784), np.uint8).reshape(n, 28, 28), rng.integers(0, 10, n, dtype=np.uint8)


def npz(n_train, n_test, seed=0):
    (x_train, y_train), (x_test, y_test) = random_mnist(n_train, seed), random_mnist(n_test, seed + 1)
    file = io.BytesIO()
    np.savez(file, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return file.getvalue()


@pytest.fixture(scope="module")
def full_set():
    return npz(60_000, 10_000)


@pytest.fixture
def full_cache(full_set, tmp_path):
    """Keras' cache with a set of the full size, until the test ends."""
    path = tmp_path / "keras" / "datasets" / "mnist.npz"
    path.parent.mkdir(parents=True)
    path.write_bytes(full_set)
    yield random_mnist(60_000, 0)
    path.unlink()


class Page(AppTest):
    """The app and what its browser keeps of the view: panes by their id and arrays by name, each of them sent once."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.arrays, self.panes, self.head, self.keep = {}, {}, None, []

    def _run(self, *args, **options):
        super()._run(*args, **options)
        messages = {element.key: element.proto.bytes for element in self.get("bidi_component")}
        self.head = None
        for key in ("view", "ahead"):
            if key in messages:
                read_strictly(messages[key])
                self._take(messages[key])
        return self

    def _take(self, message):
        header = unpack_named(message, self.arrays)
        self.panes |= header["panes"]
        self.keep = header["keep"]
        if "id" in header:
            self.head = header
        else:                               # what lies ahead comes last: then the rest may go
            self.panes = {name: self.panes[name] for name in self.keep}
            used = names(self.panes)
            self.arrays = {name: array for name, array in self.arrays.items() if name in used}


def read_strictly(message):
    """The header of a message; NaN in its JSON would stop the browser."""
    length, = struct.unpack_from("<I", message)
    return json.loads(message[4:4 + length], parse_constant=pytest.fail)


def app(address=""):
    """The app, opened at ?net=mazur&step=S1 and the like."""
    at = Page(str(PROJECT / "streamlit_app.py"), default_timeout=60)
    for part in filter(None, address.split("&")):
        name, _, text = part.partition("=")
        at.query_params[name] = text
    at.session_state["session"] = Session(dialog="settings")    # as if it were open, so its widgets are there
    return at.run()


def do(at, **changes):
    """What the reader changes in the view: a step, a cell, a switch, α."""
    kept = at.session_state["session"]
    kept.chosen, kept.notices, kept.told = after(kept.chosen, **changes), [], True
    return at.run()


def address_of(at):
    return {name: text for name, text in at.query_params.items()}


def engine(net="deep", which=None, data=None, batch=1, seed=0, alpha=None, network=None):
    """The same walk without the app; net is a key of NETWORKS or a Preset."""
    preset = NETWORKS[net] if isinstance(net, str) else net
    setting = preset.setting(which or preset.shown_first)
    network, alpha = network or preset.network(setting, np.random.default_rng(seed)), alpha or setting.learning_rate
    if preset.is_toy:
        return take_walk(network, *(np.array(part, preset.dtype) for part in preset.example), alpha)
    images, labels = data or (embedded_sample().images, embedded_sample().labels)
    m = min(setting.batch_size or 100, 100, len(images))
    rows = slice((batch - 1) * m, batch * m)
    return take_walk(network, images[rows].reshape(-1, 784), one_hot(labels[rows]), alpha, labels[rows])


def sent(at, key):
    """What the page sends to a component, read strictly: NaN in its JSON would stop the browser."""
    component, = (element for element in at.get("bidi_component") if element.key == key)
    if component.proto.json:
        return json.loads(component.proto.json, parse_constant=pytest.fail)
    read_strictly(component.proto.bytes)
    return unpack(component.proto.bytes)


def pane(at):
    """The step that the view shows."""
    return at.panes[at.head["id"]]


def heatmaps(at):
    """{name: numbers} of the matrices on the stage."""
    return {trace["name"]: trace["z"] for trace in stage(at)["data"] if not trace["meta"].get("quiet")}


def stage(at):
    """The figure on the stage as plain data."""
    return pane(at)["stage"]


def assert_same(a, b):
    """Plain data with arrays in it: the same all the way down, and bit for bit."""
    assert type(a) is type(b)
    if isinstance(a, np.ndarray):
        assert (a.dtype, a.shape) == (b.dtype, b.shape) and np.array_equal(a, b, equal_nan=a.dtype != np.uint8)
    elif isinstance(a, dict):
        assert list(a) == list(b)
        assert_same(list(a.values()), list(b.values()))
    elif isinstance(a, list):
        for one, other in zip(a, b, strict=True):
            assert_same(one, other)
    else:
        assert a == b


def assert_fine(at, *sentences):
    assert not at.exception and not at.error
    assert len(at.warning) == len(sentences), [warning.value for warning in at.warning]
    for warning, sentence in zip(at.warning, sentences):
        assert sentence in warning.value and warning.value.endswith(".")


def assert_shows(at, step):
    """The page stands at this step and shows exactly the engine's matrices and statement."""
    assert at.query_params["step"] == step.key
    shown, expected = heatmaps(at), {panel.symbol.text: panel.array for panel in step.panels}
    assert set(shown) == set(expected)
    for name, z in shown.items():
        assert np.array_equal(z, expected[name].astype(z.dtype)) and z.dtype in (np.float32, expected[name].dtype)
    assert (pane(at)["step"], pane(at)["title"], pane(at)["code"]) == (step.key, step.title, step.code)
    assert [s["key"] for layer in at.head["map"]["layers"] for s in layer["steps"]].count(step.key) == 1
    order = at.head["map"]["order"]         # with the opening before the first step and the closing after the last
    assert f"{order.index(step.key)} / {len(order) - 2}" in [text.value for text in at.markdown]


def assert_next_leads_through(at, walk):
    for n, step in enumerate(walk.steps):
        assert_fine(at)
        assert_shows(at, step)
        said = pane(at)
        assert written(said["why"]) == why(walk, step)
        assert written(said["look"]) == look_at(walk, step)
        assert written(said["mistake"]) == mistake(walk, step)
        last = step is walk.steps[-1]
        assert not at.button(key="back").disabled and not at.button(key="next").disabled
        ahead = at.head["map"]["order"][n:n + 3]    # and what lies ahead is there as well
        assert {at.panes[name]["step"] for name in at.keep} == set(ahead)
        if not last:
            at.button(key="next").click().run()


@pytest.mark.parametrize("which", ["best", "source"])
@pytest.mark.parametrize("net", PRESETS)
def test_next_leads_through_every_step_of_every_preset_with_the_sample(net, which):
    assert_next_leads_through(app(f"net={net}&setting={which}&pictures=0"), engine(net, which))


@pytest.mark.parametrize("net", OWN)
def test_next_leads_through_every_step_of_ones_own_network(net):
    assert_next_leads_through(app(f"net={net}&pictures=0"), engine(net))


@pytest.mark.parametrize("net", [*PRESETS, "own"])
def test_next_leads_through_every_step_of_every_preset_with_a_full_mnist(net, full_cache):
    assert_next_leads_through(app(f"net={net}&pictures=0"), engine(net, data=full_cache))


def test_back_leads_back():
    at = app("net=hmkcode&step=E_new")
    for step in engine("hmkcode").steps[::-1]:
        assert_shows(at, step)
        at.button(key="back").click().run()
    assert at.query_params["step"] == at.head["map"]["order"][0] and at.button(key="back").disabled


def test_with_a_full_mnist_the_page_says_so_and_offers_no_other(full_cache):
    at = app()
    assert "60,000" in at.head["foot"] and any("60,000" in text.value for text in at.markdown)
    assert "fetch" not in [button.key for button in at.button]
    assert at.number_input(key="ui_batch").max == 600


def test_with_the_sample_the_page_says_so_and_offers_the_full_set():
    at = app()
    assert "5,000" in at.head["foot"] and any("5,000" in text.value for text in at.markdown)
    assert "fetch" in [button.key for button in at.button]
    assert at.number_input(key="ui_batch").max == 50


def test_a_damaged_cache_is_passed_over_and_named(tmp_path):
    path = tmp_path / "keras" / "datasets" / "mnist.npz"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"half a download")
    at = app("step=S1")
    assert_shows(at, engine().step("S1"))
    assert any(str(path) in caption.value for caption in at.caption)


STATES = ["", "step=S1&i=23&j=40&p=300", "net=mazur&setting=best&step=dW1",
          "net=relu10&step=A2&batch=7&seed=3", "step=delta2&marked=1&weights=trained",
          "step=dW1&pictures=1&j=9", "net=own&hidden=&step=E",
          "net=own&hidden=8, 4&act=relu&out=tanh&loss=squared_error&red=sum&step=dA2&k=3",
          "step=W1_new&alpha=0.123456789"]


@pytest.mark.parametrize("state", STATES)
def test_the_address_restores_the_screen(state):
    first = app(state)
    first.run()
    second = app("&".join(f"{name}={text}" for name, text in address_of(first).items()))
    assert_fine(second)
    assert address_of(second) == address_of(first)
    assert second.head["foot"] == first.head["foot"]
    assert_same(second.head["map"], first.head["map"])
    timed = ("lead",)       # the opening times the passes anew
    assert_same(*({name: part for name, part in pane(at).items() if name not in timed} for at in (second, first)))


@pytest.mark.parametrize("state", STATES)
def test_the_address_says_all_that_was_asked_for(state):
    asked = dict(part.split("=") for part in state.split("&") if part)
    assert asked.items() <= address_of(app(state)).items()


def test_an_address_changed_while_the_page_is_open_changes_the_page():
    at = app("step=S1")
    for net in PRESETS:
        at.query_params["net"], at.query_params["step"] = net, "dW2"
        assert_shows(at.run(), engine(net).step("dW2"))


@pytest.mark.parametrize("address, sentence", [
    ("net=alexnet", "net=alexnet"), ("step=S9", "no step “S9”"), ("step=", "no step"), ("i=5000", "no example 5000"),
    ("i=-1", "i=-1"), ("j=abc", "j=abc"), ("j=64", "no unit 64"), ("p=784", "no pixel 784"), ("k=١", "k="),
    ("batch=0", "no batch 0"), ("batch=51", "no batch 51"), ("batch=1.5", "batch=1.5"),
    ("seed=9999999999", "seed="), ("alpha=0", "alpha=0"),
    ("alpha=nan", "alpha=nan"), ("alpha=inf", "alpha=inf"), ("alpha=-1", "alpha=-1"),
    ("net=own&hidden=0", "hidden=0"), ("net=own&hidden=64,x", "hidden=64,x"),
    ("net=own&out=sigmoid&loss=cross_entropy", "cross_entropy"),
    ("net=mazur&weights=trained", "untrained"), ("net=mazur&i=1", "no example 1"), ("marked=perhaps", "marked=perhaps"),
    ("step=" + "S" * 3000, "no step"), ("i=" + "9" * 3000, "i="), ("net=own&hidden=" + "9" * 5000, "hidden="),
])
def test_an_address_that_asks_for_what_is_not_there_gets_one_sentence_and_a_page(address, sentence):
    at = app(address)
    assert_fine(at, sentence)
    assert heatmaps(at)
    assert_fine(app("&".join(f"{name}={text}" for name, text in address_of(at).items())))


def test_names_that_mean_nothing_here_are_passed_over_in_silence():
    at = app("utm_source=mail&step=S1&epoch=x&view=numbers")
    assert_fine(at)
    assert address_of(at) == address_of(app("step=S1"))


def test_two_odd_wishes_get_a_sentence_each():
    at = app("net=alexnet&i=5000")
    assert len(at.warning) == 1 and not at.exception
    assert "net=alexnet" in at.warning[0].value and "no example 5000" in at.warning[0].value


def test_an_address_puts_no_picture_and_no_link_on_the_page():
    at = app("net=![x](http://127.0.0.1/x.png)&act=<b>")
    assert not at.exception and re.search(r"(?<!\\)[\[<]", at.warning[0].value) is None


def test_a_network_of_ones_own_is_drawn_once_to_see_that_it_can_be_and_once_to_be_walked(monkeypatch):
    drawn = []

    def new_network(*arguments, **options):
        drawn.append(arguments[0])
        return made(*arguments, **options)
    made = presets.new_network
    monkeypatch.setattr(presets, "new_network", new_network)
    presets.own_preset.cache_clear()
    at = app("net=own&hidden=784, 99, 98")
    assert_fine(at)
    assert len(drawn) == 2 and set(drawn) == {(784, 784, 99, 98, 10)}
    do(at, step="S1")
    assert len(drawn) == 2


def test_every_press_counts_however_far_the_browsers_address_lags_behind():
    rng, at = np.random.default_rng(12), app("net=mazur&step=X")
    order, had = at.head["map"]["order"], [address_of(at)]
    for step in order[order.index("X") + 1:order.index("X") + 13]:
        stale = had[-1 - min(len(had) - 1, int(rng.integers(4)))]       # what the browser had up to three presses ago
        at.query_params.clear()
        at.query_params.update(stale)
        do(at, step=step)
        had.append(address_of(at))
        assert had[-1]["step"] == step and not at.warning


def test_trained_and_then_the_next_step_keep_both_whatever_address_comes_with_them():
    at = app("net=deep&step=X")
    before = address_of(at)
    do(at, weights="trained")
    at.query_params.clear()
    at.query_params.update(before)
    do(at, step="S1")
    assert address_of(at)["weights"] == "trained" and address_of(at)["step"] == "S1"
    at.query_params.clear()
    at.query_params.update(before)      # and who goes back in the browser's history goes back
    at.run()
    assert address_of(at) == before


def test_the_sentence_goes_when_the_reader_goes_on():
    at = app("i=5000")
    at.button(key="next").click().run()
    assert_fine(at)


@pytest.mark.parametrize("step", ["W1_new", "E_new"])
def test_a_step_so_long_that_it_overflows_is_shown_too(step):
    at = app("net=own&hidden=64,64,64,64,64,64&act=linear&out=linear&loss=squared_error&red=sum&alpha=1000"
             f"&step={step}")
    assert_fine(at)
    assert stage(at)["data"] and pane(at)["details"]


@pytest.mark.parametrize("alpha", ["1e-9", "1000", "0.3"])
@pytest.mark.parametrize("net", PRESETS)
def test_any_learning_rate_gives_a_page_at_every_update(net, alpha):
    at = app(f"net={net}&alpha={alpha}&step=W1_new")
    assert_fine(at)
    assert_shows(at, engine(net, alpha=float(alpha)).step("W1_new"))
    assert pane(at)["details"]


def test_another_network_begins_at_its_batch():
    at = app("step=dW3&batch=9&alpha=0.5&weights=trained")
    at.selectbox(key="ui_net").set_value("mazur").run()
    assert_fine(at)
    assert_shows(at, engine("mazur").step("X"))
    at.selectbox(key="ui_net").set_value("nielsen").run()
    assert_shows(at, engine("nielsen").step("X"))


def test_another_batch_another_seed_and_another_learning_rate_are_the_engines():
    at, chosen = app("step=W2_new"), {}
    for name, value in (("batch", 3), ("seed", 11), ("alpha", 0.25), ("seed", 0)):
        chosen[name] = value
        at.number_input(key=f"ui_{name}").set_value(value).run()
        assert_fine(at)
        assert_shows(at, engine(**chosen).step("W2_new"))
    at.number_input(key="ui_seed").set_value(11).run()
    assert {"batch": "3", "seed": "11", "alpha": "0.25", "step": "W2_new"}.items() <= address_of(at).items()


def test_the_slider_beside_an_update_is_the_learning_rate():
    at = app("net=mazur&step=W1_new")
    slider = pane(at)["alpha"]
    assert slider["least"] < slider["value"] == PRESETS["mazur"].best.learning_rate < 1.0 < slider["most"]
    do(at, alpha=1.0)
    assert_shows(at, engine("mazur", alpha=1.0).step("W1_new"))
    assert pane(at)["alpha"]["value"] == 1.0 and not pane(do(at, step="dW1"))["alpha"]


def test_the_source_setting_and_the_best_one_are_the_engines():
    at = app("net=nielsen&step=S1&alpha=0.5")
    at.segmented_control(key="ui_setting").set_value("source").run()
    assert_shows(at, engine("nielsen", "source").step("S1"))
    at.segmented_control(key="ui_setting").set_value("best").run()
    assert_shows(at, engine("nielsen", "best").step("S1"))
    assert "alpha" not in address_of(at)


def test_the_trained_network_is_the_one_that_ships_with_the_project():
    at = app("step=E")
    at.segmented_control(key="ui_weights").set_value("trained").run()
    walk = engine(network=load_network(PROJECT / "explainer" / "assets" / "default_network.npz"))
    assert_shows(at, walk.step("E"))
    assert walk.E < 0.1 * engine().E


OWN_CHOICES = (     # the widget, what is chosen there, and what that means for own_preset
    ("ui_act", "relu", {"hidden_activation": "relu"}), ("ui_out", "tanh", {"output": "tanh"}),
    ("ui_out", "linear", {"output": "linear"}), ("ui_loss", "squared_error", {"loss": "squared_error"}),
    ("ui_hidden", "20", {"hidden": (20,)}), ("ui_red", "sum", {"reduction": "sum"}),
)


def test_every_choice_for_ones_own_network_is_walked_at_once():
    at, chosen = app("net=own&step=W1_new&alpha=0.01"), {}
    for key, value, more in OWN_CHOICES:
        chosen |= more
        at.get_by_key(key).set_value(value).run()
        assert_fine(at)
        assert_shows(at, engine(own_preset(**chosen), alpha=0.01).step("W1_new"))


@pytest.mark.parametrize("text, sizes", [("20", (20,)), ("", ()), ("8, 4", (8, 4)), ("5-5-5", (5, 5, 5))])
def test_ones_own_layers_are_built(text, sizes):
    at = app("net=own&step=S1")
    at.text_input(key="ui_hidden").set_value(text).run()
    assert_fine(at)
    assert heatmaps(at)["W¹"].shape == (784, (*sizes, 10)[0])
    assert len(at.head["map"]["layers"]) == len(sizes) + 3


@pytest.mark.parametrize("text", ["many", "0", "1000", "1.5", "1,2,3,4,5,6,7", "²", "9" * 5000, "<b>"])
def test_layers_that_cannot_be_change_nothing_and_say_why(text):
    at = app("net=own&step=S1")
    at.text_input(key="ui_hidden").set_value(text).run()
    assert_fine(at, "up to 6 whole numbers")
    assert heatmaps(at)["W¹"].shape == (784, 32)
    assert at.text_input(key="ui_hidden").value == "32"


def test_every_output_and_loss_of_ones_own_network_can_be_chosen():
    at = app("net=own&step=E")
    assert at.selectbox(key="ui_out").options == [ACTIVATION_NOTATION[out].name for out in OUTPUT_LOSSES]
    for out in OUTPUT_LOSSES:
        at.selectbox(key="ui_out").set_value(out).run()
        for n in range(len(at.selectbox(key="ui_loss").options)):
            at.selectbox(key="ui_loss").select_index(n).run()
            assert_fine(at)
            assert address_of(at).get("out", "softmax") == out
    at.selectbox(key="ui_act").set_value("relu").run()
    at.selectbox(key="ui_red").set_value("sum").run()
    assert_fine(at)


@pytest.mark.parametrize("step, field, value, side", [
    ("S1", "i", 23, "y0"), ("S1", "j", 40, "x0"), ("dW2", "k", 33, "y0"), ("X", "p", 300, "x0"),
    ("dW1", "p", 300, "y0"),
])
def test_a_cell_is_chosen_by_number(step, field, value, side):
    at = app(f"step={step}&pictures=0")
    before = {part["name"]: part["last"] for part in pane(at)["fields"]}
    assert before[field] >= value
    do(at, **{field: value})
    assert_fine(at)
    assert at.query_params[field] == str(value)
    assert value in [part["value"] for part in pane(at)["fields"] if part["name"] == field]
    assert value - .5 in [shape[side] for shape in stage(at)["layout"]["shapes"]]


def test_the_arithmetic_is_of_the_chosen_cell():
    at = app("step=S2&i=17&j=20")
    value = engine().step("S2").result[17, 20]
    assert Selection(i=17, j=20).cell(engine().step("S2").panels[-1]) == (17, 20)
    assert f"{value:.6g}" in pane(at)["sums"][-1]
    assert "[17,20]" in pane(at)["sums"][0]


def test_saturated_cells_are_marked_where_the_slope_is_below_two_percent():
    at = app("setting=source&step=delta1")
    assert len(stage(at)["data"]) == 3 and pane(at)["marked"] is False
    do(at, marked=True)
    assert pane(at)["marked"] is True
    overlays = [trace["z"] for trace in stage(at)["data"] if trace["meta"].get("quiet")]
    slope = engine("deep", "source").grads.slope[0]
    assert overlays and all(np.array_equal(np.isfinite(z), slope < 0.02) for z in overlays)


def test_how_many_cells_are_saturated_is_said_even_where_none_is():
    for setting in ("best", "source"):
        slope = engine("deep", setting).grads.slope[0]
        layout = stage(app(f"setting={setting}&step=delta1&marked=1"))["layout"]
        titles = [note["text"] for note in layout["annotations"]]
        assert sum(f"{np.count_nonzero(slope < 0.02):,} of 6,400 cells" in text for text in titles) == 2
    assert engine().grads.slope[0].min() > 0.02


LATER = "which digit is which takes some hundred steps"


@pytest.mark.parametrize("address, said", [
    ("batch=1", True), ("batch=7&seed=3", True), ("alpha=1", False), ("weights=trained", False),
    ("setting=source", False), ("net=nielsen", False), ("net=relu10", False), ("net=online", False),
    ("net=mazur", False)])
def test_an_accuracy_that_does_not_rise_is_explained_where_all_the_step_did_was_to_lower_the_outputs(address, said):
    note = pane(app(f"{address}&step=E_new"))["note"]
    assert "The loss" in note and (LATER in note) == said


def test_the_outputs_before_and_after_a_first_step_are_the_engines_and_digits_are_learned_hundreds_of_steps_later():
    walk, data = engine(), embedded_sample()
    before, after = walk.passed.output.mean(), walk.passed_after.output.mean()
    said = f"from {before:.2g} to {after:.2g} on average"
    assert said in pane(app("step=E_new"))["note"]
    network = PRESETS["deep"].network(PRESETS["deep"].best, np.random.default_rng(0))
    rng, right = np.random.default_rng(0), []
    for progress in train(network, data.images, one_hot(data.labels), learning_rate=0.1, epochs=6, rng=rng):
        if progress.examples in (1_000, 30_000):
            right.append(accuracy(forward(network, data.images).output, one_hot(data.labels)))
    assert right[0] < 0.2 and right[1] > 0.8


def test_a_loss_that_stays_is_not_called_a_rise():
    assert f"The loss stayed at {engine().E:.6g}." in pane(app("net=deep&alpha=1e-12&step=E_new"))["note"]


def test_a_gradient_that_nothing_follows_from_says_so():
    for step, said in (("db1", True), ("db2", True), ("W1_new", True), ("dW1", False)):
        for setting in ("source", "best"):
            at = app(f"net=mazur&setting={setting}&step={step}")
            told = "uses its biases but never" in written(pane(at)["why"])
            assert told == (said and setting == "source")


@pytest.mark.parametrize("address, said", [
    ("step=S1", {"example i": 99, "unit j": 63}), ("step=X", {"example i": 99, "pixel p": 783}),
    ("net=mazur&step=dW1", {"example i": 0, "unit j": 1, "input k": 1})])
def test_the_fields_of_the_cell_say_how_far_they_go(address, said):
    assert {part["label"]: part["last"] for part in pane(app(address))["fields"]} == said


@pytest.mark.parametrize("net, said", [("deep", "100 images"), ("nielsen", "10 images"), ("online", "a single image")])
def test_what_a_batch_is_is_said_beside_its_number(net, said):
    assert any(text.value.startswith("of ") and said in text.help for text in app(f"net={net}").markdown)


def test_the_largest_seed_of_the_address_is_one_for_the_settings():
    at = app("seed=999999999&step=S1")
    assert_fine(at)
    assert at.number_input(key="ui_seed").value == at.number_input(key="ui_seed").max == 999_999_999


def test_layer_1_can_be_seen_as_images():
    at = app("step=W1_new")
    assert pane(at)["pictures"] is False
    do(at, pictures=True)
    assert_fine(at)
    assert pane(at)["pictures"] is True
    assert [trace["meta"]["units"] for trace in stage(at)["data"]] == [64] * 3


def test_the_largest_terms_are_listed():
    at, walk = app("step=S1&i=0&j=3"), engine()
    terms = np.abs(walk.passed.A[0][0] * walk.before.layers[0].W[:, 3])
    listed = [int(line[0].split()[0]) for line in pane(at)["terms"][1:]]
    assert listed == np.argsort(-terms, kind="stable")[:8].tolist()


def upload(at, *files):
    at.file_uploader(key="upload").set_value([(*file, "application/octet-stream") for file in files])
    return at.run()


def idx(array):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def test_an_uploaded_mnist_is_walked_and_a_second_one_of_the_same_size_too():
    at = app("step=X&batch=2")
    for seed in (5, 8):
        upload(at, ("mnist.npz", npz(300, 20, seed)))
        assert_fine(at)
        assert_shows(at, engine(data=random_mnist(300, seed), batch=2).step("X"))
        assert "300" in at.head["foot"] and "uploaded" in at.head["foot"]
        assert at.number_input(key="ui_batch").max == 3


def as_csv(images, labels):
    return b"".join(b",".join(b"%d" % n for n in [label, *image]) + b"\n"
                    for image, label in zip(images.reshape(-1, 784).tolist(), labels))


def test_an_upload_is_called_what_it_is_and_its_classes_have_their_words():
    images, labels = random_mnist(30, 1)
    labels[7] = 9
    at = upload(app("step=S1&i=7"), ("fashion-mnist_train.csv", as_csv(images, labels)))
    assert_fine(at)
    assert "30 Fashion-MNIST training images that you uploaded" in at.head["foot"]
    assert "example 7:<br>an Ankle boot<br>" in str(stage(at))
    assert "(true: Ankle boot)" in str(pane(do(at, step="dA4")))
    assert any("Fashion-MNIST" in text.value for text in at.markdown)


def test_what_was_odd_about_an_upload_is_said_where_the_data_are_named():
    images, labels = embedded_sample().images[:50], embedded_sample().labels[:50]
    at = upload(app("step=X"), ("*x* $1$.npz", arrays(x_train=255 - images, y_train=labels)))
    assert_shows(at, engine(data=(images, labels)).step("X"))
    assert any("inverted" in text.value for text in at.caption)
    upload(at, ("![a](https:evil.example)\n# x.npz", b"damaged"))
    assert_fine(at, "a(httpsevil.example) x.npz")


def arrays(**named):
    file = io.BytesIO()
    np.savez(file, **named)
    return file.getvalue()


def test_an_uploaded_mnist_smaller_than_a_batch_is_one_batch():
    images, labels = random_mnist(20, 1)
    at = upload(app("step=X&i=7&pictures=0"), ("train-images-idx3-ubyte.gz", gzip.compress(idx(images))),
                ("train-labels-idx1-ubyte", idx(labels)))
    assert_next_leads_through(at, engine(data=(images, labels)))


def test_a_batch_that_an_upload_does_not_have_gets_a_sentence():
    at = upload(app("step=X&batch=40"), ("mnist.npz", npz(300, 20)))
    assert_fine(at, "no batch 40")
    assert_shows(at, engine(data=random_mnist(300, 0)).step("X"))


@pytest.mark.parametrize("files", [
    [("holiday.jpg", b"\xff\xd8\xff")], [("mnist.npz", b"PK\x03\x04 cut short")], [("mnist.npz", b"")],
    [("train-images-idx3-ubyte", idx(random_mnist(5, 0)[0]))], [("one.npz", npz(5, 5)), ("two.npz", npz(5, 5))],
])
def test_an_upload_that_is_no_mnist_keeps_the_data_and_says_why(files):
    at = upload(app("step=S1"), *files)
    assert_fine(at, "The data in use was kept.")
    assert files[0][0] in at.warning[0].value or "IDX" in at.warning[0].value
    assert_shows(at, engine().step("S1"))


def test_two_readers_do_not_see_each_others_networks():
    one, two = app("step=W1_new&seed=1"), app("step=W1_new&seed=2")
    one.number_input(key="ui_alpha").set_value(0.3).run()
    two.run()
    assert_shows(one, engine(seed=1, alpha=0.3).step("W1_new"))
    assert_shows(two, engine(seed=2).step("W1_new"))
    assert_shows(app("step=W1_new&seed=1"), engine(seed=1).step("W1_new"))


WITHOUT_TENSORFLOW = """
import sys
from streamlit.testing.v1 import AppTest
for net in ("deep", "mazur", "own"):
    at = AppTest.from_file("streamlit_app.py", default_timeout=60)
    at.query_params["net"] = net
    at.run()
    while not at.button(key="next").disabled:
        at.button(key="next").click().run()
    assert not at.exception
assert "explainer.pages.one_batch.walking" in sys.modules
print([name for name in sys.modules if name.partition(".")[0] in ("tensorflow", "keras")])
"""


def test_no_page_imports_tensorflow(tmp_path):
    done = subprocess.run([sys.executable, "-c", WITHOUT_TENSORFLOW], cwd=PROJECT, timeout=120, text=True,
                          capture_output=True, env=os.environ | {"KERAS_HOME": str(tmp_path)})
    assert done.stdout.strip().endswith("[]"), done.stdout + done.stderr


@pytest.mark.parametrize("query, told", [("net=deep", True), ("net=deep&setting=source", True), ("net=own", False),
                                         ("net=hmkcode", False)])
def test_how_a_setting_is_meant_is_said_only_where_there_are_two(query, told):
    assert ("as it works best" in app(query).head["foot"] or "as the source has it" in app(query).head["foot"]) == told


def test_steps_taken_ahead_are_said_in_the_foot():
    assert "after 100 steps" in app("net=mazur&ahead=100").head["foot"]
    assert "steps" not in app("net=mazur").head["foot"]
