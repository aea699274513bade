"""What a link holds beside what is chosen: a run as its recipe, a drawing, and a fingerprint of the data.

A run is written as the address under which it would be the next one: "net.relu16*epochs.3*…", with the moment that is
looked at, how far it had got, and a fingerprint of the weights then. Reading never fails: what cannot be had becomes a
sentence.
"""
import base64
import binascii
import re
import zlib
from dataclasses import dataclass, fields, replace
from math import prod
from urllib.parse import quote, urlencode, urlsplit
from weakref import WeakKeyDictionary

import numpy as np

from .address import from_address, to_address
from .choice import Chosen, Look
from .limits import MOST_LINKED_STEPS, MOST_LINKED_TEXT, MOST_LINKED_WORK
from .recipes import Recipe, adopted, chosen_recipe

KEY = re.compile(r"[eb]\d{1,9}", re.ASCII)
PRINT = re.compile(r"[0-9a-f]{8}", re.ASCII)
HERE = re.compile(r"localhost|127\.[\d.]+|\[?::1\]?|0\.0\.0\.0", re.ASCII)
LOOKS = {field.name for field in fields(Look)}


@dataclass(frozen=True)
class LinkedRun:
    """A run, to be trained again."""
    recipe: Recipe
    moment: str         # key of the moment that is looked at
    until: str          # key of the moment up to which it was trained; "" where it came to its end
    weights: str        # fingerprint of the weights at that moment
    data: str = ""      # and of the data it learned from; "" for a worked example


@dataclass(frozen=True, eq=False)
class LinkedDrawing:
    image: np.ndarray   # (784,) uint8
    digit: int | None   # what it is, as the person said
    prepared: bool      # whether it is read as MNIST prepares it


@dataclass(frozen=True)
class Linked:
    """What a link brings along. None and "": nothing of the kind."""
    run: LinkedRun | None = None
    drawing: LinkedDrawing | None = None
    data: str = ""


# From a session to a link

def linked_run(run, moment):
    """Return the LinkedRun of a Run at one of its Moments; None without one, or where a file's network goes on."""
    if moment is None or run.recipe.start is not None:
        return None
    until = "" if run.ended in ("finished", "diverged") else run.moments[-1].key
    return LinkedRun(run.recipe, moment.key, until, fingerprint(moment.weights), learned_from(run))


def learned_from(run):
    """Return the fingerprint of the data that a Run learned from, wherever that was; "" for a worked example."""
    data = run.material.dataset
    return run.came_from.get("data", fingerprint_of_data(data) if data else "")


def written(linked):
    """Return {name: text} of what a link brings along."""
    found = {}
    if linked.run:
        found["run"] = _run_text(linked.run)
    if linked.drawing:
        image, digit = linked.drawing.image, linked.drawing.digit
        squeezed = zlib.compress(image.tobytes(), 9, -15)
        found["drawing"] = base64.urlsafe_b64encode(squeezed).decode().rstrip("=")
        found |= {} if digit is None else {"digit": str(digit)}
        found |= {} if linked.drawing.prepared else {"prepared": "0"}
    if linked.data:
        found["data"] = linked.data
    return found


def _run_text(run):
    """The recipe, and what is known of the run: name.value, with * between them."""
    parts = written_recipe(run.recipe) | {"moment": run.moment, "until": run.until, "on": run.data, "is": run.weights}
    return "*".join(f"{name}.{text}" for name, text in parts.items() if text or name not in ("until", "on"))


def written_recipe(recipe):
    """Return {name: text}: the address under which a run of this recipe would be the next one."""
    return {name: text for name, text in to_address(adopted(Chosen(), recipe)).items() if name not in LOOKS}


def link(base, parameters):
    """Return the whole link: the address of a page, and {name: text}."""
    page = base.partition("?")[0].partition("#")[0]
    page += "/" * (urlsplit(page).path == "")
    return f"{page}?{urlencode(parameters, quote_via=quote, safe=',*~:')}"


def host_of(address):
    """The part of an address that says which app it is of."""
    return "{0.scheme}://{0.netloc}".format(urlsplit(address))


def is_of_this_machine(address):
    """Whether only this machine understands the address."""
    return bool(HERE.fullmatch(urlsplit(address).hostname or "localhost"))


# From a link to a session

def read(parameters):
    """Return (Linked, sentences) of {name: text}."""
    found, sentences = {}, []
    for name, reader in READERS.items():
        if name in parameters:
            try:
                found[name] = reader(parameters)
            except ValueError as error:
                sentences.append(f"The {name} in the link was left out: {error}.")
    return Linked(**found), sentences


def _run(parameters):
    text = _short(parameters["run"])
    parts = dict(part.partition(".")[::2] for part in text.split("*"))
    recipe = read_recipe(parts)
    moment, until, data, weights = (parts.get(name, "") for name in ("moment", "until", "on", "is"))
    if not (KEY.fullmatch(moment) and KEY.fullmatch(until or "e0") and PRINT.fullmatch(weights)
            and PRINT.fullmatch(data or weights)):
        raise ValueError("it does not say which of its weights are meant")
    return LinkedRun(recipe, moment, until, weights, data)


def read_recipe(parts):
    """Return the Recipe that {name: text} describes. Raises ValueError in a sentence for anything else."""
    chosen, sentences = from_address({name: text for name, text in parts.items() if name not in LOOKS})
    if sentences:
        raise ValueError(sentences[0].rstrip(".").replace("The address has", "it says"))
    return chosen_recipe(chosen)


def _drawing(parameters):
    text = _short(parameters["drawing"])
    try:
        squeezed, unpacking = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), zlib.decompressobj(-15)
        pixels = unpacking.decompress(squeezed, 785)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise ValueError("it is damaged") from error
    if len(pixels) != 784 or not unpacking.eof or unpacking.unused_data or not any(pixels):
        raise ValueError("it is no image of 28×28 pixels with ink on it")
    digit = parameters.get("digit", "")
    return LinkedDrawing(np.frombuffer(pixels, np.uint8), int(digit) if re.fullmatch("[0-9]", digit) else None,
                         parameters.get("prepared") != "0")


def _data(parameters):
    if not PRINT.fullmatch(parameters["data"]):
        raise ValueError("a fingerprint is eight digits from 0 to f")
    return parameters["data"]


def _short(text):
    if len(text) > MOST_LINKED_TEXT or not text.isascii():
        raise ValueError(f"it can have up to {MOST_LINKED_TEXT:,} letters")
    return text


READERS = {"run": _run, "drawing": _drawing, "data": _data}


def too_long(run, examples):
    """Why a run is not trained again just because a link was opened; "" where it is."""
    setting, sizes = run.recipe.setting, run.recipe.preset.sizes
    batches = -(-examples // (setting.batch_size or examples))
    epochs = setting.epochs
    if run.until:
        epochs = min(epochs, -(-int(run.until[1:]) // (batches if run.until[0] == "b" else 1)))
    steps = epochs * batches
    work = epochs * examples * sum(map(prod, zip(sizes, sizes[1:])))
    if steps <= MOST_LINKED_STEPS and work <= MOST_LINKED_WORK:
        return ""
    return (f"The run in the link takes long, {epochs:,} epochs of {examples:,} examples, so it was not begun. Its "
            "settings are those of the Train page now: Start trains it there.")


# Fingerprints

_of_data = WeakKeyDictionary()      # {Dataset: its fingerprint}


def fingerprint(*arrays):
    """Return eight digits from 0 to f that are the same for the same bytes, and hardly ever for others."""
    found = 0
    for array in arrays:
        found = zlib.crc32(np.ascontiguousarray(array).data.cast("B"), found)
    return f"{found:08x}"


def fingerprint_of_data(dataset):
    """Return the fingerprint of a Dataset's images and labels, in their order."""
    if dataset not in _of_data:
        parts = (dataset.images, dataset.labels, dataset.test_images, dataset.test_labels)
        _of_data[dataset] = fingerprint(*(part for part in parts if part is not None))
    return _of_data[dataset]


def without_the_run(chosen):
    """Return the Chosen without weights that only the session has in which they were made."""
    walked_elsewhere = chosen.choice.of_run or chosen.choice.weights == "taught"
    return replace(chosen, choice=replace(chosen.choice, weights="untrained")) if walked_elsewhere else chosen
