"""The parts of the one-batch page, from top to bottom."""
import numpy as np
import streamlit as st

from explainer import prose
from explainer import rail as rail_map
from explainer import state as ui
from explainer.address import HIDDEN_ACTIVATIONS, hidden_sizes
from explainer.arithmetic import arithmetic
from explainer.components.mount import show_figures, show_rail
from explainer.equations import with_shapes
from explainer.figures import charts, matrices
from explainer.figures.heat import label
from explainer.notation import ACTIVATION_NOTATION, LOSS_NOTATION
from explainer.sources import DOCUMENTS, source_notes
from mlp_core.metrics import accuracy, mean_squared_error
from mlp_core.presets import OUTPUT_LOSSES, PRESETS

SATURATED = 0.02    # a slope below this lets hardly any error through
SETTINGS = {"best": "as it works best", "source": "as the source has it"}


def notices():
    for sentence in st.session_state["notices"]:
        st.warning(sentence)


def toolbar(state, walk, step):
    keys = [s.key for s in walk.steps]
    at = keys.index(step.key)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.button("Back", key="back", shortcut="Left", disabled=at == 0, on_click=ui.go(keys[max(at - 1, 0)]))
        st.button("Next", key="next", shortcut="Right", type="primary", disabled=at == len(keys) - 1,
                  on_click=ui.go(keys[min(at + 1, len(keys) - 1)]))
        titles = {key: f"{p.title}  {'-'.join(map(str, p.sizes))}" for key, p in PRESETS.items()} | {"own": "Your own network"}
        st.selectbox("Network", list(titles), format_func=titles.get, key=ui.shown("net", state.net), width=330,
                     label_visibility="collapsed", on_change=ui.follow("net"))
        count = ui.batch_count(state)
        if count > 1:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
                st.markdown("batch", width="content")
                st.number_input("Batch", 1, count, key=ui.shown("batch", state.batch), width=110,
                                label_visibility="collapsed", on_change=ui.follow("batch"))
                st.markdown(f"of {count:,}", width="content")
        if state.net == "deep":
            st.segmented_control("Weights", ["untrained", "trained"], key=ui.shown("weights", state.weights), required=True,
                                 label_visibility="collapsed", on_change=ui.follow("weights"))
        with st.popover("Settings", key="settings"):
            settings(state, walk)


def settings(state, walk):
    preset = state.preset()
    if state.net == "own":
        own(state)
    if preset.source is not preset.best:
        st.radio("Setting", list(SETTINGS), format_func=SETTINGS.get, key=ui.shown("setting", state.chosen_setting),
                 horizontal=True, on_change=ui.follow("setting"))
    if state.settings().note:
        st.caption(state.settings().note)
    st.number_input("Learning rate α", 1e-6, 1000.0, step=state.settings().learning_rate / 10, key=ui.shown("alpha", float(state.learning_rate)), format="%g",
                    on_change=ui.follow("alpha"),
                    help=f"This network’s gradient is the {walk.before.reduction} over the {walk.m} examples of the batch.")
    if state.weights == "untrained" and preset.weights is None:
        st.number_input("Seed of the initial weights", 0, 10**6, key=ui.shown("seed", state.seed), on_change=ui.follow("seed"))
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
    st.text_input("Hidden layers", key=ui.shown("hidden", state.hidden), on_change=read_hidden)
    st.selectbox("Hidden activation", HIDDEN_ACTIVATIONS, key=ui.shown("act", state.act), on_change=ui.follow("act"))
    st.selectbox("Output activation", list(OUTPUT_LOSSES), key=ui.shown("out", state.out), on_change=output)
    st.selectbox("Loss", OUTPUT_LOSSES[state.out], key=ui.shown("loss", state.loss), on_change=ui.follow("loss"),
                 format_func=lambda loss: LOSS_NOTATION[loss].name)
    st.selectbox("Reduction over the batch", ["mean", "sum"], key=ui.shown("red", state.red), on_change=ui.follow("red"))


def data():
    """Which MNIST is in use, and the two ways to another one: a file, or the full set through TensorFlow."""
    st.divider()
    st.markdown(f"**Data.** {data_in_use()}")
    for problem in ui.found_dataset()[1]:
        st.caption(problem)
    st.file_uploader("Your own MNIST: mnist.npz, or IDX files (.gz as well)", accept_multiple_files=True, key="upload",
                     on_change=lambda: st.session_state["upload"] and ui.use_upload(st.session_state["upload"]))
    fetch()


def data_in_use():
    data = ui.dataset()
    tests = "" if data.test_images is None else f" and {len(data.test_images):,} test images"
    return data.origin if data.origin[:1].isdigit() else f"{len(data.images):,} training images{tests} {data.origin}"


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
            st.button("Fetch the full 60,000 through TensorFlow", key="fetch", on_click=job.start,
                      disabled=job.state == "done")
            if job.message:
                st.caption(job.message)
        if st.session_state.get("fetch_was") == "running" and job.state != "running":
            st.session_state["fetch_was"] = job.state
            ui.found_dataset.clear()
            st.rerun()
        if st.session_state.get("fetch_was") != job.state:
            st.session_state["fetch_was"] = job.state
            st.rerun()
    panel()


def rail(walk, state):
    def clicked():
        if key := st.session_state["rail"].step:
            ui.change(step=key)
    show_rail("rail", rail_map.rail(walk, state.step), clicked)


def heading(walk, state, step):
    with st.container(key="heading"):
        _heading(walk, state, step)


def _heading(walk, state, step):
    left, middle, right = st.columns([3, 5, 3.4], vertical_alignment="center")
    left.markdown(f"##### {step.title}")
    with right.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if slope_of(walk, step) is not None and step.kind == "elementwise":
            st.toggle("saturated", key=ui.shown("marked", state.marked), on_change=ui.follow("marked"),
                      help="Mark the cells whose slope f′(S) is below 0.02: hardly any error passes there.")
        if has_pictures(step):
            st.toggle("as images", key=ui.shown("pictures", state.pictures), on_change=ui.follow("pictures"),
                      help="Show each unit’s 784 numbers as a 28×28 image.")
        st.segmented_control("Equation in", ["symbols", "numbers"], key=ui.shown("view", state.view), required=True,
                             label_visibility="collapsed", on_change=ui.follow("view"))
    if state.view == "symbols":
        middle.latex(with_shapes(step))
    else:
        middle.latex(arithmetic(step, state.selection, digits(state)).in_one_line)


def has_pictures(step):
    """Whether the step has weights, gradients or changes of layer 1, one number a pixel."""
    return step.kind in ("product", "update") and any(
        panel.array.shape[0] == 784 and panel.columns.field == "j" for panel in step.panels)


def digits(state):
    return 9 if state.preset().is_toy else 4


def slope_of(walk, step):
    """The slope f′(S) of the step's layer, where there is one."""
    return walk.grads.slope[step.layer - 1] if step.layer else None


def stage(walk, state, step):
    images, selection = walk.images, state.selection
    marked = None
    if state.marked and step.kind == "elementwise" and slope_of(walk, step) is not None:
        marked = slope_of(walk, step) < SATURATED
    if state.pictures and has_pictures(step):
        figure = matrices.as_images(step, selection)
    elif step.kind == "product":
        i = min(selection.i, walk.m - 1)
        figure = matrices.product(step, selection, *corner(walk, step, state, i))
    elif step.kind == "column_sum":
        figure = matrices.column_sum(step, selection, images is not None)
    else:
        figure = matrices.beside(step, selection, marked, images is not None)
    token = f"{step.key}-{state.i}-{state.j}-{state.k}-{state.p}-{state.net}-{state.batch}"
    show_figures("stage", [figure], token=token, images=images, on_cell=clicked("stage"),
                 alts=[f"{step.title}: " + ", ".join(f"{label(p)} {p.array.shape[0]} by {p.array.shape[1]}" for p in step.panels)])


def corner(walk, step, state, i):
    """The selected example's digit and the cell's sum, for the empty corner of Falk's scheme."""
    if walk.images is None:
        return None, summary(step, state)
    return walk.images[i].reshape(28, 28), f"example {i}: a {walk.labels[i]}<br>{summary(step, state)}"


def summary(step, state):
    row, column = state.selection.cell(step.panels[-1])
    value = arithmetic(step, state.selection).value
    cell = ", ".join(str(n) for n in (row, column) if n is not None)
    return f"{label(step.panels[-1])}[{cell}] = <b>{value:.4g}</b>".replace("-", "−")


def clicked(key):
    def move():
        cell = st.session_state[key].cell
        if cell:
            ui.change(**{name: int(cell[name]) for name in "ijkp" if name in cell})
    return move


def cell(walk, state, step):
    choose_cell(state, step)
    sums = arithmetic(step, state.selection, digits(state))
    with st.container(key="sums"):
        st.latex(r"\begin{aligned} & " + r" \\ & ".join(sums.lines) + r"\end{aligned}")
        if note := " ".join(filter(None, [sums.note, measures(walk, step)])):
            st.caption(note)
    st.code(step.code, language="python", wrap_lines=True)
    if step.kind == "update":
        alpha_slider(state)
    figures = details(walk, state, step, sums)
    if figures:
        show_figures("detail", figures, token=f"d-{step.key}", alts=["What is behind the selected cell"] * len(figures),
                     images=walk.images, legend=False, on_cell=clicked("detail"))
    if sums.over is not None and len(sums.terms) > 5 and sums.factors:
        with st.expander("The largest terms", key="terms", on_change="rerun") as terms:
            if terms.open:
                largest_terms(sums, step)


def choose_cell(state, step):
    """The selection by number: one field for each of i, j, k, p that this step shows."""
    sizes = {}
    for panel in step.panels:
        for axis, size in zip((panel.rows, panel.columns), panel.array.shape):
            if axis.field:
                sizes[axis.field] = size
    names = {"i": "example i", "j": "unit j", "k": "unit k", "p": "pixel p"}
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        for field in sorted(sizes):
            st.markdown(names[field], width="content")
            st.number_input(names[field], 0, max(sizes[field] - 1, 1), disabled=sizes[field] == 1, width=76,
                            label_visibility="collapsed", key=ui.shown(field, min(getattr(state, field), sizes[field] - 1)), on_change=ui.follow(field))


def measures(walk, step):
    """The loss before the step, the mean squared error and the accuracy, where the step is about the loss."""
    if step.kind != "loss":
        return ""
    A, Y = (walk.passed_after if step.phase == "after" else walk.passed).output, walk.Y
    entries, examples = (mean_squared_error(A, Y, n) for n in ("entries", "examples"))
    text = (f"MSE (eq. 4.1): {entries:.4g} with n = {A.size:,} entries, {examples:.4g} with n = {walk.m} examples.")
    if A.shape[1] > 2:
        text += f" Accuracy (eq. 5.1): {accuracy(A, Y):.0%}."
    if step.phase == "after":
        turn = "fell" if walk.E_new < walk.E else "rose"
        text = f"The loss {turn} from {walk.E:.6g} to {walk.E_new:.6g}. " + text
    return text


def alpha_slider(state):
    grain = state.settings().learning_rate / 20
    st.slider("Learning rate α", grain, max(80 * grain, state.learning_rate), step=grain, format="%.3g",
              key=ui.shown("alpha_slider", state.learning_rate), on_change=ui.follow("alpha", "alpha_slider"))


def largest_terms(sums, step):
    names = [label(panel) for panel in step.panels[:2]] if len(sums.factors) == 2 else ["term"]
    head = [sums.over.label, *names] + (["product"] if len(names) == 2 else [])
    lines = ["| " + " | ".join(head) + " |", "|" + "---:|" * len(head)]
    for n in sums.largest(8):
        numbers = [f"{factor[n]:.5g}" for factor in sums.factors] + ([f"{sums.terms[n]:.5g}"] if len(names) == 2 else [])
        place = f"{n} (row {n // 28}, column {n % 28})" if sums.over.label == "pixel" else str(n)
        lines.append("| " + " | ".join([place, *numbers]) + " |")
    st.markdown("\n".join(lines))


def details(walk, state, step, sums):
    i = min(state.i, walk.m - 1)
    if sums.terms is not None and len(sums.terms) == 1 and step.kind != "loss":
        return []
    if step.key == "X":
        return [charts.picture(walk.images[i], state.p)] if walk.images is not None else []
    if step.kind == "product":
        if sums.over.label == "pixel":
            return [charts.term_images(*sums.factors, sums.terms)]
        if sums.over.field == "i":
            return [charts.terms_by_example(sums.terms, walk.labels, i, label(step.panels[-1]))]
        return [charts.terms_by_unit(sums.terms, sums.over.label)]
    if step.kind == "column_sum":
        return [charts.terms_by_example(sums.terms, walk.labels, i, label(step.panels[-1]))]
    if step.kind == "loss":
        return [charts.losses_by_example(walk.losses, i, walk.labels, walk.losses_new if step.key == "E_new" else None)]
    if step.kind == "rowwise":
        return [charts.probabilities(step.panels[-1].array[i], int(walk.Y[i].argmax()))]
    if step.kind == "update":
        ts = np.linspace(0, 3, 31)
        return [charts.loss_along(ts, walk.loss_along(ts), walk.learning_rate)]
    if step.prose == "dA_output":
        return [charts.probabilities(walk.passed.output[i], int(walk.Y[i].argmax()))]
    figures = []
    if slope_of(walk, step) is not None and (step.key.startswith("A") or step.key.startswith("delta")):
        row, column = state.selection.cell(step.panels[-1])
        name = walk.before.layers[step.layer - 1].activation
        S, A = walk.passed.S[step.layer - 1][row, column], walk.passed.A[step.layer][row, column]
        figures.append(charts.activation_curve(name, float(S), float(A), float(slope_of(walk, step)[row, column]),
                                               ACTIVATION_NOTATION[name].curve))
    if step.key.startswith("delta"):
        figures.append(charts.delta_sizes([float(np.abs(d).mean()) for d in walk.grads.delta], step.layer))
    return figures


def why(step):
    st.markdown(prose.why(step.prose))


def footer(state, walk):
    seed = f"seed {state.seed}, " if state.preset().weights is None and state.weights == "untrained" else ""
    reduction = "sum" if walk.before.reduction == "sum" else "mean"
    source = "" if state.preset().is_toy else f" Data: {data_in_use()}."
    st.caption(f"{state.preset().title}, {SETTINGS[state.chosen_setting]}; {seed}α = {state.learning_rate:g} on the {reduction} "
               f"over the batch.{source}")


def background(state, step):
    """What is there on demand: the derivation, and what the source says of this step."""
    with st.expander("Derivation", key="derivation", on_change="rerun") as derivation:
        if derivation.open:
            st.markdown(prose.derivation(step.prose))
    notes = source_notes(state.net, step.topic, step.layer)
    wrong = any(note.erratum for note in notes)
    heading = f"In the source: {notes[0].reference}" + (" — printed wrong or loosely there, and what is right" if wrong else "")
    with st.expander(heading, key="source", on_change="rerun") as source:
        if source.open:
            for note in notes:
                source_note(note)
            st.caption(DOCUMENTS.get(state.net, ""))


def source_note(note):
    st.markdown(f"**{note.reference}.** {note.says}")
    if note.erratum:
        st.markdown(f"| printed | right | proof |\n|---|---|---|\n| {note.printed} | {note.right} | {note.proof} |")
