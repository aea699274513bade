"""The dialog in which a reader takes something of the walk along: a program, a sheet to print, matrices, a link."""
import streamlit as st

from explainer.pages.one_batch.matrices import matrices
from explainer.pages.one_batch.program import program
from explainer.pages.one_batch.sheet import sheet

SECTIONS = {    # {name of a tab: what shows it, of (chosen, walk)}
    "Program": program, "Sheet": sheet, "Matrices": matrices}


def share(chosen, walk):
    for tab, section in zip(st.tabs(list(SECTIONS)), SECTIONS.values()):
        with tab:
            section(chosen, walk)
