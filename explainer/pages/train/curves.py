"""The curves of the runs, and the slider that leads back to any moment of the current one."""
import streamlit as st

from explainer import session as ui
from explainer.components.mount import show_figures
from explainer.figures import training
from explainer.numbers import percent, plain_number
from explainer.pages import shared
from explainer.pages.train.walking import walk
from explainer.runs import best

MEASURED = (
    "The loss is the mean over the batches since the moment before, per example. Accuracy is the share of images read "
    "right: training images are learned from; validation images are held out of them, to choose the best moment by; "
    "test images choose nothing, they only tell how well new images are read. While it trains, only so many are looked "
    "at; the confusion matrix is made of all. mean |∇W| is how strongly each layer is told to change, by the same 100 "
    "examples every time: where it is near 0, a layer hardly learns.")


def curves(trainer):
    run, hidden = trainer.current, ui.session().training.hidden_runs
    runs = [other for other in trainer.runs if other.number not in hidden or other is run]
    show_figures("curves", [training.curves(runs, run, chosen_moment(run))],
                 token=f"curves-{run.number}-{run.examples}",
                 alts=[f"Loss, accuracy and gradient sizes of {run.name} over the epochs"], legend=False)


def chosen_moment(run):
    """The moment that the reader has chosen, or None: then it is always the last one."""
    number, key = ui.session().training.back_to or (None, None)
    return run.moment(key) if number == run.number else None


def choose(run, moment):
    ui.session().training.back_to = run.number, moment.key


def time_travel(run):
    """The slider over the moments of the run; return the Moment that it stands at."""
    moments = run.moments
    moment = chosen_moment(run) or moments[-1]

    def move(key):
        ui.session().training.back_to = None if key == moments[-1].key else (run.number, key)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="travel"):
        st.markdown("**Weights**", width="content")
        shared.moment_slider(f"moment_{run.number}", moments, moment, move, 330)
        if len(moments) == 1:
            st.markdown(moment.title, width="content")
        st.button("Best", key="best", on_click=choose, args=(run, best(moments)), disabled=len(moments) < 2,
                  help=f"Best by validation accuracy: {best(moments).title}.")
        st.button("Walk with these weights", key="walk_it", on_click=walk, args=(run, moment),
                  icon=":material/footprint:")
        st.markdown(_measured(run, moment), width="content", help=MEASURED)
    return moment


def _measured(run, moment):
    parts = [f"{name} {percent(share)} of {len(run.material.measured[name][1]):,}"
             for name, share in moment.accuracy.items()]
    loss = [] if moment.loss != moment.loss else [f"loss {plain_number(moment.loss)}"]
    return ":small[" + " · ".join(loss + parts) + "]"
