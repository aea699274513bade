"""Which example, and which units, of a document's network the numbers of the Sources page are of."""
import numpy as np
import streamlit as st

from explainer import resources
from explainer import session as ui


def selected(net, *fields):
    """The fields that choose them; return (walk, i, j, k), each inside what the last layer has."""
    walk, look = resources.example_of(net), ui.session().chosen.look
    most = {"i": walk.m - 1, "j": walk.before.sizes[-1] - 1, "k": walk.before.sizes[-2] - 1}
    at = {name: min(getattr(look, name), top) for name, top in most.items()}
    titles = {"i": "Example", "j": "Output unit j", "k": "Hidden unit k"}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="selected"):
        for name in fields:
            st.markdown(titles[name], width="content")
            st.number_input(titles[name], 0, most[name], width=110, key=ui.shown(f"at_{name}", at[name]),
                            label_visibility="collapsed",
                            on_change=lambda name=name: ui.change(**{name: ui.value(f"at_{name}")}))
    return walk, at["i"], at["j"], at["k"]


def output(walk, i):
    """Return (a, y) of an example's softmax in float64: its outputs and what they should be."""
    S = walk.passed.S[-1][i].astype(np.float64)
    e = np.exp(S - S.max())
    return e / e.sum(), walk.Y[i].astype(np.float64)
