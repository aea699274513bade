"""The Check page: each part for every network, and what a reader does there."""
from dataclasses import replace

import numpy as np
import pytest

from explainer import published, resources
from explainer.broken import offered
from explainer.checking import Check
from explainer.choice import Choice
from explainer.datasets import embedded_sample
from explainer.deciding import Walked, decided
from explainer.recipes import Recipe
from explainer.runs import material
from explainer.tape import TapeJob
from explainer.trainer import Trainer
from mlp_core.presets import PRESETS
from tests.explainer.test_pages import address_of, app, do

pytestmark = pytest.mark.usefixtures("no_data_of_this_machine")

PAGE = "explainer/pages/check/page.py"


def opened(address):
    at = app(address).switch_page(PAGE)
    for part in address.split("&"):
        name, _, text = part.partition("=")
        at.query_params[name] = text
    return at.run()


def walk_of(at):
    return at.session_state["session"].walk[1]


def texts(at):
    return "\n".join(element.value for element in [*at.markdown, *at.caption])


@pytest.mark.parametrize("net", [*PRESETS, "own"])
def test_every_part_is_there_for_every_network(net):
    at = opened(f"net={net}&step=E")
    for part, says in (("weight", "backpropagation"), ("all", "✓ agrees"), ("broken", "What will go wrong")):
        do(at, check=part)
        assert not at.exception and says in texts(at)
    for key in offered(walk_of(at)):
        do(at, mistake=key)
        assert not at.exception
        at.radio(f"ui_answer_{key}").set_value(0).run()
        assert not at.exception and "the check" in texts(at)


def test_the_weight_is_the_walks_own_cell_and_all_of_it_is_in_the_address():
    at = opened("net=deep&step=dW2&i=3&j=5&k=7")
    walk = walk_of(at)
    one = Check(walk).nudged(2, "W", 7, 5, 1e-5)
    assert f"{one.name} = " in texts(at) and f"{one.above:.15g}" in texts(at) and "W²[7, 5]" in texts(at)
    at.select_slider("ui_eps").set_value(7.25).run()
    at.selectbox("ui_weight").set_value("b3").run()
    assert not at.exception and "b³[5] = " in texts(at)
    assert {"eps": "7.25", "weight": "b3", "step": "dW2", "j": "5"}.items() <= address_of(at).items()
    again = opened("&".join(f"{name}={text}" for name, text in address_of(at).items()))
    assert texts(again) == texts(at)


@pytest.mark.parametrize("address", ["check=nothing", "weight=Z1", "weight=W", "eps=0", "eps=5.1", "eps=x",
                                     "mistake=no"])
def test_what_the_address_cannot_have_is_told_and_the_default_is_shown(address):
    at = opened(f"net=mazur&{address}")
    assert not at.exception and "the default is shown" in at.warning[0].value


def test_a_weight_that_this_network_does_not_have_is_one_of_the_step_instead():
    at = opened("net=mazur&weight=W7&step=dW1")
    assert not at.exception and at.selectbox("ui_weight").value == "W1"


def test_the_mistake_is_shown_only_after_an_answer_and_is_trained_with():
    at = opened("net=mazur&check=broken&mistake=sign")
    assert "W2" not in texts(at) and not [b for b in at.button if b.key == "train_broken"]
    right = next(n for n, text in enumerate(at.radio("ui_answer_sign").options) if text.startswith("All gradients"))
    at.radio("ui_answer_sign").set_value(right).run()
    assert "✓ It comes in at the output layer" in texts(at) and "✗ differs by 2" in texts(at)
    at.button("train_broken").click().run()
    assert not at.exception and "The loss goes from 0.2984 to" in texts(at)
    assert at.radio("ui_answer_sign").disabled and at.radio("ui_answer_sign").value == right


def test_mazurs_printed_numbers_stand_beside_ours():
    at = opened("net=mazur&check=all")
    assert "20 of 21 are ours" in texts(at) and "✗ 0.2910277737" in texts(at) and "two programs" in texts(at)
    assert "All 8 numbers" not in texts(at) and "the same, to the last bit" in texts(at)


def test_the_programs_behind_mazurs_post_are_run_on_a_button(monkeypatch):
    monkeypatch.setattr(published, "UPDATES", (1, 100))
    at = opened("net=mazur&check=all")
    assert "**0.2910279239**" not in texts(at)
    at.button("programs").click().run()
    assert "| 1 | **0.2910279239** | 0.2910277737 | 0.2804714468 |" in texts(at) and not at.exception


def test_tensorflow_is_asked_by_a_button_and_the_page_goes_on(monkeypatch):
    monkeypatch.setattr(TapeJob, "_do", lambda job, stopped: "TensorFlow finds the same gradients.")
    at = opened("net=mazur&check=all")
    at.button("ask_tape").click().run()
    assert not at.exception
    at.session_state["session"].checking.tape[1]._thread.join(10)
    assert "TensorFlow finds the same gradients." in texts(at.run()) and at.button("ask_tape").disabled


def test_the_button_leads_back_to_the_same_step_of_the_walk():
    at = opened("net=hmkcode&step=dW1")
    at.button("to_walk").click().run()
    assert not at.exception and address_of(at)["step"] == "dW1"




def test_a_drawing_and_any_moment_of_a_run_are_checked_as_any_walk_is(monkeypatch):
    run = Trainer().new(Recipe("deep", PRESETS["deep"], "best", replace(PRESETS["deep"].best, epochs=1)),
                        material(embedded_sample()))
    for _ in range(3):
        run.advance()
    for choice, given in ((Choice(part="drawing"), {"drawing": Walked(embedded_sample().images[7], 3)}),
                          (Choice(weights=f"run1-{run.moments[-1].key}"), {"runs": [run]})):
        found = decided(choice, embedded_sample(), **given)[0]
        at = opened("net=deep&step=dW2")
        monkeypatch.setattr(resources, "what_is_decided", lambda found=found: (found, []))
        for part, says in (("weight", "digits that agree"), ("all", "✓ agrees"), ("broken", "What will go wrong")):
            do(at, check=part)
            assert not at.exception and says in texts(at) and "✗" not in texts(at)
        same = found.walk()
        assert all(np.array_equal(a, b) for a, b in zip(walk_of(at).grads.delta, same.grads.delta, strict=True))
        monkeypatch.undo()


def test_the_number_of_a_gradient_is_checked_where_it_stands():
    at = app("net=deep&step=dW2&i=3&j=5&k=7")
    at.session_state["session"].dialog = "check"
    at.run()
    one = Check(walk_of(at)).nudged(2, "W", 7, 5, 1e-5)
    assert f"{one.above:.15g}" in texts(at) and "W²[7, 5]" in texts(at) and not at.exception
    at.button("to_check").click().run()
    assert not at.exception and at.session_state["session"].dialog == "" and at.selectbox("ui_weight").value == "W2"
