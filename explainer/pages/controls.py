"""The top of the Train page: what the next run is made of, the buttons, and how far the current run is."""
import streamlit as st

from explainer import state as ui
from explainer.numbers import percent
from explainer.pages import choices, toolbar
from explainer.runs import best
from explainer.trainer import SLOW, pace, time_left


PATIENCE = 3    # epochs that a run may stand still before it is remarked on: four sigmoid layers start on a plateau


def settings(state):
    """One row: the network, and the numbers that decide the next run."""
    setting = ui.recipe(state).setting
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="recipe"):
        choices.network(state, width=290)
        if state.net != "own" and state.preset().source is not state.preset().best:
            st.segmented_control("Settings", list(choices.SETTINGS), format_func=choices.SETTINGS.get,
                                 key=ui.shown("setting", state.chosen_setting), required=True,
                                 on_change=ui.follow("setting"), help=state.settings().note or None)
        _number("α, falling to 0" if setting.falling else "Learning rate α", "learning_rate",
                float(setting.learning_rate), f"The step size; the gradient is the {setting.reduction} over the batch. "
                "Whether it falls from epoch to epoch is set under More.",
                width=120, step=state.settings().learning_rate / 10, format="%g")
        _number("Batch size", "batch_size", setting.batch_size or len(ui.learnt_from(state).X),
                "How many examples one step learns from.", width=110)
        _number("Epochs", "epochs", setting.epochs, "How often every training image is seen.", width=100)
        if state.preset().weights is None:
            st.number_input("Seed", 0, 999_999_999, key=ui.shown("seed", state.seed), on_change=ui.follow("seed"),
                            width=100, help="Of the initial weights and of the order of the images: "
                                            "the same seed gives the same run.")
        with st.popover("Layers and more" if state.net == "own" else "More", key="more"):
            st.toggle("α falls linearly towards 0", key=ui.shown("falling", setting.falling),
                      on_change=_change("falling"))
            if state.net == "own":
                toolbar.own(state)
            if state.settings().note:
                st.caption(state.settings().note)
            if not state.preset().is_toy:
                toolbar.data()


def _number(label, name, value, text, **options):
    options = {"step": 1} | options
    st.number_input(label, key=ui.shown(name, value), on_change=_change(name), help=text, **options)


def _change(name):
    """A callback that copies a widget's value into the settings of the next run."""
    def copy():
        value = st.session_state[f"ui_{name}"]
        if name == "learning_rate":
            if 0 < value <= 1000:       # what the walk can have as well; anything else is refused at the start
                ui.change(alpha=value)
                st.session_state.setdefault("training", {}).pop(name, None)
                return
        st.session_state["training"] = st.session_state.get("training", {}) | {name: value}
    return copy


def _start(until=None):
    """Begin a run of the settings above, or go on with the current one."""
    trainer, st.session_state["refused"] = ui.trainer(), ""
    if trainer.state not in ("ready", "paused"):
        _new()
    if not st.session_state["refused"]:
        trainer.go(until)


def _new():
    trainer, state = ui.trainer(), ui.chosen()
    try:
        trainer.new(ui.recipe(state), ui.learnt_from(state))
        st.session_state["refused"], st.session_state["moment"] = "", None
    except ValueError as error:
        st.session_state["refused"] = f"{error} Nothing was started."


def _start_new():
    _new()
    if not st.session_state["refused"]:
        ui.trainer().go()


def _again():
    ui.trainer().again()
    st.session_state["moment"] = None


def buttons(state, trainer):
    """Start, pause, resume; one batch, one epoch; stop; and the same weights once more."""
    now = trainer.state
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="buttons"):
        if now == "running":
            st.button("Pause", key="pause", type="primary", icon=":material/pause:", on_click=trainer.pause)
        else:
            st.button("Resume" if now == "paused" else "Start", key="start", type="primary",
                      icon=":material/play_arrow:", on_click=_start)
        if now in ("ready", "paused") and trainer.current.recipe.choices != ui.recipe(state).choices:
            st.button("New run", key="new", on_click=_start_new,
                      help="The settings above were changed: begin another run with them. This one is kept.")
        one = "64 examples" if ui.recipe(state).setting.batch_size == 1 and not state.preset().is_toy else "One batch"
        st.button(one, key="one_batch", on_click=_start, args=("batch",), disabled=now == "running")
        st.button("One epoch", key="one_epoch", on_click=_start, args=("epoch",), disabled=now == "running")
        st.button("Stop", key="stop", on_click=trainer.stop, disabled=now not in ("running", "paused"))
        st.button("Reset", key="again", on_click=_again, disabled=now in ("empty", "ready", "running"),
                  help="Once more from the same initial weights, with the same settings, as a new run. "
                       "This one is kept.")
        st.toggle("Slowly", key=ui.shown("slow", trainer.slow), on_change=_change_pace,
                  help=f"About {1 / SLOW:.0f} batches a second, to watch what they change; else as fast as this "
                       "machine can.")
        progress(trainer)


def _change_pace():
    ui.trainer().slow = st.session_state["ui_slow"]


def progress(trainer):
    run = trainer.current
    if run is None:
        return
    left = time_left(run, trainer.slow)
    words, now = [f"**{run.name}** {trainer.state}"], run.progress
    words.append(f"epoch {now.epoch if now else 0:,} of {run.recipe.setting.epochs:,}")
    if now and not now.epoch_ended and now.batches > 1:
        words.append(f"batch {now.batch:,} of {now.batches:,}")
    if trainer.state == "running" and left is not None and (run.seconds > .5 or trainer.slow):
        words.append(f"about {left:.0f} s left" if left < 100 else f"about {left / 60:.0f} min left")
    if run.seconds and not trainer.slow:
        words.append(f"{pace(run):,.0f} {'images' if run.material.dataset else 'examples'}/s")
    st.progress(min(run.examples / run.total, 1.0), ", ".join(words))


def message(state, trainer):
    """What went wrong, or how it ended, in a sentence."""
    run = trainer.current
    if refused := st.session_state.get("refused"):
        st.error(refused)
    if trainer.state == "empty":
        material = ui.learnt_from(state)
        what = f"{len(material.X):,} images" if material.dataset else "its one example"
        held = f" {len(material.held_out):,} more are held out to validate." if material.dataset else ""
        st.info(f"**Press Start**, and the network above learns from {what}, {ui.recipe(state).setting.epochs:,} times "
                f"over.{held} Loss, accuracy, gradients and the first layer’s weights move while it learns. Then go "
                "back to any moment of the training and walk a batch with the weights of that moment.")
    elif trainer.state == "diverged":
        st.error(f"Training ended in epoch {run.progress.epoch}, batch {run.progress.batch:,}: the loss was no longer a "
                 f"finite number. α = {run.recipe.setting.learning_rate:g} is too large here. The weights from before "
                 "that batch are kept; choose a smaller α and start again.")
    elif trainer.state == "failed":
        st.error(run.error)
    elif run.epoch >= 1 and (stuck := learned_nothing(run)):
        st.warning(stuck)
    elif run.ended and run.examples and "validation" in (top := best(run.moments)).accuracy:
        st.success(f"{run.name} {run.ended}. Its best moment by validation is {top.title}: "
                   f"{percent(top.accuracy['validation'])} read right. Below, go back to any moment, see what it takes "
                   "for what, and walk a batch with its weights.")
    if trainer.state in ("running", "paused") and run.recipe.choices != ui.recipe(state).choices:
        own = run.recipe.words()
        st.caption(f"The settings above are for the next run; {run.name} goes on with α {own['α']}, "
                   f"batch {own['batch']}, {own['epochs']} epochs.")


def learned_nothing(run):
    """Return a sentence where whole epochs brought no more than guessing, at the end or while the loss stands still."""
    last, share = run.moments[-1], run.moments[-1].accuracy.get("validation")
    before = [moment.loss for moment in run.moments if moment.epoch <= last.epoch / 2 and moment.loss == moment.loss]
    still = before and last.loss >= 0.9 * before[-1]
    if share is None or share > 0.2 or not (run.ended or (still and run.epoch >= PATIENCE)):
        return None
    silent = [str(number) for number, size in enumerate(last.gradients, 1) if size == 0]
    if silent:
        why = (f"No gradient at all reaches layer {', '.join(silent)}: units there or above are saturated or, with "
               "ReLU, always 0. Smaller initial weights or a smaller α help.")
    else:
        why = ("Some gradient still comes through. If the units are saturated, α or the initial weights are too large; "
               "if the weights are very small, the loss lies on a plateau, and more epochs help.")
    return (f"{last.title[:1].upper() + last.title[1:]}, {percent(share, 0)} of the validation images are read right, "
            f"about what guessing gives{', and the loss no longer falls' if still else ''}. {why}")
