"""The post's scalar view: one weight and one bias of the last layer, neuron by neuron, then the same as matrices."""
import numpy as np
import streamlit as st

from explainer import session as ui
from explainer.components.mount import show_figures
from explainer.documents import SYSTEMS
from explainer.figures import sources
from explainer.numbers import plain_number, tex_factor, tex_number
from explainer.pages.sources.formulas import to_step
from explainer.pages.sources.selected import output, selected
from explainer.softmax_chain import SoftmaxChain

SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def part(source):
    net = SYSTEMS[source].preset
    walk, i, j, k = selected(net, "i", "j", "k")
    chain, below = SoftmaxChain(*output(walk, i)), walk.passed.A[-2][i].astype(np.float64)
    left, right = st.columns([6, 6], gap="large")
    with left:
        neuron_by_neuron(chain, below, j, k)
    with right:
        as_matrices(net, walk, chain, below, i, j, k)


def neuron_by_neuron(chain, below, j, k):
    """The chain of one weight: over each output to the sum z_j, then to the bias and the weight."""
    n, terms = j + 1, chain.by_a * chain.jacobian[:, j]
    st.markdown(rf"**Neuron by neuron.** $z^3_{{{n}}}$ stands in every output of softmax, so $\frac{{\partial C}}"
                rf"{{\partial z^3_{{{n}}}}}$ is a sum over the ten outputs $r$, which the post numbers from 1:")
    lines = [f"| r | yᵣ | a³ᵣ | ∂C/∂a³ᵣ | ∂a³ᵣ/∂z³{str(n).translate(SUBSCRIPT)} | product |",
             "|--:|--:|--:|--:|--:|--:|"]
    lines += [f"| {r + 1} | {chain.y[r]:g} | {plain_number(chain.a[r], 3)} | {plain_number(chain.by_a[r], 3)} | "
              f"{plain_number(chain.jacobian[r, j], 3)} | {plain_number(terms[r], 3)} |" for r in range(len(terms))]
    st.markdown("\n".join([*lines, f"| | | | | sum | **{plain_number(terms.sum(), 4)}** |"]))
    delta = tex_number(terms.sum(), 4)
    st.markdown(
        rf"It is $a^3_{{{n}}} - y_{{{n}}} = {delta}$. One link more: "
        rf"$\frac{{\partial z^3_{{{n}}}}}{{\partial b^3_{{{n}}}}} = 1$, so "
        rf"$\frac{{\partial C}}{{\partial b^3_{{{n}}}}} = {delta}$; and "
        rf"$\frac{{\partial z^3_{{{n}}}}}{{\partial w^3_{{{n},{k + 1}}}}} = a^2_{{{k + 1}}} = "
        rf"{tex_number(below[k], 4)}$, so "
        rf"$\frac{{\partial C}}{{\partial w^3_{{{n},{k + 1}}}}} = {delta} \cdot {tex_factor(below[k], 4)} = "
        rf"{tex_number(terms.sum() * below[k], 4)}$.")


def as_matrices(net, walk, chain, below, i, j, k):
    """All of them at once for this example, and their mean over the batch, which is the walk's gradient."""
    st.markdown(r"**The same as matrices**, in columns as the post has them: $\Delta w^3 = \delta^3 (a^2)^T$.")
    column, row = chain.whole[:, None], below[None, :]
    show_figures("outer", [sources.column_times_row(column, row, ("δ³", "(a²)ᵀ", "Δw³"), (j, k))], legend=False,
                 token=f"outer-{ui.session().walks}-{i}-{j}-{k}",
                 alts=[f"The column of 10 numbers δ times the row of 16 outputs of example {i}: the 10 by 16 gradient"])
    mean, mean_b = walk.grads.dW[-1][k, j], walk.grads.db[-1][j]
    A = walk.passed.A[-1].astype(np.float64)
    own = float(((A[:, j] - walk.Y[:, j]) * walk.passed.A[-2][:, k]).mean())
    st.markdown(
        f"Framed: $\\Delta w^3_{{{j + 1},{k + 1}}}$ = {plain_number(chain.whole[j] * below[k], 4)}, the number at the "
        f"left. "
        f"The mean of that cell over the {walk.m} examples of the batch is {plain_number(own, 5)}; the walk’s "
        f"∇W³[{k}, {j}], transposed and numbered from 0, is **{plain_number(mean, 5)}**, and ∇b³[{j}] "
        f"{plain_number(mean_b, 5)}.")
    with st.container(horizontal=True, gap="small"):
        for key, name in (("delta3", "δ³"), ("dW3", "∇W³"), ("db3", "∇b³")):
            st.button(f"{name} in the walk", key=f"one_to_{key}", icon=":material/footprint:", on_click=to_step,
                      args=(net, key))
