"""A network from a file becomes a run of its own that can be walked, examined and trained further."""
import io
from dataclasses import replace

import streamlit as st

from explainer import state as ui
from explainer.address import hidden_sizes, own_fields
from explainer.runs import Recipe
from mlp_core.presets import PRESETS, Preset, Setting
from mlp_core.storage import load_network


def load():
    """Take the uploaded file; where it is no network, or does not fit, say so and change nothing."""
    file = st.session_state["network_file"]
    if file is None:
        return
    st.session_state["load_refused"] = ""
    try:
        network = load_network(io.BytesIO(file.getvalue()))
        recipe = recipe_for(network)
        trainer = ui.trainer()
        run = trainer.new(recipe, _material(recipe))
        run.name = file.name.removesuffix(".npz")[:40]
        st.session_state["moment"], st.session_state["refused"] = None, ""
        ui.adopt(recipe)
    except ValueError as error:
        st.session_state["load_refused"] = f"{file.name}: {error}. Nothing was loaded, and the runs are as they were."


def _material(recipe):
    state = replace(ui.chosen(), net="deep") if not recipe.preset.is_toy else replace(ui.chosen(), net=recipe.net)
    return ui.learnt_from(state)


def recipe_for(network):
    """Return the Recipe that goes on from a network: a preset's where one has the same shape, else "your own".

    Raises ValueError for a network that does not read MNIST images.
    """
    activations = tuple(layer.activation for layer in network.layers)
    for net, preset in PRESETS.items():
        if (preset.sizes, preset.activations, preset.loss) == (network.sizes, activations, network.loss):
            setting = replace(preset.best, reduction=network.reduction)
            return Recipe(net, preset, "best", _same_step(setting, preset.best), start=network)
    if network.sizes[0] != 784 or network.sizes[-1] != 10:
        raise ValueError(f"this network goes from {network.sizes[0]} inputs to {network.sizes[-1]} outputs; "
                         "for MNIST it needs 784 and 10")
    setting = Setting(0.1 if network.reduction == "mean" else 0.001, 100, 10, network.reduction)
    preset = Preset("Your own", network.sizes, activations, network.loss, setting, setting, network.dtype.type)
    _check_that_it_can_be_walked(preset)
    return Recipe("own", preset, "best", setting, start=network)


def _check_that_it_can_be_walked(preset):
    """Raise ValueError for what the fields of one's own network cannot describe."""
    if len(set(preset.activations[:-1])) > 1:
        raise ValueError("its hidden layers have different activations; here they all have the same one")
    hidden_sizes(own_fields(preset)["hidden"])


def _same_step(setting, usual):
    """The usual learning rate, made to fit where the network reduces over the batch in the other way."""
    if setting.reduction == usual.reduction or usual.batch_size is None:
        return setting
    factor = usual.batch_size if setting.reduction == "mean" else 1 / usual.batch_size
    return replace(setting, learning_rate=usual.learning_rate * factor)
