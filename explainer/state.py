"""All state of the screen in one place: a WalkState in the session, kept in step with the address."""
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import streamlit as st

from mlp_core.data import one_hot

from . import datasets
from .address import WalkState, fitted, from_address, own_fields, to_address
from .jobs import FetchMnist
from .runs import Recipe, changed, material, worked_example
from .trainer import Trainer
from .walkthrough import take_walk

ROOT = Path(__file__).parents[1]
SHOWN_ROWS = 100    # the largest batch that is walked


@dataclass(frozen=True, eq=False)   # two are the same if they are one object: each drawing is a batch of its own
class Walked:
    """The drawing that is example 0 of the walk's batch."""
    image: np.ndarray       # (784,) uint8
    digit: int              # what it is, as the person says


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


@st.cache_resource(scope="session", on_release=lambda trainer: trainer.close(), show_spinner=False)
def trainer():
    """The runs of this session. When its tab closes, the training ends."""
    return Trainer()


@st.cache_resource(show_spinner=False)
def _shared_material():
    return material(found_dataset()[0])


def learnt_from(state):
    """Return the Material that a run of this state's network learns from."""
    if state.preset().is_toy:
        return worked_example(state.preset())
    if "uploaded" not in st.session_state:
        return _shared_material()
    dataset, split = st.session_state.get("split", (None, None))
    if dataset is not st.session_state["uploaded"]:
        dataset = st.session_state["uploaded"]
        split = material(dataset)
        st.session_state["split"] = dataset, split
    return split


def use_upload(files):
    """Take the uploaded files as this session's data; an unreadable one becomes a sentence, and nothing changes."""
    try:
        st.session_state["uploaded"] = datasets.read_upload([(file.name, file.getvalue()) for file in files])
        st.session_state["notices"] = []
    except ValueError as error:
        st.session_state["notices"] = [f"Nothing was loaded: {error}. The data in use was kept."]


def walk_state():
    """The current WalkState; read from the address on the first visit and whenever the address was changed.

    Without an address, as when one comes from another page, it is the one that was there before.
    """
    address = dict(st.query_params.items())
    if "walk_state" not in st.session_state or (address and address != st.session_state["address"]):
        state, sentences = from_address(address)
        st.session_state["walk_state"], st.session_state["notices"] = state, sentences
        st.session_state["address"] = address
    return st.session_state["walk_state"]


def chosen():
    """The current WalkState, on a page whose address says nothing of it."""
    for name, value in (("walk_state", WalkState()), ("notices", []), ("address", {})):
        st.session_state.setdefault(name, value)
    return st.session_state["walk_state"]


def change(**changes):
    """Change the WalkState; for callbacks of widgets."""
    state = replace(st.session_state["walk_state"], **changes)
    if "net" in changes:
        state = replace(state, alpha=None, weights="untrained", setting="", step="X", batch=1)
    if "setting" in changes:
        state = replace(state, alpha=None)
    if {"net", "setting"} & set(changes):
        st.session_state["training"] = {}
    st.session_state["walk_state"], st.session_state["notices"] = state, []


def recipe(state):
    """Return the Recipe of the next run: the chosen network and setting, with what was changed for training."""
    changes = {"learning_rate": state.learning_rate} | st.session_state.get("training", {})
    setting = changed(state.settings(), **changes)
    return Recipe(state.net, state.preset(), state.chosen_setting, setting, state.seed)


def adopt(recipe):
    """Choose what a run is made of: its network, its setting and its numbers, for the next run and for the walk."""
    change(net=recipe.net, **(own_fields(recipe.preset) if recipe.net == "own" else {}))
    change(setting=recipe.which)
    change(seed=recipe.seed)
    setting = recipe.setting
    st.session_state["training"] = {name: getattr(setting, name)
                                    for name in ("learning_rate", "batch_size", "epochs", "falling")}


def runs_of(state):
    """Return the runs of this session whose networks this state's walk can show."""
    return [run for run in trainer().runs if _fits(run.network, state.preset())]


def _fits(network, preset):
    return (network.sizes, tuple(layer.activation for layer in network.layers), network.loss) == (
        tuple(preset.sizes), tuple(preset.activations), preset.loss)


def _last_lesson():
    return (st.session_state.get("lessons") or [None])[-1]


def _taught(state):
    """Return the network of the last lesson, or None where it is not one that this state's walk can show."""
    lesson = _last_lesson()
    return lesson.network if lesson and _fits(lesson.network, state.preset()) else None


def follow(field, widget=None):
    """A callback that copies a widget's value into a field of the WalkState; the widget is named like the field."""
    def copy():
        change(**{field: st.session_state[f"ui_{widget or field}"]})
    return copy


def keep(name, widget=None):
    """A callback that copies a widget's value into the session, under this name."""
    def copy():
        st.session_state[name] = st.session_state[f"ui_{widget or name}"]
    return copy


def shown(field, value):
    """Give a widget its value before it is made, and return its key."""
    st.session_state[f"ui_{field}"] = value
    return f"ui_{field}"


def images_of(state):
    """Return (images, labels) that batches are taken from."""
    data = dataset()
    return (data.test_images, data.test_labels) if state.part == "test" else (data.images, data.labels)


def batch_count(state):
    return 1 if state.preset().is_toy else len(images_of(state)[0]) // batch_rows(state)


def batch_rows(state):
    return min(state.settings().batch_size or SHOWN_ROWS, SHOWN_ROWS, len(images_of(state)[0]))


def walk():
    """Return (WalkState, Walk) of the current state, the walk kept until something it depends on changes."""
    state, missing = _available(walk_state())
    preset = state.preset()
    m = 1 if preset.is_toy else batch_rows(state)
    state, sentences = fitted(state, batch_count(state), None, preset.sizes, m)
    ingredients = (state.net, state.chosen_setting, state.weights, state.part, state.batch, state.seed,
                   state.learning_rate, state.hidden, state.act, state.out, state.loss, state.red, dataset(), trainer(),
                   st.session_state.get("walked"), _last_lesson())
    if st.session_state.get("ingredients") != ingredients:
        st.session_state["walk"], st.session_state["ingredients"] = _walk(state, preset), ingredients
    current = st.session_state["walk"]
    state, more = fitted(state, batch_count(state), [step.key for step in current.steps], preset.sizes, m)
    st.session_state["walk_state"] = state
    st.session_state["notices"] = st.session_state["notices"] + missing + sentences + more
    return state, current


def _available(state):
    """Return (state, sentences) without a run, a moment or test images that this session does not have."""
    sentences = []
    if state.moment and _moment(state) is None:
        number, key = state.moment
        sentences.append(f"This session has no run {number} of this network with weights {key}; runs live as long as "
                         "their tab. The untrained network is shown.")
        state = replace(state, weights="untrained")
    if state.weights == "taught" and _taught(state) is None:
        sentences.append("Nothing was taught to this network in this session; the untrained network is shown.")
        state = replace(state, weights="untrained")
    if state.part == "drawing" and "walked" not in st.session_state:
        sentences.append("Nothing was drawn in this session; training images are shown.")
        state = replace(state, part="train")
    if state.part == "test" and dataset().test_images is None:
        sentences.append("These data have no test images; training images are shown.")
        state = replace(state, part="train")
    return state, sentences


def _moment(state):
    """Return (run, moment) of the state's weights, or None."""
    number, key = state.moment
    run = next((run for run in runs_of(state) if run.number == number), None)
    moment = run and run.moment(key)
    return moment and (run, moment)


def _network(state, preset):
    if state.moment:
        run, moment = _moment(state)
        return run.network_at(moment)
    if state.weights == "trained":
        return datasets.default_network()
    if state.weights == "taught":
        return _taught(state).copy()
    return preset.network(state.settings(), np.random.default_rng(state.seed))


def _walk(state, preset):
    network = _network(state, preset)
    if preset.is_toy:
        X, Y = (np.array(part, preset.dtype) for part in preset.example)
        return take_walk(network, X, Y, state.learning_rate)
    m, (images, labels) = batch_rows(state), images_of(state)
    rows = slice((state.batch - 1) * m, state.batch * m)
    images, labels = images[rows], labels[rows]
    if state.part == "drawing":
        walked = st.session_state["walked"]
        images, labels = np.vstack([walked.image, images[1:]]), np.concatenate([[walked.digit], labels[1:]])
    return take_walk(network, images, one_hot(labels, preset.sizes[-1]), state.learning_rate, labels)


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
