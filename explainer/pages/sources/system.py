"""A document's system beside ours, what both reached, and the ways into the walk and the training with exactly that."""
import streamlit as st

from explainer import session as ui
from explainer.documents import HOW_MEASURED, SYSTEMS, last_measured, ours
from explainer.pages import shared
from mlp_core.presets import PRESETS

OURS = ", our choice"      # where the document says nothing


def part(source):
    one = SYSTEMS[source]
    here = ours(one.preset)
    left, right = st.columns([7, 5], gap="medium")
    with left:
        st.caption(one.described)
        lines = ["| part | the document | here, as the source has it |", "|:--|:--|:--|"]
        lines += [f"| {row} | {says} | {here[row]}{OURS if says.startswith('–') else ''} |"
                  for row, says in one.system.items() if row != "result"]
        st.markdown("\n".join(lines))
    with right:
        with st.container(horizontal=True, gap="small", key="ways"):
            st.button("Walk one batch of it", key="walk_it", type="primary", icon=":material/footprint:",
                      on_click=go, args=(one.preset, "one_batch"))
            st.button("Train it", key="train_it", icon=":material/play_arrow:", on_click=go,
                      args=(one.preset, "train"))
        results(one)
        if note := PRESETS[one.preset].source.note:
            st.caption(note)


def go(preset, page):
    """Leave for the walk or the training of a document's network, with its own settings and nothing else."""
    ui.change(net=preset, setting="source", part="train", seed=0)
    shared.leave_for(page)


def results(one):
    """What it reports, and what we measured with its settings and with ours."""
    lines = ["| result | test images read right |", "|:--|:--|",
             f"| the document reports | {'nothing' if one.system['result'] == '–' else one.system['result']} |"]
    for which, what in (("source", "its settings"), ("best", "as it works best")):
        epochs, shares = last_measured(one.preset, which)
        reached = " and ".join(f"**{share:.2f} %**" for share in shares)
        lines.append(f"| we measured, {what} | {reached} after {epochs:,} epochs |")
    st.markdown("\n".join(lines))
    st.caption(f"On the way with its settings: {ours(one.preset)['result']}.")
    st.caption(HOW_MEASURED)
