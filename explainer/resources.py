"""What a page works with: the data set, the runs, the walk that is chosen, and what all sessions share.

Shared is what nobody can change: a data set, and the job that fetches one. Each session has its own runs and networks.
"""
from dataclasses import replace
from pathlib import Path

import streamlit as st

from . import datasets
from .address import fitted, fitted_batch
from .broken import broken
from .checking import Check
from .choice import Choice, Chosen, Look
from .deciding import Decided, decided, fits
from .jobs import FetchMnist
from .links import Linked, LinkedDrawing, linked_run, written
from .once import Once, sealed
from .recipes import chosen_recipe
from .runs import material, worked_example
from .session import session
from .session import write_address as write_the_address
from .tape import TapeJob
from .way import keys

ROOT = Path(__file__).parents[1]
WALKS = Once(12)    # of up to some 3 MB each
PANES = Once(200)   # of some 50 kB


@st.cache_resource(show_spinner=False)
def found_dataset():
    """The data set that all sessions share, and sentences about files that could not be read."""
    return datasets.find_dataset(ROOT)


@st.cache_resource(show_spinner=False)
def fetch_job():
    return FetchMnist()


def trainer():
    """The runs of this session."""
    return session().trainer


def default_network():
    """The trained network that ships with the project."""
    kept = session().drawing
    if kept.shipped is None:
        kept.shipped = datasets.default_network()
    return kept.shipped


@st.cache_resource(show_spinner=False)
def _shared_material():
    return material(found_dataset()[0])


def dataset():
    """The data set of this session: uploaded here, or the one found at the start."""
    return session().data.uploaded or found_dataset()[0]


def use_upload(files):
    """Take the uploaded files as this session's data; an unreadable one becomes a sentence, and nothing changes."""
    kept = session()
    try:
        kept.data.uploaded = datasets.read_upload([(file.name, file.getvalue()) for file in files])
        kept.data.split, kept.data.refused, kept.notices = None, "", []
    except ValueError as error:
        kept.data.refused = f"Nothing was loaded: {error}. The data in use was kept."
        kept.notices = [kept.data.refused]


def learnt_from(preset):
    """Return the Material that a run of this preset learns from."""
    data = session().data
    if preset.is_toy:
        return worked_example(preset)
    if data.uploaded is None:
        return _shared_material()
    if data.split is None:
        data.split = material(data.uploaded)
    return data.split


def next_recipe():
    """Return the Recipe of the next run."""
    return chosen_recipe(session().chosen)


def runs_of(choice):
    """Return the runs of this session whose networks a walk of this choice can show."""
    return [run for run in trainer().runs if fits(run.network, choice)]


def what_is_decided():
    """Return (Decided, sentences) of what is chosen, as far as this session has it."""
    kept = session()
    lesson = kept.drawing.lessons[-1] if kept.drawing.lessons else None
    found, sentences = decided(kept.chosen.choice, dataset(), trainer().runs, lesson and lesson.network,
                               kept.drawing.walked)
    return found, sentences


def walk():
    """Return (Chosen, Walk) of what is chosen; the walk is kept until something that decides it changes."""
    kept = session()
    found, missing = what_is_decided()
    choice, more = fitted_batch(found.choice, found.batches)
    found = replace(found, choice=choice)
    if kept.walk is None or kept.walk[0] != found:
        kept.walk, kept.walks, kept.typed = (found, _made(found)), kept.walks + 1, {}
    current = kept.walk[1]
    look, most = fitted(kept.chosen.look, keys(current), current.before.sizes, current.m)
    kept.chosen, kept.notices = Chosen(choice, look, kept.chosen.next_run), [*kept.notices, *missing, *more, *most]
    return kept.chosen, current


def example_of(net):
    """Return a walk of this preset: the reader's own, or the one that it begins with."""
    kept = session()
    if kept.chosen.choice.net == net:
        return kept.walk[1]
    wanted = net, dataset()
    if kept.reading.example is None or kept.reading.example[0] != wanted:
        kept.reading.example = wanted, _made(Decided(Choice(net=net), dataset()))
    return kept.reading.example[1]


def run_like(recipe, of_run=None):
    """Return a run of this session made by the same recipe: that of (number, key), else the last; None without one."""
    found = [run for run in trainer().runs[::-1] if run.recipe.start is None and run.recipe.choices == recipe.choices]
    return next((run for run in found if of_run and run.number == of_run[0]), found[0] if found else None)


def of_the_walk():
    """Return the Linked of the chosen walk: its run and its drawing, as a link holds them."""
    choice, run = session().chosen.choice, None
    if choice.of_run and (found := trainer().find(choice.of_run[0])):
        run = linked_run(found, found.moment(choice.of_run[1]))
    walked = session().drawing.walked
    return Linked(run, LinkedDrawing(walked.image, walked.digit, True) if choice.part == "drawing" and walked else None)


def write_address():
    """Put the walk with its run and its drawing into the address: it can be copied, and survives a reload."""
    write_the_address(more=written(of_the_walk()))


def _made(found):
    """Return the walk of what is decided: for all sessions the same one where everybody can have it."""
    return WALKS.get(found, lambda: sealed(found.walk())) if _is_everybodys(found) else found.walk()


def _is_everybodys(found):
    own = found.run or found.taught or found.drawing or found.choice.net == "own" or found.choice.edits
    return not own and found.dataset is found_dataset()[0]


def pane(look, make):
    """Return what `make` makes of the current walk for this look, whose step is the pane's, once for all sessions.

    Not where the walk is somebody's own, or what was typed by hand is in it.
    """
    found = session().walk[0]
    if look.hand != Look.hand or not _is_everybodys(found):
        return make()
    return PANES.get((found, look), make)


def check():
    """Return the Check of the current walk."""
    kept, current = session().checking, session().walk[1]
    if kept.check is None or kept.check[0] is not current:
        kept.check = current, Check(current)
    return kept.check[1]


def valley(*place):
    """Return the Valley of a weight of the current walk: layer, "W" or "b", row, column."""
    kept, wanted = session().checking, (check(), *place)
    if kept.valley is None or kept.valley[0] != wanted:
        kept.valley = wanted, check().valley(*place)
    return kept.valley[1]


def broken_walk(key):
    """Return (Broken, the Check of the weights that it begins with) of the current walk with a mistake."""
    kept, current = session().checking, session().walk[1]
    if kept.broken is None or kept.broken[0] is not current or kept.broken[1] != key:
        of = broken(current, key)
        kept.broken = current, key, of, check() if of.begun is current else Check(of.begun)
    return kept.broken[2:]


def tape_job():
    """Return the job that asks TensorFlow about the current walk; that of another walk is stopped."""
    kept, wanted = session().checking, check()
    if kept.tape is None or kept.tape[0] is not wanted:
        if kept.tape is not None:
            kept.tape[1].stop()
        kept.tape = wanted, TapeJob(wanted)
    return kept.tape[1]
