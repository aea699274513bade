"""A saved network comes back bit for bit, no pickle is written or read, and other files are refused in a sentence."""
import io
import re

import numpy as np
import pytest

from mlp_core import Layer, Network, forward, load_network, save_network
from mlp_core.presets import PRESETS, own_preset

CASES = [pytest.param(preset, which, id=f"{name}-{which}") for name, preset in {**PRESETS, "own": own_preset()}.items()
         for which in ("source", "best")]
ONE_SENTENCE = r"^this file is not a saved network: [^.\n]*(\.npz)?[^.\n]*$"


def small_network():
    rng = np.random.default_rng(61)
    return Network([Layer(rng.normal(size=(3, 4)), rng.normal(size=4), "relu", frozen_bias=True),
                    Layer(rng.normal(size=(4, 2)), None, "softmax")], "cross_entropy", "mean")


def saved(network):
    file = io.BytesIO()
    save_network(file, network)
    return file.getvalue()


def as_arrays(content):
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return dict(file)


def npz(arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def assert_same_network(one, other):
    assert (one.loss, one.reduction, one.sizes, one.dtype) == (other.loss, other.reduction, other.sizes, other.dtype)
    for a, b in zip(one.layers, other.layers, strict=True):
        assert (a.activation, a.frozen_bias) == (b.activation, b.frozen_bias)
        np.testing.assert_array_equal(a.W, b.W)
        assert (a.b is None) == (b.b is None)
        if a.b is not None:
            np.testing.assert_array_equal(a.b, b.b)


@pytest.mark.parametrize("preset, which", CASES)
def test_every_preset_comes_back_bit_for_bit_and_answers_the_same(preset, which, tmp_path):
    rng = np.random.default_rng(62)
    network = preset.network(preset.setting(which), rng)
    save_network(tmp_path / "network.npz", network)
    loaded = load_network(tmp_path / "network.npz")
    assert_same_network(loaded, network)
    X = rng.random((3, preset.sizes[0])).astype(preset.dtype)
    np.testing.assert_array_equal(forward(loaded, X).output, forward(network, X).output)


def test_a_file_object_frozen_biases_and_layers_without_biases_come_back():
    network = small_network()
    loaded = load_network(io.BytesIO(saved(network)))
    assert_same_network(loaded, network)
    assert loaded.layers[0].frozen_bias is True and loaded.layers[1].b is None


def test_a_saved_network_holds_plain_arrays_only():
    arrays = as_arrays(saved(small_network()))
    assert set(arrays) == {"activations", "frozen_biases", "loss", "reduction", "W1", "b1", "W2"}
    assert all(array.dtype.kind in "Ubf" for array in arrays.values())


def test_a_file_that_is_not_there_is_told_as_usual(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_network(tmp_path / "none.npz")


@pytest.mark.parametrize("content", [b"", b"W1 = 3", b"PK\x03\x04 and no zip", bytes(1000), b"\x93NUMPY"])
def test_a_file_that_is_no_zip_is_refused_in_one_sentence(content):
    with pytest.raises(ValueError, match=ONE_SENTENCE):
        load_network(io.BytesIO(content))


def test_a_single_array_is_refused_in_one_sentence():
    file = io.BytesIO()
    np.save(file, np.ones(3))
    with pytest.raises(ValueError, match=ONE_SENTENCE):
        load_network(io.BytesIO(file.getvalue()))


def test_a_truncated_file_is_refused_in_one_sentence_wherever_it_ends():
    content = saved(small_network())
    for end in range(len(content)):
        with pytest.raises(ValueError, match=ONE_SENTENCE):
            load_network(io.BytesIO(content[:end]))


def test_a_damaged_file_is_refused_with_a_value_error_wherever_the_damage_is_or_is_still_a_network():
    content = saved(small_network())
    for at in range(len(content)):
        damaged = bytearray(content)
        damaged[at] ^= 0xFF
        try:
            assert isinstance(load_network(io.BytesIO(bytes(damaged))), Network)
        except ValueError as error:
            assert str(error)


class Explosive:
    """What a pickle in a foreign file could do: run code when read."""
    def __reduce__(self):
        return exec, ("raise SystemExit('a pickle was read')",)


def test_pickled_objects_are_refused_unread():
    arrays = as_arrays(saved(small_network())) | {"activations": np.array([Explosive(), Explosive()], object)}
    with pytest.raises(ValueError, match=ONE_SENTENCE):
        load_network(io.BytesIO(npz(arrays)))


@pytest.mark.parametrize("name", ["activations", "frozen_biases", "loss", "reduction", "W1", "W2"])
def test_a_missing_part_is_named(name):
    arrays = as_arrays(saved(small_network()))
    del arrays[name]
    with pytest.raises(ValueError, match=f"{ONE_SENTENCE[:-1]}(?<='{name}' is missing or of the wrong kind)$"):
        load_network(io.BytesIO(npz(arrays)))


@pytest.mark.parametrize("name, array, told", [
    ("W1", np.ones((3, 5)), "layer 1: b has shape (4,), W has 5 columns"),
    ("W2", np.ones((5, 2)), "layer 1 gives 4 values, layer 2 takes 5"),
    ("W2", np.ones(8), "layer 2: W has shape (8,)"),
    ("b1", np.ones(3), "layer 1: b has shape (3,), W has 4 columns"),
    ("W1", np.ones((3, 4), int), "layer 1: W is int64, it needs float32 or float64"),
    ("W1", np.array("relu"), "layer 1: W has shape ()"),
    ("W2", np.full((4, 2), np.nan), "layer 2: W holds a number that is not finite"),
    ("activations", np.array(["relu", "swish"]), "'swish' is no activation here"),
    ("activations", np.array("relu"), "is not a saved network"),
    ("frozen_biases", np.array([False]), "it has 2 activations and 1 frozen_biases"),
    ("frozen_biases", np.array(False), "is not a saved network"),
    ("loss", np.array("hinge"), "'hinge' is no loss here"),
    ("loss", np.array("squared_error"), "'squared_error' does not go with the output activation 'softmax'"),
    ("reduction", np.array("max"), "'max' is no reduction here"),
])
def test_a_part_that_does_not_fit_is_told_in_one_sentence(name, array, told):
    arrays = as_arrays(saved(small_network())) | {name: array}
    with pytest.raises(ValueError, match=re.escape(told)):
        load_network(io.BytesIO(npz(arrays)))
