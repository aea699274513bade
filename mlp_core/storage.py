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
            RuntimeError) as error:
        raise ValueError("this file is not a saved network: it is no .npz of plain arrays") from error
    try:
        activations, frozen_biases = stored["activations"].tolist(), stored["frozen_biases"].tolist()
        layers = [Layer(stored[f"W{n}"], stored.get(f"b{n}"), str(activation), bool(frozen))
                  for n, (activation, frozen) in enumerate(zip(activations, frozen_biases), 1)]
        loss, reduction = str(stored["loss"]), str(stored["reduction"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"this file is not a saved network: {error} is missing or of the wrong kind") from error
    if len(activations) != len(frozen_biases):
        raise ValueError(f"this file is not a saved network: it has {len(activations)} activations "
                         f"and {len(frozen_biases)} frozen_biases")
    return Network(layers, loss, reduction)
