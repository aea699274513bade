"""What more than one page lets the reader choose: the network, a moment of a run, and to walk with its weights."""
import streamlit as st

from explainer import state as ui
from explainer.address import own_fields
from mlp_core.presets import PRESETS

SETTINGS = {"best": "as it works best", "source": "as the source has it"}


def network(state, **options):
    """The networks of the sources, and one's own."""
    titles = {key: f"{preset.title}  {_chain(preset)}" for key, preset in PRESETS.items()}
    titles["own"] = "Your own network" + (f"  {_chain(state.preset())}" if state.net == "own" else "")
    st.selectbox("Network", list(titles), format_func=titles.get, key=ui.shown("net", state.net),
                 on_change=ui.follow("net"), **options)


def _chain(preset):
    return "-".join(map(str, preset.sizes))


def moment_slider(name, moments, chosen, choose, width):
    """A slider over the moments of a run that stands at `chosen`; `choose` is called with the key it is moved to.

    As a run gets more moments, another slider takes the place of this one and stands where it stood.
    """
    if len(moments) < 2:
        return
    titles, slider = {moment.key: moment.title for moment in moments}, f"{name}_{moments[-1].key}"
    st.select_slider("Weights at which moment", list(titles), format_func=titles.get, width=width,
                     key=ui.shown(slider, chosen.key), label_visibility="collapsed",
                     on_change=lambda: choose(st.session_state[f"ui_{slider}"]))


def open_walk(recipe, weights, **changes):
    """Leave for the one-batch page: the recipe's network, setting and α, with these weights.

    The numbers that are set for the next run stay, if that is of the same network and setting.
    """
    state = ui.chosen()
    next_rate = ui.recipe(state).setting.learning_rate
    same = (recipe.net, recipe.which) == (state.net, state.chosen_setting)
    if not same:
        ui.change(net=recipe.net)
        changes["setting"] = recipe.which
    if recipe.net == "own":
        changes |= own_fields(recipe.preset)
    ui.change(weights=weights, **changes)
    usual = recipe.preset.setting(recipe.which).learning_rate
    ui.change(alpha=None if recipe.setting.learning_rate == usual else recipe.setting.learning_rate)
    if same:
        st.session_state["training"] = st.session_state.get("training", {}) | {"learning_rate": next_rate}
    st.session_state["leave"] = True
