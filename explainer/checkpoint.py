"""A session at one moment, as bytes: a line of JSON with what is chosen and the drawing, then a session's file."""
import base64
import binascii
import json
import zlib
from dataclasses import dataclass

import numpy as np

from .address import from_address, to_address
from .choice import Chosen
from .limits import MOST_SESSION_RUNS
from .links import without_the_run
from .sentences import reached
from .session_file import Stored, save
from .session_file import read as read_session

MOST_PICTURE = 1024     # pixels on a side


@dataclass(frozen=True, eq=False)
class Checkpoint:
    chosen: Chosen
    stored: Stored
    unfinished: bool                # whether the last run had not come to its end
    picture: np.ndarray | None      # (h, w) uint8 ink
    label: int | None               # what it is, as the reader said


def words(runs, picture):
    """What is in a checkpoint, for a reader."""
    return "; ".join([*(f"{run.name}, {how_far(run)}" for run in runs),
                      *["a drawing"] * (picture is not None)]) or "the walk"


def how_far(run):
    moment = run.moments[-1]
    whole = f" of {run.recipe.setting.epochs:,}" if moment.key[0] == "e" and moment.examples else ""
    return f"{moment.title}{whole}, {reached(run)}"


def written(chosen, runs, gallery=(), notes="", picture=None, label=None):
    """Return the bytes of a checkpoint: of each run its first, best and last weights and the curve of batch losses.

    Raises ValueError in a sentence where the runs are too large.
    """
    said = {"address": to_address(without_the_run(chosen)), "label": label,
            "unfinished": bool(runs) and not runs[-1].ended}
    if picture is not None:
        ink = base64.b64encode(zlib.compress(picture.tobytes())).decode()
        said |= {"shape": picture.shape, "ink": ink}
    return json.dumps(said).encode() + b"\n" + save(runs[-MOST_SESSION_RUNS:], gallery, notes, every_moment=False)


def read(content):
    """Return the Checkpoint in these bytes. Raises ValueError in a sentence for any others."""
    try:
        head, _, file = content.partition(b"\n")
        said = json.loads(head)
        label = said["label"] if said["label"] in range(10) else None
        return Checkpoint(from_address(said["address"])[0], read_session(file), said["unfinished"] is True,
                          _picture(said) if "ink" in said else None, label)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, zlib.error, binascii.Error) as error:
        raise ValueError("This work cannot be read here; it is left where it is.") from error


def _picture(said):
    height, width = said["shape"]
    if not (type(height) is type(width) is int and 0 < height <= MOST_PICTURE and 0 < width <= MOST_PICTURE):
        raise ValueError("not the size of a picture")
    pixels = zlib.decompressobj().decompress(base64.b64decode(said["ink"]), height * width + 1)
    return np.frombuffer(pixels, np.uint8).reshape(height, width)
