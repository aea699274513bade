"""The selected number of a gradient, checked where it stands: its weight nudged both ways."""
import streamlit as st

from explainer import session as ui
from explainer.pages import shared
from explainer.pages.check import weight


def checked(chosen, walk):
    shared.leave_if_asked()     # of a dialog only itself is run again
    weight.numbers(*weight.place(walk, weight.of_the_step(walk, chosen.look.step)))
    st.button("Every ε, and all other checks", key="to_check", on_click=_to_the_page)


def _to_the_page():
    ui.session().dialog = ""
    shared.leave_for("check")
