"""Train the network that ships with the app, explainer/assets/default_network.npz, on the full MNIST.

The schedule is fixed beforehand: the preset's best setting, 30 epochs, α falling linearly to 0.
The test images only measure the result; they choose nothing.

    python -m scripts.train_default_network path/to/mnist.npz
"""
import os
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")     # before NumPy is imported: two threads are slower here

import numpy as np

from mlp_core import forward, save_network, train
from mlp_core.data import one_hot, read_npz
from mlp_core.metrics import accuracy
from mlp_core.presets import PRESETS

NETWORK = Path(__file__).parent.parent / "explainer" / "assets" / "default_network.npz"
EPOCHS = 30
SEED = 0


def trained(images, labels):
    """Return the preset "deep", trained on (n, 784) uint8 images."""
    preset, rng = PRESETS["deep"], np.random.default_rng(SEED)
    setting = replace(preset.best, epochs=EPOCHS, falling=True)
    network, losses = preset.network(setting, rng), []
    for progress in train(network, images, one_hot(labels), learning_rate=setting.rate, epochs=EPOCHS,
                          batch_size=setting.batch_size, rng=rng):
        losses.append(progress.loss)
        if progress.epoch_ended:
            print(f"epoch {progress.epoch:2} of {EPOCHS}: loss of a batch {np.mean(losses):.3f}")
            losses.clear()
    return network


def main(mnist_file):
    data = read_npz(Path(mnist_file).read_bytes(), mnist_file)
    network = trained(data.images, data.labels)
    save_network(NETWORK, network)
    print(f"{NETWORK}: {NETWORK.stat().st_size:,} bytes, {network}")
    for part, images, labels in (("training", data.images, data.labels),
                                 ("test", data.test_images, data.test_labels)):
        print(f"accuracy on the {len(images):,} {part} images: "
              f"{accuracy(forward(network, images).output, one_hot(labels)):.2%}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m scripts.train_default_network path/to/mnist.npz")
    main(sys.argv[1])
