"""The switch that keeps one's work on this computer, and the offer to go on with work that was kept."""
import time
from dataclasses import replace

import streamlit as st

from explainer import outside, resources, work
from explainer import session as ui
from explainer.components import mount
from explainer.limits import MOST_WORDS
from explainer.pages import session_files
from explainer.pages.draw import pad
from explainer.preparation import stations

OFFERED = 5     # at most, the newest
FILE = "kept work"


def switch():
    kept = ui.session().work
    st.toggle("Keep my work on this computer", key=ui.shown("keeps", kept.keeps), on_change=_switched,
              help="Every few seconds your runs with their best and last weights, your drawings and notes, and what "
                   "is chosen are written into a folder of the app. After a reload, or when the app was ended, even in "
                   "the middle of a training, it offers to go on with them, to anybody who opens it on this computer. "
                   "Off: they are deleted.")
    if kept.refused:
        st.error(outside.markdown(kept.refused))


def _switched():
    kept = ui.session().work
    kept.keeps = ui.value("keeps")
    if kept.keeps:
        work.keep()
    else:
        work.keep_no_more()


def offer():
    """What was kept by sessions that are over, to a session that has nothing yet."""
    kept = ui.session()
    own = [run for run in kept.trainer.runs if not run.wanted]      # not those that a link has brought
    if own or kept.work.passed_over or kept.work.keeps:
        return
    if not (entries := work.left()[:OFFERED]):
        return
    with st.container(border=True, key="work_left"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**Work was kept on this computer.** Go on with it?")
            st.button("Begin anew", key="pass_over", on_click=_pass_over)
        for entry in entries:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                when = time.strftime("%Y-%m-%d, %H:%M", time.localtime(entry.when))
                st.markdown(f":small[{when}: {outside.markdown(entry.words)}]")
                st.button("Go on", key=f"take_up_{entry.name}", on_click=_take_up, args=(entry.name,))
                st.button("Delete", key=f"drop_{entry.name}", on_click=work.KEEPING.drop, args=(entry.name,))


def _pass_over():
    ui.session().work.passed_over = True


def _take_up(name):
    kept = ui.session()
    try:
        found, living = work.take_up(name)
    except ValueError as error:
        kept.notices = [str(error)]
        return
    if found.picture is not None and kept.drawing.picture is None:
        pad.show(found.picture, stations(found.picture), found.label)
    if not living and found.stored.runs:
        kept.notices = [_make_again(kept.trainer, found)]


def _make_again(trainer, found):
    """Take in the runs; return what is to be said of it."""
    for stored in found.stored.runs:
        run = session_files.made_again(stored, FILE)
        run.name = stored.name
        trainer.add(run)
    said = ("The runs are here again, with the loss of every batch, and with the weights and accuracies of their "
            "first, best and last kept moments.")
    if not found.unfinished:
        return said
    last = trainer.runs[-1]
    where, network = last.moments[-1].title, last.network_at(last.moments[-1])
    recipe = replace(last.recipe, start=network, file=last.name)
    try:
        run = trainer.new(recipe, resources.learnt_from(recipe.preset))
        return f"{said} {last.name} was not at its end, so {run.name} goes on from its weights {where}."
    except ValueError as error:
        return f"{said} {last.name} was not at its end, and cannot go on: {error}"


def remember():
    """What the tab has, so that it can be named where it is lost; at the end of a page."""
    kept = ui.session()
    has = [run.name for run in kept.trainer.runs] + ["a drawing"] * (kept.drawing.picture is not None)
    kept.work.had = kept.work.had or bool(has)
    if kept.work.lost:                  # the whole page says so, not only the part that this stands in
        kept.work.lost = False
        st.rerun()
    mount.remember(None if not kept.work.had else "" if kept.work.keeps else ", ".join(has), _lost)


def _lost():
    """The browser says what the tab had in another session: it was reloaded, or the app was started anew."""
    if isinstance(lost := ui.sent("tab").lost, str):
        ui.session().work.lost = True
        what = outside.name(lost, "a run", MOST_WORDS)
        ui.session().notices = [f"This tab was reloaded, or the app was started anew, and what it had is lost: {what}. "
                                "The settings are as they were, and Start makes the same run again from the same "
                                "seed. “Keep my work”, below the runs, prevents that."]
