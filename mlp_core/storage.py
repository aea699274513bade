"""A network as one .npz file: its arrays and a few words, never a pickle."""
import zipfile
import zlib

import numpy as np

from .network import Layer, Network


def save_network(path, network):
    """Write the network to `path` (a name, used as it is, or a binary file object)."""
    arrays = {"activations": np.array([layer.activation for layer in network.layers]),
              "frozen_biases": np.array([layer.frozen_bias for layer in network.layers]),
              "loss": np.array(network.loss), "reduction": np.array(network.reduction)}
    for number, layer in enumerate(network.layers, 1):
        arrays[f"W{number}"] = layer.W
        if layer.b is not None:
            arrays[f"b{number}"] = layer.b
    if hasattr(path, "write"):
        np.savez_compressed(path, **arrays)
    else:
        with open(path, "wb") as file:
            np.savez_compressed(file, **arrays)


def load_network(path):
    """Read a network from `path` (a name or a binary file object).

    Raises ValueError, in one sentence, for a file that is not a network; FileNotFoundError as usual.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            stored = {name: np.asarray(file[name]) for name in file.files}
    except FileNotFoundError:
        raise
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, AttributeError, TypeError,
            RuntimeError, MemoryError) as error:
        raise ValueError("this file is not a saved network: it is no .npz of plain arrays") from error
    return from_arrays(stored)


def from_arrays(stored):
    """Return the network in a saved file's arrays, {name: array}. Raises ValueError, in one sentence, for others."""
    def words(name, ndim):
        if name not in stored or stored[name].ndim != ndim:
            raise ValueError(f"this file is not a saved network: {name!r} is missing or of the wrong kind")
        return stored[name].tolist()
    activations, frozen_biases = words("activations", 1), words("frozen_biases", 1)
    loss, reduction = str(words("loss", 0)), str(words("reduction", 0))
    if len(activations) != len(frozen_biases):
        raise ValueError(f"this file is not a saved network: it has {len(activations)} activations "
                         f"and {len(frozen_biases)} frozen_biases")
    for n in range(1, len(activations) + 1):
        if f"W{n}" not in stored:
            raise ValueError(f"this file is not a saved network: 'W{n}' is missing or of the wrong kind")
    layers = [Layer(stored[f"W{n}"], stored.get(f"b{n}"), str(activation), bool(frozen))
              for n, (activation, frozen) in enumerate(zip(activations, frozen_biases), 1)]
    return Network(layers, loss, reduction)
