"""Train: the whole training, live; and back to any moment of it."""
import streamlit as st

from explainer import resources
from explainer import session as ui
from explainer.pages import shared
from explainer.pages.train import controls, curves, settings, views

shared.notices()
settings.settings(ui.session().chosen)
running = resources.trainer().state == "running"


@st.fragment(run_every=1.0 if running else None)
def live():
    """Everything that moves while the network learns; the settings above stay untouched."""
    shared.leave_if_asked()
    trainer = resources.trainer()
    if (trainer.state == "running") != running:     # begun or ended: the page begins or ends to follow
        st.rerun()
    controls.buttons(trainer)
    if trainer.current is not None:
        curves.curves(trainer)
    controls.message(trainer)       # beneath the curves, which keep their place
    if trainer.current is not None:
        moment = curves.time_travel(trainer.current)
        views.panel(trainer, moment)


live()
shared.data_line()
