"""Every run of this session: shown or hidden in the curves, named, made the current one, or deleted."""
from functools import partial

import streamlit as st

from explainer import limits, outside, resources
from explainer import session as ui
from explainer.components.mount import dot
from explainer.figures.curves import colour
from explainer.pages import kept_work
from explainer.recipes import adopted
from explainer.runs import BUDGET
from explainer.sentences import reached
from explainer.trainer import GRACE


def all_runs(trainer, *_):
    every = [_words(run) for run in trainer.runs]
    differ = {name for words in every for name in words if len({other.get(name) for other in every}) > 1}
    for run in trainer.runs[::-1]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            one_run(trainer, run, differ)
    kept_work.switch()
    st.caption("Runs live until this tab is closed or reloaded, or the app ends; save what you want to keep. Without "
               f"its tab a training goes on for {GRACE:.0f} seconds. Each run keeps the weights of its first batches "
               f"and of its epochs, up to {BUDGET // 2**20} MB; where that is not enough, of every second, fourth, … "
               "epoch and of the best.")


def one_run(trainer, run, differ):
    n, hidden = run.number, ui.session().training.hidden_runs
    st.toggle("in the curves", value=n not in hidden or run is trainer.current, key=f"show_{n}",
              disabled=run is trainer.current, label_visibility="collapsed", help="Shown in the curves.",
              on_change=partial(hidden.symmetric_difference_update, {n}))
    dot(colour(n))
    st.text_input("Name", run.name, key=f"name_{n}", max_chars=limits.RUN_NAME, label_visibility="collapsed", width=150,
                  on_change=partial(_rename, n))
    words = ", ".join(f"**{name} {value}**" if name in differ else f"{name} {value}"
                      for name, value in _words(run).items())
    st.button("Look at it", key=f"select_{n}", on_click=_select, args=(n,), disabled=run is trainer.current)
    with st.popover("", icon=":material/delete:", help="Delete this run."):
        st.caption("Its weights and its curves will be gone.")
        st.button(f"Delete {run.name}", key=f"delete_{n}", on_click=trainer.delete, args=(n,))
    made_of = f" — {run.made_of}" if run.made_of else ""
    st.markdown(f":small[{words} — {reached(run)}{made_of}]")


def _words(run):
    return run.recipe.words(trained=run.examples > 0)


def _rename(number):
    if run := resources.trainer().find(number):     # Streamlit keeps callbacks for good: they know runs by their number
        run.name = outside.name(ui.sent(f"name_{number}"), f"run {number}", limits.RUN_NAME)


def _select(number):
    kept, trainer = ui.session(), resources.trainer()
    trainer.select(number)
    kept.chosen, kept.notices = adopted(kept.chosen, trainer.current.recipe), []
    kept.training.back_to = None
