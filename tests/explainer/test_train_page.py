"""The Train page trains every network, says in a sentence what it cannot do, and leads into the walk and back."""
import gc
import io
import re
import time
import weakref
from dataclasses import replace

import numpy as np
import pytest

from explainer import resources
from explainer.datasets import embedded_sample
from explainer.examination import examine
from explainer.figures import curves
from explainer.figures.learned import first_layer
from explainer.figures.theme import LAYERS, RUNS
from explainer.incoming.known import FASHION
from explainer.recipes import Recipe
from explainer.runs import Run, material, worked_example
from explainer.trainer import Trainer
from explainer.turns import Turn, Turns
from mlp_core import load_network
from mlp_core.network import Layer, Network
from mlp_core.presets import PRESETS, own_preset
from mlp_core.storage import save_network
from tests.explainer.test_pages import (
    PROJECT,
    address_of,
    app,
    assert_fine,
    assert_shows,
    engine,
    idx,
    npz,
    random_mnist,
    sent,
    upload,
)

pytestmark = pytest.mark.usefixtures("no_data_of_this_machine")
TRAIN = "explainer/pages/train/page.py"
PANELS = ("confusion matrix", "worst mistakes", "runs", "save and load")


@pytest.fixture
def trainer(monkeypatch):
    """The Trainer of this test's session; AppTest gives all its sessions one name."""
    trainer = Trainer()
    monkeypatch.setattr("explainer.resources.trainer", lambda: trainer)
    yield trainer
    trainer.pause()


def train_page(address=""):
    return app(address).switch_page(TRAIN).run()


def press(at, key):
    return at.button(key=key).click().run()


def choose(at, panel):
    return at.segmented_control(key="ui_panel").set_value(panel).run()


def fill(at, **numbers):
    for name, number in numbers.items():
        at.number_input(key=f"ui_{name}").set_value(number).run()
    return at


def keys(at):
    return {button.key for button in at.button}


def assert_well(at):
    assert not at.exception and not at.error, [e.value for e in (*at.exception, *at.error)]


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.005)


def to_the_end(at, trainer):
    """Wait until the thread has ended, and let the page follow."""
    trainer.wait(60)
    return at.run()


def short(trainer, net="relu10", epochs=1, seed=0):
    """A finished run of a network, put into the session as the page would."""
    preset = own_preset() if net == "own" else PRESETS[net]
    data = resources._shared_material() if not preset.is_toy else worked_example(preset)
    run = trainer.new(Recipe(net, preset, "best", replace(preset.best, epochs=epochs), seed), data)
    trainer.go()
    trainer.wait(60)
    assert run.ended == "finished"
    return run


def test_before_the_first_run_the_page_says_what_will_happen(trainer):
    at = train_page()
    assert_well(at)
    assert "Press Start" in at.info[0].value and "4,500 images" in at.info[0].value and "500 more" in at.info[0].value
    assert {"start", "one_batch", "one_epoch", "stop", "again"} <= keys(at)
    assert not at.button(key="start").disabled and at.button(key="stop").disabled and at.button(key="again").disabled
    assert trainer.runs == []


def test_start_trains_pause_halts_and_start_goes_on(trainer):
    at = press(fill(train_page(), epochs=500), "start")
    assert_well(at)
    assert trainer.state == "running" and {"pause", "walk_it"} <= keys(at) and "start" not in keys(at)
    until(lambda: trainer.current.examples)
    assert_well(press(at, "pause"))
    seen = trainer.current.examples
    assert trainer.state == "paused" and at.button(key="start").label == "Resume"
    assert_well(press(at, "start"))
    until(lambda: trainer.current.examples > seen)
    assert_well(press(at, "stop"))
    assert trainer.state == "stopped" and len(trainer.runs) == 1 and at.button(key="stop").disabled
    assert_well(press(at, "again"))
    assert trainer.state == "ready" and len(trainer.runs) == 2


def test_a_training_that_waits_for_its_turn_says_so_and_begins_when_it_comes(trainer, monkeypatch):
    turns = Turns(1)
    other = Turn(turns)
    assert other.comes()
    monkeypatch.setattr(trainer, "_turns", turns)
    at = press(fill(train_page(), epochs=500), "start")
    until(lambda: trainer.waiting)
    assert_well(at.run())
    assert "waiting for its turn: others train" in at.get("progress")[0].proto.text and "pause" in keys(at)
    assert trainer.current.examples == 0
    other.end()
    until(lambda: trainer.current.examples)
    assert "running, epoch" in at.run().get("progress")[0].proto.text


def test_a_training_that_was_left_alone_says_so_and_can_be_resumed(trainer, monkeypatch):
    monkeypatch.setattr(trainer, "present", lambda: False)
    monkeypatch.setattr(trainer, "_grace", 0.1)
    at = press(fill(train_page(), epochs=5000), "start")
    until(lambda: trainer.left_alone)
    trainer.wait(5)
    at.run()
    assert "lost its connection" in at.warning[0].value and at.button(key="start").label == "Resume"
    monkeypatch.setattr(trainer, "present", lambda: True)
    press(at, "start")
    assert trainer.state == "running" and not at.warning


@pytest.mark.parametrize("net", [*PRESETS, "own"])
def test_every_network_can_be_begun_paused_and_finished_and_all_of_it_looked_at(trainer, net):
    at = fill(train_page(f"net={net}"), epochs=(epochs := 40 if net == "mazur" else 1))
    for button in ("one_batch", "one_batch", "one_epoch"):
        assert_well(press(at, button))
        assert_well(to_the_end(at, trainer))
    if trainer.state == "paused":
        assert_well(press(at, "start"))
        assert_well(to_the_end(at, trainer))
    run = trainer.current
    assert run.recipe.net == net and run.ended == "finished" and run.epoch == epochs
    toy = net != "own" and PRESETS[net].is_toy
    for panel in ("runs", "save and load") if toy else PANELS:
        assert_well(choose(at, panel))
        for component in at.get("bidi_component"):
            sent(at, component.key)
    assert_well(press(at, "best"))
    assert_well(press(at, "walk_it"))
    assert address_of(at)["net"] == net and address_of(at)["weights"].startswith(f"run{run.number}-")


@pytest.mark.parametrize("net", ["relu16", "nielsen", "deep", "online"])
def test_the_settings_of_the_source_can_be_trained_as_well(trainer, net):
    at = train_page(f"net={net}&setting=source")
    assert_well(press(at, "one_batch"))
    assert_well(to_the_end(at, trainer))
    assert trainer.current.recipe.which == "source"
    assert trainer.current.recipe.setting == PRESETS[net].source and trainer.current.examples > 0


def test_what_the_reader_sets_is_what_the_run_is_made_of(trainer):
    at = fill(train_page("net=relu10"), learning_rate=0.05, batch_size=50, epochs=2, seed=9)
    at.toggle(key="ui_falling").set_value(False).run()
    press(at, "more").selectbox(key="ui_init").set_value("zeros").run()
    assert_well(press(at, "start"))
    trainer.wait(60)
    made = trainer.current.recipe
    setting = replace(PRESETS["relu10"].best, learning_rate=0.05, batch_size=50, epochs=2, falling=False,
                      initialisation="zeros", options={})
    assert (made.net, made.setting, made.seed) == ("relu10", setting, 9)
    alone = Run(1, Recipe("relu10", PRESETS["relu10"], "best", setting, 9), material(embedded_sample()))
    while not alone.ended:
        alone.advance()
    np.testing.assert_array_equal(alone.network.vector, trainer.current.network.vector)


@pytest.mark.parametrize("name, number, word", [
    ("epochs", 0, "1 epoch"), ("epochs", 10**9, "up to 1,000,000 epochs"),
    ("batch_size", 0, "1 to 4,500"), ("batch_size", 4501, "1 to 4,500"),
    ("learning_rate", 0.0, "α"), ("learning_rate", -0.1, "α"),
])
def test_settings_that_cannot_be_get_a_sentence_and_the_current_run_stays(trainer, name, number, word):
    run = short(trainer)
    at = fill(train_page("net=relu10"), **{name: number})
    assert word in at.error[0].value and trainer.current is run     # it is said where it is typed
    at = press(at, "start")
    assert not at.exception and len(at.error) == 1
    assert word in at.error[0].value and at.error[0].value.endswith("Nothing was started.")
    assert trainer.runs == [run] and trainer.current is run
    good = {"epochs": 1, "batch_size": 100, "learning_rate": 0.1}[name]
    assert_well(press(fill(at, **{name: good}), "start"))
    trainer.wait(60)
    assert len(trainer.runs) == 2


def test_that_the_walk_takes_the_learning_rate_too_is_said_when_it_does_and_only_then(trainer):
    at = fill(train_page("net=relu10"), learning_rate=0.25)
    assert at.session_state["session"].chosen.choice.alpha == 0.25
    assert [toast.value for toast in at.toast] == ["α = 0.25 for the next run, and in the walk on One batch."]
    assert "walk on One batch" in at.number_input(key="ui_learning_rate").help
    assert not fill(at, epochs=3).toast
    refused = fill(at, learning_rate=-0.1)          # the walk cannot have it
    assert not refused.toast and refused.session_state["session"].chosen.choice.alpha == 0.25


def test_changed_settings_offer_a_new_run_beside_the_paused_one(trainer):
    at = press(fill(train_page("net=relu10"), epochs=9), "one_batch")
    to_the_end(at, trainer)
    assert "new" not in keys(at)
    assert_well(press(fill(at, epochs=1), "new"))
    trainer.wait(60)
    first, second = trainer.runs
    assert first.recipe.setting.epochs == 9 and not first.ended and second.ended == "finished"


def test_a_run_that_diverges_says_which_batch_and_which_alpha(trainer):
    at = train_page("net=own&act=linear&out=linear&loss=half_squared_error")
    assert not press(fill(at, learning_rate=1000.0), "start").exception
    to_the_end(at, trainer)
    assert not at.exception and trainer.state == "diverged"
    assert "no longer a finite number" in at.error[0].value and "α = 1000" in at.error[0].value
    for panel in PANELS:
        choose(at, panel)
        assert not at.exception, panel
    assert not press(at, "walk_it").exception


def test_a_run_that_fails_says_so_in_a_sentence(trainer, monkeypatch):
    at = press(train_page("net=relu10"), "one_batch")
    to_the_end(at, trainer)
    monkeypatch.setattr(trainer.current, "advance", lambda: (_ for _ in ()).throw(MemoryError("no room")))
    press(at, "start")
    to_the_end(at, trainer)
    assert not at.exception and at.error[0].value == "Training failed: no room"


# The runs

def test_a_run_can_be_renamed_hidden_selected_and_deleted(trainer):
    first, second = short(trainer), short(trainer, seed=1)
    at = choose(train_page("net=relu10"), "runs")
    at.text_input(key="name_1").set_value("the first").run()
    assert_well(at)
    assert first.name == "the first" and "the first" in names_in(at)
    at.text_input(key="name_1").set_value("  ").run()
    assert first.name == "run 1"
    at.toggle(key="show_1").set_value(False).run()
    assert_well(at)
    assert "run 1" not in names_in(at) and at.toggle(key="show_2").disabled
    at.toggle(key="show_1").set_value(True).run()
    assert "run 1" in names_in(at)
    assert_well(press(at, "select_1"))
    assert trainer.current is first and "run 2" in names_in(at)
    assert_well(press(at, "delete_1"))
    assert trainer.runs == [second] and trainer.current is second and "run 1" not in names_in(at)
    press(at, "delete_2")
    assert not at.exception and "Press Start" in at.info[0].value


def names_in(at):
    """The names of the runs that the curves say they show."""
    return {run["name"] for figure in sent(at, "curves")["figures"] for run in figure["layout"]["meta"]["key"]}


def chart(at, title):
    """The curves' figure whose title begins like this."""
    figure, = (f for f in sent(at, "curves")["figures"] if f["layout"]["meta"]["title"].startswith(title))
    return figure


def named_lines(figure):
    return {trace["name"]: trace for trace in figure["data"]}


def test_the_curves_are_what_the_run_has_recorded(trainer):
    run = short(trainer, epochs=2)
    at = train_page("net=relu10")
    loss, accuracy, sizes = (named_lines(chart(at, title)) for title in ("Loss", "Accuracy", "Mean |∇W|"))
    assert (list(loss), list(accuracy)) == (["each batch", "at each moment"], ["training", "validation"])
    assert list(sizes) == ["W¹", "W²"]
    np.testing.assert_array_equal(accuracy["validation"]["x"], [m.epoch for m in run.moments])
    np.testing.assert_array_equal(accuracy["validation"]["y"], [m.accuracy["validation"] for m in run.moments])
    np.testing.assert_array_equal(loss["at each moment"]["y"], [m.loss for m in run.moments])
    np.testing.assert_array_equal(loss["each batch"]["y"], [y for _, y in run.losses.points])
    for l, line in enumerate(sizes.values()):
        np.testing.assert_array_equal(line["y"], [m.gradients[l] for m in run.moments])


def test_before_the_first_run_there_are_axes_and_the_weights_that_learning_will_begin_with(trainer):
    at = fill(train_page("net=relu10"), seed=7, epochs=12)
    figures = sent(at, "curves")["figures"]
    titles = [figure["layout"]["meta"]["title"] for figure in figures]
    assert titles == ["Loss per example", "Accuracy", "Mean |∇W| of each layer"]
    assert all(f["data"] == [] and f["layout"]["xaxis"]["range"] == [0, 12] and f["layout"]["yaxis"]["tickvals"]
               for f in figures)
    preset = PRESETS["relu10"]
    W = preset.network(preset.best, np.random.default_rng(7)).layers[0].W
    np.testing.assert_array_equal(sent(at, "layer1")["figures"][0]["tiles"], W.T.astype(np.float32))
    press(at, "walk_it")
    assert_fine(at)
    assert_shows(at, engine("relu10", seed=7).step("X"))


def test_the_weights_of_a_worked_example_are_numbers(trainer):
    figure, = sent(train_page("net=mazur"), "layer1")["figures"]
    assert len(sent(train_page("net=mazur"), "curves")["figures"]) == 2      # nothing to be right or wrong about
    np.testing.assert_allclose(figure["data"][0]["z"], [[.15, .25], [.20, .30]])    # as Mazur's post prints them


def test_while_it_learns_the_weights_are_bytes_and_afterwards_exact(trainer):
    at = press(fill(train_page("net=deep"), epochs=5000), "start")
    until(lambda: trainer.current.epoch > 1)
    moving = sent(at.run(), "layer1")
    tiles, trace = moving["figures"][0]["tiles"], moving["figures"][0]["data"][0]
    assert tiles.dtype == np.uint8 and len(component(at, "layer1").proto.bytes) < 60_000
    key = moving["token"].split("-")[2]
    press(at, "stop")
    W, top = trainer.current.network_at(trainer.current.moment(key)).layers[0].W.T, trace["zmax"]
    np.testing.assert_allclose((tiles.astype(float) - 128) / 127 * top, np.clip(W, -top, top), atol=top / 250)
    last = trainer.current.network_at(trainer.current.moments[-1]).layers[0].W
    np.testing.assert_array_equal(sent(at, "layer1")["figures"][0]["tiles"], last.T.astype(np.float32))


def component(at, key):
    return next(element for element in at.get("bidi_component") if element.key == key)


@pytest.mark.parametrize("count, across", [(64, 8), (30, 6), (16, 4), (10, 4), (1, 1), (100, 10)])
def test_any_number_of_units_fits_into_about_a_square(count, across):
    figure = first_layer(np.random.default_rng(0).normal(size=(784, count)), "W¹")
    meta = figure["data"][0]["meta"]
    assert (meta["mosaic"], meta["units"], figure["tiles"].shape) == (across, count, (count, 784))


def test_what_a_run_does_is_announced(trainer):
    at = fill(train_page("net=relu10"), epochs=3000)
    said = [sent(at, "curves")["status"]]
    for button in ("start", "pause", "stop"):
        said.append(sent(press(at, button), "curves")["status"])
    assert said[:3] == ["Nothing is being trained.", "run 1 is running.", "run 1 is paused."]
    assert re.fullmatch(r"run 1 stopped after [\d.]+ of 3,000 epochs\.", said[3])


def test_every_line_says_whose_it_is_and_layers_have_no_runs_colour(trainer):
    short(trainer), short(trainer, seed=1)
    at = train_page("net=relu10")
    for title in ("Loss", "Accuracy"):
        key = chart(at, title)["layout"]["meta"]["key"]
        assert [(run["name"], run["colour"]) for run in key] == [("run 2", RUNS[1]), ("run 1", RUNS[0])]
    sizes = chart(at, "Mean")
    assert not {trace["line"]["color"] for trace in sizes["data"] if "shade" not in trace["meta"]}
    labels = sorted(sizes["layout"]["annotations"], key=lambda label: label["y"])
    ends = sorted(sizes["data"], key=lambda trace: trace["y"][-1])
    assert [label["text"] for label in labels] == [trace["name"] for trace in ends]     # in the lines' own order


@pytest.mark.parametrize("ends", [(1, 1, 1, 1), (1e-9, 1, 1.01, 5), (1e-3, 1.1e-3, 1.2e-3, 1)])
def test_the_names_at_the_lines_ends_never_lie_on_each_other(ends):
    lines = [{"name": str(n), "y": np.array([1.0, end])} for n, end in enumerate(ends)]
    reach = curves._decades(np.array(ends))["range"]
    places = sorted(label["y"] for label in curves._labels(lines, reach))
    height = curves.HEIGHT - 54 - 34
    assert np.diff(places).min() / (reach[1] - reach[0]) * height > 11 and places[-1] <= reach[1]


def test_the_selected_moment_is_marked_in_the_themes_ink(trainer):
    run = short(trainer, epochs=2)
    at = train_page("net=relu10")
    assert not any("shapes" in figure["layout"] for figure in sent(at, "curves")["figures"])
    at.select_slider(key="ui_moment_1_e2").set_value("e1").run()
    for figure in sent(at, "curves")["figures"]:
        mark, = figure["layout"]["shapes"]
        assert mark["x0"] == mark["x1"] == run.moment("e1").epoch and "color" not in mark["line"]


def luminance(colour):
    parts = [int(colour[n:n + 2], 16) / 255 for n in (1, 3, 5)]
    return np.dot([.2126, .7152, .0722], [v / 12.92 if v <= .04045 else ((v + .055) / 1.055) ** 2.4 for v in parts])


@pytest.mark.parametrize("theme, page", [("light", "#ffffff"), ("dark", "#0e1117")])
def test_every_layers_shade_is_seen_on_its_page_and_stands_out_more_than_the_one_before(theme, page):
    bright = [(max(a, b) + .05) / (min(a, b) + .05) for a, b in
              ((luminance(colour), luminance(page)) for colour in LAYERS[theme])]
    assert bright == sorted(bright) and bright[0] >= 3      # WCAG 1.4.11
    assert [curves.shade(l, 4) for l in range(4)] == [0, 2, 4, 6] and curves.shade(0, 1) == 3


def test_more_settings_stay_open_while_they_are_set_and_a_run_ends_behind_them(trainer):
    at = press(fill(train_page("net=own"), epochs=1), "more")
    at.text_input(key="ui_hidden").set_value("12").run()
    at.selectbox(key="ui_act").set_value("relu").run()
    assert_well(at)
    assert "ui_hidden" in {field.key for field in at.text_input}
    assert_well(press(at, "start"))
    to_the_end(at, trainer)
    assert trainer.current.network.sizes == (784, 12, 10) and "ui_hidden" in {field.key for field in at.text_input}


def trained_at(trainer, alpha, net="deep", epochs=2):
    setting = replace(PRESETS[net].best, epochs=epochs, learning_rate=alpha, falling=False)
    run = trainer.new(Recipe(net, PRESETS[net], "best", setting), material(embedded_sample()))
    trainer.go()
    trainer.wait(60)
    return run


def assert_all_in_view(figure):
    """Every point of every line lies within its axes' ranges."""
    for trace in figure["data"]:
        axis = figure["layout"]["yaxis"]
        y = np.array([value for value in trace["y"] if np.isfinite(value)], float)
        low, high = axis["range"]
        seen = np.log10(y) if axis.get("type") == "log" else y
        assert low - 1e-9 <= seen.min() and seen.max() <= high + 1e-9, trace["name"]


def test_the_axes_hold_all_runs_that_are_shown_whichever_is_looked_at(trainer):
    good, stuck = trained_at(trainer, 0.1, epochs=12), trained_at(trainer, 0.5)
    assert min(good.moments[-1].accuracy.values()) > .88 and max(stuck.moments[-1].accuracy.values()) < .2
    for number in (1, 2):
        trainer.select(number)
        at = train_page("net=deep")
        assert names_in(at) == {"run 1", "run 2"}
        for figure in sent(at, "curves")["figures"]:
            assert_all_in_view(figure)
        assert chart(at, "Accuracy")["layout"]["yaxis"]["range"][0] == 0    # or a plateau would not be seen


def test_a_gradient_of_nothing_is_drawn_at_the_0_of_its_axis(trainer):
    preset = own_preset()
    network = preset.network(preset.best, np.random.default_rng(0))
    network.layers[1].W[:] = 0      # nothing goes back through these weights, until the first step has changed them
    run = trainer.new(Recipe("own", preset, "best", replace(preset.best, epochs=1), start=network),
                      material(embedded_sample()))
    trainer.go()
    trainer.wait(60)
    assert run.moments[0].gradients[0] == 0 < run.moments[-1].gradients[0]
    figure = chart(train_page("net=own"), "Mean")
    lines, axis = figure["data"], figure["layout"]["yaxis"]
    ticks = dict(zip(axis["ticktext"], axis["tickvals"]))
    positive = [size for moment in run.moments for size in moment.gradients if size > 0]
    for l, trace in enumerate(lines):
        sizes = [moment.gradients[l] for moment in run.moments]
        np.testing.assert_array_equal(trace["customdata"], sizes)
        np.testing.assert_allclose(trace["y"], [size or ticks["0"] for size in sizes])
    assert ticks["0"] < min(positive)
    assert_all_in_view(figure)


@pytest.mark.parametrize("alpha, epochs", [(0.5, 1), (0.5, 2), (0.5, 8), (50, 3)])
def test_four_layers_that_learn_nothing_are_told_so(trainer, alpha, epochs):
    run = trained_at(trainer, alpha, epochs=epochs)
    assert run.moments[-1].accuracy["validation"] < .2
    at = train_page("net=deep")
    assert len(at.warning) == 1 and "what guessing gives" in at.warning[0].value and not at.success


def test_a_run_that_ends_no_better_than_guessing_is_no_success_even_if_its_loss_falls(trainer):
    run = trained_at(trainer, 0.5, epochs=8)
    run.moments = [replace(moment, loss=1000 / (1 + moment.epoch) ** 2) for moment in run.moments]
    at = train_page("net=deep")
    assert len(at.warning) == 1 and "what guessing gives" in at.warning[0].value and not at.success


def test_a_run_that_learned_ends_with_its_best_moment(trainer):
    run = trained_at(trainer, 0.1, epochs=5)
    top = max(run.moments, key=lambda moment: moment.accuracy["validation"])
    at = train_page("net=deep")
    assert not at.warning
    assert f"{top.title}: {100 * top.accuracy['validation']:.2f} %" in at.success[0].value


def test_the_slider_goes_to_any_moment_and_what_is_below_follows(trainer):
    run = short(trainer, epochs=2)
    at = train_page("net=relu10")
    slider = at.select_slider(key="ui_moment_1_e2")
    assert slider.options == [m.title for m in run.moments] and slider.value == "e2"
    slider.set_value("b5").run()
    assert_well(at)
    at = choose(at, "confusion matrix")
    figure, = sent(at, "confusion")["figures"]
    seen = examine(run.network_at(run.moment("b5")), run.material)
    np.testing.assert_array_equal(np.array(figure["data"][0]["customdata"])[..., 0], seen.confusion)
    assert any("after batch 5" in caption.value.lower() for caption in at.caption)
    press(at, "walk_it")
    assert address_of(at)["weights"] == "run1-b5"


def test_a_chosen_cell_without_images_says_so_and_offers_no_click(trainer):
    run = short(trainer, epochs=5)
    digit, answer = np.argwhere(examine(run.network_at(run.moments[-1]), run.material).confusion == 0)[0]
    at = train_page("net=relu10")
    at.session_state["session"].training.confused = int(digit), int(answer)
    assert_well(choose(at, "confusion matrix"))
    assert any(re.fullmatch(rf"No image of an? {digit} is read as {answer}\.", caption.value) for caption in at.caption)


@pytest.mark.parametrize("digit, answer", [(1, 1), (3, 5), (9, 4), (8, 8)])
def test_a_chosen_cell_of_the_confusion_matrix_shows_its_images_the_surest_first(trainer, digit, answer):
    run = short(trainer, epochs=2)
    at = train_page("net=relu10")
    at.session_state["session"].training.confused = digit, answer      # a click in a browser
    assert_well(choose(at, "confusion matrix"))
    seen = examine(run.network_at(run.moments[-1]), run.material)
    places = seen.where(digit, answer)
    name = {8: "an 8"}.get(digit, f"a {digit}")
    said = {0: f"No image of {name} is", 1: f"1 image of {name} is"}.get(
        len(places), f"{len(places)} images of {name} are")
    assert any(caption.value.startswith(f"{said} read") for caption in at.caption)
    frames = sent(at, "confusion")["figures"][0]["layout"]["shapes"]
    assert {(shape["x0"] + .5, shape["y0"] + .5) for shape in frames} == {(answer, digit)}
    if len(places):
        figure, = sent(at, "behind")["figures"]
        first = np.array(figure["data"][0]["z"])[:28, :28]
        np.testing.assert_array_equal(first, seen.images[places[0]].reshape(28, 28))


# Into the walk and back

@pytest.mark.parametrize("net", ["deep", "relu10", "mazur", "own"])
def test_the_walk_has_the_very_weights_of_the_moment(trainer, net):
    run = short(trainer, net)
    for key, step in (("e1", "S1"), ("e0", "W1_new")):
        at = app(f"net={net}&weights=run1-{key}&step={step}")
        assert_fine(at)
        network = run.network_at(run.moment(key))
        assert_shows(at, engine(net, "best" if net != "own" else None, network=network,
                                alpha=None if net != "mazur" else 0.5).step(step))
        assert address_of(at)["weights"] == f"run1-{key}"


def test_from_training_to_the_walk_and_back_and_there_again(trainer):
    at = app("net=relu10&step=S1")
    walk = engine("relu10")
    assert_shows(at, walk.step("S1"))
    at.switch_page(TRAIN).run()
    assert_well(press(fill(at, epochs=1), "start"))
    to_the_end(at, trainer)
    assert_well(at.switch_page("explainer/pages/one_batch/page.py").run())
    assert_shows(at, walk.step("S1"))       # nobody asked for other weights
    at.switch_page(TRAIN).run()
    press(at, "walk_it")
    assert_fine(at)
    run = trainer.current
    assert_shows(at, engine("relu10", network=run.network_at(run.moments[-1])).step("S1"))
    assert_well(at.switch_page(TRAIN).run())
    assert trainer.current is run and "walk_it" in keys(at)


def test_the_walk_offers_every_moment_of_every_run_of_its_network(trainer):
    second = (short(trainer), short(trainer, seed=1))[1]
    short(trainer, "own")
    at = app("net=relu10&step=S2")
    assert at.selectbox(key="ui_weights").options == ["untrained", "run 1", "run 2"]
    at.selectbox(key="ui_weights").set_value("run2").run()
    assert_shows(at, engine("relu10", network=second.network_at(second.moments[-1])).step("S2"))
    at.select_slider(key="ui_walked_run2_e1").set_value("b10").run()
    assert_fine(at)
    assert_shows(at, engine("relu10", network=second.network_at(second.moment("b10"))).step("S2"))
    at.selectbox(key="ui_weights").set_value("untrained").run()
    assert_shows(at, engine("relu10").step("S2"))


@pytest.mark.parametrize("address", ["net=deep&weights=run1-e1", "net=relu10&weights=run1-e77",
                                     "net=relu10&weights=run8-e1", "net=mazur&weights=run1-b1"])
def test_an_address_with_a_run_that_is_not_here_gives_a_sentence_and_the_untrained_network(trainer, address):
    short(trainer)      # run 1, of relu10, to e1
    at = app(f"{address}&step=S1")
    assert_fine(at, "This session has no run")
    net = address.split("&")[0].removeprefix("net=")
    assert_shows(at, engine(net).step("S1"))
    assert "weights" not in address_of(at)


def test_a_run_that_is_deleted_leaves_nothing_in_memory(trainer):
    """Streamlit keeps the callbacks of every widget that there was."""
    short(trainer), short(trainer, seed=1)
    left = weakref.ref(trainer.runs[0])
    at = app("net=relu10&weights=run1-e1&step=S1").switch_page("explainer/pages/train/page.py").run()
    for view in ("worst mistakes", "save and load", "runs"):
        at = choose(at, view)
    at = press(press(at, "select_1"), "select_2")
    assert_well(press(at, "delete_1"))
    at = at.run().switch_page("explainer/pages/one_batch/page.py").run()
    assert not at.exception
    del at.session_state["session"].walk        # as another walk does
    gc.collect()
    assert left() is None


def test_a_run_that_is_deleted_while_it_is_walked_gives_a_sentence(trainer):
    short(trainer)
    at = app("net=relu10&weights=run1-e1&step=S1")
    trainer.delete(1)
    assert_fine(at.run(), "This session has no run 1")
    assert_shows(at, engine("relu10").step("S1"))


def test_without_test_images_the_walk_says_so_and_shows_training_images(trainer):
    at = app("part=test&step=X")
    assert_fine(at, "no test images")
    assert_shows(at, engine().step("X"))
    assert "part" not in address_of(at)


def test_with_test_images_the_walk_shows_them(trainer):
    at = upload(app("step=X"), ("mnist.npz", npz(300, 250, 3)))
    at.query_params["part"], at.query_params["batch"] = "test", "2"
    assert_fine(at.run())
    assert_shows(at, engine(data=random_mnist(250, 4), batch=2).step("X"))
    assert address_of(at)["part"] == "test" and at.number_input(key="ui_batch").max == 2


@pytest.mark.parametrize("n, n_test", [(300, 50), (20, 5), (8, 0)])
def test_data_of_ones_own_are_trained_on_however_few(trainer, n, n_test):
    at = upload(app("net=relu10"), ("mnist.npz", npz(n, n_test))) if n_test else upload(
        app("net=relu10"), *idx_files(*random_mnist(n, 0)))
    at.switch_page(TRAIN).run()
    at = press(fill(at, batch_size=4, epochs=1), "start")
    assert_well(at)
    to_the_end(at, trainer)
    assert trainer.state == "finished"
    for panel in PANELS:
        assert_well(choose(at, panel))
    assert_well(press(at, "walk_it"))


def test_the_classes_of_other_data_have_their_words_beside_the_numbers_that_were_learned(trainer):
    images, labels = random_mnist(40, 0)
    table = np.column_stack([labels, images.reshape(40, 784)])
    at = upload(app("net=relu10"), ("fashion-mnist.csv", "\n".join(",".join(map(str, row)) for row in table).encode()))
    at.switch_page(TRAIN).run()
    at = press(fill(at, batch_size=20, epochs=1), "start")
    to_the_end(at, trainer)
    assert "Fashion-MNIST" in at.caption[-1].value
    at = choose(at, "confusion matrix")
    layout = sent(at, "confusion")["figures"][0]["layout"]
    assert layout["yaxis"]["ticktext"][9] == "Ankle boot 9" and layout["yaxis"]["title"]["text"] == "the class"
    notes = sent(choose(at, "worst mistakes"), "worst")["figures"][0]["layout"]["annotations"]
    assert notes and all("→" in note["text"] and any(name in note["text"] for name in FASHION) for note in notes)


def idx_files(images, labels):
    return ("train-images-idx3-ubyte", idx(images)), ("train-labels-idx1-ubyte", idx(labels))


# Networks from files

def load(at, network, name="network.npz"):
    content = network
    if isinstance(network, Network):
        file = io.BytesIO()
        save_network(file, network)
        content = file.getvalue()
    at.file_uploader(key="network_file").set_value([(name, content, "application/octet-stream")])
    return at.run()


def some(sizes, activations, loss="cross_entropy", reduction="mean", dtype=np.float32):
    rng = np.random.default_rng(2)
    layers = [Layer(rng.normal(0, .05, shape).astype(dtype), np.zeros(shape[1], dtype), f)
              for shape, f in zip(zip(sizes, sizes[1:]), activations)]
    return Network(layers, loss, reduction)


@pytest.mark.parametrize("net, network", [
    ("relu10", some((784, 10, 10), ("relu", "softmax"))),
    ("deep", load_network(PROJECT / "explainer" / "assets" / "default_network.npz")),
    ("own", some((784, 12, 8, 10), ("tanh", "tanh", "softmax"))),
    ("own", some((784, 10), ("linear",), "squared_error", "sum", np.float64)),
    ("mazur", PRESETS["mazur"].network(PRESETS["mazur"].best, None)),
])
def test_a_network_that_was_saved_is_loaded_examined_walked_and_trained_further(trainer, net, network):
    short(trainer)
    at = load(choose(train_page(), "save and load"), network, "mine.npz")
    assert_well(at)
    run = trainer.current
    assert len(trainer.runs) == 2 and run.name == "mine" and run.recipe.net == net
    for ours, theirs in zip(run.network.layers, network.layers, strict=True):
        np.testing.assert_array_equal(ours.W, theirs.W)
        assert ours.activation == theirs.activation
    press(at, "walk_it")
    assert_fine(at)
    assert address_of(at)["weights"] == "run2-e0" and address_of(at)["net"] == net
    at.switch_page(TRAIN).run()
    assert_well(press(at, "one_batch"))
    trainer.wait(60)
    assert run.examples and (run.network.layers[0].W != network.layers[0].W).any()


@pytest.mark.parametrize("content, word", [
    (b"holiday", "not a saved network"), (b"", "not a saved network"), (npz(3, 3), "not a saved network"),
    (some((784, 5), ("softmax",)), "784 and 10"), (some((9, 4, 10), ("relu", "softmax")), "784 and 10"),
    (some((784, 12, 8, 10), ("tanh", "relu", "softmax")), "activation"),
    (some((784, 900, 10), ("tanh", "softmax")), "784"),
    (some((784, *[5] * 7, 10), ("tanh",) * 7 + ("softmax",)), "up to 6"),
])
def test_a_file_that_is_no_such_network_gets_a_sentence_and_the_runs_stay(trainer, content, word):
    run = short(trainer)
    at = load(choose(train_page("net=relu10"), "save and load"), content)
    assert not at.exception and len(at.error) == 1, [e.value for e in at.exception]
    sentence = at.error[0].value
    assert sentence.startswith("network.npz: ") and word in sentence and sentence.endswith("the runs are as they were.")
    assert trainer.runs == [run] and trainer.current is run and trainer.state == "finished"


def plain(network):
    """The arrays alone, as np.savez(W1=…, b1=…) keeps them, (n_out, n_in)."""
    file = io.BytesIO()
    np.savez(file, **{f"{name}{n}": array.T for n, layer in enumerate(network.layers, 1)
                      for name, array in (("W", layer.W), ("b", layer.b))})
    return file.getvalue()


def asked(at):
    return {part: at.selectbox(key=f"ui_load_{part}") for part in ("hidden", "pixels", "output")}


def test_what_a_file_does_not_say_is_asked_the_likeliest_first_and_the_run_says_what_it_is_made_of(trainer):
    network = load_network(PROJECT / "explainer" / "assets" / "default_network.npz")
    before = short(trainer)
    at = load(choose(train_page("net=relu10"), "save and load"), plain(network), "theirs.npz")
    assert_well(at)
    assert trainer.runs == [before]                             # nothing is loaded before the answer
    assert "What does theirs.npz not say?" in " ".join(text.value for text in at.markdown)
    assert [box.value for box in asked(at).values()] == ["sigmoid", "upright", "sigmoid"]
    images, labels = embedded_sample().images[np.linspace(0, 4999, 1000).astype(int)] / 255, embedded_sample().labels
    share = (plain_answers(network, images) == labels[np.linspace(0, 4999, 1000).astype(int)]).mean()
    assert asked(at)["hidden"].options[0] == f"sigmoid: {100 * share:.1f} % read right"
    asked(at)["hidden"].set_value("tanh").run()                 # another answer: the others are tried with it
    assert_well(at)
    assert asked(at)["hidden"].value == "tanh" and f"{100 * share:.1f} %" not in asked(at)["pixels"].options[0]
    at.selectbox(key="ui_load_hidden").set_value("sigmoid").run()
    at.selectbox(key="ui_load_loss").set_value("squared_error").run()
    assert_well(press(at, "load"))
    run = trainer.current
    assert len(trainer.runs) == 2 and run.name == "theirs" and run.network.loss == "squared_error"
    np.testing.assert_array_equal(run.network.layers[2].W, network.layers[2].W)
    assert "load" not in keys(at) and "theirs" in names_in(at)
    assert "it is the run **theirs** now" in at.info[-1].value
    choose(at, "runs")
    line, = (text.value for text in at.markdown if "theirs.npz" in text.value)
    for said in ("784-64-32-16-10", "sigmoid, sigmoid, sigmoid, sigmoid", "squared error", "loaded from"):
        assert said in line
    for never_had in ("α", "batch ", "epochs", "seed"):
        assert never_had not in line.partition("—")[0]
    press(at, "one_batch")
    trainer.wait(60)
    line, = (text.value for text in choose(at, "runs").markdown if "theirs.npz" in text.value)
    assert "α" in line and "batch" in line                      # of what it learns here


def plain_answers(network, x):
    for layer in network.layers:
        x = 1 / (1 + np.exp(-(x @ layer.W.astype(float) + layer.b)))
    return x.argmax(axis=1)


def test_a_question_that_is_left_open_goes_with_its_file(trainer):
    at = load(loading(trainer), plain(some((784, 8, 10), ("relu", "softmax"))), "first.npz")
    assert "load" in keys(at)
    at = load(at, b"holiday", "second.npz")
    assert "load" not in keys(at) and len(at.error) == 1 and len(trainer.runs) == 1
    at = load(at, plain(some((784, 5), ("softmax",))), "third.npz")
    assert "784 and 10" in at.error[0].value and "load" not in keys(at)


def test_a_network_without_measure_diverges_in_its_first_batch_and_the_page_says_so(trainer):
    network = some((784, 10), ("linear",), "squared_error")
    network.layers[0].W *= np.float32(1e30)
    at = press(load(loading(trainer), network), "start")
    to_the_end(at, trainer)
    assert not at.exception and trainer.state == "diverged" and trainer.current.examples == 0
    said = at.error[0].value
    assert "network.npz" in said and "No α helps" in said and "α is too large" not in said
    network.layers[0].W[:] = 3e38
    at = load(at, network, "more.npz")
    assert not at.exception and "no finite numbers" in " ".join(error.value for error in at.error)


def loading(trainer):
    short(trainer)
    return choose(train_page("net=relu10"), "save and load")


def test_a_files_name_is_shown_as_plain_text(trainer):
    at = load(loading(trainer), b"holiday", "![a](https:evil.example)<b>.npz")
    assert at.error[0].value.startswith("a(httpsevil.example)b.npz: ")


def test_a_keras_export_that_cannot_be_made_is_a_sentence_on_the_page(trainer, monkeypatch):
    def refuse(network):
        raise ValueError("TensorFlow is not installed here")
    monkeypatch.setattr("explainer.pages.train.files.to_keras", refuse)
    short(trainer)
    at = press(choose(train_page("net=relu10"), "save and load"), "make_keras")
    assert not at.exception and at.error[0].value == "TensorFlow is not installed here."
    monkeypatch.setattr("explainer.pages.train.files.to_keras", lambda network: b"a file")
    assert_well(press(at, "make_keras"))
    assert {button.key for button in at.get("download_button")} >= {"save_npz", "save_csv", "save_losses", "save_keras"}


def test_a_worked_example_is_not_said_to_learn_from_images_and_a_batch_of_one_is_a_batch():
    at = train_page("net=mazur")
    assert [caption.value for caption in at.caption if caption.value.startswith("Data:")] == [
        "Data: the example’s own numbers; no images."]
    assert any("MNIST" in caption.value for caption in train_page("net=deep").caption)
    assert train_page("net=online").button(key="one_batch").label == "64 batches of 1"
    assert train_page("net=relu10").button(key="one_batch").label == "One batch"
