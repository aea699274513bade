"""The views beneath the curves: what a moment's network makes of images, the runs, and files; one at a time."""
import streamlit as st

from explainer import session as ui
from explainer.pages.train import examined, files, runs

VIEWS = {"runs": runs.all_runs, "confusion matrix": examined.confusion, "worst mistakes": examined.mistakes,
         "save and load": files.save_and_load}
OF_IMAGES = ("confusion matrix", "worst mistakes")      # there is nothing to confuse in a worked example


def choice(trainer):
    """Which view is shown."""
    run, page = trainer.current, ui.session().training
    views = [name for name in VIEWS if run.material.dataset or name not in OF_IMAGES]
    if page.panel not in views:
        page.panel = views[0]
    st.segmented_control("View", views, key=ui.shown("panel", page.panel), required=True,
                         label_visibility="collapsed", on_change=ui.keep(page, "panel"))


def panel(trainer, moment):
    """One of the views; only the chosen one is worked out."""
    with st.container(key="panel"):
        VIEWS[ui.session().training.panel](trainer, trainer.current, moment)
