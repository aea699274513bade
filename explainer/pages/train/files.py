"""What can be saved of a run, and a network from a file, which becomes a run that can be walked and trained further."""
import io
from functools import partial

import streamlit as st

from explainer import resources
from explainer import session as ui
from explainer.keras_export import to_keras
from explainer.recipes import adopted, recipe_for
from explainer.runs import history_csv, losses_csv
from mlp_core.storage import load_network, save_network


def save_and_load(trainer, run, moment):
    left, right = st.columns(2, gap="large")
    with left:
        save(run, run.network_at(moment), moment)
    with right:
        st.markdown("**Load** a network that was saved here, and go on from it")
        st.file_uploader("A network (.npz)", type="npz", key="network_file", label_visibility="collapsed",
                         on_change=load)
        if refused := ui.session().training.load_refused:
            st.error(refused)


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
            st.error(f"{error}.")


def load():
    """Take the uploaded file; where it is no network, or does not fit, say so and change nothing."""
    file, kept = ui.sent("network_file"), ui.session()
    if file is None:
        return
    kept.training.load_refused = ""
    try:
        recipe = recipe_for(load_network(io.BytesIO(file.getvalue())))
        run = resources.trainer().new(recipe, resources.learnt_from(recipe.preset))
        run.name = file.name.removesuffix(".npz")[:40]
        kept.training.back_to, kept.training.refused = None, ""
        kept.chosen, kept.notices = adopted(kept.chosen, recipe), []
    except ValueError as error:
        kept.training.load_refused = f"{file.name}: {error}. Nothing was loaded, and the runs are as they were."
