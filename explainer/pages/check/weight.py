"""This weight: nudged both ways by ε, and the error of that over ε."""
import streamlit as st

from explainer import resources
from explainer import session as ui
from explainer.checking import STEPS, marked
from explainer.components.mount import show_figures
from explainer.figures import checks
from explainer.notation import symbol
from explainer.numbers import plain_number
from mlp_core.network import parameter_arrays

EXPONENTS = [12 - n / 4 for n in range(45)]     # ε = 10 to minus this, from the smallest on


@st.fragment
def part(walk):
    """All of it is one fragment: where ε or the weight changes, only this is drawn again."""
    left, right = st.columns([5, 6], gap="medium")
    with left:
        layer, which, row, column = _which(walk)
        numbers(layer, which, row, column)
    with right:
        curve(layer, which, row, column)
    resources.write_address()


def _which(walk):
    """The fields that say which weight; return (layer, "W" or "b", row, column)."""
    look, shapes = ui.session().chosen.look, {name: array.shape for name, array in parameter_arrays(walk.before)}
    name = look.weight if look.weight in shapes else of_the_step(walk, look.step)
    layer, which, row, column = place(walk, name)
    field = _from(walk, name)
    with st.container(horizontal=True, gap="small", key="which"):
        st.selectbox("Of", list(shapes), format_func=lambda name: symbol(name[0], name[1:]).text, width=100,
                     key=ui.shown("weight", name), on_change=ui.follow("weight"))
        if which == "W":
            st.number_input("From pixel" if field == "p" else "From input" if layer == 1 else "From unit", 0,
                            shapes[name][0] - 1, width=120, key=ui.shown(f"from_{field}", row),
                            on_change=lambda: ui.change(**{field: ui.value(f"from_{field}")}))
        st.number_input("To unit" if which == "W" else "Of unit", 0, max(shapes[name][-1] - 1, 1), width=120,
                        disabled=shapes[name][-1] == 1, key=ui.shown("to_j", column),
                        on_change=lambda: ui.change(j=ui.value("to_j")))
    return layer, which, row, column


def place(walk, name):
    """The selected cell of the weights or biases called so: (layer, "W" or "b", row, column)."""
    look, array = ui.session().chosen.look, dict(parameter_arrays(walk.before))[name]
    row = min(getattr(look, _from(walk, name)), len(array) - 1) if array.ndim == 2 else 0
    return int(name[1:]), name[0], row, min(look.j, array.shape[-1] - 1)


def _from(walk, name):
    """The part of the selection that says which input a weight is from."""
    return "p" if name == "W1" and walk.images is not None else "k"


def of_the_step(walk, key):
    """The name of the weights or biases that this step is about, else of the last layer's weights."""
    step = next((step for step in walk.steps if step.key == key), None)
    layer = step.layer if step and step.layer else walk.L
    return f"{'b' if step and step.topic in ('db', 'b_new') else 'W'}{layer}"


def numbers(layer, which, row, column):
    """The slider of ε, and what it gives."""
    at = ui.session().chosen.look.eps
    st.markdown("Move this one number up by ε, then down by ε, and compute the loss E each time. The change of E, "
                "divided by 2ε, is its slope, found without backpropagation.")
    st.select_slider("ε: how far it is moved", EXPONENTS, format_func=lambda x: plain_number(10.0 ** -x, 2),
                     key=ui.shown("eps", at), on_change=ui.follow("eps"))
    one = resources.check().nudged(layer, which, row, column, 10.0 ** -at)

    def split(value):
        head, tail, power = marked(value, one.digits)
        return f"**{head}**{tail}{power}" if head else f"{tail}{power}"
    st.markdown(
        f"| {one.name} = {plain_number(one.value, 6)} | value |\n|:--|:--|\n"
        f"| E₊, at {one.name} + ε | {one.above:.15g} |\n| E₋, at {one.name} − ε | {one.below:.15g} |\n"
        f"| (E₊ − E₋) / 2ε | {split(one.quotient)} |\n| backpropagation | {split(one.backpropagation)} |\n"
        f"| the walk’s own number | {plain_number(one.walked, 9)} |\n"
        f"| digits that agree | **{one.digits}**, relative difference {plain_number(one.error, 2)} |")
    if one.corners:
        st.caption("Between the two points a sum crosses the corner of its activation: the quotient mixes two slopes.")
    st.caption(resources.check().precision)


def curve(layer, which, row, column):
    """The error over ε, and what its two sides are."""
    found, eps = resources.valley(layer, which, row, column), 10.0 ** -ui.session().chosen.look.eps
    name = f"{symbol(which, layer).text}[{f'{row}, ' * (which == 'W')}{column}]"
    show_figures("valley", [checks.valley(found, eps)], legend=False,
                 token=f"valley-{ui.session().walks}-{which}{layer}-{row}-{column}-{eps:.3g}",
                 alts=[f"How far the central difference of {name} is off, for ε from 0.1 to 10⁻¹²"])
    words = found.words
    if "flat" in words:
        st.markdown(words["flat"])
        return
    st.caption(f"**Right: truncation.** {words['truncation']}")
    st.caption(f"**Left: rounding.** {words['rounding']}")
    st.caption(" ".join(filter(None, [f"{words['bottom'].rstrip('.')}: {plain_number(found.best, 2)}.",
                                      words.get("corners")])))


assert len(EXPONENTS) == len(STEPS)
