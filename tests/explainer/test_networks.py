"""Networks from other people's programs: read as their own formulas compute them, or refused in one short sentence."""
import gzip
import io
import json
import random
import struct
import time
import tracemalloc
import zipfile
from itertools import product

import numpy as np
import pytest

from explainer import limits
from explainer.datasets import embedded_sample
from explainer.networks import found_network, read_network
from mlp_core import Layer, Network, forward, save_network, train
from mlp_core.activations import ACTIVATIONS, ELEMENTWISE
from mlp_core.data import one_hot
from mlp_core.network import new_network

SAMPLE = embedded_sample()
X, LABELS = SAMPLE.images[4000:] / 255, SAMPLE.labels[4000:]


def images_transposed(rows):
    return rows.reshape(-1, 28, 28).transpose(0, 2, 1).reshape(-1, 784)


def learned(hidden, f, output, loss, alpha, images=None):
    """[(W, b)] of a small network that has learned from the first images of the sample, by the core alone."""
    rng = np.random.default_rng(5)
    network = new_network((784, *hidden, 10), (f,) * len(hidden) + (output,), rng, loss=loss, reduction="mean",
                          initialisation="glorot", dtype=np.float64)
    images = SAMPLE.images[:2000] / 255 if images is None else images
    for _ in train(network, images, one_hot(SAMPLE.labels[:2000], dtype=float), learning_rate=alpha, epochs=8,
                   batch_size=20, rng=rng):
        pass
    return [(layer.W.copy(), layer.b.copy()) for layer in network.layers]


@pytest.fixture(scope="module")
def relu():
    return learned((16, 16), "relu", "softmax", "cross_entropy", .1)


@pytest.fixture(scope="module")
def sigmoid():
    return learned((20,), "sigmoid", "sigmoid", "half_squared_error", 3.)


def relu_softmax(layers, x):
    """The answers by einsum, a column an example, as l1g4v’s post writes it."""
    a = x.T
    for W, b in layers[:-1]:
        a = np.clip(np.einsum("io,im->om", W, a) + b[:, None], 0, None)
    z = np.exp(np.einsum("io,im->om", layers[-1][0], a) + layers[-1][1][:, None])
    return (z / z.sum(axis=0)).T


def sigmoids(layers, x):
    """The answers as Nielsen's feedforward has them: σ(w·a + b), a column an example."""
    a = x.T
    for W, b in layers:
        a = 1.0 / (1.0 + np.exp(-(np.dot(W.T, a) + b.reshape(-1, 1))))
    return a.T


def octave(arrays, kind="global matrix", end="\n"):
    """A text as Octave's `save -text` writes it."""
    text = "# Created by Octave 7.3.0, Mon Jan 09 20:00:00 2023 CET <a@b>\n"
    for name, array in arrays.items():
        rows = "\n".join(" " + " ".join(map(repr, map(float, row))) for row in array)
        text += f"# name: {name}\n# type: {kind}\n# rows: {len(array)}\n# columns: {array.shape[1]}\n{rows}\n\n\n"
    return text.replace("\n", end).encode()


def npz(arrays=(), *positional, packed=False, **named):
    file = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(file, *positional, **dict(arrays), **named)
    return file.getvalue()


def nielsen(layers, cost="QuadraticCost"):
    return json.dumps({"sizes": [784, *(len(b) for _, b in layers)], "weights": [W.T.tolist() for W, _ in layers],
                       "biases": [b.reshape(-1, 1).tolist() for _, b in layers], "cost": cost}).encode()


def as_named(layers, W="W", b="b", turned=False, bias=lambda b: b):
    return {f"{name}{n}": array for n, (w, v) in enumerate(layers, 1)
            for name, array in ((W, w.T if turned else w), (b, bias(v)))}


def saved(network):
    file = io.BytesIO()
    save_network(file, network)
    return file.getvalue()


def answers(network, x=X):
    return forward(network, x.astype(network.dtype)).output


def chain(network):
    return network.sizes, tuple(layer.activation for layer in network.layers)


RELU = (784, 16, 16, 10), ("relu", "relu", "softmax")
SIGMOID = (784, 20, 10), ("sigmoid", "sigmoid")


# Octave

@pytest.mark.parametrize("kind, end", [("global matrix", "\n"), ("matrix", "\r\n")])
def test_octaves_text_answers_as_its_program_does_and_its_activations_are_found(relu, kind, end):
    rng = np.random.default_rng(0)
    file = {f"A_{n}": rng.random((len(b), 1)) for n, (_, b) in enumerate(relu, 2)}     # as l1g4v’s post saves them too
    for n, (W, b) in enumerate(relu, 1):
        file |= {f"W_{n}{n + 1}": W.T, f"B_{n + 1}": b[:, None]}
    found = found_network("network.mat", octave(file, kind, end), SAMPLE)
    network = found.possibilities[0].network
    assert chain(network) == RELU and (network.loss, network.reduction) == ("cross_entropy", "mean")
    np.testing.assert_allclose(answers(network), relu_softmax(relu, X), rtol=1e-9, atol=1e-12)
    assert (answers(network).argmax(1) == LABELS).mean() > .8       # it is a network that reads
    assert found.notes == ("Left out, as they are no weights or biases: A_2, A_3, A_4.",)
    for layer, (W, b) in zip(network.layers, relu, strict=True):    # repr gives every bit
        np.testing.assert_array_equal(layer.W, W)
        np.testing.assert_array_equal(layer.b, b)


def test_octaves_cells_and_packed_files_are_read(relu):
    cells = octave({}) + b"# name: p\n# type: cell\n# rows: 1\n# columns: 6\n" + b"".join(
        octave({"<cell-element>": part}, "matrix").split(b"\n", 1)[1] for W, b in relu for part in (W.T, b[:, None]))
    network = read_network("cells.mat.gz", gzip.compress(cells))
    np.testing.assert_allclose(answers(network), relu_softmax(relu, X), rtol=1e-9, atol=1e-12)


def test_a_network_of_transposed_pixels_is_found_and_reads_upright_images():
    turned = images_transposed(SAMPLE.images[:2000] / 255)
    layers = learned((16,), "relu", "softmax", "cross_entropy", .1, turned)
    found = found_network("a.npz", npz(as_named(layers)), SAMPLE)
    first = found.possibilities[0]
    assert (first.pixels, first.hidden, first.output) == ("transposed", "relu", "softmax")
    np.testing.assert_allclose(answers(first.network), relu_softmax(layers, images_transposed(X)), atol=1e-12)


# NumPy

@pytest.mark.parametrize("turned, bias", list(product([False, True], [
    lambda b: b, lambda b: b[:, None], lambda b: b[None]])))
def test_named_arrays_are_read_either_way_round(relu, turned, bias):
    network = read_network("weights.npz", npz(as_named(relu, turned=turned, bias=bias)))
    assert chain(network) == RELU
    np.testing.assert_allclose(answers(network), relu_softmax(relu, X), atol=1e-12)


NAMES = {
    "keras": lambda n: (f"dense_{n + 8}/kernel:0", f"dense_{n + 8}/bias:0"),      # 9, 10, 11: not alphabetical
    "pytorch": lambda n: (f"fc{n}.weight", f"fc{n}.bias"),
    "out of order": lambda n: (("input.weight", "hidden.weight", "output.weight")[n - 1],
                               ("input.bias", "hidden.bias", "output.bias")[n - 1]),
    "sklearn": lambda n: (f"coefs_{n - 1}", f"intercepts_{n - 1}"),
    "words": lambda n: (f"weights{n}", f"biases{n}"),
}


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_names_of_other_programs_are_known_in_any_order(relu, names):
    arrays = {name: array for n, layer in enumerate(relu, 1) for name, array in zip(names(n), layer)}
    scalars = {"epochs": np.array(30), "accuracy": np.array(.91)}
    for order in (arrays, dict(sorted(arrays.items())), dict(list(arrays.items())[::-1])):
        if order is arrays or names is not NAMES["words"]:
            network = read_network("w.npz", npz(scalars | order))
            np.testing.assert_allclose(answers(network), relu_softmax(relu, X), atol=1e-12)


def test_a_list_of_arrays_is_read_by_its_order(relu):
    arrays = [part for layer in relu for part in layer]
    network = read_network("w.npz", npz({}, *arrays))
    np.testing.assert_allclose(answers(network), relu_softmax(relu, X), atol=1e-12)
    network = read_network("w.npz", npz({}, *[np.asfortranarray(W) for W, _ in relu], packed=True))
    assert [layer.b for layer in network.layers] == [None] * 3
    np.testing.assert_array_equal(network.layers[1].W, relu[1][0])


def test_many_layers_of_one_size_come_in_the_order_of_their_numbers():
    rng = np.random.default_rng(4)
    sizes = 784, 8, 8, 8, 8, 8, 10
    layers = [(rng.normal(size=shape), rng.normal(size=shape[1])) for shape in zip(sizes, sizes[1:])]
    network = read_network("w.npz", npz({}, *(part for layer in layers for part in layer)))     # arr_2 before arr_10
    other = read_network("w.npz", npz({f"W{n}{n + 1}": W for n, (W, _) in list(enumerate(layers, 8))[::-1]}))
    for ours, theirs, (W, b) in zip(network.layers, other.layers, layers, strict=True):
        np.testing.assert_array_equal(ours.W, W)
        np.testing.assert_array_equal(theirs.W, W)
        np.testing.assert_array_equal(ours.b, b)


def test_weights_without_biases_find_their_order_by_their_shapes():
    layers = [(W, b * 0) for W, b in learned((20,), "sigmoid", "sigmoid", "half_squared_error", 3.)]
    network = read_network("rashid.npz", npz(who=layers[1][0].T, wih=layers[0][0].T))
    assert chain(network) == SIGMOID and network.layers[0].b is None
    np.testing.assert_allclose(answers(network), sigmoids(layers, X), atol=1e-12)


@pytest.mark.parametrize("kind, comes_as, note", [(np.float16, np.float32, 1), (np.float32, np.float32, 0),
                                                  (np.float64, np.float64, 0), (">f4", np.float32, 0)])
def test_the_kind_of_number_is_kept_or_said(sigmoid, kind, comes_as, note):
    rounded = [(W.astype(kind), b.astype(kind)) for W, b in sigmoid]
    found = found_network("w.npz", npz(as_named(rounded)), SAMPLE)
    network = found.possibilities[0].network
    assert network.dtype == comes_as and chain(network) == SIGMOID
    assert len([note for note in found.notes if "float16" in note]) == note
    for layer, (W, _) in zip(network.layers, rounded, strict=True):
        np.testing.assert_array_equal(layer.W, W)


def test_our_own_file_says_everything_in_any_kind_of_number(sigmoid):
    for kind in (np.float32, np.float64):
        layers = [Layer(W.astype(kind), b.astype(kind), "tanh") for W, b in sigmoid]
        layers[0].frozen_bias = True
        network = read_network("own.npz", saved(Network(layers, "squared_error", "sum")))
        assert (network.loss, network.reduction, network.dtype) == ("squared_error", "sum", kind)
        assert [layer.frozen_bias for layer in network.layers] == [True, False] and chain(network)[1] == ("tanh",) * 2
    with np.load(io.BytesIO(saved(network))) as file:
        half = {name: file[name].astype(np.float16) if file[name].dtype.kind == "f" else file[name] for name in file}
    found = found_network("own.npz", npz(half), SAMPLE)
    assert not found.open() and found.possibilities[0].network.dtype == np.float32
    assert found.notes == ("Its numbers are float16; they are read as float32.",)
    np.testing.assert_array_equal(found.possibilities[0].network.layers[0].W, half["W1"])


def test_one_layer_and_other_shapes_than_mnists_are_networks_too():
    W = np.random.default_rng(1).normal(size=(784, 10))
    for array in (W, W.T):
        np.testing.assert_array_equal(read_network("w.npy", npy(array)).layers[0].W, W)
    small = found_network("w.npz", npz(W1=np.ones((2, 3)), b1=np.ones(3), W2=np.ones((3, 1)), b2=np.ones(1)), SAMPLE)
    assert small.possibilities[0].network.sizes == (2, 3, 1) and small.possibilities[0].share is None
    square = found_network("w.npz", npz(W1=np.array([[1., 2.], [3., 4.]])), SAMPLE)
    assert "either way round" in square.notes[0]
    np.testing.assert_array_equal(square.possibilities[0].network.layers[0].W, [[1, 2], [3, 4]])


def npy(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


# Nielsen

@pytest.mark.parametrize("cost, notes", [("QuadraticCost", 0), ("CrossEntropyCost", 1)])
def test_nielsens_json_answers_as_his_feedforward_and_leaves_nothing_open(sigmoid, cost, notes):
    found = found_network("net.json", b"\n " + nielsen(sigmoid, cost), SAMPLE)
    network = found.possibilities[0].network
    assert chain(network) == SIGMOID and not found.open() and len(found.notes) == notes
    assert (network.loss, network.reduction) == ("half_squared_error", "mean")
    np.testing.assert_allclose(answers(network), sigmoids(sigmoid, X), atol=1e-12)


def test_a_square_network_of_nielsens_is_taken_as_his_program_has_it():
    layers = [(np.array([[1., 2.], [3., 4.]]), np.array([5., 6.])), (np.array([[-1., 2.], [.5, .1]]), np.ones(2))]
    x = np.array([[.05, .1]])
    np.testing.assert_allclose(answers(read_network("xor.json", nielsen(layers)), x), sigmoids(layers, x), rtol=1e-12)


def test_a_json_of_another_cost_leaves_the_activations_open(relu):
    found = found_network("net.json", nielsen(relu, "LogLoss"), SAMPLE)
    assert set(found.open()) == {"hidden", "pixels", "output"} and chain(found.possibilities[0].network) == RELU


# What the file does not say

def test_every_possibility_is_tried_and_its_share_is_what_a_formula_of_ones_own_counts(sigmoid):
    found = found_network("w.npz", npz(as_named(sigmoid)), SAMPLE)
    rows = np.linspace(0, 4999, 1000).astype(int)
    x, labels = SAMPLE.images[rows] / 255, SAMPLE.labels[rows]
    assert found.tried_on == 1000
    for pixels, images in (("upright", x), ("transposed", images_transposed(x))):
        one = found.nearest(hidden="sigmoid", output="sigmoid", pixels=pixels)
        out = sigmoids(sigmoid, images)
        assert one.share == (out.argmax(1) == labels).mean()
        np.testing.assert_allclose(one.error, ((out - np.eye(10)[labels]) ** 2).mean(), rtol=1e-5)
    assert found.open()["hidden"][0] == found.open()["output"][0] == "sigmoid" and \
        len(found.possibilities) == 2 * len(ELEMENTWISE) * len(ACTIVATIONS)
    assert found.possibilities[0].words == "sigmoid in the hidden layers, sigmoid outputs, pixels row by row"


@pytest.mark.parametrize("hidden, output, loss, alpha", [
    ("tanh", "softmax", "cross_entropy", .1), ("sigmoid", "softmax", "cross_entropy", .5),
    ("relu", "sigmoid", "half_squared_error", 1.), ("relu", "linear", "half_squared_error", .03)])
def test_the_activations_that_it_learned_with_come_first(hidden, output, loss, alpha):
    layers = learned((20,), hidden, output, loss, alpha)
    assert chain(read_network("w.npz", npz(as_named(layers))))[1] == (hidden, output)


def test_noise_is_not_turned():
    rng = np.random.default_rng(2)
    for _ in range(10):
        W = rng.normal(0, .05, (784, 12))
        network = read_network("w.npz", npz(W1=W, b1=np.zeros(12), W2=rng.normal(size=(12, 10)), b2=np.zeros(10)))
        np.testing.assert_array_equal(network.layers[0].W, W)


# What is refused

def zipped(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return file.getvalue()


def claiming(shape, kind="<f8"):
    """An .npy whose header promises an array that is not there."""
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(118 - 1) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head


class Explosive:
    def __reduce__(self):
        return exec, ("raise SystemExit('a pickle was read')",)


W = np.full((784, 10), .1)
OBJECTS = np.array([Explosive(), Explosive()], object)
REFUSED = {
    "nothing": ("a.npz", b"", "not a saved network"),
    "a text": ("a.json", b"holiday", "not a saved network"),
    "keras": ("a.keras", zipped({"config.json": "{}", "model.weights.h5": ""}), "get_weights"),
    "h5": ("a.h5", b"\x89HDF\r\n\x1a\n" + bytes(90), "get_weights"),
    "pytorch": ("a.pt", zipped({"archive/data.pkl": "\x80\x02", "archive/version": "3"}), "state_dict"),
    "old pytorch": ("a.pth", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j", "state_dict"),
    "pickle": ("a.pkl", b"\x80\x04\x95\x00", "pickle"),
    "old pickle": ("a.pkl", b"(dp0\nS'W1'\n", "pickle"),
    "objects": ("a.npy", npy(OBJECTS, allow_pickle=True), "pickle"),
    "objects in npz": ("a.npz", npz(weights=OBJECTS), "pickle"),
    "matlab 5": ("a.mat", b"MATLAB 5.0 MAT-file Platform: posix".ljust(200), "save -text"),
    "matlab 4": ("a.mat", b"\x00\x00\x00\x00\x10\x00\x00\x00", "save -text"),
    "matlab 7.3": ("a.mat", b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(512) + b"\x89HDF\r\n\x1a\n", "7.3"),
    "octave binary": ("a.mat", b"Octave-1-L\x00\x06", "save -text"),
    "octave without a matrix": ("a.mat", b"# Created by Octave 7.3.0\n# name: x\n# type: scalar\n3\n", "no matrix"),
    "octave cut short": ("a.mat", octave({"W": W.T})[:-2000], "promises 10×784"),
    "octave too much": ("a.mat", octave({"W": W.T}) + b"1 2 3\n", "holds more"),
    "octave words": ("a.mat", octave({"W": W.T}).replace(b"0.1", b"x.1", 1), "no number"),
    "octave NA": ("a.mat", octave({"W": W.T}).replace(b"0.1", b"NaN", 1), "not finite"),
    "octave 10^18": ("a.mat", b"# name: W\n# type: matrix\n# rows: 1000000000\n# columns: 1000000000\n 1\n",
                     "4,000,000"),
    "octave promises": ("a.mat", b"# name: W\n# type: matrix\n# rows: 1000\n# columns: 1000\n 1\n", "promises"),
    "npy 10^18": ("a.npy", claiming((10**9, 10**9)), "promises"),
    "npz 10^18": ("a.npz", zipped({"W1.npy": claiming((10**9, 10**9))}), "promises"),
    "npy minus": ("a.npy", claiming((-1, -1)) + bytes(8), "promises"),
    "npy odd": ("a.npy", claiming("(((((" * 300), "damaged"),
    "nested": ("a.json", b'{"weights": ' + b"[" * 1_000_000, "more lists"),
    "nested less": ("a.json", b'{"weights": ' + b"[" * 30_000, "damaged"),
    "json cut": ("a.json", b'{"sizes": [784, 10], "weights": [[[0.1, 0', "damaged"),
    "json of others": ("a.json", b'{"layers": []}', "weights"),
    "json ragged": ("a.json", b'{"weights": [[[1, 2], [3]]], "biases": [[[1], [2]]]}', "different lengths"),
    "json words": ("a.json", b'{"weights": [[["a"]]], "biases": [[[1]]]}', "no number"),
    "json huge": ("a.json", b'{"weights": [[[1' + b"0" * 400 + b', 2]]], "biases": [[[1]]]}', "no number"),
    "data": ("a.npz", npz(x_train=np.zeros((3, 28, 28), np.uint8), y_train=np.zeros(3)), "a data set"),
    "convolution": ("a.npz", npz(W1=W, conv=np.ones((3, 3, 1, 4))), "4 dimensions"),
    "no matrix": ("a.npz", npz(a=np.ones(3)), "no matrix"),
    "empty npz": ("a.npz", zipped({"a.txt": "x"}), "no matrix"),
    "no chain": ("a.npz", npz(W1=np.ones((784, 12)), W2=np.ones((13, 10))), "784×12, 13×10"),
    "a bias too many": ("a.npz", npz(W1=W, b1=np.ones(10), b2=np.ones(10)), "arrays of 10 biases: 2"),
    "a bias of another size": ("a.npz", npz(W1=W, b1=np.ones(9)), "9 biases"),
    "biases of whom": ("a.npz", npz({}, np.ones((784, 10)), np.ones((10, 10)), np.ones(10)), "some layers only"),
    "too many layers": ("a.npz", npz({f"W{n}": np.ones((784, 784), "f2") for n in range(8)}), "8 matrices"),
    "not finite": ("a.npz", npz(W1=np.where(W > 0, np.inf, W)), "not finite"),
    "float16 infinity": ("a.npz", npz(W1=np.full((784, 10), np.inf, np.float16)), "not finite"),
    "overflow": ("a.npz", npz(W1=W * 1e300, W2=np.full((10, 10), 1e308)), "no finite numbers"),
    "own overflow": ("a.npz", saved(Network([Layer(W * 1e300, None, "linear"), Layer(np.full((10, 10), 1e300), None,
                                                                                     "linear")])), "no finite numbers"),
    "own words": ("a.npz", npz(W1=W, activations=np.array(["![a](https:evil)" * 9000]), frozen_biases=np.array([False]),
                               loss=np.array("squared_error"), reduction=np.array("sum")), "no activation"),
    "own shapeless": ("a.npz", npz(W1=W, activations=np.array("linear"), frozen_biases=np.array(True),
                                   loss=np.array("squared_error"), reduction=np.array("sum")), "wrong kind"),
    "packed twice": ("a.gz", gzip.compress(gzip.compress(b"x")), "twice"),
    "damaged gz": ("a.gz", b"\x1f\x8b\x08\x00", "not a saved network"),
    "large": ("a.npz", bytes(limits.MOST_NETWORK_BYTES + 1), "more than the 64 MB"),
    "many arrays": ("a.npz", zipped({f"{n}.npy": b"" for n in range(300)}), "200 arrays"),
}


@pytest.mark.parametrize("name, content, word", REFUSED.values(), ids=REFUSED)
def test_what_is_no_such_network_is_refused_in_one_short_plain_sentence(name, content, word):
    with pytest.raises(ValueError, match=".") as refused:
        read_network(name, content)
    sentence = str(refused.value)
    assert word in sentence and len(sentence) <= limits.MOST_WORDS and "\n" not in sentence and sentence[-1] != "."
    assert "](" not in sentence and "![" not in sentence and "evil" * 60 not in sentence


BOMBS = {      # what makes the file, and how many MB reading it may take
    "npz": (lambda: zipped({"W1.npy": npy(np.zeros(2**23))}), 8),       # 64 MB in 65 kB
    "gz": (lambda: gzip.compress(bytes(2**26 + 2**20), 1), 150),
    "beside the arrays": (lambda: zipped({"W1.npy": npy(W), "padding": bytes(2**26)}), 20),
    "lists": (lambda: b'{"weights": [' + b"[]," * 10**7, 8),
    "text": (lambda: b"# name: W\n# type: matrix\n# rows: 1\n# columns: 3\n" + b" 1" * 10**7, 80),
}


@pytest.mark.parametrize("made, most", BOMBS.values(), ids=BOMBS)
def test_no_file_takes_much_more_room_than_a_network(made, most):
    content = made()
    read_network("a.npz", npz(W1=W))        # whatever is made once, is made
    tracemalloc.start()
    try:
        read_network("a.npz", content)
    except ValueError:
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < most * 2**20


def test_a_zip_whose_directory_lies_about_a_size_is_bounded_by_what_it_says():
    content = bytearray(zipped({"W1.npy": npy(np.zeros(2**20))}))
    at = content.rindex(b"PK\x01\x02") + 24
    content[at:at + 4] = struct.pack("<I", 100)
    with pytest.raises(ValueError, match="damaged|promises"):
        read_network("a.npz", bytes(content))


def test_whatever_the_bytes_there_is_a_network_or_one_sentence(sigmoid):
    layers = [(W[:, :3].astype(np.float16), b[:3]) for W, b in sigmoid[:1]]
    small = [(np.round(np.arange(12.).reshape(4, 3), 1), np.ones(3)), (np.ones((3, 2)), np.ones(2))]
    files = [npz(as_named(small)), npz(as_named(small), packed=True), npz(as_named(layers), packed=True),
             octave(as_named([(W, b[:, None]) for W, b in small])), nielsen(small), npy(small[0][0]),
             saved(Network([Layer(W, b, "sigmoid") for W, b in small])), gzip.compress(octave({"W": np.ones((2, 2))}))]
    rng, end, tried = random.Random(3), time.monotonic() + 1.5, 0
    while time.monotonic() < end and tried < 6000:
        content = bytearray(rng.choice(files))
        for _ in range(rng.choice((1, 1, 3, 30))):
            at = rng.randrange(len(content))
            put = rng.choice((b"", bytes([rng.randrange(256)]), b"9" * 8, b"[" * 9))
            content[at:at + rng.choice((0, 1, 1, 4))] = put
        try:
            assert isinstance(read_network("a.npz", bytes(content)), Network)
        except ValueError as error:
            assert 0 < len(str(error)) <= limits.MOST_WORDS and "\n" not in str(error)
        tried += 1
    assert tried > 200
