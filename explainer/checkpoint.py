"""A session at one moment, as bytes: what is chosen, its runs with their last weights, the drawing.

Everything is an array of one .npz; the words are JSON. A run's curves and earlier weights are not in it.
"""
import io
import json
import zipfile
import zlib
from dataclasses import asdict, dataclass, replace

import numpy as np

from mlp_core.storage import load_network, save_network

from .address import from_address, to_address
from .choice import Chosen, NextRun
from .limits import MOST_NETWORK_BYTES, plain_name
from .recipes import Recipe, adopted
from .sentences import reached

MOST_RUNS = 10          # the last ones
MOST_PICTURE = 1024     # pixels on a side
FILE = "the work that was kept"


@dataclass(frozen=True, eq=False)
class KeptRun:
    name: str
    recipe: Recipe      # it goes on from the weights that it had
    said: str           # how far it was, for a reader


@dataclass(frozen=True, eq=False)
class Checkpoint:
    chosen: Chosen
    runs: tuple                     # of KeptRun
    picture: np.ndarray | None      # (h, w) uint8 ink
    label: int | None               # what it is, as the reader said


def words(runs, picture):
    """What is in a checkpoint, for a reader."""
    return "; ".join([*(f"{run.name}, {how_far(run)}" for run in runs[-MOST_RUNS:]),
                      *["a drawing"] * (picture is not None)]) or "the walk"


def how_far(run):
    moment = run.moments[-1]
    return f"{moment.title}{f' of {run.recipe.setting.epochs:,}' * (moment.key[0] == 'e' and moment.examples > 0)}, " \
           f"{reached(run)}"


def written(chosen, runs, picture=None, label=None):
    """Return the bytes of a checkpoint. The runs may be in training: what is taken is their last kept moment."""
    arrays, said = {}, {"chosen": _said(chosen), "label": label, "runs": []}
    for n, run in enumerate(runs[-MOST_RUNS:]):
        file = io.BytesIO()
        save_network(file, run.network_at(run.moments[-1]))
        arrays[f"run{n}"] = np.frombuffer(file.getvalue(), np.uint8)
        said["runs"].append({"name": run.name, "said": how_far(run), "recipe": _said(adopted(Chosen(), run.recipe))})
    if picture is not None:
        arrays["picture"] = picture
    arrays["said"] = np.frombuffer(json.dumps(said).encode(), np.uint8)
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def _said(chosen):
    return {"address": to_address(chosen), "next": asdict(chosen.next_run)}


def read(content):
    """Return the Checkpoint in these bytes. Raises ValueError in a sentence for any others."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_RUNS * MOST_NETWORK_BYTES:
                raise ValueError("it is too large")
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        said = json.loads(arrays["said"].tobytes().decode())
        runs = tuple(_run(run, arrays[f"run{n}"]) for n, run in enumerate(said["runs"][:MOST_RUNS]))
        return Checkpoint(_chosen(said["chosen"]), runs, _picture(arrays.get("picture")),
                          said["label"] if said["label"] in range(10) else None)
    except (zipfile.BadZipFile, zlib.error, ValueError, TypeError, KeyError, AttributeError, OSError, EOFError,
            RuntimeError, MemoryError) as error:
        raise ValueError("This work cannot be read here; it is left where it is.") from error


def _chosen(said):
    return replace(from_address(said["address"])[0], next_run=NextRun(**said["next"]))


def _run(said, content):
    chosen = _chosen(said["recipe"])
    network, choice = load_network(io.BytesIO(content.tobytes())), chosen.choice
    setting = replace(chosen.next_run.of(choice), reduction=network.reduction)
    recipe = Recipe(choice.net, choice.preset(), choice.chosen_setting, setting, choice.seed, network, choice.numbers,
                    choice.edits, FILE)
    if network.sizes != tuple(recipe.preset.sizes) or recipe.problems(10**9):
        raise ValueError("the network is not one of the recipe")
    return KeptRun(plain_name(said["name"]) or "a run", recipe, str(said["said"])[:200])


def _picture(array):
    if array is None or array.dtype != np.uint8 or array.ndim != 2 or not 0 < max(array.shape) <= MOST_PICTURE:
        return None
    return array
