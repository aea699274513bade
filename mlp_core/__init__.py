"""Multi-layer perceptrons in plain NumPy: forward, backward, descend, and every number on the way."""
from .activations import ACTIVATIONS
from .descent import Progress, descend, train
from .losses import LOSSES
from .network import INITIALISATIONS, Layer, Network, new_network, parameter_arrays
from .propagation import ForwardPass, Gradients, backward, batch_loss, forward, loss_at, loss_per_example
from .storage import load_network, save_network

__all__ = ["ACTIVATIONS", "INITIALISATIONS", "LOSSES", "ForwardPass", "Gradients", "Layer", "Network", "Progress",
           "backward", "batch_loss", "descend", "forward", "load_network", "loss_at", "loss_per_example",
           "new_network", "parameter_arrays", "save_network", "train"]
