"""Draw: a digit of one's own, read while it is drawn, explained, walked and taught."""
import streamlit as st

from explainer import session as ui
from explainer.pages import arriving, kept_work, link, session_files, shared
from explainer.pages.draw import asking, explanation, gallery, lesson, pad

arriving.arrive("draw")
ui.write_address(of_the_walk=False)
shared.leave_if_asked()
shared.notices()
kept_work.offer()
asked = asking.choose_network()
reading = pad.reading(asked)
with st.container(key="drawn"):
    left, right = st.columns([1, 1.15], gap="medium")
with left, st.container(key="at_the_pad"):
    explanation.heading(asked, reading)
    pad.board(asked)
    lesson.lesson(asked, reading)
with right:
    lesson.told(asked, reading)
    explanation.explained(asked, reading)
gallery.gallery()
with st.container(horizontal=True, gap="small", key="take_along"):
    link.popover("draw", lambda: link.of_a_drawing(asked, reading))
    session_files.popover()
kept_work.remember()
