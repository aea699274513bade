"""Draw: a digit of one's own, read while it is drawn, explained, walked and taught."""
import streamlit as st

from explainer import state as ui
from explainer.pages import canvas, lesson, parts

if st.session_state.pop("leave", False):
    st.switch_page("explainer/pages/one_batch.py")
ui.chosen()
parts.notices()
asked = canvas.choose_network()
with st.container(key="drawn"):
    left, right = st.columns([1, 1.15], gap="medium")
with left:
    canvas.pad(asked)
    reading = canvas.reading(asked)
    canvas.heading(reading)
    canvas.upload()
    lesson.lesson(asked, reading)
with right:
    canvas.explained(asked, reading)
lesson.gallery()
