"""The row at the top of the one-batch page: back and next, which network, which batch, and the settings."""
import streamlit as st

from explainer import resources
from explainer import session as ui
from explainer.pages import shared
from explainer.pages.one_batch import share
from explainer.sentences import what_a_batch_is
from explainer.way import beside, position

BATCH_OF = {"train": "batch", "test": "test batch", "drawing": "your digit in batch"}


def toolbar(chosen, walk):
    choice, (before, after) = chosen.choice, beside(walk, chosen.look)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="toolbar"):
        st.button("Back", key="back", shortcut="Left", disabled=not before, on_click=turn, args=(walk, 0))
        st.button("Next", key="next", shortcut="Right", type="primary", disabled=not after,
                  on_click=turn, args=(walk, 1))
        with st.container(key="position", width=62):
            st.markdown("{} / {}".format(*position(walk, chosen.look)) if after else "end")
        shared.network(choice, width=270, label_visibility="collapsed")
        batch(choice, walk)
        weights(choice)
        st.button("Settings", key="settings", on_click=_open, args=("settings",))
    if shown := ui.session().dialog:
        title, content = DIALOGS[shown]
        st.dialog(title, width="medium", on_dismiss=_close)(content)(chosen, walk)


def _open(dialog):
    ui.session().dialog, ui.session().told = dialog, True


def _close():
    _open("")


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
        run = next((run for run in runs if f"run{run.number}" == name), None)
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


def settings(chosen, walk):
    """The dialog: it stays open while the walk behind it changes, until the reader closes it."""
    choice = chosen.choice
    left, right = st.columns(2, gap="large")
    with left:
        step_settings(choice, walk)
    if choice.net == "own":
        with right:
            shared.own_network(choice)
    if not choice.preset().is_toy:
        with left if choice.net == "own" else right:
            shared.data()


def step_settings(choice, walk):
    preset = choice.preset()
    if preset.source is not preset.best:
        st.segmented_control("Setting", list(shared.SETTINGS), format_func=shared.SETTINGS.get, required=True,
                             key=ui.shown("setting", choice.chosen_setting), on_change=ui.follow("setting"))
    if choice.settings().note:
        st.caption(choice.settings().note)
    st.number_input("Learning rate α", 1e-6, 1000.0, step=choice.settings().learning_rate / 10, format="%g",
                    key=ui.shown("alpha", float(walk.learning_rate)), on_change=ui.follow("alpha"),
                    help=f"The gradient here is the {walk.before.reduction} over the {walk.m} examples of the batch; "
                         "between sum and mean, α differs by that factor.")
    if choice.weights == "untrained":
        shared.initialisation(choice)
        if choice.settings().initialisation is not None:
            st.number_input("Seed of the initial weights", 0, 999_999_999, key=ui.shown("seed", choice.seed),
                            on_change=ui.follow("seed"))


DIALOGS = {"settings": ("Settings", settings), "share": ("Share and print", share.share)}
