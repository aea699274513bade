"""The selected cell: its place, its arithmetic, the statement that made it, and pictures of what is behind it."""
import streamlit as st

from explainer import session as ui
from explainer.arithmetic import arithmetic
from explainer.components.mount import show_figures
from explainer.equations import fitting
from explainer.numbers import plain_number
from explainer.pages.one_batch.details import details
from explainer.pages.one_batch.frame import digits
from explainer.pages.one_batch.stage import clicked
from explainer.selection import FIELDS
from explainer.sentences import first_step, measures, turn_of_the_loss


def cell(walk, choice, look, step):
    choose_cell(look, step)
    sums = arithmetic(step, look.selection, digits(choice))
    with st.container(key="sums"):
        st.latex(r"\begin{aligned} & " + r" \\ & ".join(fitting(line) for line in sums.lines) + r"\end{aligned}")
        if note := " ".join(filter(None, [sums.note, about_the_loss(walk, choice, step)])):
            st.caption(note)
    st.code(step.code, language="python", wrap_lines=True)
    if figures := details(walk, look, step, sums):
        show_figures("detail", figures, token=f"d-{step.key}", images=walk.images, legend=False, selected=look.i,
                     alts=["What is behind the selected cell"] * len(figures), on_cell=clicked("detail"))
    if step.kind == "update":
        alpha_slider(choice)
    if sums.factors and len(sums.terms) > 5:
        with st.expander("The largest terms", key="terms", on_change="rerun") as terms:
            if terms.open:
                largest_terms(sums, step)


def choose_cell(look, step):
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
            # one mark: three would need two lines
            st.markdown(name, width="content", help=None if n else f"{spans}.")
            st.number_input(name, 0, max(last, 1), disabled=last == 0, width=70,
                            label_visibility="collapsed", key=ui.shown(field, min(getattr(look, field), last)),
                            on_change=ui.follow(field))


def about_the_loss(walk, choice, step):
    """What is said beneath the arithmetic of a loss."""
    if step.kind != "loss":
        return ""
    if step.phase != "after":
        return measures(walk)
    sentences = turn_of_the_loss(walk), measures(walk, after=True), first_step(walk, choice.settings().learning_rate)
    return " ".join(filter(None, sentences))


def alpha_slider(choice):
    grain = choice.settings().learning_rate / 20
    st.slider("Learning rate α", min(grain, choice.learning_rate), max(80 * grain, choice.learning_rate), step=grain,
              format="%.3g", key=ui.shown("alpha_slider", choice.learning_rate),
              on_change=ui.follow("alpha", "alpha_slider"))


def largest_terms(sums, step):
    over = f" / {step.scale:g}" if step.scale != 1 else ""
    names = [panel.symbol.text for panel in step.panels[:len(sums.factors)]]
    head = [sums.over.label, *names, f"term{over}"]
    lines = [" | ".join(head), "|".join(["---:"] * len(head))]
    for n in sums.largest(8):
        numbers = [*(factor[n] for factor in sums.factors), sums.terms[n] / step.scale]
        place = f"{n} (row {n // 28}, column {n % 28})" if sums.over.label == "pixel" else str(n)
        lines.append(" | ".join([place, *(plain_number(number, 5) for number in numbers)]))
    st.markdown("\n".join(f"| {line} |" for line in lines))
