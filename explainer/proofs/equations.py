"""The NumPy-only README: what its equations give as printed, and with what they leave open."""
import math

import numpy as np

from ..datasets import embedded_sample
from .claim import Claim, central_difference, has_shape, is_not_slope, is_slope, listed, refused
from .networks import OneReluLayer, relu, softmax
from .post import A, Y, corner


def bias_gradients():
    net, told = OneReluLayer(), []
    dZ = net.errors()
    for l in (2, 1):
        slope = central_difference(net.loss, net.b[l])
        told.append(is_slope(f"db[{l}], summed over the examples", dZ[l].sum(axis=1, keepdims=True) / net.m, slope))
    everything = float(dZ[2].sum() / net.m)
    return [*told, is_not_slope("db[1], summed over everything", np.full_like(net.b[1], dZ[1].sum() / net.m),
                                central_difference(net.loss, net.b[1])),
            Claim(f"dZ[2] summed over everything is {everything:.0e}: the output biases would never move.",
                  abs(everything) < 1e-14)]


def columns():
    Z = np.zeros((10, 784)) @ np.zeros((784, 100))
    return [has_shape("W[1] · X with 100 examples in columns", Z, (10, 100)),
            refused("Plus a flat bias, (10, 100) + (10,)", lambda: Z + np.zeros(10)),
            has_shape("Plus a column, (10, 100) + (10, 1)", Z + np.zeros((10, 1)), (10, 100))]


def loss_named():
    z = np.log(A)
    entropy = central_difference(lambda: -(Y * np.log(softmax(z))).sum(), z)
    squares = central_difference(lambda: .5 * ((softmax(z) - Y) ** 2).sum(), z)
    return [is_slope(f"$A[2] - Y$ = {listed(A - Y, 3)} for cross-entropy", A - Y, entropy),
            is_not_slope("$A[2] - Y$ for the half squared error", A - Y, squares),
            Claim(f"That one has the slope {listed(squares, 3)}.", not np.allclose(squares, A - Y, atol=.01))]


def no_shift():
    z = np.array([1000.0, 1001.0])
    with np.errstate(over="ignore", invalid="ignore"):
        printed = np.exp(z) / np.exp(z).sum()
    right = softmax(z)
    exact = 1 / (1 + math.e), math.e / (1 + math.e)
    return [Claim(f"As printed, softmax(1000, 1001) is ({printed[0]}, {printed[1]}).", bool(np.isnan(printed).all())),
            Claim(f"With the largest z subtracted first it is {listed(right, 3)}; 1/(1 + e) = {exact[0]:.3f}.",
                  bool(np.allclose(right, exact)))]


def layers_counted():
    sizes = (784, 10, 10)
    counts = [a * b + b for a, b in zip(sizes, sizes[1:])]
    return [Claim(f"Of three layers of nodes, {len(counts)} have weights: {counts[0]:,} + {counts[1]:,} = "
                  f"{sum(counts):,} parameters.", sum(counts) == 7_960)]


def settings():
    """The full batch with two learning rates, on 1,000 images of the sample."""
    data, told = embedded_sample(), []
    X, Y = data.images[:1000].reshape(1000, -1).T / 255, np.eye(10)[data.labels[:1000]].T
    shares = []
    for alpha in (.001, .1):
        net, rng = OneReluLayer(), np.random.default_rng(0)
        net.W = [None, *(rng.normal(0, np.sqrt(2 / n), (10, n)) for n in (784, 10))]
        net.b, net.X, net.Y, net.m = [None, np.zeros((10, 1)), np.zeros((10, 1))], X, Y, 1000
        for _ in range(60):
            (_, dZ1, dZ2), A1 = net.errors(), relu(net.run()[0])
            for l, dZ, A_before in ((2, dZ2, A1), (1, dZ1, X)):
                net.W[l] -= alpha * dZ @ A_before.T / 1000
                net.b[l] -= alpha * dZ.sum(axis=1, keepdims=True) / 1000
        shares.append(float((net.run()[1].argmax(0) == Y.argmax(0)).mean()))
        told.append(f"α = {alpha:g}: {100 * shares[-1]:.1f} % right")
    return [Claim(f"60 epochs of the full batch, 1,000 images, the same weights. {'; '.join(told)}.",
                  shares[1] > shares[0] + .2)]


def wrong_alphabet():
    text = "28 × 28, 0–9"
    garbled = text.encode().decode("cp1254")
    return [Claim(f"“{text}”, written as UTF-8 and read as Windows-1254, is “{garbled}”.", "Ã—" in garbled),
            Claim("Read as UTF-8 again it is whole.", garbled.encode("cp1254").decode() == text)]


def forward():
    net = OneReluLayer()
    Z1, A2 = net.run()
    return [has_shape("Z[1] of a 5-4-3 network and 7 examples", Z1, (4, 7)), has_shape("A[2]", A2, (3, 7)),
            Claim("Every column of A[2] sums to 1.", bool(np.allclose(A2.sum(axis=0), 1)))]


def gradient(l):
    def prove():
        net = OneReluLayer()
        before = net.X if l == 1 else relu(net.run()[0])
        return [is_slope(f"dW[{l}]", net.errors()[l] @ before.T / net.m, central_difference(net.loss, net.W[l]))]
    return prove


def error_of_the_output():
    net = OneReluLayer()
    net.m = 1
    Z = net.W[2] @ relu(net.run()[0]) + net.b[2]
    return [is_slope("$A[2] - Y$ as the slope of each example’s loss by Z[2]", net.errors()[2],
                     central_difference(lambda: -(net.Y * np.log(softmax(Z.T).T)).sum(), Z))]


def descent():
    net = OneReluLayer()
    before, (_, dZ1, dZ2), A1 = net.loss(), net.errors(), relu(net.run()[0])
    for l, dZ, A_before in ((2, dZ2, A1), (1, dZ1, net.X)):
        net.W[l] -= .1 * dZ @ A_before.T / net.m
        net.b[l] -= .1 * dZ.sum(axis=1, keepdims=True) / net.m
    return [Claim(f"One step with α = 0.1 takes the loss from {before:.4f} to {net.loss():.4f}.", net.loss() < before)]


PROOFS = {"C1": bias_gradients, "C2": columns, "C3": loss_named, "C4": no_shift, "C5": corner, "C6": layers_counted,
          "C7": settings, "C8": wrong_alphabet, "forward": forward, "dZ2": error_of_the_output, "dW2": gradient(2),
          "dW1": gradient(1), "descent": descent}
