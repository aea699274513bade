"""The words of a step: why, what to look at, a common mistake, its derivation, and what its source says of it."""
import streamlit as st

from explainer import prose
from explainer.sources import DOCUMENTS, NO_DOCUMENT, cited, source_notes

FROZEN = {  # said where a source's biases are used but never updated
    "db": "The source uses its biases but never updates them: this gradient is right, and no step follows from it. "
          "“As it works best” in the settings lets the biases learn.",
    "W_new": "Only weights are updated here: the source uses its biases but never changes them. "
             "“As it works best” in the settings lets the biases learn."}


def why(walk, step):
    if step.kind == "input":
        many = f"{walk.m} digits" if walk.m > 1 and walk.images is not None else "one example"
        st.markdown(f"**One step of training on {many}, taken apart into {len(walk.steps)} steps. "
                    "Press → to follow it; click any cell to see where its number comes from.**")
    st.markdown(prose.why(step.prose))
    if step.topic in FROZEN and walk.layer(step.layer).frozen_bias:
        st.markdown(FROZEN[step.topic])
    st.markdown(f"**Look.** {prose.look(step.prose)}")
    st.markdown(f"**Common mistake.** {prose.mistake(step.prose)}")


def background(choice, step):
    """What is there on demand: the derivation, and what the source says of this step."""
    with st.expander("Derivation", key="derivation", on_change="rerun") as derivation:
        if derivation.open:
            st.markdown(prose.derivation(step.prose))
    notes = source_notes(choice.net, step.topic, step.layer)
    with st.expander("In the source", key="source", on_change="rerun") as source:    # another label would close it
        if source.open:
            for note in notes:
                source_note(note)
            st.caption(DOCUMENTS.get(choice.net, NO_DOCUMENT))
    st.caption(cited(choice.net, notes))


def source_note(note):
    st.markdown(f"**{note.reference}.** {note.says}")
    if note.erratum:
        st.markdown(f"| printed | right | proof |\n|---|---|---|\n| {note.printed} | {note.right} | {note.proof} |")
