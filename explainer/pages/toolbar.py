"""The row at the top of the one-batch page: back and next, which network, which batch, and the settings."""
import streamlit as st

from explainer import state as ui
from explainer.address import HIDDEN_ACTIVATIONS, hidden_sizes
from explainer.notation import LOSS_NOTATION
from explainer.pages import choices
from mlp_core.presets import OUTPUT_LOSSES

BATCH_OF = {"train": "batch", "test": "test batch", "drawing": "your digit in batch"}


def toolbar(state, walk, step):
    keys = [s.key for s in walk.steps]
    at = keys.index(step.key)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Back", key="back", shortcut="Left", disabled=at == 0, on_click=ui.turn, args=(keys, -1))
        st.button("Next", key="next", shortcut="Right", type="primary", disabled=at == len(keys) - 1,
                  on_click=ui.turn, args=(keys, 1))
        st.markdown(f"{at + 1} / {len(keys)}", width=62)
        choices.network(state, width=300, label_visibility="collapsed")
        count = ui.batch_count(state)
        if count > 1:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
                st.markdown(BATCH_OF[state.part], width="content")
                st.number_input("Batch", 1, count, key=ui.shown("batch", state.batch), width=110,
                                label_visibility="collapsed", on_change=ui.follow("batch"))
                st.markdown(f"of {count:,}", width="content", help=what_a_batch_is(walk.m, state.part))
        weights(state)
        with st.popover("Settings", key="settings"):
            settings(state, walk)


def weights(state):
    """Whose weights are walked: new ones, those that ship with the project, or any moment of a run."""
    runs = ui.runs_of(state)
    names = ["untrained", *["trained"] * (state.net == "deep"), *["taught"] * (state.weights == "taught"),
             *(f"run{run.number}" for run in runs)]
    if len(names) == 1:
        return
    titles = {f"run{run.number}": run.name for run in runs}
    current = state.weights.partition("-")[0]

    def choose():
        name = st.session_state["ui_weights"]
        run = next((run for run in runs if f"run{run.number}" == name), None)
        ui.change(weights=f"{name}-{run.moments[-1].key}" if run else name)
    if runs:
        st.selectbox("Weights", names, format_func=lambda name: titles.get(name, name), width=130, on_change=choose,
                     key=ui.shown("weights", current), label_visibility="collapsed")
    else:
        st.segmented_control("Weights", names, key=ui.shown("weights", current), required=True,
                             label_visibility="collapsed", on_change=choose)
    if state.moment:
        run = ui.trainer().find(state.moment[0])
        choices.moment_slider(f"walked_{current}", run.moments, run.moment(state.moment[1]),
                              lambda key: ui.change(weights=f"{current}-{key}"), 190)


def what_a_batch_is(m, part):
    kind = "test" if part == "test" else "training"
    if m == 1:
        return f"A batch is what one step learns from: a single image here. Batch n is the n-th {kind} image."
    return f"A batch is what one step learns from: {m} images here. Batch n is the n-th {m} of the {kind} images."


def settings(state, walk):
    preset = state.preset()
    if state.net == "own":
        own(state)
    if preset.source is not preset.best:
        st.radio("Setting", list(choices.SETTINGS), format_func=choices.SETTINGS.get,
                 key=ui.shown("setting", state.chosen_setting), horizontal=True, on_change=ui.follow("setting"))
    if state.settings().note:
        st.caption(state.settings().note)
    st.number_input("Learning rate α", 1e-6, 1000.0, step=state.settings().learning_rate / 10, format="%g",
                    key=ui.shown("alpha", float(state.learning_rate)), on_change=ui.follow("alpha"),
                    help=f"The gradient here is the {walk.before.reduction} over the {walk.m} examples of the batch; "
                         "between sum and mean, α differs by that factor.")
    if preset.weights is None and state.weights == "untrained":
        st.number_input("Seed of the initial weights", 0, 999_999_999, key=ui.shown("seed", state.seed),
                        on_change=ui.follow("seed"))
    if not preset.is_toy:
        data()


def own(state):
    def read_hidden():
        try:
            hidden_sizes(st.session_state["ui_hidden"])
            ui.change(hidden=st.session_state["ui_hidden"])
        except ValueError as error:
            st.session_state["notices"] = [f"{str(error).capitalize()}; nothing was changed."]
    def output():
        out = st.session_state["ui_out"]
        ui.change(out=out, loss=OUTPUT_LOSSES[out][0])
    st.text_input("Hidden layers", help="Their sizes, as in 64, 32; empty for none.",
                  key=ui.shown("hidden", state.hidden), on_change=read_hidden)
    st.selectbox("Hidden activation", HIDDEN_ACTIVATIONS, key=ui.shown("act", state.act),
                 on_change=ui.follow("act"))
    st.selectbox("Output activation", list(OUTPUT_LOSSES), key=ui.shown("out", state.out), on_change=output)
    st.selectbox("Loss", OUTPUT_LOSSES[state.out], key=ui.shown("loss", state.loss), on_change=ui.follow("loss"),
                 format_func=lambda loss: LOSS_NOTATION[loss].name)
    st.selectbox("Reduction over the batch", ["mean", "sum"], key=ui.shown("red", state.red),
                 on_change=ui.follow("red"))


def data():
    """Which MNIST is in use, and the two ways to another one: a file, or the full set from the network."""
    st.divider()
    st.markdown(f"**Data.** {ui.dataset().origin[:1].upper() + ui.dataset().origin[1:]}.")
    for problem in ui.found_dataset()[1]:
        st.caption(problem)
    fetch()     # above the uploader, so that what it says is not below the popover's edge
    st.file_uploader("Your own MNIST: mnist.npz, or IDX files (.gz as well)", accept_multiple_files=True, key="upload",
                     on_change=lambda: st.session_state["upload"] and ui.use_upload(st.session_state["upload"]))


def fetch():
    job = ui.fetch_job()
    if len(ui.dataset().images) >= 60_000 and job.state != "done":
        return

    @st.fragment(run_every=1.0 if job.state == "running" else None)
    def panel():
        if job.state == "running":
            st.button("Stop fetching", key="stop_fetch", on_click=job.stop)
            st.caption(f"{job.message} ({job.seconds:.0f} s)")
        else:
            st.button("Fetch the full 60,000 (11 MB)", key="fetch", on_click=job.start,
                      disabled=job.state == "done")
            if job.message:
                st.caption(job.message)
        if st.session_state.get("fetch_was", "idle") != job.state:     # begun or ended: the whole page follows
            st.session_state["fetch_was"] = job.state
            ui.found_dataset.clear()
            st.rerun()
    panel()
