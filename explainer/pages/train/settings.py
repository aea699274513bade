"""One row at the top of the Train page: the network and the numbers that decide the next run. A dialog has the rest."""
import streamlit as st

from explainer import limits, resources
from explainer import session as ui
from explainer.pages import shared


def above():
    """What the rows above the curves show: where a choice below has changed it, the whole page follows."""
    run = resources.trainer().current
    return ui.session().chosen, run and (run.number, run.name)


def settings(chosen):
    choice, setting = chosen.choice, chosen.next_run.of(chosen.choice)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="recipe"):
        shared.network(choice, width=276)
        if choice.net != "own" and choice.preset().source is not choice.preset().best:
            st.segmented_control("Settings", list(shared.SETTINGS), format_func=shared.SETTINGS.get,
                                 key=ui.shown("setting", choice.chosen_setting), required=True,
                                 on_change=ui.follow("setting"), help=choice.settings().note or None)
        _number("Learning rate α", "learning_rate", float(setting.learning_rate),
                f"The step size, here and in the walk on One batch; the gradient is the {setting.reduction} over the "
                "batch.", _rate,
                width=118, step=choice.settings().learning_rate / 10, format="%g")
        st.toggle("α falls", key=ui.shown("falling", setting.falling), on_change=ui.follow("falling"),
                  help="From epoch to epoch in equal steps, from α in the first towards 0 after the last, so another "
                       "number of epochs is another schedule. Off: α stays as it is.")
        _number("Batch size", "batch_size", setting.batch_size or len(resources.learnt_from(choice.preset()).X),
                "How many examples one step learns from.", width=98)
        _number("Epochs", "epochs", setting.epochs,
                f"How often every training image is seen, up to {limits.EPOCHS:,} times.", width=86)
        if setting.initialisation is not None:
            st.number_input("Seed", 0, 999_999_999, key=ui.shown("seed", choice.seed), on_change=ui.follow("seed"),
                            width=80, help="Of the initial weights and of the order of the images: "
                                           "the same seed gives the same run.")
        st.button("Layers and more" if choice.net == "own" else "More", key="more", on_click=_open, args=(True,))
    if ui.session().training.more:
        st.dialog("More settings", width="medium", on_dismiss=_close)(more)()


def _open(more):
    ui.session().training.more = more


def _close():
    _open(False)


def more():
    """The dialog: it stays open while what is behind it changes, until the reader closes it."""
    choice = ui.session().chosen.choice
    with st.container(key="more_of_it"):
        left, right = st.columns(2, gap="large")
        with left:
            shared.initialisation(choice)
            if choice.net == "own":
                shared.own_network(choice)
            elif choice.settings().note:
                st.caption(choice.settings().note)
        with right:
            if not choice.preset().is_toy:
                shared.data()


def _number(label, name, value, text, on_change=None, **options):
    st.number_input(label, key=ui.shown(name, value), help=text, on_change=_typed, args=(on_change or ui.follow(name),),
                    **({"step": 1} | options))


def _typed(change):
    """Take a number, and say at once what cannot be trained with it."""
    change()
    recipe = resources.next_recipe()
    ui.session().training.refused = " ".join(recipe.problems(len(resources.learnt_from(recipe.preset).X)))


def _rate():
    """The walk follows α; what the walk cannot have stays with the next run and is refused at its start."""
    rate = ui.value("learning_rate")
    if 0 < rate <= limits.RATE:
        ui.change(alpha=rate, learning_rate=None)
        st.toast(f"α = {rate:g} for the next run, and in the walk on One batch.")
    else:
        ui.change(learning_rate=rate)
