"""What the drawing really is, walking it, teaching it to a copy of the network, and what the lessons changed."""
import numpy as np
import streamlit as st

from explainer import lessons, limits, outside, resources
from explainer import session as ui
from explainer.components.mount import show_figures
from explainer.deciding import Walked
from explainer.figures import drawing
from explainer.gallery import Kept
from explainer.pages import shared
from explainer.sentences import what_a_lesson_did
from mlp_core.data import DIGITS


def lesson(asked, now):
    """What it is, walking it, and teaching it: what one does with a drawing, in one block under the pad."""
    if now is None:
        return
    page = ui.session().drawing
    with st.container(key="lesson"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**It is a**" if asked.words == DIGITS else "**It is**", width="content")
            st.segmented_control("It is a", range(10), format_func=asked.words.__getitem__, width="content",
                                 key=ui.shown("label", page.label), on_change=ui.keep(page, "label"),
                                 label_visibility="collapsed")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button("Walk this digit", key="walk_digit", type="primary", icon=":material/footprint:", on_click=_walk,
                      args=(asked, now), help="Its batch in the one-batch page: the drawing is example 0.")
            st.button("Keep it", key="keep", on_click=_keep, args=(now,), help="Put it into the gallery below.")
            if page.label is None:
                st.caption("To teach it, say first what it is.", width="content")
        teaching(asked, now)
    if page.lesson_refused:
        st.error(outside.markdown(page.lesson_refused))


def teaching(asked, now):
    """One row: so many steps, and how long they are; each network has an α of its own, as sum and mean differ."""
    page = ui.session().drawing
    rate, silent = page.lesson_rates.get(asked.choice) or asked.recipe.setting.learning_rate, page.label is None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Teach: 1 step", key="teach_1", on_click=_teach, args=(asked, now, 1, rate), disabled=silent,
                  help="One gradient step on this image. Say first what it is.")
        st.button("10 steps", key="teach_10", on_click=_teach, args=(asked, now, 10, rate), disabled=silent)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            st.markdown("α", width="content")
            st.number_input("α of the lesson", 1e-6, float(limits.RATE), step=rate / 10, format="%g", width=100,
                            key=ui.shown("lesson_rate", float(rate)), label_visibility="collapsed",
                            on_change=lambda: page.lesson_rates.update({asked.choice: ui.value("lesson_rate")}))
        st.button("Undo lesson", key="unteach", on_click=_undo, disabled=not asked.lessons,
                  help="Take the last lesson back.")


def _walk(asked, now):
    kept = ui.session()
    given = kept.drawing.label
    kept.drawing.walked = Walked(now.image, now.answer if given is None else int(given))
    shared.open_walk(asked.recipe, "taught" if asked.lessons else asked.choice, part="drawing", batch=1, i=0, step="X")
    if given is None:
        kept.notices = [f"You did not say what your digit is, so its target is what the network reads: "
                        f"{asked.words[now.answer]}. On the Draw page you can say it."]


def _teach(asked, now, steps, rate):
    page = ui.session().drawing
    try:
        given = lessons.lesson(asked.choice, asked.network, now, int(page.label), steps, rate, resources.dataset())
        page.lessons, page.lesson_refused = (*page.lessons, given), ""
    except ValueError as error:
        page.lesson_refused = str(error)


def _undo():
    page = ui.session().drawing
    page.lessons = page.lessons[:-1]


def told(asked, now):
    """What the last of the lessons changed, and what all of them cost, where it was about this drawing."""
    if now is None or not asked.lessons or not np.array_equal(asked.lessons[-1].image, now.image):
        return
    last = asked.lessons[-1]
    st.markdown("## What the lesson did")
    chart, words = st.columns(2, gap="small")
    with chart:
        show_figures("lesson_bars", [drawing.before_after(last.before, last.after, last.label)], legend=False,
                     token=f"lesson-{len(ui.session().drawing.lessons)}",
                     alts=["The outputs before and after the lesson"])
    words.caption(what_a_lesson_did(asked.lessons))


def _keep(now):
    page = ui.session().drawing
    page.gallery = (*page.gallery, Kept(now.image, None if page.label is None else int(page.label), now.answer))
