"""What can be saved of a run, and a network from a file, which becomes a run that can be walked and trained further."""
import io
from functools import partial

import streamlit as st

from explainer import limits, outside, resources
from explainer import session as ui
from explainer.keras_export import to_keras
from explainer.networks import PIXELS, found_network, with_loss
from explainer.notation import ACTIVATION_NOTATION, LOSS_NOTATION
from explainer.numbers import percent, plain_number
from explainer.pages import session_files
from explainer.recipes import adopted, recipe_for
from explainer.runs import history_csv, losses_csv
from mlp_core.losses import OUTPUT_LOSSES
from mlp_core.storage import save_network


def save_and_load(trainer, run, moment):
    left, right = st.columns(2, gap="large")
    with left:
        save(run, run.network_at(moment), moment)
    with right:
        st.markdown("**Load** a network, and go on from it")
        st.caption("One that was saved here, or weights and biases from another program: NumPy’s .npz, Octave’s text "
                   ".mat, the .json of Nielsen’s book. Only layers that are fully connected.")
        open_network()
    session_files.files()


def save(run, network, moment):
    name = f"run{run.number}-{moment.key}"
    st.markdown(f"**Save** the network of {run.name} {moment.title}")
    with st.container(horizontal=True):
        st.download_button("Network (.npz)", partial(_npz, network), f"{name}.npz", key="save_npz",
                           on_click="ignore")
        st.download_button("History (.csv)", partial(history_csv, run), f"run{run.number}.csv", "text/csv",
                           key="save_csv", on_click="ignore", help="A line for each kept moment.")
        st.download_button("Loss of each batch (.csv)", partial(losses_csv, run), f"run{run.number}-batches.csv",
                           "text/csv", key="save_losses", on_click="ignore")
    keras(network, name)


def _npz(network):
    file = io.BytesIO()
    save_network(file, network)
    return file.getvalue()


def keras(network, name):
    """Export in two steps, because TensorFlow takes some seconds to start."""
    page = ui.session().training
    if page.keras and page.keras[0] == name:
        st.download_button("Download for Keras (.keras)", page.keras[1], f"{name}.keras", key="save_keras",
                           on_click="ignore")
    elif st.button("Make a file for Keras (.keras)", key="make_keras",
                   help="TensorFlow makes it, in some seconds. Give it images divided by 255."):
        try:
            with st.spinner("TensorFlow is starting, which takes some seconds."):
                page.keras = name, to_keras(network)
            st.rerun()
        except ValueError as error:
            st.error(outside.markdown(f"{error}."))


def open_network(then=None):
    """The uploader, what was noticed in the file, and the question where it leaves something open.

    `then` is called with the run that a file has become.
    """
    st.file_uploader("A network", key="network_file", label_visibility="collapsed", on_change=load, args=(then,))
    page = ui.session().training
    if page.load_refused:
        st.error(page.load_refused)
    if page.load_notes:
        st.info(" ".join(page.load_notes))
    if page.load_asked:
        question(page, then)


def load(then):
    """Look at the uploaded file: it is refused in a sentence, becomes a run, or is asked about first."""
    file, page = ui.sent("network_file"), ui.session().training
    page.load_refused, page.load_asked, page.load_answers, page.load_loss, page.load_notes = "", None, {}, "", ()
    if file is None:
        return
    name = outside.name(file.name, most=limits.RUN_NAME)
    try:
        found = found_network(file.name, file.getvalue(), resources.dataset())
        recipe = recipe_for(found.possibilities[0].network, name)
        page.load_notes = found.notes
        if found.open():
            page.load_asked = found
        else:
            take(recipe, then)
    except ValueError as error:
        page.load_refused = f"{name}: {error}. Nothing was loaded, and the runs are as they were."


def take(recipe, then):
    """Make a run of the network that the recipe begins with."""
    kept, material = ui.session(), resources.learnt_from(recipe.preset)
    run = resources.trainer().new(recipe, material)
    run.name = recipe.file.rpartition(".")[0] or recipe.file or run.name
    kept.training.back_to, kept.training.refused, kept.training.load_asked = None, "", None
    kept.training.load_notes = (f"Loaded: it is the run **{run.name}** now.", *kept.training.load_notes)
    kept.chosen, kept.notices = adopted(kept.chosen, recipe), []
    if then:
        then(run)


# What the file does not say

ASKED = {   # each part of the question, and what one of its answers is called
    "hidden": ("Activation of the hidden layers", lambda name: ACTIVATION_NOTATION[name].name),
    "pixels": ("Order of the inputs", lambda name: PIXELS[name].name),
    "output": ("Activation of the output layer", lambda name: ACTIVATION_NOTATION[name].name)}


def question(page, then):
    """Ask what the file does not say; the likeliest answer to each part comes first and is chosen."""
    found = page.load_asked
    chosen = found.nearest(**page.load_answers)
    st.markdown(f"**What does {found.file} not say?**")
    if found.tried_on:
        st.caption(f"Each answer was tried on {found.tried_on:,} of the training images, with the others as they are.")
    for part, values in found.open().items():
        label, name = ASKED[part]
        labels = {value: _labelled(found, chosen, part, value, name(value)) for value in values}
        st.selectbox(label, values, format_func=labels.get, key=ui.shown(f"load_{part}", getattr(chosen, part)),
                     on_change=_answer, args=(part,))
    losses = OUTPUT_LOSSES[chosen.output]
    loss = page.load_loss if page.load_loss in losses else losses[0]
    if len(losses) > 1:
        st.selectbox("Loss, for training further", losses, format_func=lambda name: LOSS_NOTATION[name].name,
                     key=ui.shown("load_loss", loss), on_change=ui.keep(page, "load_loss"))
    if chosen.share is not None and chosen.share < .5:
        st.caption("Less than half is read right: is it a network for MNIST’s digits, with pixels from 0 to 1?")
    st.button("Load", key="load", type="primary", on_click=_answered, args=(found, chosen, loss, then))


def _answer(part):
    ui.session().training.load_answers[part] = ui.value(f"load_{part}")


def _labelled(found, chosen, part, value, name):
    """The name of an answer, and how well the network reads with it. Outputs are compared by their distance."""
    here = {other: getattr(chosen, other) for other in ASKED} | {part: value}
    one = found.nearest(**here)
    if one.share is None:
        return name
    if part == "output":
        return f"{name}: {percent(one.share, 1)} read right, mean squared error {plain_number(one.error, 2)}"
    return f"{name}: {percent(one.share, 1)} read right"


def _answered(found, chosen, loss, then):
    page = ui.session().training
    try:
        take(recipe_for(with_loss(chosen.network, loss), found.file), then)
    except ValueError as error:
        page.load_refused = f"{found.file}: {error}. Nothing was loaded, and the runs are as they were."
