"""The parts of the one-batch page beneath the toolbar, from top to bottom."""
import re

import numpy as np
import streamlit as st

from explainer import prose
from explainer import rail as rail_map
from explainer import state as ui
from explainer.arithmetic import arithmetic
from explainer.components.mount import show_figures, show_rail
from explainer.equations import fitting, with_shapes
from explainer.figures import charts, matrices
from explainer.notation import ACTIVATION_NOTATION
from explainer.numbers import percent, plain_number, with_article
from explainer.pages.choices import SETTINGS
from explainer.sources import DOCUMENTS, NO_DOCUMENT, cited, source_notes
from explainer.steps import SATURATED
from mlp_core.metrics import accuracy, mean_squared_error

FROZEN = {  # said where a source's biases are used but never updated
    "db": "The source uses its biases but never updates them: this gradient is right, and no step follows from it. "
          "“As it works best” in the settings lets the biases learn.",
    "W_new": "Only weights are updated here: the source uses its biases but never changes them. "
             "“As it works best” in the settings lets the biases learn."}
FIELDS = {"i": "example i", "j": "unit j", "k": "unit k", "p": "pixel p"}


def notices():
    """The sentences quote the address, so nothing in them may become a picture from elsewhere, or a formula."""
    sentences = [re.sub(r"([\\`*\[\]$~<:])", r"\\\1", sentence) for sentence in st.session_state["notices"]]
    if sentences:
        st.warning(sentences[0] if len(sentences) == 1 else "\n".join(f"* {sentence}" for sentence in sentences))


def rail(walk, state):
    def clicked():
        if key := st.session_state["rail"].step:
            ui.change(step=key)
    show_rail("rail", rail_map.rail(walk, state.step), clicked)


def heading(walk, state, step):
    """Title, equation and the switches of the picture, in a box that keeps its height."""
    with st.container(key="heading"):
        left, middle, right = st.columns([3, 5, 3.4], vertical_alignment="center")
        left.markdown(f"##### {step.title}")
        symbols = state.view == "symbols"
        middle.latex(with_shapes(step) if symbols
                     else fitting(arithmetic(step, state.selection, digits(state)).in_one_line, 38, 50))
        with right.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
            switches(walk, state, step)


def switches(walk, state, step):
    if step.slope is not None:
        st.toggle("saturated", key=ui.shown("marked", state.marked), on_change=ui.follow("marked"),
                  help="Mark the cells whose slope f′(S) is below 0.02: hardly any error passes there.")
    if has_pictures(step):
        st.toggle("as images", key=ui.shown("pictures", state.pictures), on_change=ui.follow("pictures"),
                  help="Show each unit’s 784 numbers as a 28×28 image.")
    st.segmented_control("Equation in", ["symbols", "numbers"], key=ui.shown("view", state.view), required=True,
                         label_visibility="collapsed", on_change=ui.follow("view"))


def digits(state):
    """How many significant digits the arithmetic shows: all that were published for a worked example."""
    return 9 if state.preset().is_toy else 4


def slope_of(walk, step):
    """The slope f′(S) of the step's layer, where there is one."""
    return walk.grads.slope[step.layer - 1] if step.layer else None


def has_pictures(step):
    """Whether the step has weights, gradients or changes of layer 1, one number a pixel."""
    return step.kind in ("product", "update") and any(
        panel.array.shape[0] == 784 and panel.columns.field == "j" for panel in step.panels)


def stage(walk, state, step):
    """The matrices of the step."""
    token = f"{step.key}-{state.i}-{state.j}-{state.k}-{state.p}-{state.net}-{state.batch}"
    shapes = ", ".join("{} {} by {}".format(panel.symbol.text, *panel.array.shape) for panel in step.panels)
    show_figures("stage", [stage_figure(walk, state, step)], token=token, images=walk.images,
                 on_cell=clicked("stage"), selected=state.i, alts=[f"{step.title}: {shapes}"])


def stage_figure(walk, state, step):
    if state.pictures and has_pictures(step):
        return matrices.as_images(step, state.selection)
    if step.kind == "product":
        return matrices.product(step, state.selection, *corner(walk, step, state))
    if step.kind == "column_sum":
        return matrices.column_sum(step, state.selection, walk.images is not None)
    marked = step.slope < SATURATED if state.marked and step.slope is not None else None
    return matrices.beside(step, state.selection, marked, walk.images is not None)


def corner(walk, step, state):
    """The selected example's digit and the cell's sum, for the empty corner of Falk's scheme."""
    result = step.panels[-1]
    place = ", ".join(str(n) for n in state.selection.cell(result) if n is not None)
    sums = arithmetic(step, state.selection)
    summary = f"{result.symbol.text}[{place}]<br>= <b>{plain_number(sums.value)}</b>"
    if walk.images is None:
        return None, summary
    i = min(state.i, walk.m - 1)
    if step.topic == "dW":
        summary = f"adds {plain_number(sums.terms[i] / step.scale)} to<br>{summary}"
    return walk.images[i].reshape(28, 28), f"example {i}: {with_article(walk.labels[i])}<br>{summary}"


def clicked(key):
    """A callback for a figure: its clicked cell becomes the selection."""
    def move():
        if cell := st.session_state[key].cell:
            ui.change(**{name: int(cell[name]) for name in FIELDS if name in cell})
    return move


def cell(walk, state, step):
    """The selected cell: its place, its arithmetic, the statement that made it, and a picture of its terms."""
    choose_cell(state, step)
    sums = arithmetic(step, state.selection, digits(state))
    with st.container(key="sums"):
        st.latex(r"\begin{aligned} & " + r" \\ & ".join(fitting(line) for line in sums.lines) + r"\end{aligned}")
        if note := " ".join(filter(None, [sums.note, measures(walk, state, step)])):
            st.caption(note)
    st.code(step.code, language="python", wrap_lines=True)
    if figures := details(walk, state, step, sums):
        show_figures("detail", figures, token=f"d-{step.key}", images=walk.images, legend=False, selected=state.i,
                     alts=["What is behind the selected cell"] * len(figures), on_cell=clicked("detail"))
    if step.kind == "update":
        alpha_slider(state)
    if sums.factors and len(sums.terms) > 5:
        with st.expander("The largest terms", key="terms", on_change="rerun") as terms:
            if terms.open:
                largest_terms(sums, step)


def choose_cell(state, step):
    """The selection by number: one field for each part of it that decides this step's arithmetic."""
    sizes, inputs = {}, False
    for panel in step.panels:
        for axis, size in zip((panel.rows, panel.columns), panel.array.shape):
            if axis.field == "i" or axis in (step.panels[-1].rows, step.panels[-1].columns):
                sizes[axis.field], inputs = size, inputs or axis.label == "input"
    names = {field: "input k" if field == "k" and inputs else FIELDS[field] for field in sorted(filter(None, sizes))}
    spans = "; ".join(f"{name}: {f'0 to {sizes[field] - 1}' if sizes[field] > 1 else 'only 0'}"
                      for field, name in names.items())
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        for n, (field, name) in enumerate(names.items()):
            last = sizes[field] - 1
            st.markdown(name, width="content", help=None if n else f"{spans}.")     # one mark: three would need two lines
            st.number_input(name, 0, max(last, 1), disabled=last == 0, width=70,
                            label_visibility="collapsed", key=ui.shown(field, min(getattr(state, field), last)),
                            on_change=ui.follow(field))


@np.errstate(over="ignore", invalid="ignore")
def measures(walk, state, step):
    """The loss before the step, the mean squared error and the accuracy, where the step is about the loss."""
    if step.kind != "loss":
        return ""
    A, Y = (walk.passed_after if step.phase == "after" else walk.passed).output, walk.Y
    entries, examples = (mean_squared_error(A, Y, n) for n in ("entries", "examples"))
    entries, examples = plain_number(entries), plain_number(examples)
    text = (f"Mean squared error: {entries} with n = {A.size:,} entries"
            + (f", {examples} with n = {walk.m} examples." if walk.m > 1 else "."))
    if A.shape[1] > 2:
        text += f" Accuracy: {percent(accuracy(walk.passed.output, Y), 0)}"
        text += f" before, {percent(accuracy(A, Y), 0)} after." if step.phase == "after" else "."
    if step.phase == "after":
        text = f"{turn_of_the_loss(walk)} {text}{first_step(walk, state)}"
    return text


def turn_of_the_loss(walk):
    E, E_new = plain_number(walk.E, 6), plain_number(walk.E_new, 6)
    if E == E_new:
        return f"The loss stayed at {E}."
    return f"The loss {'fell' if walk.E_new < walk.E else 'rose'} from {E} to {E_new}."


def first_step(walk, state):
    """Why the accuracy did not rise, where the step lowered the outputs as a whole and did little else."""
    A, after = walk.passed.output, walk.passed_after.output
    lowered = A.min() >= 0 and after.mean() < A.mean() / 2 and state.learning_rate == state.settings().learning_rate
    if walk.m == 1 or not lowered or accuracy(after, walk.Y) > accuracy(A, walk.Y):
        return ""
    return (f" A first step lowers the outputs as a whole, here from {plain_number(A.mean(), 2)} to "
            f"{plain_number(after.mean(), 2)} on average, because nine of ten targets are 0; "
            "which digit is which takes some hundred steps.")


def alpha_slider(state):
    grain = state.settings().learning_rate / 20
    st.slider("Learning rate α", min(grain, state.learning_rate), max(80 * grain, state.learning_rate), step=grain,
              format="%.3g", key=ui.shown("alpha_slider", state.learning_rate),
              on_change=ui.follow("alpha", "alpha_slider"))


def largest_terms(sums, step):
    over = f" / {step.scale:g}" if step.scale != 1 else ""
    names = [panel.symbol.text for panel in step.panels[:2]] if len(sums.factors) == 2 else [step.panels[0].symbol.text]
    names.append(f"term{over}")
    head = [sums.over.label, *names]
    lines = [" | ".join(head), "|".join(["---:"] * len(head))]
    for n in sums.largest(8):
        numbers = [*(factor[n] for factor in sums.factors), sums.terms[n] / step.scale]
        place = f"{n} (row {n // 28}, column {n % 28})" if sums.over.label == "pixel" else str(n)
        lines.append(" | ".join([place, *(plain_number(number, 5) for number in numbers)]))
    st.markdown("\n".join(f"| {line} |" for line in lines))


def details(walk, state, step, sums):
    """The figures beside the arithmetic: the terms of the sum, the curve, the losses, whatever the step is about."""
    i = min(state.i, walk.m - 1)
    if step.kind in ("product", "column_sum"):
        return details_of_sum(walk, step, sums, i)
    if step.kind == "input":
        return [charts.picture(walk.images[i], state.p)] if walk.images is not None else []
    if step.kind == "loss":
        after = walk.losses_new if step.phase == "after" else None
        bars = [charts.losses_by_example(walk.losses, i, walk.labels, after)]
        return bars if after is None else [along(walk), *bars]
    if step.kind == "update":
        return [along(walk)]
    if step.kind == "rowwise" or step.prose == "dA_output":
        return [charts.probabilities(walk.passed.output[i], int(walk.Y[i].argmax()))]
    figures = [curve(walk, state, step)] if slope_of(walk, step) is not None else []
    if step.topic == "delta":
        figures.append(charts.delta_sizes([float(np.abs(d).mean()) for d in walk.grads.delta], step.layer))
    return figures


def along(walk):
    ts = np.linspace(0, 3, 31)
    return charts.loss_along(ts, walk.loss_along(ts), walk.learning_rate)


def details_of_sum(walk, step, sums, i):
    if len(sums.terms) == 1:
        return []
    if sums.over.label == "pixel":
        return [charts.term_images(*sums.factors, sums.terms)]
    if sums.over.field == "i":
        return [charts.terms_by_example(sums.terms / step.scale, walk.labels, i, step.panels[-1].symbol.text)]
    return [charts.terms_by_unit(sums.terms, sums.over.label)]


def curve(walk, state, step):
    place = state.selection.cell(step.panels[-1])
    name, l = walk.before.layers[step.layer - 1].activation, step.layer
    S, A, slope = (float(array[place]) for array in (walk.passed.S[l - 1], walk.passed.A[l], slope_of(walk, step)))
    return charts.activation_curve(name, S, A, slope, ACTIVATION_NOTATION[name].curve)


def why(walk, step):
    if step.key == "X":
        many = f"{walk.m} digits" if walk.m > 1 and walk.images is not None else "one example"
        st.markdown(f"**One step of training on {many}, taken apart into {len(walk.steps)} steps. "
                    "Press → to follow it; click any cell to see where its number comes from.**")
    st.markdown(prose.why(step.prose))
    if step.topic in FROZEN and walk.before.layers[step.layer - 1].frozen_bias:
        st.markdown(FROZEN[step.topic])


def background(state, step):
    """What is there on demand: the derivation, and what the source says of this step."""
    with st.expander("Derivation", key="derivation", on_change="rerun") as derivation:
        if derivation.open:
            st.markdown(prose.derivation(step.prose))
    notes = source_notes(state.net, step.topic, step.layer)
    with st.expander("In the source", key="source", on_change="rerun") as source:    # another label would close it
        if source.open:
            for note in notes:
                source_note(note)
            st.caption(DOCUMENTS.get(state.net, NO_DOCUMENT))
    st.caption(cited(state.net, notes))


def source_note(note):
    st.markdown(f"**{note.reference}.** {note.says}")
    if note.erratum:
        st.markdown(f"| printed | right | proof |\n|---|---|---|\n| {note.printed} | {note.right} | {note.proof} |")


def data_line():
    """Which images are in use, as the foot of a page."""
    st.caption(f"Data: {ui.dataset().origin}.")


def footer(state, walk):
    """What is on the screen, in one line: the network, its weights, its learning rate, the data."""
    preset = state.preset()
    drawn = preset.weights is None and state.weights == "untrained"
    parts = [f"{preset.title}, {SETTINGS[state.chosen_setting]}", f"seed {state.seed}" if drawn else "",
             f"α = {state.learning_rate:g} on the {walk.before.reduction} over the batch",
             "" if state.settings().batch_size else f"the source takes all images as one batch, here {walk.m} of them"]
    data = "" if preset.is_toy else f" Data: {ui.dataset().origin}."
    st.caption("; ".join(filter(None, parts)) + "." + data)
