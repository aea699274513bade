"""The row at the top of the one-batch page: back and next, which network, which batch, and the settings."""
import streamlit as st

from explainer import resources
from explainer import session as ui
from explainer.pages import shared
from explainer.pages.one_batch import dialogs
from explainer.sentences import what_a_batch_is
from explainer.way import beside, position

BATCH_OF = {"train": "batch", "test": "test batch", "drawing": "your digit in batch"}


def toolbar(chosen, walk):
    choice, (before, after) = chosen.choice, beside(walk, chosen.look)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="toolbar"):
        st.button("Back", key="back", shortcut="Left", disabled=not before, on_click=turn, args=(walk, 0))
        st.button("Next", key="next", shortcut="Right", type="primary", disabled=not after,
                  on_click=turn, args=(walk, 1))
        where = position(walk, chosen.look)
        with st.container(key="position", width=62):
            st.markdown("{} / {}".format(*where) if before and after else "end" if before else "start")
        if not chosen.look.hides("settings"):
            what_is_walked(choice, walk)


def what_is_walked(choice, walk):
    shared.network(choice, width=270, label_visibility="collapsed")
    batch(choice, walk)
    weights(choice)
    st.button("Settings", key="settings", on_click=dialogs.open_dialog, args=("settings",))


def turn(walk, way):
    """Go to the stop before (0) or after (1) wherever the walk is by now; a callback for back and next."""
    if step := beside(walk, ui.session().chosen.look)[way]:
        ui.change(step=step)


def batch(choice, walk):
    count = ui.session().walk[0].batches
    if count == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
        st.markdown(BATCH_OF[choice.part], width="content")
        st.number_input("Batch", 1, count, key=ui.shown("batch", choice.batch), width=92,
                        label_visibility="collapsed", on_change=ui.follow("batch"))
        st.markdown(f"of {count:,}", width="content", help=what_a_batch_is(walk.m, choice.part))


def weights(choice):
    """Whose weights are walked: new ones, those that ship with the project, or any moment of a run."""
    runs = resources.runs_of(choice)
    names = ["untrained", *["trained"] * (choice.net == "deep"), *["taught"] * (choice.weights == "taught"),
             *["ahead"] * bool(choice.ahead), *(f"run{run.number}" for run in runs)]
    if len(names) == 1:
        return
    titles = {f"run{run.number}": run.name for run in runs} | {"ahead": f"{choice.ahead} steps later"}
    current = "ahead" if choice.ahead else choice.weights.partition("-")[0]

    def choose():
        name = ui.value("weights")
        if name == "ahead":
            return
        run = next((run for run in resources.trainer().runs if f"run{run.number}" == name), None)
        ui.change(weights=f"{name}-{run.moments[-1].key}" if run else name)
    if runs:
        st.selectbox("Weights", names, format_func=lambda name: titles.get(name, name), width=130, on_change=choose,
                     key=ui.shown("weights", current), label_visibility="collapsed")
    else:
        st.segmented_control("Weights", names, format_func=lambda name: titles.get(name, name), required=True,
                             key=ui.shown("weights", current), label_visibility="collapsed", on_change=choose)
    if choice.of_run:
        run = resources.trainer().find(choice.of_run[0])
        shared.moment_slider(f"walked_{current}", run.moments, run.moment(choice.of_run[1]),
                             lambda key: ui.change(weights=f"{current}-{key}"), 190)
