"""What a session keeps on this computer while it is at work, and what sessions that are over have left there."""
from functools import partial
from weakref import WeakValueDictionary

import numpy as np

from . import checkpoint
from .keeping import Keeping
from .resources import learnt_from
from .session import presence, session

KEEPING = Keeping()
KEPT_BY = WeakValueDictionary()     # {name of what is kept: the Trainer of the session that keeps it}


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
    picture = page.picture if isinstance(page.picture, np.ndarray) else None
    now = (kept.chosen.choice, kept.chosen.next_run, page.label, id(picture),
           *((run.number, run.name, run.examples) for run in runs))
    if now == work.written:
        return
    try:
        KEEPING.put(work.name, checkpoint.words(runs, picture),
                    checkpoint.written(kept.chosen, runs, picture, page.label))
        work.written, work.refused = now, ""
    except ValueError as error:
        work.refused = str(error)
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
    """Go on with what another session kept; return its Checkpoint, and the runs that had to be made again from it.

    Where the runs still live, as after a reload, they are taken as they are, and nothing is made again. Raises
    ValueError in a sentence; then nothing has changed.
    """
    kept, found, made = session(), checkpoint.read(KEEPING.take(name)), []
    if (living := KEPT_BY.get(name)) is not None:
        living.present, living.keep, kept.trainer = presence(), None, living
    else:
        materials = [learnt_from(run.recipe.preset) for run in found.runs]
        for run, material in zip(found.runs, materials):
            made.append(kept.trainer.new(run.recipe, material))
            made[-1].name = run.name
    kept.chosen, kept.notices, kept.training.back_to = found.chosen, [], None
    kept.work.keeps, kept.work.name, kept.work.written = True, name, None
    return found, made
