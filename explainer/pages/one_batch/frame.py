"""What stands around a step: the walk's map above it, its title and equation, and what is on the screen, beneath."""
import streamlit as st

from explainer import rail as rail_map
from explainer import resources
from explainer import session as ui
from explainer.arithmetic import arithmetic
from explainer.components.mount import show_rail
from explainer.equations import fitting, with_shapes
from explainer.pages.one_batch.stage import has_pictures
from explainer.pages.shared import SETTINGS


def rail(walk, look):
    def clicked():
        if key := ui.sent("rail").step:
            ui.change(step=key)
    show_rail("rail", rail_map.rail(walk, look.step), clicked)


def heading(walk, choice, look, step):
    """Title, equation and the switches of the picture, in a box that keeps its height."""
    with st.container(key="heading"):
        left, middle, right = st.columns([3, 5, 3.4], vertical_alignment="center")
        left.markdown(f"##### {step.title}")
        middle.latex(with_shapes(step) if look.view == "symbols"
                     else fitting(arithmetic(step, look.selection, digits(choice)).in_one_line, 38, 50))
        with right.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
            switches(look, step)


def digits(choice):
    """How many significant digits the arithmetic shows: all that were published for a worked example."""
    return 9 if choice.preset().is_toy else 4


def switches(look, step):
    if step.slope is not None:
        st.toggle("saturated", key=ui.shown("marked", look.marked), on_change=ui.follow("marked"),
                  help="Mark the cells whose slope f′(S) is below 0.02: hardly any error passes there.")
    if has_pictures(step):
        st.toggle("as images", key=ui.shown("pictures", look.pictures), on_change=ui.follow("pictures"),
                  help="Show each unit’s 784 numbers as a 28×28 image.")
    st.segmented_control("Equation in", ["symbols", "numbers"], key=ui.shown("view", look.view), required=True,
                         label_visibility="collapsed", on_change=ui.follow("view"))


def footer(choice, walk):
    """What is on the screen, in one line: the network, its weights, its learning rate, the data."""
    preset = choice.preset()
    drawn = preset.weights is None and choice.weights == "untrained"
    parts = [f"{preset.title}, {SETTINGS[choice.chosen_setting]}", f"seed {choice.seed}" if drawn else "",
             f"α = {choice.learning_rate:g} on the {walk.before.reduction} over the batch",
             "" if choice.settings().batch_size else f"the source takes all images as one batch, here {walk.m} of them"]
    data = "" if preset.is_toy else f" Data: {resources.dataset().origin}."
    st.caption("; ".join(filter(None, parts)) + "." + data)
