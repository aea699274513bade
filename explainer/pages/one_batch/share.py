"""The dialog in which a reader takes something of the walk along: a program, a sheet to print, matrices, a link."""
import streamlit as st

from explainer.pages.link import walk_link
from explainer.pages.one_batch.matrices import matrices
from explainer.pages.one_batch.program import program
from explainer.pages.one_batch.sheet import sheet

SECTIONS = {    # {name of a tab: what shows it, of (chosen, walk)}
    "Program": program, "Sheet": sheet, "Matrices": matrices, "Link": walk_link}
GIVE_NOTHING_AWAY = ("Link",)       # what is left where answers are hidden


def share(chosen, walk):
    names = GIVE_NOTHING_AWAY if chosen.look.hides("answers") else list(SECTIONS)
    for tab, name in zip(st.tabs(names), names):
        with tab:
            SECTIONS[name](chosen, walk)
