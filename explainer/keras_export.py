"""A network as a .keras file: the same layers in Keras, made in a process of their own.

TensorFlow takes seconds and half a gigabyte to import, so it never enters the app's process.
"""
import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from mlp_core.storage import save_network

from .notation import ACTIVATION_NOTATION

LIMIT = 180.0   # seconds
REQUIREMENTS = Path(__file__).parents[1] / "requirements.txt"
# Where TensorFlow has a version to install; the same as in requirements.txt.
NEWEST_PYTHON = 3, 13
MACHINES = {"Linux": ("x86_64", "aarch64"), "Windows": ("AMD64",), "Darwin": ("arm64",)}

EXPORT = """
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"    # errors only
import numpy, keras
file, target, activations = numpy.load(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
model = keras.Sequential([keras.Input((len(file["W1"]),), dtype=str(file["W1"].dtype))])
for n, activation in enumerate(activations, 1):
    W = file[f"W{n}"]
    if isinstance(activation, dict):    # a layer of keras.layers and its options
        (kind, options), = activation.items()
        activation = getattr(keras.layers, kind)(**options)
    layer = keras.layers.Dense(W.shape[1], activation=activation, use_bias=f"b{n}" in file, dtype=str(W.dtype),
                               name=f"layer{n}")
    model.add(layer)
    layer.set_weights([W, file[f"b{n}"]] if f"b{n}" in file else [W])
model.save(target)
"""


def missing_tensorflow(python=sys.version_info, system=None, machine=None):
    """Return what to do where TensorFlow is missing, in a sentence without its full stop."""
    system, machine = system or platform.system(), machine or platform.machine()
    if python[:2] > NEWEST_PYTHON or machine not in MACHINES.get(system, ()):
        return (f"TensorFlow is not installed here, and has no version for Python {python[0]}.{python[1]} on {system} "
                f"({machine})")
    return f'TensorFlow is not installed here; this installs it: "{sys.executable}" -m pip install -r "{REQUIREMENTS}"'


def to_keras(network, limit=LIMIT):
    """Return the bytes of a .keras file whose model gives the same answers to images divided by 255.

    Raises ValueError, in one sentence, where Keras is missing, takes longer than `limit` seconds or fails, and for an
    activation of which the notation does not say what it is in Keras.
    """
    activations = [in_keras(layer.activation) for layer in network.layers]
    with tempfile.TemporaryDirectory(prefix="keras-", ignore_cleanup_errors=True) as folder:
        source, target = Path(folder, "network.npz"), Path(folder, "network.keras")
        save_network(str(source), network)
        try:
            done = subprocess.run([sys.executable, "-c", EXPORT, str(source), str(target),
                                   json.dumps(activations)], timeout=limit,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True)
        except subprocess.TimeoutExpired as error:
            raise ValueError(f"Keras took longer than {limit:g} seconds, so the export was stopped") from error
        if done.returncode == 0 and target.exists():
            return target.read_bytes()
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        if "No module named" in lines[-1]:
            raise ValueError(missing_tensorflow())
        raise ValueError(f"Keras could not write the file: {lines[-1]}")


def in_keras(activation):
    """Return the name of a function of Keras, or {layer of Keras: its options}."""
    notation = ACTIVATION_NOTATION.get(activation)
    if notation is None or notation.keras is None:
        raise ValueError(f"Nothing is known of {activation!r} in Keras, so no file was made")
    return notation.keras
