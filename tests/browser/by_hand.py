"""One step of training, written out in NumPy with double precision: what the page is compared with.

Sigmoid layers and the half squared error, summed over the batch, as in the MLP README and PDF.
"""
import numpy as np


def forward(weights, X):
    """Return {S1, A1, S2, …} of [(W, b), …]."""
    n, A = {}, X
    for l, (W, b) in enumerate(weights, start=1):
        n[f"S{l}"] = A @ W + b
        n[f"A{l}"] = A = 1 / (1 + np.exp(-n[f"S{l}"]))
    return n


def loss(weights, X, Y):
    return ((forward(weights, X)[f"A{len(weights)}"] - Y) ** 2).sum() / 2


def one_step(weights, X, Y, alpha):
    """Return {name: array} of every intermediate, named as on the page: S1, delta4, dW1, W1_new, E_new."""
    weights = [(np.asarray(W, float), np.asarray(b, float)) for W, b in weights]
    n, new = {"X": X, "A0": X, "Y": Y, "E": loss(weights, X, Y)} | forward(weights, X), []
    dA = n[f"A{len(weights)}"] - Y
    for l in range(len(weights), 0, -1):
        (W, b), A = weights[l - 1], n[f"A{l}"]
        n[f"slope{l}"] = A * (1 - A)
        n[f"dA{l}"], n[f"delta{l}"] = dA, dA * n[f"slope{l}"]
        n[f"dW{l}"] = n[f"A{l - 1}"].T @ n[f"delta{l}"]
        n[f"db{l}"] = n[f"delta{l}"].sum(axis=0)
        n[f"W{l}_new"], n[f"b{l}_new"] = W - alpha * n[f"dW{l}"], b - alpha * n[f"db{l}"]
        new.insert(0, (n[f"W{l}_new"], n[f"b{l}_new"]))
        dA = n[f"delta{l}"] @ W.T
    return n | {"E_new": loss(new, X, Y)}
