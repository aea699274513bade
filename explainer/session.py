"""All that one reader's session keeps, typed, in one place; no other file names Streamlit's session state.

A widget's key is "ui_" and its name. It gets its value before it is made (`shown`), and a callback copies what the
reader did to it into the Chosen (`follow`) or into a record of the session (`keep`).
"""
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mlp_core.data import Dataset
from mlp_core.network import Network

from .address import from_address, to_address
from .choice import Chosen, NextRun, after
from .components.shelf import Shelf
from .deciding import Decided, Walked
from .examination import Examination
from .links import LinkedRun
from .networks import Found
from .preparation import Preparation
from .runs import Material
from .trainer import Trainer
from .walkthrough import Walk
from .way import OPENING


@dataclass(slots=True)
class Data:
    """An uploaded data set and how it is split."""
    uploaded: Dataset | None = None
    split: Material | None = None       # of `uploaded`, once it was asked for
    refused: str = ""                   # why the last upload was not taken
    fetch_was: str = "idle"             # the state of the fetching job when the page last looked


@dataclass(slots=True)
class Training:
    """What the Train page keeps, beside its runs."""
    back_to: tuple | None = None        # (number of the run, key) that the reader went back to; None: the last one
    panel: str = ""                     # which view of the weights is shown
    more: bool = False                  # whether the dialog with further settings is open
    confused: tuple | None = None       # (digit, answer): the chosen cell of the confusion matrix
    hidden_runs: set = field(default_factory=set)   # numbers of runs that are not drawn in the curves
    refused: str = ""                   # why nothing was started
    load_refused: str = ""              # why a file was not taken as a network
    load_asked: Found | None = None     # a file that leaves something open, until the reader has answered
    load_answers: dict = field(default_factory=dict)    # {"hidden", "pixels", "output": what was answered}
    load_loss: str = ""                 # likewise
    load_notes: tuple = ()              # sentences: what was noticed in the last file and done
    examined: tuple[Any, Examination] | None = None     # (what, its Examination), the last one
    keras: tuple[str, bytes] | None = None              # (name, content) of the last .keras file


@dataclass(slots=True)
class Drawing:
    """What the Draw page keeps."""
    asked: str = "trained"              # the network that reads: "trained" or "run2"
    moments: dict = field(default_factory=dict)     # {"run2": key of the moment at which it reads}
    prepare: bool = True                # as MNIST does; else only made small
    picture: Any = None                 # (h, w) ink from the pad, or a PIL image from a file
    preparation: Preparation | None = None          # of `prepared_of`, with the chosen one of its digits
    prepared_of: Any = None
    strokes: list | None = None         # of the pad, to draw again what was there
    seq: int = 0                        # number of the last drawing that the pad sent
    reset: int = 0                      # another number makes the pad take `strokes`
    stroke_done: bool = False           # a stroke has ended: the whole page follows
    label: int | None = None            # what it is, as the reader says
    upload_refused: str = ""
    lesson_refused: str = ""
    lessons: tuple = ()                 # every Lesson that still counts
    lesson_rates: dict = field(default_factory=dict)    # {a network's name: α of its lessons}
    gallery: tuple = ()                 # of Kept
    walked: Walked | None = None        # the drawing that goes through the walk
    shipped: Network | None = None      # the trained network that comes with the project: no session shares one


@dataclass(slots=True)
class Checking:
    """What the Check page keeps."""
    check: tuple | None = None          # (walk, its Check), the last ones
    valley: tuple | None = None         # ((its Check, layer, "W" or "b", row, column), Valley), the last ones
    broken: tuple | None = None         # (walk, key of a mistake, Broken, its Check), the last ones
    tape: tuple | None = None           # (Check, TapeJob)
    tape_was: str = "idle"              # the state of that job when the page last looked
    answers: dict = field(default_factory=dict)     # {(number of the walk, key of a mistake): the chosen choice}
    matrix: str = ""                    # the key of the step whose matrix is shown beside the broken one
    trained: dict = field(default_factory=dict)     # {(what makes the preset, key of a mistake): Trained}
    programs: list = field(default_factory=list)    # {updates: loss} of each program behind Mazur's post, once run


@dataclass(slots=True)
class Reading:
    """What the Sources page keeps."""
    proved: dict = field(default_factory=dict)      # {(preset, key of a proof): ([Claim], seconds)}, once run
    example: tuple | None = None        # ((preset, data set), its Walk), where the reader's own walk is another one's


@dataclass(slots=True)
class Filing:
    """What leaves a session beside its runs and drawings, and the sessions that are being opened."""
    link: set = field(default_factory=set)      # what its links do, keys of link.SWITCHES
    notes: str = ""
    opened: tuple = ()                  # of (name, Stored): read, and not taken in yet
    refused: tuple = ()                 # a sentence for each file that is no session
    count: int = 0                      # how often files were read: a part of a widget's name


@dataclass(slots=True)
class Work:
    """What is kept of this session on this computer."""
    keeps: bool = False                 # whether the reader wants it
    name: str = field(default_factory=lambda: token_hex(8), compare=False)      # of its file
    refused: str = ""                   # why nothing was kept
    written: tuple | None = None        # what the file is of
    passed_over: bool = False           # whether what others left was offered and refused
    lost: bool = False                  # whether the browser has just said that something was lost
    had: bool = False                   # whether there was ever anything that could be lost


@dataclass(slots=True)
class Session:
    chosen: Chosen = Chosen()
    notices: list = field(default_factory=list)     # sentences for the top of the page
    arrived: bool = False               # whether an address was looked for
    address: dict = field(default_factory=dict)     # the walk's, when it was last read or written
    awaited: tuple[int, LinkedRun] | None = None    # (number of a run, the one in a link that it becomes again)
    around: tuple | None = None         # what the page around the view has shown
    told: bool = False                  # whether this run of the page comes from what the reader did on it
    walk: tuple[Decided, Walk] | None = None        # the last walk, and what decided it
    dialog: str = ""                    # which dialog of the walk is open: "settings", "share", or none
    leave: str = ""                     # the page to go to, a key of shared.PAGES
    cards: tuple | None = None          # (walk, selection, its cards), the last ones
    typed: dict = field(default_factory=dict)   # {(step, name, row, column): text}: worked out by hand, of this walk
    typings: int = 0                    # how often something was typed: a part of the panes' names
    walks: int = 0                      # how many walks were made: a name for the last one
    shelf: Shelf = field(default_factory=Shelf)     # what the browser has of the view
    seq: int = 0                        # number of the last thing the view told
    data: Data = field(default_factory=Data)
    training: Training = field(default_factory=Training)
    drawing: Drawing = field(default_factory=Drawing)
    checking: Checking = field(default_factory=Checking)
    reading: Reading = field(default_factory=Reading)
    filing: Filing = field(default_factory=Filing)
    trainer: Trainer = field(default_factory=Trainer, compare=False)    # its runs
    work: Work = field(default_factory=Work)

    def take_leave(self):
        """The page to go to, once; empty: to stay."""
        leave, self.leave = self.leave, ""
        return leave


def session():
    """Return this reader's Session."""
    if "session" not in st.session_state:
        st.session_state["session"] = Session(trainer=Trainer(presence()))
    return st.session_state["session"]


def presence():
    """Return a function, for any thread, that says whether this reader's browser is connected now.

    Streamlit keeps what is in a session for two minutes after the browser has left, in case it comes back.
    """
    context = get_script_run_ctx()
    name = context and context.session_id       # without Streamlit's server, as in tests, there is no browser to leave
    return lambda: not (name and runtime.exists()) or runtime.get_instance().is_active_session(name)


def change(**changes):
    """Change what is chosen, with what follows from it; for callbacks of widgets."""
    kept = session()
    kept.chosen, kept.notices, kept.told = after(kept.chosen, **changes), [], True


def value(name):
    """What the widget of this name is set to."""
    return st.session_state[f"ui_{name}"]


def sent(key):
    """What the component or the uploader with this key has sent."""
    return st.session_state[key]


def shown(name, value):
    """Give a widget its value before it is made, and return its key."""
    st.session_state[f"ui_{name}"] = value
    return f"ui_{name}"


def follow(field, widget=None):
    """A callback that copies a widget's value into a field of the Chosen; the widget is named like the field."""
    return lambda: change(**{field: value(widget or field)})


def keep(record, field, widget=None):
    """A callback that copies a widget's value into a field of a record of the session."""
    return lambda: setattr(record, field, value(widget or field))


def read_address(of_the_walk=True):
    """Take what is chosen from the address, whenever that was changed; return the address then, else {}.

    Without an address, as when one comes from another page, it is the one that was there before. With what the reader
    did on the page the browser sends the address that it had by then: an echo, which never beats what was told.
    A page that is not of the walk reads the address with which the session begins, and no other.
    """
    kept, address = session(), dict(st.query_params.items())
    first, kept.arrived = not kept.arrived, True
    if first and not address and kept.chosen == Chosen():   # a first visit: the opening, and its questions
        kept.chosen = after(kept.chosen, step=OPENING, guide=True)
    told, kept.told = kept.told, False
    if not address or address == kept.address or told or not (first or of_the_walk):
        return {}
    found, kept.notices = from_address(address)
    same = (found.choice.net, found.choice.setting) == (kept.chosen.choice.net, kept.chosen.choice.setting)
    stays = same and found.next_run == NextRun()
    kept.chosen = replace(found, next_run=kept.chosen.next_run) if stays else found
    kept.address = address
    return address


def write_address(of_the_walk=True, more=None):
    """Put what is chosen into the address, and {name: text} more, so that it can be copied, bookmarked and restored."""
    address = to_address(session().chosen) | (more or {})
    if of_the_walk:
        session().address = address
    if address != dict(st.query_params.items()):
        st.query_params.from_dict(address)
