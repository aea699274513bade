"""Train: the whole training, live; and back to any moment of it."""
import streamlit as st

from explainer import resources
from explainer import session as ui
from explainer.components.mount import title
from explainer.pages import arriving, kept_work, session_files, shared
from explainer.pages.train import controls, curves, settings, views

LOOK = 2.0      # seconds from one look at a run that learns to the next: learning waits for each

arriving.arrive("train")
ui.write_address(of_the_walk=False)
title("Train", keyboard=True)
shared.notices()
kept_work.offer()
if not ui.session().chosen.look.hides("settings"):
    settings.settings(ui.session().chosen)
running, above = resources.trainer().state == "running", settings.above()
controls.buttons(resources.trainer(), running)


@st.fragment(run_every=LOOK if running else None)
def live():
    """Everything that is drawn while the network learns; the settings and the buttons above stay untouched."""
    shared.leave_if_asked()
    if settings.above() != above:
        st.rerun()
    trainer = resources.trainer()
    with st.container(key="together"):
        with st.container(key="course"):
            curves.curves(trainer)
        with st.container(key="told"):
            controls.message(trainer)
            moment = curves.time_travel(trainer.current)
        with st.container(key="units"):
            curves.first_layer(trainer)
        if trainer.current is None:
            session_files.popover()
        else:
            views.choice(trainer)
    if trainer.current is not None:
        views.panel(trainer, moment)
    kept_work.remember()


live()
shared.data_line()
