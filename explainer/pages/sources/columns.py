"""The post's convention: one image a column; and why its own drawings had to be turned, shown on one digit."""
import numpy as np
import streamlit as st

from explainer import resources
from explainer import session as ui
from explainer.components.mount import show_figures
from explainer.documents import SYSTEMS
from explainer.figures.pictures import Picture, pictures
from explainer.numbers import percent, plain_number
from explainer.pages.sources.selected import selected
from mlp_core import forward


def part(source):
    walk, i, j, _ = selected(SYSTEMS[source].preset, "i")
    image = walk.images[i].reshape(28, 28) / np.float32(255)
    left, right = st.columns([6, 5], gap="large")
    with left:
        turned(image, i)
    with right:
        convention(walk, i)


def turned(image, i):
    st.markdown("**Turned images.** MNIST lies upright, row by row. Octave’s `reshape` fills a matrix column by "
                "column, "
                "so the same 784 numbers show the transpose there. A drawing has to be transposed before `reshape` to "
                "be "
                "laid out as MNIST is; `rot90(img, 3)` and `fliplr` together do just that.")
    steps = [(image, "a drawing,<br>upright"), (np.rot90(image, 3), "rot90(img, 3)<br>alone"),
             (np.fliplr(np.rot90(image, 3)), "then fliplr:<br>the transpose"),
             (np.fliplr(np.rot90(image, 3)).ravel(order="F").reshape(28, 28), "its 784 numbers,<br>row by row: MNIST")]
    show_figures("turned", [pictures([Picture(values, name) for values, name in steps], height=190)], legend=False,
                 token=f"turned-{ui.session().walks}-{i}",
                 alts=["One digit upright, turned, transposed, and as the network gets it"])
    st.markdown("\n".join(["| given to the trained network that ships | it reads |", "|:--|:--|",
                           *(f"| {what} | {read(values)} |" for what, values in (
                               ("upright, row by row", image), ("transposed", image.T),
                               ("rot90 alone", np.rot90(image, 3))))]))
    st.caption("In NumPy, `reshape` goes row by row: nothing has to be turned.")


def read(image):
    """What the network that ships makes of an image."""
    A = forward(resources.default_network(), np.ascontiguousarray(image).reshape(1, 784).astype(np.float32)).output[0]
    return f"{A.argmax()}, output {percent(A.max(), 0)}"


def convention(walk, i):
    """One image a column, beside one image a row: the same sums, transposed."""
    X, W, b = walk.passed.A[0].astype(np.float64), *(getattr(walk.before.layers[0], name).astype(np.float64)
                                                     for name in "Wb")
    rows, columns = X @ W + b, W.T @ X.T + b[:, None]
    m, apart = walk.m, float(np.abs(rows - columns.T).max())
    p = ui.session().chosen.look.p
    st.markdown("**One image a column.** The post’s matrices are the transposes of ours:")
    st.markdown("\n".join([
        "| what | the post | here |", "|:--|:--|:--|", f"| images | `inputs`, 784×{m} | $X$, {m}×784 |",
        "| one image | `inputs(:,i)`, a column | `X[i]`, a row |", "| weights | `W_12`, 16×784 | $W^1$, 784×16 |",
        "| biases | `B_2`, 16×1 | $b^1$, 16 |",
        f"| sums | `W_12*inputs + B_2`, 16×{m} | $X W^1 + b^1$, {m}×16 |",
        f"| pixel {p} of `reshape` | row {p % 28}, column {p // 28} | row {p // 28}, column {p % 28} |"]))
    st.markdown(f"Both computed for this batch, the two matrices of sums differ by at most {plain_number(apart, 2)} "
                f"after "
                f"one is transposed. Example {i}, unit 0: {plain_number(columns[0, i], 6)} and "
                f"{plain_number(rows[i, 0], 6)}.")
