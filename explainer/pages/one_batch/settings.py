"""The dialog with the settings of the walk: its α, its weights, a network of one's own, the data."""
import streamlit as st

from explainer import limits
from explainer import session as ui
from explainer.pages import shared


def settings(chosen, walk):
    """The dialog: it stays open while the walk behind it changes, until the reader closes it."""
    choice = chosen.choice
    left, right = st.columns(2, gap="large")
    with left:
        step_settings(choice, walk)
    if choice.net == "own":
        with right:
            shared.own_network(choice)
    if not choice.preset().is_toy:
        with left if choice.net == "own" else right:
            shared.data()


def step_settings(choice, walk):
    preset = choice.preset()
    if preset.source is not preset.best:
        st.segmented_control("Setting", list(shared.SETTINGS), format_func=shared.SETTINGS.get, required=True,
                             key=ui.shown("setting", choice.chosen_setting), on_change=ui.follow("setting"))
    if choice.settings().note:
        st.caption(choice.settings().note)
    st.number_input("Learning rate α", 1e-6, float(limits.RATE), format="%g",
                    step=choice.settings().learning_rate / 10,
                    key=ui.shown("alpha", float(walk.learning_rate)), on_change=ui.follow("alpha"),
                    help=f"The gradient here is the {walk.before.reduction} over the {walk.m} examples of the batch; "
                         "between sum and mean, α differs by that factor.")
    if choice.weights == "untrained":
        shared.initialisation(choice)
        if choice.settings().initialisation is not None:
            st.number_input("Seed of the initial weights", 0, 999_999_999, key=ui.shown("seed", choice.seed),
                            on_change=ui.follow("seed"))
