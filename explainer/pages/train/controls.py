"""The buttons of the Train page, how far the current run is, and what happened to it, in a sentence."""
import streamlit as st

from explainer import outside, resources, sentences
from explainer import session as ui
from explainer.pages import link
from explainer.pages.train import curves
from explainer.trainer import SLOW, pace, time_left

AT_ONCE = .3    # seconds that the page waits for one batch, to show it without a second look


def start(until=None):
    """Begin a run of the settings above, or go on with the current one."""
    trainer, page = resources.trainer(), ui.session().training
    page.refused = ""
    if trainer.state not in ("ready", "paused"):
        new()
    if not page.refused:
        go(until)
        if until == "batch":
            trainer.wait(AT_ONCE)


def go(until=None):
    """Train, or say why not: a system may have no thread left."""
    try:
        resources.trainer().go(until)
    except RuntimeError:
        ui.session().training.refused = ("This computer has no thread left to train in. Nothing was started; close "
                                         "other programs and start again.")


def new():
    """Make a run of the settings above, or say why there can be none."""
    page, recipe = ui.session().training, resources.next_recipe()
    try:
        resources.trainer().new(recipe, resources.learnt_from(recipe.preset))
        page.refused, page.back_to = "", None
    except ValueError as error:
        page.refused = f"{error} Nothing was started."


def start_new():
    new()
    if not ui.session().training.refused:
        go()


def again():
    resources.trainer().again()
    ui.session().training.back_to = None


def buttons(trainer, running):
    """Start, pause, resume; one batch, one epoch; stop; and the same weights once more."""
    now, following = trainer.state, resources.next_recipe()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="buttons"):
        if now == "running":
            st.button("Pause", key="pause", type="primary", icon=":material/pause:", on_click=trainer.pause)
        else:
            st.button("Resume" if now == "paused" else "Start", key="start", type="primary",
                      icon=":material/play_arrow:", on_click=start)
        if now in ("ready", "paused") and trainer.current.recipe.choices != following.choices:
            st.button("New run", key="new", on_click=start_new,
                      help="The settings above were changed: begin another run with them. This one is kept.")
        one = "64 batches of 1" if following.setting.batch_size == 1 and not following.preset.is_toy else "One batch"
        st.button(one, key="one_batch", on_click=start, args=("batch",), disabled=now == "running")
        st.button("One epoch", key="one_epoch", on_click=start, args=("epoch",), disabled=now == "running")
        st.button("Stop", key="stop", on_click=trainer.stop, disabled=now not in ("running", "paused"))
        st.button("Reset", key="again", on_click=again, disabled=now in ("empty", "ready", "running"),
                  help="Once more from the same initial weights, with the same settings, as a new run. "
                       "This one is kept.")
        st.toggle("Slowly", key=ui.shown("slow", trainer.slow), on_change=ui.keep(trainer, "slow"),
                  help=f"About {1 / SLOW:.0f} batches a second, to watch what they change; else as fast as this "
                       "machine can.")
        link.popover("train", lambda: link.of_a_run(trainer.current, curves.chosen_moment(trainer.current)))
        st.fragment(run_every=1.0 if running else None)(follow)(running)


def follow(running):
    """How far the run is, each second; when it has begun or ended, the page begins or ends to follow it."""
    trainer = resources.trainer()
    if (trainer.state == "running") != running:
        st.rerun()
    progress(trainer)


def progress(trainer):
    run = trainer.current
    if run is None:
        st.progress(0.0, "Nothing is trained yet")
        return
    if run.recipe.start and not run.examples and trainer.state == "ready":
        st.progress(0.0, f"**{run.name}** loaded from {run.recipe.file or 'a file'}, not trained further")
        return
    left = time_left(run, trainer.slow)
    doing = "is waiting for its turn: others train on this computer" if trainer.waiting else trainer.state
    words, now = [f"**{run.name}** {doing}"], run.progress
    words.append(f"epoch {now.epoch if now else 0:,} of {run.recipe.setting.epochs:,}")
    if now and not now.epoch_ended and now.batches > 1:
        words.append(f"batch {now.batch:,} of {now.batches:,}")
    if trainer.state == "running" and not trainer.waiting and left is not None and (run.seconds > .5 or trainer.slow):
        words.append(f"about {left:.0f} s left" if left < 100 else f"about {left / 60:.0f} min left")
    if run.seconds and not trainer.slow:
        words.append(f"{pace(run):,.0f} {'images' if run.material.dataset else 'examples'}/s")
    st.progress(min(run.examples / run.total, 1.0), ", ".join(words))


def message(trainer):
    """What will happen, what to watch, what went wrong, or how it ended: one sentence, in one place."""
    run, following, page = trainer.current, resources.next_recipe(), ui.session().training
    with st.container(key="message"):
        if page.refused:
            st.error(outside.markdown(page.refused))
        elif run is None:
            material = resources.learnt_from(following.preset)
            st.info(sentences.what_will_be_learned(material, following.setting.epochs))
        elif trainer.state == "diverged":
            st.error(sentences.how_it_diverged(run))
        elif trainer.state == "failed":
            st.error(outside.markdown(run.error))
        elif trainer.left_alone and trainer.state == "paused":
            st.warning(sentences.left_alone(run))
        elif stuck := sentences.learned_nothing(run):
            st.warning(stuck)
        elif ended := sentences.how_it_ended(run):
            st.success(ended)
        elif trainer.state in ("running", "paused") and run.recipe.choices != following.choices:
            own = run.recipe.words()
            st.caption(f"The settings above are for the next run; {run.name} goes on with α {own['α']}, "
                       f"batch {own['batch']}, {own['epochs']} epochs.")
        else:
            st.caption(sentences.what_to_watch(run))
