"""The chain rule of eq. 2.3 as a diagram: two links more for each layer further back, each of them a step."""
import re

import streamlit as st

from explainer import session as ui
from explainer.documents import SYSTEMS
from explainer.notation import symbol
from explainer.pages.sources.formulas import to_step
from mlp_core.presets import PRESETS


def links(back, last):
    """Return [(LaTeX, key of our step)] of ∂E/∂w of layer `back`, from the loss on, in the document's notation."""
    found = [(rf"\frac{{\partial E}}{{\partial A_{{L{last}}}}}", f"dA{last}")]
    for l in range(last, back - 1, -1):
        found.append((rf"\frac{{\partial A_{{L{l}}}}}{{\partial S_{{L{l}}}}}", f"delta{l}"))
        if l > back:
            found.append((rf"\frac{{\partial S_{{L{l}}}}}{{\partial A_{{L{l - 1}}}}}", f"dA{l - 1}"))
    return [*found, (rf"\frac{{\partial S_{{L{back}}}}}{{\partial w_{{L{back}}}}}", f"dW{back}")]


def name_of(key):
    """The symbol of the step that a link leads to, so that a button has a name in letters: δ⁴."""
    quantity, layer = re.fullmatch(r"(\D+)(\d)", key).groups()
    return symbol(quantity, layer).text


def part(source):
    preset = SYSTEMS[source].preset
    last, back = len(PRESETS[preset].activations), ui.session().chosen.look.link
    st.markdown("From the loss back to a weight, the slope is a product with one factor for each link on the way "
                "(eq. 2.3). Each link leads to its step in the walk; what a layer adds is in colour.")
    for l in range(last, back - 1, -1):
        row(preset, l, last)
    with st.container(horizontal=True, gap="small", key="chain_buttons"):
        st.button("One layer further back", key="further_back", type="primary", disabled=back == 1,
                  on_click=lambda: ui.change(link=back - 1))
        st.button("Only the last layer", key="last_layer", disabled=back == last,
                  on_click=lambda: ui.change(link=last))
    below = back + 1
    st.markdown(
        rf"**What repeats has a name.** All factors down to "
        rf"$\frac{{\partial A_{{L{back}}}}}{{\partial S_{{L{back}}}}}$ "
        rf"together are $\delta_{{{back}}}$. " + (
            rf"It is computed once from $\delta_{{{below}}}$, by two links: that is all of "
            rf"backpropagation." if back < last
            else "The layer before it goes on from there."))
    st.markdown(
        "**As matrices** the factors have sides, and two of them are transposed: "
        + (rf"$\delta_{{{back}}} = (A_{{L{last}}} - Y) \odot f'(S_{{L{last}}})$" if back == last else
           rf"$\delta_{{{back}}} = (\delta_{{{below}}}\, w_{{L{below}}}^T) \odot f'(S_{{L{back}}})$")
        + rf" and $\frac{{\partial E}}{{\partial w_{{L{back}}}}} = {'X' if back == 1 else f'A_{{L{back - 1}}}'}^T "
        rf"\delta_{{{back}}}$. For the bias (eq. 2.4) the last link is 1.")


def row(preset, l, last):
    """One line of 2.3: its links as buttons, those that this layer adds in colour."""
    before = {key for _, key in links(l + 1, last)[:-1]} if l < last else set()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"chain_{l}"):
        st.markdown(rf"$\dfrac{{\partial E}}{{\partial w_{{L{l}}}}} =$", width="content")
        for n, (latex, key) in enumerate(links(l, last)):
            if n:
                st.markdown("·", width="content")
            st.button(f"${latex}$ :small[→ {name_of(key)}]", key=f"link_{l}_{key}",
                      type="secondary" if key in before else "primary", on_click=to_step, args=(preset, key))
