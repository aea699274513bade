"""Check: what backpropagation says of the walk, proved; and what a mistake in it would do."""
import streamlit as st

from explainer import resources
from explainer import session as ui
from explainer.components.mount import title
from explainer.pages import arriving, shared
from explainer.pages.check import broken, everything, weight

PARTS = {"weight": ("This weight", weight.part), "all": ("All of them", everything.part),
         "broken": ("Broken on purpose", broken.part)}

arriving.arrive("check")
shared.leave_if_asked()
chosen, walk = resources.walk()
resources.write_address()
title("Check", keyboard=True)
with st.container(horizontal=True, vertical_alignment="center", gap="small", key="checks"):
    parts = ["broken"] if chosen.look.hides("answers") else list(PARTS)     # the others show every gradient
    part = chosen.look.check if chosen.look.check in parts else parts[0]
    st.segmented_control("What is checked", parts, format_func=lambda part: PARTS[part][0], required=True,
                         key=ui.shown("check", part), on_change=ui.follow("check"), label_visibility="collapsed")
    if not chosen.look.hides("settings"):
        shared.network(chosen.choice, width=290, label_visibility="collapsed")
    st.button("Walk", key="to_walk", on_click=shared.leave_for, args=("one_batch",), icon=":material/footprint:",
              help="The walk that is checked here: its batch, its weights and its α are chosen there.")
shared.notices()
with st.container(key="checked"):
    PARTS[part][1](walk)
