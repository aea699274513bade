"""The views beneath the curves: what the weights of a moment look like and do, and the runs; one at a time."""
import streamlit as st

from explainer import session as ui
from explainer.components.mount import show_figures
from explainer.figures import training
from explainer.pages.train import examined, files, runs
from explainer.pages.train.walking import walk


def first_layer(trainer, run, moment):
    W = run.network_at(moment).layers[0].W
    if not run.material.dataset:
        st.caption("The weights of a worked example are read best in the walk.")
        return
    st.caption(f"The {W.shape[1]} units of layer 1, {moment.title}: what each one looks for (orange) and what speaks "
               "against it (blue). Click one to see its sum in the walk.")

    def picked():
        if cell := ui.sent("layer1").cell:
            walk(run, moment, step="S1", j=int(cell["j"]), p=int(cell["p"]), pictures=True)
    show_figures("layer1", [training.first_layer(W)], token=f"layer1-{run.number}-{moment.key}", on_cell=picked,
                 keyboard=True, alts=[f"The weights of layer 1 of {run.name}, {moment.title}, as images"])


VIEWS = {"layer 1": first_layer, "confusion matrix": examined.confusion, "worst mistakes": examined.mistakes,
         "runs": runs.all_runs, "save and load": files.save_and_load}
OF_IMAGES = ("confusion matrix", "worst mistakes")      # there is nothing to confuse in a worked example


def panel(trainer, moment):
    """One of the views; only the chosen one is worked out."""
    run, page = trainer.current, ui.session().training
    views = [name for name in VIEWS if run.material.dataset or name not in OF_IMAGES]
    if page.panel not in views:
        page.panel = views[0] if run.material.dataset else "runs"
    view = st.segmented_control("View", views, key=ui.shown("panel", page.panel), required=True,
                                label_visibility="collapsed", on_change=ui.keep(page, "panel"))
    with st.container(key="panel"):
        VIEWS[view](trainer, run, moment)
