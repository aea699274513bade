"""What a session keeps on this computer while it is at work, and what sessions that are over have left there."""
from contextlib import contextmanager
from functools import partial
from weakref import WeakValueDictionary

import numpy as np

from . import checkpoint
from .keeping import Keeping
from .session import presence, session
from .tidy import TIDY
from .turns import TURNS

KEEPING = Keeping()
KEPT_BY = WeakValueDictionary()     # {name of what is kept: the Trainer of the session that keeps it}


@contextmanager
def at_work():
    """While a page, or a part of one, is made: trainings give way; afterwards this session's work is kept, and now and
    then the memory of sessions that are over is freed."""
    with TURNS.page():
        yield
    keep()
    TIDY.now_and_then()


def keep():
    """Keep this session's work as it is now, if the reader wants that and something has changed."""
    kept = session()
    if kept.work.keeps:
        KEPT_BY[kept.work.name] = kept.trainer
        kept.trainer.keep = partial(_keep, kept)
        if kept.trainer.state != "running":     # else its thread does
            _keep(kept)


def _keep(kept):
    """Without Streamlit: the thread that trains calls it as well."""
    runs, page, work = list(kept.trainer.runs), kept.drawing, kept.work
    picture = page.picture if isinstance(page.picture, np.ndarray) and page.picture.dtype == np.uint8 else None
    now = (kept.chosen.choice, kept.chosen.next_run, kept.filing.notes, page.label, id(picture), len(page.gallery),
           *((run.number, run.name, run.examples, run.ended) for run in runs))
    if now == work.written or not work.keeps:
        return
    try:
        KEEPING.put(work.name, checkpoint.words(runs, picture), checkpoint.written(
            kept.chosen, runs, page.gallery, kept.filing.notes, picture, page.label))
        work.written, work.refused = now, ""
    except ValueError as error:
        work.refused = str(error).rstrip(".") + "."
    except MemoryError:
        work.refused = "The work could not be kept: there is no memory left for it."


def keep_no_more():
    """Delete what was kept of this session."""
    kept = session()
    kept.trainer.keep, kept.work.written, kept.work.refused = None, None, ""
    KEEPING.drop(kept.work.name)


def left():
    """Return the Entry of everything whose session nobody is connected to any more, the newest first."""
    living = {name for name, trainer in list(KEPT_BY.items()) if trainer.present()}
    return [entry for entry in KEEPING.entries() if entry.name not in living | {session().work.name}]


def take_up(name):
    """Go on with what another session kept; return (its Checkpoint, whether its runs are those that still lived).

    As after a reload; else they have to be made again. Raises ValueError in a sentence, and nothing has changed.
    """
    kept, found = session(), checkpoint.read(KEEPING.take(name))
    living = KEPT_BY.get(name)
    if living is not None:
        living.present, living.keep, kept.trainer = presence(), None, living
    kept.chosen, kept.notices, kept.training.back_to = found.chosen, [], None
    kept.drawing.gallery, kept.filing.notes = found.stored.drawings, found.stored.notes
    kept.work.keeps, kept.work.name, kept.work.written = True, name, None
    return found, living is not None
