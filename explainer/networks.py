"""A network from a file, whoever wrote it: its arrays put in order, and what the file leaves open tried on digits.

An array alone does not say what its layer's activation is, nor in which order the pixels came. `possibilities` lets
each of them read some images of known digits; the likeliest stands first.
"""
import re
from dataclasses import dataclass
from itertools import product

import numpy as np

from mlp_core import Network, forward
from mlp_core.activations import ACTIVATIONS, ELEMENTWISE
from mlp_core.data import one_hot
from mlp_core.losses import OUTPUT_LOSSES
from mlp_core.network import Layer
from mlp_core.storage import from_arrays

from . import outside
from .array_files import DAMAGED, Refused, read_arrays
from .datasets import embedded_sample
from .limits import MOST_NETWORK_LAYERS, MOST_WORDS
from .notation import ACTIVATION_NOTATION

TRIED_ON = 1000         # images, fewer for a large network
WORK = 400_000_000      # at most about so many products for one try
SIDE = 28               # of an image
USUAL = ("sigmoid", "relu", "tanh")     # other hidden activations have to be this much likelier to stand before them:
UNUSUAL = 0.02
TURNED = 0.1                            # and transposed pixels this much: else chance would turn a network of noise
PLAIN_OUTPUTS = ("sigmoid", "linear")   # sums made for one of these come near the targets by others too, which have to
NEARER = 2                              # be so many times nearer to stand before them


@dataclass(frozen=True, eq=False)
class Possibility:
    """A network that the arrays of a file may be."""
    network: Network
    hidden: str | None      # the activation of its hidden layers; None where there are none, or the file says it
    output: str             # the activation of its output layer
    pixels: str             # a key of PIXELS
    share: float | None     # of the images it was tried on: how many it reads right; None: it was not tried
    error: float | None     # the mean squared error of its outputs on them

    @property
    def words(self):
        hidden = [f"{ACTIVATION_NOTATION[self.hidden].name} in the hidden layers"] if self.hidden else []
        return ", ".join([*hidden, f"{ACTIVATION_NOTATION[self.output].name} outputs", PIXELS[self.pixels].name])


@dataclass(frozen=True, eq=False)
class Found:
    """What was found in a file."""
    file: str               # its name, as plain text
    possibilities: tuple    # of Possibility, the likeliest first; one alone where the file says everything
    notes: tuple            # sentences: what was noticed and done
    tried_on: int = 0       # so many images

    def open(self):
        """Return {field of a Possibility: its values, the likeliest first} of what the file does not say."""
        every = {field: list(dict.fromkeys(getattr(one, field) for one in self.possibilities))
                 for field in ("hidden", "pixels", "output")}
        return {field: values for field, values in every.items() if len(values) > 1}

    def nearest(self, **answers):
        """Return the likeliest Possibility of those that agree most with the answers, a value for a field."""
        return max(self.possibilities, key=lambda one: sum(getattr(one, name) == to for name, to in answers.items()))


@dataclass(frozen=True)
class Pixels:
    """An order in which an image's pixels become inputs."""
    name: str
    rows: np.ndarray        # (784,) where the weights of each pixel of our order stand


PIXELS = {
    "upright": Pixels("pixels row by row", np.arange(SIDE**2)),
    "transposed": Pixels("pixels column by column", np.arange(SIDE**2).reshape(SIDE, SIDE).T.ravel())}


def read_network(name, content):
    """Return the Network in a file: where that leaves something open, the likeliest, as tried on the sample.

    `name` and `content` (bytes) are of an .npz of this project's or of plain arrays, of Octave's text .mat, or of
    Nielsen's JSON. W comes out as (n_in, n_out), for upright images. Raises ValueError, in one sentence, for others.
    """
    return found_network(name, content).possibilities[0].network


def found_network(name, content, dataset=None):
    """Return what is Found in a file, tried on a data set's training images; on the sample's where none is given.

    Raises ValueError, in one sentence.
    """
    try:
        return _found(name, content, dataset)
    except Refused:
        raise
    except Exception as error:      # a damaged file may do anything to a reader, as far as MemoryError
        raise ValueError(DAMAGED) from error


def _found(name, content, dataset):
    stored, file = read_arrays(name, content), outside.name(name)
    if "activations" in stored.arrays and stored.arrays["activations"].dtype.kind == "U":
        network, notes = _built(from_arrays, stored.arrays), []
    else:
        layers, notes = layers_of(stored)
        if not stored.sigmoid:
            images, labels = _sample(dataset, layers)
            return Found(file, possibilities(layers, images, labels), (*stored.notes, *notes), len(images))
        network = _built(_network, layers, "sigmoid", "sigmoid")
    _check_that_it_answers(network, dataset)
    known = Possibility(network, None, network.layers[-1].activation, "upright", None, None)
    return Found(file, (known,), (*stored.notes, *notes))


def _built(build, *arguments):
    """Return the network that is built, or raise the core's own sentence, shortened: it may hold the file's words."""
    try:
        return build(*arguments)
    except ValueError as error:
        raise Refused(re.sub(r"\s+", " ", str(error))[:MOST_WORDS]) from error


def _network(layers, hidden, output):
    """Return the Network of [(W, b)] with these activations and what is usually learned with them."""
    activations = [hidden] * (len(layers) - 1) + [output]
    return Network([Layer(W, b, f) for (W, b), f in zip(layers, activations)], OUTPUT_LOSSES[output][0], "mean")


def with_loss(network, loss):
    """Return the same network with another loss."""
    return Network(network.layers, loss, network.reduction)


# What the arrays are

WEIGHTS = re.compile(r"weight|kernel|coef|theta|syn\d|(?:^|[./_ ])w(?![a-z]{3})", re.IGNORECASE)
BIASES = re.compile(r"bias|intercept|(?:^|[./_ ])b(?![a-z]{3})", re.IGNORECASE)
NUMBERED = re.compile(r"arr_\d+")
IMAGES = re.compile(r"x_?(train|test)|images", re.IGNORECASE)


def layers_of(stored):
    """Return ([(W, b)], sentences): what is Stored as layers that follow each other, W as (n_in, n_out), b or None.

    The shapes decide which way round W is kept: all of a file the same way. Raises ValueError, in one sentence, where
    they do not fit each other.
    """
    arrays = {name: array for name, array in stored.arrays.items() if array.dtype.kind == "f" and array.ndim
              and array.size > (0 if _is_named(name) else 1)}
    for name, array in arrays.items():
        if IMAGES.search(name):
            raise Refused("this is not a saved network but a data set: open it as data")
        if array.ndim > 2:
            raise Refused(f"its array {outside.name(name)} has {array.ndim} dimensions; only fully connected layers "
                          "are read here, whose weights have 2")
    matrices = _named({name: array for name, array in arrays.items() if _is_matrix(name, array)}, WEIGHTS)
    vectors = _named({name: array.ravel() for name, array in arrays.items() if not _is_matrix(name, array)}, BIASES)
    if not any(BIASES.search(name) or NUMBERED.fullmatch(name) for name in vectors):
        vectors = {}
    if not matrices:
        raise Refused("this is not a saved network: it holds no matrix of weights")
    if len(matrices) > MOST_NETWORK_LAYERS:
        raise Refused(f"this file has {len(matrices)} matrices of weights; up to {MOST_NETWORK_LAYERS} layers are read")
    weights, notes = _in_order(matrices, stored.columns)
    biases = _fitting(vectors, weights)
    kind = np.result_type(*matrices.values(), *vectors.values())
    left = [outside.name(name) for name in stored.arrays if name not in matrices and name not in vectors]
    if left:
        more = f" and {len(left) - 6} more" if len(left) > 6 else ""
        notes.append(f"Left out, as they are no weights or biases: {', '.join(left[:6])}{more}.")
    return [(np.ascontiguousarray(W, kind), None if b is None else b.astype(kind))
            for W, b in zip(weights.values(), biases)], notes


def _is_named(name):
    return bool(WEIGHTS.search(name) or BIASES.search(name))


def _is_matrix(name, array):
    return array.ndim == 2 and (min(array.shape) > 1 or bool(WEIGHTS.search(name)) and not BIASES.search(name))


def _named(arrays, usual):
    """Return the arrays with a usual name, or all where none has one; by the numbers in their names, if any."""
    kept = {name: array for name, array in arrays.items() if usual.search(name)} or arrays
    if not any(re.search("[0-9]", name) for name in kept):
        return kept
    return {name: kept[name] for name in sorted(kept, key=_by_number)}


def _by_number(name):
    parts = re.split("([0-9]+)", name[:100])
    return [int(part) if place % 2 else part.lower() for place, part in enumerate(parts)]


def _in_order(matrices, columns):
    """Return ({name: W}, sentences): the matrices one after the other, each (n_in, n_out).

    They begin with 784 inputs, if one has 784. `columns` says which way round they are taken where both fit.
    """
    ways = [found for turned in (columns, not columns)
            if (found := _chain({name: W.T if turned else W for name, W in matrices.items()}))]
    if not ways:
        shapes = ", ".join("×".join(map(str, W.shape)) for W in matrices.values())
        raise Refused(f"its matrices of weights, {shapes}, do not fit one after the other from {SIDE**2} inputs on")
    ways.sort(key=lambda way: list(way.values())[-1].shape[1] != 10)
    kept_as = "(n_out, n_in)" if columns else "(n_in, n_out)"
    return ways[0], [f"Its matrices fit either way round; they are taken as {kept_as}."] if len(ways) > 1 else []


def _chain(matrices):
    """Return {name: W} in an order in which each fits the one before, as far as can be in their own; or None."""
    pixels = any(SIDE**2 in W.shape for W in matrices.values())

    def follow(chain, rest, inputs):
        if not rest:
            return chain
        for name in rest if pixels else rest[:1]:
            W = matrices[name]
            if inputs in (None, W.shape[0]):
                if done := follow({**chain, name: W}, [other for other in rest if other != name], W.shape[1]):
                    return done
        return None
    return follow({}, list(matrices), SIDE**2 if pixels else None)


def _fitting(vectors, weights):
    """Return the bias of each layer, None where it has none: by its name, else layers of one size in their order."""
    sizes = [W.shape[1] for W in weights.values()]
    for size in dict.fromkeys(map(len, vectors.values())):
        have = sum(len(vector) == size for vector in vectors.values())
        if have > sizes.count(size):
            raise Refused(f"arrays of {size:,} biases: {have}, layers of {size:,} units: {sizes.count(size)}; "
                          "they do not fit each other")
    owners = {BIASES.sub("", name): vector for name, vector in vectors.items()}
    layers = [WEIGHTS.sub("", name) for name in weights]
    if len(owners) == len(vectors) and set(owners) <= set(layers) and len(set(layers)) == len(layers):
        if all(layer not in owners or len(owners[layer]) == size for layer, size in zip(layers, sizes)):
            return [owners.get(layer) for layer in layers]
    if any(sum(len(vector) == size for vector in vectors.values()) not in (0, sizes.count(size)) for size in sizes):
        raise Refused("it has biases for some layers only, and their names do not say for which")
    rest = list(vectors.values())
    return [next((rest.pop(place) for place, vector in enumerate(rest) if len(vector) == size), None)
            for size in sizes]


# What the file does not say

def _sample(dataset, layers):
    """Return (images, labels) of a data set's training part, evenly from all of it; none that do not fit."""
    if layers[0][0].shape[0] != SIDE**2 or layers[-1][0].shape[1] != 10:
        return (), ()
    dataset = dataset or embedded_sample()
    work = max(1, WORK // sum(W.size for W, _ in layers))
    rows = np.linspace(0, len(dataset.images) - 1, min(TRIED_ON, work, len(dataset.images))).astype(int)
    return dataset.images[rows], dataset.labels[rows]


def possibilities(layers, images, labels):
    """Return every Possibility of layers [(W, b)], the likeliest first, as tried on images of known digits.

    Without images none is tried: they stand as usual. Raises ValueError, in one sentence, where no outputs are finite.
    """
    ways = PIXELS if len(images) else ("upright",)
    inner = ELEMENTWISE if len(layers) > 1 else (None,)
    _built(_network, layers, "sigmoid", "sigmoid")      # refuses what no activation would mend
    found = []
    for pixels, hidden in product(ways, inner):
        (W, b), *above = layers
        ordered = [(W if pixels == "upright" else np.ascontiguousarray(W[PIXELS[pixels].rows]), b), *above]
        with np.errstate(over="ignore", invalid="ignore"):
            S = forward(_network(ordered, hidden, "linear"), images).output if len(images) else None
        found += [_tried(_network(ordered, hidden, output), hidden, pixels, S, labels) for output in ACTIVATIONS]
    found = [one for one in found if one.error is None or np.isfinite(one.error)]
    if not found:
        raise Refused("its weights are so large that its outputs are no finite numbers")
    return tuple(sorted(found, key=_unlikely) if len(images) else found)


def _tried(network, hidden, pixels, S, labels):
    output = network.layers[-1].activation
    if S is None:
        return Possibility(network, hidden, output, pixels, None, None)
    with np.errstate(over="ignore", invalid="ignore"):
        error = float(((ACTIVATIONS[output].function(S) - one_hot(labels)) ** 2).mean(dtype=float))
    finite = np.isfinite(S).all()
    return Possibility(network, hidden, output, pixels, float((S.argmax(axis=1) == labels).mean()),
                       error if finite else np.inf)


def _unlikely(one):
    """Return how unlikely a Possibility is: by what it reads wrong, how far its outputs are off, and what is rare."""
    rare = UNUSUAL * (one.hidden not in (None, *USUAL)) + TURNED * (one.pixels != "upright")
    return 1 - one.share + rare + one.error / 2 * (1 if one.output in PLAIN_OUTPUTS else NEARER)


def _check_that_it_answers(network, dataset):
    """Raise ValueError where a network's outputs are no finite numbers."""
    layers = [(layer.W, layer.b) for layer in network.layers]
    X, _ = _sample(dataset, layers)
    with np.errstate(over="ignore", invalid="ignore"):
        passed = forward(network, X if len(X) else np.ones((1, network.sizes[0]), network.dtype))
    if not np.isfinite(passed.output).all():
        raise Refused("its weights are so large that its outputs are no finite numbers")
