"""Train: the whole training, live; and back to any moment of it."""
import streamlit as st

from explainer import state as ui
from explainer.pages import controls, parts, results

state = ui.chosen()
parts.notices()
controls.settings(state)
running = ui.trainer().state == "running"


@st.fragment(run_every=1.0 if running else None)
def live():
    """Everything that moves while the network learns; the settings above stay untouched."""
    if st.session_state.pop("leave", False):
        st.switch_page("explainer/pages/one_batch.py")
    trainer = ui.trainer()
    if (trainer.state == "running") != running:     # begun or ended: the page begins or ends to follow
        st.rerun()
    controls.buttons(ui.chosen(), trainer)
    if trainer.current is not None:
        results.curves(trainer)
    controls.message(ui.chosen(), trainer)      # beneath the curves, which keep their place
    if trainer.current is not None:
        moment = results.time_travel(trainer.current)
        results.panel(trainer, moment)


live()
parts.data_line()
