"""All state of the screen in one place: a WalkState in the session, kept in step with the address."""
from dataclasses import replace
from pathlib import Path

import numpy as np
import streamlit as st

from mlp_core.data import one_hot

from . import datasets
from .address import fitted, from_address, to_address
from .jobs import FetchMnist
from .walkthrough import take_walk

ROOT = Path(__file__).parents[1]
SHOWN_ROWS = 100    # the largest batch that is walked


@st.cache_resource(show_spinner=False)
def found_dataset():
    """The data set that all sessions share, and sentences about files that could not be read."""
    return datasets.find_dataset(ROOT)


@st.cache_resource(show_spinner=False)
def fetch_job():
    return FetchMnist()


def dataset():
    """The data set of this session: uploaded here, or the one found at the start."""
    return st.session_state.get("uploaded") or found_dataset()[0]


def use_upload(files):
    """Take the uploaded files as this session's data; an unreadable one becomes a sentence, and nothing changes."""
    try:
        st.session_state["uploaded"] = datasets.read_upload([(file.name, file.getvalue()) for file in files])
        st.session_state["notices"] = []
    except ValueError as error:
        st.session_state["notices"] = [f"Nothing was loaded: {error}. The data in use was kept."]


def walk_state():
    """The current WalkState; read from the address on the first visit and whenever the address was changed."""
    address = dict(st.query_params.items())
    if "walk_state" not in st.session_state or address != st.session_state["address"]:
        state, sentences = from_address(address)
        st.session_state["walk_state"], st.session_state["notices"] = state, sentences
        st.session_state["address"] = address
    return st.session_state["walk_state"]


def change(**changes):
    """Change the WalkState; for callbacks of widgets."""
    state = replace(st.session_state["walk_state"], **changes)
    if "net" in changes:
        state = replace(state, alpha=None, weights="untrained", setting="", step="X", batch=1)
    if "setting" in changes:
        state = replace(state, alpha=None)
    st.session_state["walk_state"], st.session_state["notices"] = state, []


def follow(field, widget=None):
    """A callback that copies a widget's value into a field of the WalkState; the widget is named like the field."""
    def copy():
        change(**{field: st.session_state[f"ui_{widget or field}"]})
    return copy


def shown(field, value):
    """Give a widget its value before it is made, and return its key."""
    st.session_state[f"ui_{field}"] = value
    return f"ui_{field}"


def batch_count(state):
    preset = state.preset()
    return 1 if preset.is_toy else len(dataset().images) // batch_rows(state)


def batch_rows(state):
    return min(state.settings().batch_size or SHOWN_ROWS, SHOWN_ROWS, len(dataset().images))


def walk():
    """Return (WalkState, Walk) of the current state, the walk kept until something it depends on changes."""
    state = walk_state()
    preset = state.preset()
    m = 1 if preset.is_toy else batch_rows(state)
    state, sentences = fitted(state, batch_count(state), None, preset.sizes, m)
    recipe = (state.net, state.chosen_setting, state.weights, state.batch, state.seed, state.learning_rate,
              state.hidden, state.act, state.out, state.loss, state.red, dataset())
    if st.session_state.get("recipe") != recipe:
        st.session_state["walk"], st.session_state["recipe"] = _walk(state, preset), recipe
    current = st.session_state["walk"]
    state, more = fitted(state, batch_count(state), [step.key for step in current.steps], preset.sizes, m)
    st.session_state["walk_state"] = state
    st.session_state["notices"] = st.session_state["notices"] + sentences + more
    return state, current


def _walk(state, preset):
    network = (datasets.default_network() if state.weights == "trained"
               else preset.network(state.settings(), np.random.default_rng(state.seed)))
    if preset.is_toy:
        X, Y = (np.array(part, preset.dtype) for part in preset.example)
        return take_walk(network, X, Y, state.learning_rate)
    m, data = batch_rows(state), dataset()
    rows = slice((state.batch - 1) * m, state.batch * m)
    labels = data.labels[rows]
    return take_walk(network, data.images[rows], one_hot(labels, preset.sizes[-1]), state.learning_rate, labels)


def write_address():
    """Put the state into the address, so that it can be copied, bookmarked and restored."""
    address = to_address(st.session_state["walk_state"])
    if address != dict(st.query_params.items()):
        st.query_params.from_dict(address)
    st.session_state["address"] = address


def turn(keys, by):
    """Go `by` steps on from wherever the walk is by now; a callback for back and next."""
    at = keys.index(st.session_state["walk_state"].step) + by
    change(step=keys[min(max(at, 0), len(keys) - 1)])
