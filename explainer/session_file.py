"""A session as one file: runs with their weights and histories, drawings with their labels, and notes.

The file is a .zip of plain arrays (.npy, as NumPy writes them) and one JSON text; nothing in it is executed. Reading
takes all of it or raises ValueError in one sentence.
"""
import io
import json
import zipfile
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from mlp_core.descent import Progress
from mlp_core.network import Layer, Network

from . import limits, outside
from .gallery import Kept
from .limits import MOST_NOTES, MOST_SESSION_BYTES, MOST_SESSION_DRAWINGS, MOST_SESSION_RUNS
from .links import KEY, PRINT, fingerprint_of_data, read_recipe, written_recipe
from .recipes import Recipe
from .runs import MOST_LOSSES, MOST_MOMENTS, Moment, Run, best

FORMAT, VERSION = "a session of the backpropagation explainer", 1
INDEX = "session.json"
PARTS = "training", "validation", "test"
ENDED = "finished", "stopped", "diverged", "failed"
KINDS = "<f4", "<f8", "|u1"     # of the arrays
MB = 2**20


@dataclass(frozen=True, eq=False)
class StoredRun:
    name: str
    recipe: Recipe
    ended: str              # one of ENDED
    seconds: float          # of training
    examples: int           # seen
    count: int              # examples in an epoch
    measured: dict          # {one of PARTS: how many images}
    losses: list            # [(epochs, loss per example)] of the batches
    moments: tuple          # of Moment
    origin: str             # which data it learned from, in words
    data: str               # and their fingerprint; "" for a worked example


@dataclass(frozen=True, eq=False)
class Stored:
    """What is in a file."""
    runs: tuple = ()        # of StoredRun
    drawings: tuple = ()    # of Kept
    notes: str = ""


class Refused(ValueError):
    """A sentence for the reader."""


# Writing

def save(runs=(), drawings=(), notes="", every_moment=True):
    """Return the bytes of a file with these Runs, drawings and notes.

    Without `every_moment` a run keeps its first, its best and its last weights, and its whole curve of batch losses.
    Raises ValueError in a sentence where it would be too large to be opened again.
    """
    if refused := too_large(runs, every_moment):
        raise Refused(refused)
    members, index = {}, {"format": FORMAT, "version": VERSION, "notes": notes[:MOST_NOTES], "runs": []}
    for n, run in enumerate(runs):
        moments = _kept(run.moments, every_moment)
        members[f"run{n}/weights.npy"] = np.stack([moment.weights for moment in moments])
        members[f"run{n}/losses.npy"] = np.array(run.losses.points, float).reshape(-1, 2)
        index["runs"].append(_described(run, moments))
        if start := run.recipe.start:
            members[f"run{n}/start.npy"] = _packed(start)
    if drawings:
        members["drawings.npy"] = np.stack([drawing.image for drawing in drawings])
        index["drawings"] = [[drawing.label, drawing.answer] for drawing in drawings]
    return _zipped(index, members)


def too_large(runs, every_moment=True):
    """Why the runs are too large for a file that can be opened again; "" where they are not."""
    size = sum(moment.weights.nbytes for run in runs for moment in _kept(run.moments, every_moment))
    if size <= .9 * MOST_SESSION_BYTES:
        return ""
    return (f"This comes to {size // MB:,} MB, and a file can have {MOST_SESSION_BYTES // MB:,}: leave out a run, or "
            "the weights of every moment")


def _kept(moments, every):
    if every:
        return moments
    kept = {id(moment) for moment in (moments[0], best(moments), moments[-1])}
    return [moment for moment in moments if id(moment) in kept]


def _zipped(index, members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:     # weights hardly become smaller, so they are stored as they are
        archive.writestr(INDEX, json.dumps(index), zipfile.ZIP_DEFLATED)
        for name, array in members.items():
            content = io.BytesIO()
            np.save(content, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(name, content.getvalue(),
                             zipfile.ZIP_DEFLATED if array.dtype == np.uint8 else zipfile.ZIP_STORED)
    return file.getvalue()


def _described(run, moments):
    """Everything of a run but its arrays, as JSON takes it."""
    data = run.material.dataset
    found = {"name": run.name, "recipe": written_recipe(run.recipe), "ended": run.ended or "stopped",
             "seconds": run.seconds, "examples": run.examples, "count": run.count, "measured": run.measured,
             "origin": data.origin if data else "", "data": fingerprint_of_data(data) if data else "",
             "moments": [[m.key, m.epoch, m.examples, m.seconds, m.loss, m.accuracy, m.gradients, m.loaded]
                         for m in moments]}
    if run.came_from:       # a run that was opened here is passed on with the data that it learned from
        found |= run.came_from
    if start := run.recipe.start:
        found["start"] = {"sizes": start.sizes, "activations": [layer.activation for layer in start.layers],
                          "biases": [layer.b is not None for layer in start.layers],
                          "frozen": [layer.frozen_bias for layer in start.layers],
                          "loss": start.loss, "reduction": start.reduction, "file": run.recipe.file}
    return found


def _packed(network):
    copy = network.copy()
    copy.pack()
    return copy.vector


# Reading

def read(content):
    """Return the Stored of a file's bytes. Raises ValueError in one sentence for any other content."""
    try:
        return _stored(content)
    except Refused:
        raise
    except Exception as error:      # a damaged file may do anything to a reader, as far as MemoryError
        raise Refused("this file is damaged, or no session that was saved here") from error


def _stored(content):
    if len(content) > MOST_SESSION_BYTES:
        raise Refused(f"this file has {len(content) // MB:,} MB; a session has up to {MOST_SESSION_BYTES // MB:,}")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(member.file_size for member in archive.infolist())
        if size > MOST_SESSION_BYTES:
            raise Refused(f"this file unpacks to {size // MB:,} MB; a session has up to {MOST_SESSION_BYTES // MB:,}")
        index = json.loads(_member(archive, INDEX).decode())
        if index["format"] != FORMAT:
            raise Refused("this file is no session that was saved here")
        if index["version"] > VERSION:
            raise Refused("this session was saved by a newer version of this app; it cannot be read here")
        _at_most(len(index["runs"]), MOST_SESSION_RUNS, "runs")
        _at_most(len(index.get("drawings", ())), MOST_SESSION_DRAWINGS, "drawings")
        runs = tuple(_run(archive, n, described) for n, described in enumerate(index["runs"]))
        return Stored(runs, _drawings(archive, index.get("drawings", ())), _text(index["notes"], MOST_NOTES))


def _at_most(count, most, what):
    if count > most:
        raise Refused(f"this file has {count:,} {what}; a session has up to {most:,}")


def _member(archive, name):
    """The bytes of a member, as many as it declares and no more."""
    member = archive.getinfo(name)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("another way of packing")
    with archive.open(member) as file:
        return file.read(member.file_size + 1)


def _array(archive, name, kinds=KINDS):
    """The array of a member, without room for more numbers than there are."""
    content = _member(archive, name)
    file = io.BytesIO(content)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("another version of .npy")
    shape, by_column, kind = np.lib.format.read_array_header_1_0(file)
    start = file.tell()
    if by_column or kind.str not in kinds or prod(shape) * kind.itemsize != len(content) - start:
        raise ValueError("not the array that it says")
    return np.frombuffer(content, kind, offset=start).reshape(shape)


def _run(archive, n, said):
    recipe, weights = read_recipe(said["recipe"]), _array(archive, f"run{n}/weights.npy", KINDS[:2])
    if "start" in said:
        start = _network(said["start"], _array(archive, f"run{n}/start.npy", KINDS[:2]))
        recipe = replace(recipe, start=start, setting=replace(recipe.setting, reduction=start.reduction),
                         file=outside.name(said["start"]["file"], ""))
    network = recipe.start or recipe.preset.network(recipe.setting, np.random.default_rng(recipe.seed))
    _must(weights.ndim == 2 and 1 <= len(weights) == len(said["moments"]) <= 2 * MOST_MOMENTS
          and weights.shape[1] == sum(part.size for layer in network.layers for part in (layer.W, layer.b)
                                      if part is not None)
          and weights.dtype == network.dtype and np.isfinite(weights).all())
    moments = tuple(_moment(*moment, row, len(network.layers)) for moment, row in zip(said["moments"], weights))
    losses = _array(archive, f"run{n}/losses.npy", KINDS[1:2])
    _must(losses.ndim == 2 and losses.shape[1] == 2 and len(losses) <= MOST_LOSSES and np.isfinite(losses[:, 0]).all()
          and all(a.examples < b.examples for a, b in zip(moments, moments[1:]))
          and len({m.key for m in moments}) == len(moments) and said["ended"] in ENDED
          and (said["data"] == "" or PRINT.fullmatch(said["data"])) and recipe.problems(10**9) == []
          and set(said["measured"]) <= set(PARTS) and all(set(m.accuracy) == set(said["measured"]) for m in moments))
    count, origin = _number(said["count"], 1, 10**9, int), said["origin"].replace(" (", ", ")
    return StoredRun(outside.name(said["name"], "a run", limits.RUN_NAME), recipe, said["ended"],
                     _number(said["seconds"], 0, 10**9),
                     _number(said["examples"], moments[-1].examples, 10**18, int), count,
                     {name: _number(size, 1, 10**9, int) for name, size in said["measured"].items()},
                     [tuple(point) for point in losses.tolist()], moments,
                     outside.name(origin.replace("/", " "), "", 160), said["data"])


def _moment(key, epoch, examples, seconds, loss, accuracy, gradients, loaded, weights, layers):
    _must(KEY.fullmatch(key) and len(gradients) == layers and isinstance(loaded, bool))
    return Moment(key, _number(epoch, 0, 10**9), _number(examples, 0, 10**18, int), _number(seconds, 0, 10**9),
                  float(loss), {name: _number(share, 0, 1) for name, share in accuracy.items()},
                  tuple(float(size) for size in gradients), weights, loaded)


def _network(said, vector):
    """The network that a run went on from."""
    sizes = said["sizes"]
    _must(2 <= len(sizes) <= 8 and all(type(size) is int and 1 <= size <= limits.UNITS for size in sizes)
          and len(sizes) - 1 == len(said["activations"]) == len(said["biases"]) == len(said["frozen"]))
    shapes = list(zip(sizes, sizes[1:]))
    _must(vector.ndim == 1 and vector.size == sum(prod(shape) + shape[1] * bool(b)
                                                  for shape, b in zip(shapes, said["biases"])))
    empty, kind = np.zeros, vector.dtype
    layers = [Layer(empty(shape, kind), empty(shape[1], kind) if b else None, str(f), bool(frozen))
              for shape, b, f, frozen in zip(shapes, said["biases"], said["activations"], said["frozen"])]
    network = Network(layers, said["loss"], said["reduction"])
    network.pack()
    _must(np.isfinite(vector).all())
    network.vector[:] = vector
    return network


def _drawings(archive, said):
    if not said:
        return ()
    images = _array(archive, "drawings.npy", KINDS[2:])
    _must(images.shape == (len(said), 784))
    return tuple(Kept(image, None if label is None else _number(label, 0, 9, int), _number(answer, 0, 9, int))
                 for image, (label, answer) in zip(images, said))


def _must(holds):
    if not holds:
        raise ValueError("not what a session has")


def _number(value, least, most, kind=float):
    _must(type(value) in (int, kind) and least <= value <= most)
    return value


def _text(value, most):
    _must(isinstance(value, str) and len(value) <= most)
    return value


# Into a session

def reopened(stored, material, file, same_data):
    """Return the Run of a StoredRun, to be looked at, walked and compared; it learns no more.

    `material` is what a run of its preset learns from here, `same_data` whether that is what it learned from; `file` is
    the name of its file, without its ending.
    """
    run = Run(0, stored.recipe, material)
    run.name = f"{stored.name[:22]} (from {outside.name(file, 'a file', 10)})"
    learned = f", learned from {stored.origin}" * bool(stored.origin)
    other = "" if same_data else ", other data than those here"
    run.made_of = f"from the file {outside.name(file, most=30)}{learned}{other}"
    run.came_from = {"origin": stored.origin, "data": stored.data}
    run.moments, run.losses.points = list(stored.moments), list(stored.losses)
    run.count, run.measured, run.examples, run.seconds = stored.count, stored.measured, stored.examples, stored.seconds
    run.ended, run.progress = stored.ended, _progress(stored)
    run.error = "Training failed where it was saved." * (stored.ended == "failed")
    run.batch_size = min(stored.recipe.setting.batch_size or stored.count, stored.count)
    run.network.vector[:] = run.moments[-1].weights
    return run


def _progress(stored):
    """How far it was, as training says it."""
    size = min(stored.recipe.setting.batch_size or stored.count, stored.count)
    batches = -(-stored.count // size)
    epoch, rest = divmod(max(stored.examples - 1, 0), stored.count)
    return Progress(epoch + 1, rest // size + 1, batches, stored.examples, stored.moments[-1].loss,
                    stored.ended == "diverged")
