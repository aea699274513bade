"""The whole Jacobian of softmax beside the diagonal that the post takes, with the numbers of one example."""
import streamlit as st

from explainer import session as ui
from explainer.components.mount import show_figures
from explainer.documents import SYSTEMS
from explainer.figures import sources
from explainer.numbers import plain_number
from explainer.pages.sources.selected import output, selected
from explainer.softmax_chain import SoftmaxChain


def part(source):
    walk, i, _, _ = selected(SYSTEMS[source].preset, "i")
    chain = SoftmaxChain(*output(walk, i))
    left, right = st.columns([6, 5], gap="large")
    with left:
        st.markdown(r"Row $r$, column $c$: how output $a_r$ moves when the sum $z_c$ does, "
                    r"$\frac{\partial a_r}{\partial z_c} = a_r([r = c] - a_c)$. The post takes the diagonal only.")
        show_figures("jacobians", [sources.jacobians(chain.jacobian)], legend=False,
                     token=f"jacobians-{ui.session().walks}-{i}",
                     alts=["Softmax’s Jacobian of this example: its diagonal alone, and all of it"])
        st.markdown("Every row of the whole one sums to 0: the outputs always sum to 1, so what one gains the others "
                    "lose. That is what the diagonal forgets.")
    with right:
        lines = ["| digit | y | a | by the diagonal | by all of it | a − y |", "|--:|--:|--:|--:|--:|--:|"]
        numbers = zip(chain.y, chain.a, chain.diagonal, chain.whole, chain.a - chain.y)
        lines += [f"| {r} | {y:g} | " + " | ".join(plain_number(x, 3) for x in rest) + " |"
                  for r, (y, *rest) in enumerate(numbers)]
        st.markdown("\n".join(lines))
        t = int(chain.y.argmax())
        st.markdown(f"The diagonal is right for the digit shown, {t}, and 0 for every other: these outputs would never "
                    "be pushed down. All paths together give $a - y$, the result that the post ends with.")
        st.button("Formula and proof", key="to_diagonal",
                  on_click=lambda: ui.change(about="formulas", formula="diagonal"))
