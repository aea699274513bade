"""A sheet of the walk to print: this step, the guided way, or a small example to be worked out by hand."""
from dataclasses import replace

import streamlit as st

from explainer import resources
from explainer.by_hand import LEVELS
from explainer.components.sheet import PAPERS, page
from explainer.sheet import HOW, WHAT, can_be_asked, sheets

MOST = 60       # sheets in one file


def sheet(chosen, walk):
    """What is on it, how, for which paper, and how many; the file is made when it is asked for."""
    with st.container(horizontal=True):
        what = st.selectbox("What", can_be_asked(chosen, walk), format_func=WHAT.get, width=230, key="sheet_what")
        how = st.selectbox("How", list(HOW), format_func=HOW.get, width=300, key="sheet_how")
        paper = st.selectbox("Paper", list(PAPERS), width=100, key="sheet_paper")
    count = 1
    if what == "hand":
        chosen, count = _example(chosen)
    base = st.context.url or ""
    name = f"{chosen.choice.net}-{chosen.look.step if what == 'step' else what}.html"
    data = resources.dataset().origin

    def made():
        return page(sheets(chosen, walk, what, count, base, data), how, paper)
    st.download_button("Download the sheet", made, name, "text/html", key="save_sheet", on_click="ignore",
                       type="primary")
    st.caption(f"Open the file in a browser and print it (Ctrl+P, on a Mac ⌘P) on {paper} paper. "
               "It needs no network and no colour.")


def _example(chosen):
    """What of an example is blank, and how many sheets with other numbers: (Chosen, count)."""
    levels = [level for level, phases in LEVELS.items() if phases]
    with st.container(horizontal=True):
        level = st.selectbox("Blank", levels, levels.index(chosen.look.hand) if chosen.look.hand in levels else
                             len(levels) - 1, width=230, key="sheet_level")
        count = st.number_input("Different sheets", 1, MOST, 1, width=160, key="sheet_count",
                                help="From 2 on each has other numbers, of the seeds 1, 2, and so on, and the answers "
                                     "of every seed are at the end.")
    return replace(chosen, look=replace(chosen.look, hand=level)), count
