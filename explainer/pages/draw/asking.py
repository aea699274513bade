"""Which network reads: the one that ships, any run of this session at any moment, or the copy that was taught last."""
from dataclasses import dataclass

import streamlit as st

from explainer import outside, resources
from explainer import session as ui
from explainer.lessons import given_to
from explainer.pages import shared
from explainer.pages.train import files
from explainer.recipes import Recipe
from explainer.runs import best
from mlp_core import Network
from mlp_core.data import DIGITS
from mlp_core.presets import PRESETS

SHIPPED = Recipe("deep", PRESETS["deep"], "best", PRESETS["deep"].best)


@dataclass(frozen=True, eq=False)
class Asked:
    """The network that reads, and where it is from."""
    choice: str             # "trained", or "run2-e5"
    network: Network
    recipe: Recipe          # what it was trained by
    lessons: tuple = ()     # those it was taught here: then it is a copy
    words: tuple = DIGITS   # for each output: what it stands for in the data that the network has learned from


def choose_network():
    """One row: the network, its moment, the lessons it had, and how the drawing is prepared. Return the Asked."""
    runs = {f"run{run.number}": run for run in resources.trainer().runs if run.material.dataset}
    page = ui.session().drawing
    if page.asked not in ("trained", *runs):
        page.asked = "trained"
    names = {"trained": "Four sigmoid layers, as they ship, trained"} | {key: run.name for key, run in runs.items()}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="asked"):
        st.markdown("**Read by**", width="content")
        fixed = ui.session().chosen.look.hides("settings")
        if fixed:
            name = page.asked
            st.markdown(outside.markdown(names[name]), width="content")
        else:
            name = st.selectbox("Network", list(names), format_func=names.get, width=330, label_visibility="collapsed",
                                key=ui.shown("asked", page.asked), on_change=ui.keep(page, "asked"))
        run = runs.get(name)
        asked = _asked(name, run, run and _moment(name, run, fixed))
        if count := len(asked.lessons):
            st.markdown(f":material/school: **a copy, taught {count} lesson{'s' * (count > 1)}**", width="content")
            st.button("Back to the original", key="original", on_click=_forget_lessons, args=(count,))
        if not fixed:
            open_network()
        st.toggle("prepare as MNIST does", key=ui.shown("prepared", page.prepare),
                  on_change=ui.keep(page, "prepare", "prepared"),
                  help="Off: the whole picture is just shrunk to 28×28. See how much worse it is read.")
    return asked


def _moment(name, run, fixed):
    """The moment of the run, the best at first; a slider over all of them, but where the network is fixed."""
    moments = ui.session().drawing.moments
    chosen = run.moment(moments.get(name, "")) or best(run.moments)
    if not fixed:
        shared.moment_slider(f"asked_{name}", run.moments, chosen, lambda key: moments.update({name: key}), 220)
    return chosen


def _asked(name, run, moment):
    """Return the Asked: the last pupil where the last lessons were given to this network, else the network itself."""
    choice, recipe = (f"{name}-{moment.key}", run.recipe) if run else (name, SHIPPED)
    words = words_of(run.material.dataset) if run else DIGITS
    if lessons := given_to(choice, ui.session().drawing.lessons):
        return Asked(choice, lessons[-1].network, recipe, lessons, words)
    return Asked(choice, run.network_at(moment) if run else resources.default_network(), recipe, words=words)


def words_of(dataset):
    """The word for each label; of data that nobody knows by name, labels may be no digits, and are called classes."""
    known = dataset.name or dataset.classes != DIGITS
    return dataset.classes if known else tuple(f"class {n}" for n in range(len(dataset.classes)))


def _forget_lessons(count):
    page = ui.session().drawing
    page.lessons = page.lessons[:-count]


def open_network():
    with st.popover("Open a network", key="open_network"):
        st.caption("A network that was saved on the Train page or by another program. It becomes a run,"
                   " there and here.")
        files.open_network(_opened)


def _opened(run):
    ui.session().drawing.asked = f"run{run.number}"
