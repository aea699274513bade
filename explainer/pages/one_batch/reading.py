"""What there is to read on demand: the derivation of a step, and what its source says of it."""
import streamlit as st

from explainer import prose
from explainer import session as ui
from explainer.sources import DOCUMENTS, NO_DOCUMENT, cited, source_notes


def asked_for(chosen, walk):
    """Show what the reader asked for, until it is closed: whatever runs meanwhile, it stays."""
    if (name := ui.session().opened) in DIALOGS:
        DIALOGS[name](chosen.choice, walk.step(chosen.look.step))


def closed():
    ui.session().opened, ui.session().told = "", True


@st.dialog("Derivation", width="large", on_dismiss=closed)
def derivation(choice, step):
    st.markdown(f"##### {step.title}")
    st.markdown(prose.derivation(step.prose))


@st.dialog("In the source", width="large", on_dismiss=closed)
def source(choice, step):
    notes = source_notes(choice.net, step.topic, step.layer)
    st.caption(DOCUMENTS.get(choice.net, NO_DOCUMENT))
    for note in notes:
        source_note(note)
    st.caption(cited(choice.net, notes))


def source_note(note):
    st.markdown(f"**{note.reference}.** {note.says}")
    if note.erratum:
        st.markdown(f"| printed | right | proof |\n|---|---|---|\n| {note.printed} | {note.right} | {note.proof} |")


DIALOGS = {"derivation": derivation, "source": source}
