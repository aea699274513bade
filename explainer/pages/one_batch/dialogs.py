"""The dialogs of the one-batch page; one stays open while the walk behind it changes, until the reader closes it."""
import streamlit as st

from explainer import session as ui
from explainer.pages.one_batch.checked import checked
from explainer.pages.one_batch.settings import settings
from explainer.pages.one_batch.share import share

DIALOGS = {"settings": ("Settings", settings), "share": ("Share and print", share),
           "check": ("Is it right? This weight, nudged", checked)}     # {key: (title, what shows it)}


def dialog(chosen, walk):
    """Show the one that is open, if any is."""
    shown = ui.session().dialog
    if shown and not (shown == "settings" and chosen.look.hides("settings")):
        title, content = DIALOGS[shown]
        st.dialog(title, width="medium", on_dismiss=close_dialog)(content)(chosen, walk)


def open_dialog(key):
    ui.session().dialog, ui.session().told = key, True


def close_dialog():
    open_dialog("")
