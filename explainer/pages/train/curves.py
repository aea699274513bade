"""The curves of the runs and the first layer's pictures, and the slider to any moment of the current run."""
from functools import partial

import numpy as np
import streamlit as st

from explainer import resources, sentences
from explainer import session as ui
from explainer.components import messages
from explainer.components.mount import show_figures
from explainer.figures import curves as charts
from explainer.figures import learned
from explainer.numbers import percent, plain_number
from explainer.pages import shared
from explainer.pages.train.walking import walk
from explainer.runs import best

MEASURED = (
    "The loss is that of these weights, per example, on the first 1,000 images they learn from; each batch’s own "
    "stands where the weights were that met it. Accuracy is the share of images read right: training images are "
    "learned from; validation images are held out of them, to choose the best moment by; test images choose nothing, "
    "they only tell how well new images are read. While it trains, only so many are looked at; the confusion matrix is "
    "made of all. mean |∇W| is how strongly each layer is told to change, by the same 100 examples every time, as sum "
    "or mean as the network has it: where it is near 0, a layer hardly learns.")


def curves(trainer):
    """Loss, accuracy and gradient sizes; before the first run their axes."""
    run, hidden = trainer.current, ui.session().training.hidden_runs
    if run is None:
        recipe = resources.next_recipe()
        figures, whose, drawn = charts.no_curves(recipe.setting.epochs, not recipe.preset.is_toy), "no run yet", "0-0"
    else:
        runs = [other for other in trainer.runs if other.number not in hidden or other is run]
        figures, whose = charts.curves(runs, run, chosen_moment(run)), f"{run.name} over the epochs"
        drawn = f"{run.number}-{run.examples}"
    show_figures("curves", figures, token=f"curves-{drawn}", legend=False, row=True,
                 status=sentences.state_of(run, trainer.state),
                 alts=[f"{figure['layout']['meta']['title']}: {whose}" for figure in figures])


def first_layer(trainer):
    """The weights of layer 1 at the chosen moment; before the first run those that learning will begin with."""
    run, recipe = trainer.current, resources.next_recipe()
    if run is None:
        network = recipe.preset.network(recipe.setting, np.random.default_rng(recipe.seed))
        to_walk = partial(shared.open_walk, recipe, "untrained")
        return _weights(network, "before training", f"0-{recipe.choices}", to_walk)
    moment, exact = chosen_moment(run) or run.moments[-1], trainer.state != "running"
    drawn = f"{run.number}-{moment.key}-{exact}"
    _weights(run.network_at(moment), moment.title, drawn, partial(walk, run, moment), exact)


def _weights(network, when, drawn, to_walk, exact=True):
    """One picture a unit, or numbers where there are few; while it learns a weight is a byte. A click walks there."""
    W, title = network.layers[0].W, f"Weights W¹ of layer 1, {when}"

    def picked():
        sent = ui.sent("layer1").cell
        if cell := messages.cell(sent, j=W.shape[1]):
            pixel = messages.cell(sent, p=len(W))
            to_walk(step="S1", **cell, **(pixel | {"pictures": True} if pixel else {}))
    figure = learned.first_layer(W, title, exact) if len(W) == 784 else learned.few_weights(W, title)
    show_figures("layer1", [figure], token=f"layer1-{drawn}", on_cell=picked, keyboard=True,
                 alts=[f"Weights of layer 1, {when}: one picture a unit"])


def chosen_moment(run):
    """The moment that the reader has chosen, or None: then it is always the last one."""
    number, key = ui.session().training.back_to or (None, None)
    return run.moment(key) if run and number == run.number else None


def choose(run, moment):
    ui.session().training.back_to = run.number, moment.key


def time_travel(run):
    """The slider over the moments of the run; return the Moment that it stands at, or None before there is a run."""
    if run is None:
        return _before_training()
    moments, number = run.moments, run.number
    moment, last = chosen_moment(run) or moments[-1], moments[-1].key

    def move(key):      # Streamlit keeps it for good, so it knows the run by its number only
        ui.session().training.back_to = None if key == last else (number, key)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="travel"):
        st.markdown("**Weights**", width="content")
        shared.moment_slider(f"moment_{run.number}", moments, moment, move, 300)
        if len(moments) == 1:
            st.markdown(moment.title, width="content")
        st.button("Best", key="best", on_click=choose, args=(run, best(moments)), disabled=len(moments) < 2,
                  help=f"Best by validation accuracy: {best(moments).title}.")
        st.button("Walk with these weights", key="walk_it", on_click=walk, args=(run, moment),
                  icon=":material/footprint:")
    with st.container(key="measured"):
        st.markdown(_measured(run, moment), help=MEASURED)
    return moment


def _before_training():
    recipe = resources.next_recipe()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="travel"):
        st.markdown("**Weights**", width="content")
        st.markdown("before training", width="content")
        st.button("Walk with these weights", key="walk_it", on_click=shared.open_walk, args=(recipe, "untrained"),
                  icon=":material/footprint:")
    with st.container(key="measured"):
        st.markdown(":small[Nothing is measured yet]", help=MEASURED)


def _measured(run, moment):
    parts = [f"{name} {percent(share)} of {run.measured[name]:,}"
             for name, share in moment.accuracy.items()]
    loss = [] if moment.loss != moment.loss else [f"loss {plain_number(moment.loss)}"]
    return ":small[" + " · ".join(loss + parts) + "]"
