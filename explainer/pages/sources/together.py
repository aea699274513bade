"""All five documents together: where they disagree, what they cite, and what every symbol and term means."""
import streamlit as st

from explainer import glossary
from explainer import session as ui
from explainer.documents import CONTRADICTIONS, SYSTEMS, WORKS
from explainer.pages import shared
from mlp_core.presets import PRESETS


def apart(source):
    st.markdown("Each of the five is right about some of this in its own terms. Taken together they cannot all be "
                "followed, so the product chose.")
    names = {"pdf": "MLP README and PDF"} | {key: one.name for key, one in SYSTEMS.items() if one.preset != "deep"}
    lines = ["| topic | " + " | ".join(names.values()) + " | **here** |", "|:--" * (len(names) + 2) + "|"]
    lines += [f"| **{row['topic']}** | " + " | ".join(row[key] for key in names) + f" | {row['here']} |"
              for row in CONTRADICTIONS]
    st.markdown("\n".join(lines))


def works(source):
    left, right = st.columns([4, 7], gap="large")
    with left:
        st.markdown("**The five documents**")
        st.markdown("\n".join(f"* {one.described}" for one in SYSTEMS.values()))
    with right:
        for of, words in (("pdf", "The MLP README and PDF refer to"), ("post", "l1g4v’s post refers to")):
            st.markdown(f"**{words}**")
            st.markdown("\n".join(f"1. {work.described}" for work in WORKS if of in work.of))
        st.caption("The NumPy-only README and MarkoMile’s notebook refer to nothing. Three of these works have "
                   "numbers or a "
                   "network that can be walked here:")
        with st.container(horizontal=True, gap="small"):
            for work in WORKS:
                if work.net:
                    st.button(PRESETS[work.net].title, key=f"walk_{work.net}", on_click=walk, args=(work.net,),
                              icon=":material/footprint:")


def walk(net):
    ui.change(net=net)
    shared.leave_for("one_batch")


def entries(source):
    st.markdown("Every symbol and every term of this product, and what three widely read sources call it.")
    lines = ["| symbol | term | what it is | elsewhere |", "|:--|:--|:--|:--|"]
    for entry in glossary.entries().values():
        symbol = f"${entry.symbol}$" if entry.symbol else ""
        others = f" ({', '.join(entry.names[1:])})" if entry.names[1:] else ""
        elsewhere = "; ".join(f"{who}: {what}" for who, what in entry.elsewhere)
        lines.append(f"| {symbol} | **{entry.title}**{others} | {entry.says} | {elsewhere} |")
    st.markdown("\n".join(lines))
    st.caption("; ".join(glossary.SOURCES.values()) + ".")
