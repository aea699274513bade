"""MarkoMile’s notebook: what its cells give as written, and as they should be."""
import warnings

import numpy as np

from ..datasets import embedded_sample
from ..numbers import percent
from .claim import Claim, central_difference, has_shape, is_slope, refused
from .networks import sigmoid, sigmoid_slope


class Cells:
    """The notebook's network with fewer inputs: one example at a time, as its cells have it."""

    def __init__(self, sizes=(6, 5, 3), scale=1.0):
        rng = np.random.default_rng(0)
        self.input_weights, self.output_weights = (rng.normal(0, scale, (n_out, n_in))
                                                   for n_in, n_out in zip(sizes, sizes[1:]))
        self.hidden_biases, self.output_biases = (rng.normal(0, scale, n) for n in sizes[1:])
        self.x, self.y = rng.uniform(size=sizes[0]), np.eye(sizes[-1])[1]

    def forward(self):
        self.hidden_z = self.input_weights @ self.x + self.hidden_biases
        self.hidden = sigmoid(self.hidden_z)
        self.y_hat_z = self.output_weights @ self.hidden + self.output_biases
        self.y_hat = sigmoid(self.y_hat_z)
        return self.y_hat

    def cost(self):
        return float(((self.forward() - self.y) ** 2).sum())

    def slopes(self):
        """Return slope_b1, slope_w1, slope_b0, slope_w0."""
        self.forward()
        delta = 2 * (self.y_hat - self.y) * sigmoid_slope(self.y_hat_z)
        below = delta @ self.output_weights * sigmoid_slope(self.hidden_z)
        return delta, np.outer(delta, self.hidden), below, np.outer(below, self.x)

    def step(self, rate):
        slopes = self.slopes()
        for parameters, slope in zip((self.output_biases, self.output_weights, self.hidden_biases, self.input_weights),
                                     slopes):
            parameters -= rate * slope


def factor_two():
    rng = np.random.default_rng(0)
    a, y = rng.uniform(size=10), np.eye(10)[3]
    half = central_difference(lambda: .5 * ((a - y) ** 2).sum(), a)
    return [is_slope("$2(\\hat y - y)$ for its own "
                     "cost", 2 * (a - y), central_difference(lambda: ((a - y) ** 2).sum(), a)),
            is_slope("$\\hat y - y$ for the half squared error", a - y, half),
            Claim("So α = 0.01 here takes the step that α = 0.02 takes there.",
                  bool(np.allclose(.01 * 2 * (a - y), .02 * half, atol=1e-9)))]


def prepared_shapes():
    assigned = np.dot(np.zeros(16).reshape(16, 1), np.zeros(784).reshape(1, 784))
    return [has_shape("`np.dot(delta.reshape(16,1), input_layer.reshape(1,784))`", assigned, (16, 784)),
            has_shape("The prepared `np.zeros((784,16))` is its transpose", np.zeros((784, 16)), assigned.T.shape)]


def not_called():
    def show():
        return "a figure"
    return [Claim(f"Without brackets the line is the function itself, {type(show).__name__} `{show.__name__}`; nothing "
                  "is run.", callable(show)), Claim(f"With brackets it is run and gives {show()}.", show() == "a "
                                                                                                              "figure")]


def sorted_labels():
    data, found = embedded_sample(), []
    for order in (np.arange(1000), np.argsort(data.labels[:1000], kind="stable")):
        net = Cells((784, 16, 10), .01)
        for at in [*order] * 4:
            net.x, net.y = data.images[at].reshape(784) / 255, np.eye(10)[data.labels[at]]
            net.step(.1)
        hidden = sigmoid(data.images[:1000].reshape(1000, -1) / 255 @ net.input_weights.T + net.hidden_biases)
        answers = (hidden @ net.output_weights.T + net.output_biases).argmax(1)
        found.append(float((answers == data.labels[:1000]).mean()))
    return [Claim(f"Four epochs over 1,000 images at α = 0.1, in their mixed order: {percent(found[0], 1)} of them "
                  f"are read right.",
                  found[0] > .5),
            Claim(f"The same images sorted by label: {percent(found[1], 1)}.", found[1] < .3)]


def literal_sixteen():
    HIDDEN_LAYER_NEURONS = 20
    hidden = np.zeros(HIDDEN_LAYER_NEURONS)
    return [refused("With 20 neurons, `reshape(1,16)`", lambda: hidden.reshape(1, 16)),
            has_shape("`reshape(1, HIDDEN_LAYER_NEURONS)`", hidden.reshape(1, HIDDEN_LAYER_NEURONS), (1, 20))]


def running_mean():
    """One epoch over 500 images: the mean of the costs on the way, and the cost of the last weights."""
    data, net, costs = embedded_sample(), Cells((784, 16, 10), .01), []

    def cost(at):
        net.x, net.y = data.images[at].reshape(784) / 255, np.eye(10)[data.labels[at]]
        return net.cost()
    for at in range(500):
        costs.append(cost(at))
        net.step(.1)
    on_the_way, at_the_end = np.mean(costs), np.mean([cost(at) for at in range(500)])
    return [Claim(f"One epoch over 500 images: the mean of the costs on the way is {on_the_way:.3f}, that of the last "
                  f"weights {at_the_end:.3f}.", on_the_way > at_the_end)]


def one_example_a_step():
    return [Claim(f"One example a step makes {60_000 * 5:,} updates in five epochs; the full batch would make 5.",
                  60_000 * 5 == 300_000)]


def float_noise():
    return [Claim(f"`0.921 * 100` prints as {0.921 * 100}.", f"{0.921 * 100}" != "92.1"),
            Claim(f"`:.2f` prints {0.921 * 100:.2f}.", f"{0.921 * 100:.2f}" == "92.10")]


def prepared_values():
    net, other = Cells(), Cells()
    other.hidden_z, other.hidden = np.random.default_rng(1).random(5), np.random.default_rng(2).random(5)
    return [Claim("With other prepared values the first output is the same, to the last bit.",
                  net.forward().tobytes() == other.forward().tobytes())]


def twice_the_exponential():
    S = np.linspace(-3, 3, 7)
    A = sigmoid(S)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        1 / (1 + np.exp(-np.array([-709.9])))
    return [Claim("`A * (1 - A)` and `sigmoid(x) * (1 - sigmoid(x))` are equal to the last bit.",
                  (A * (1 - A)).tobytes() == (sigmoid(S) * (1 - sigmoid(S))).tobytes()),
            Claim(f"At −709.9 NumPy warns: “{told[0].message if told else ''}”.", len(told) == 1)]


def only_at_the_end():
    data, net, found = embedded_sample(), Cells((784, 16, 10), .01), []
    held = data.images[4000:4500].reshape(500, -1) / 255
    for _ in range(4):
        for at in range(1000):
            net.x, net.y = data.images[at].reshape(784) / 255, np.eye(10)[data.labels[at]]
            net.step(.1)
        hidden = sigmoid(held @ net.input_weights.T + net.hidden_biases)
        answers = (hidden @ net.output_weights.T + net.output_biases).argmax(1)
        found.append(float((answers == data.labels[4000:4500]).mean()))
    return [Claim("Measured on 500 held-out images after each of four short epochs: "
                  + ", ".join(percent(share, 1) for share in found) + ". The last number alone does not show this.",
                  len(set(found)) > 1)]


def the_sample_is_there():
    data = embedded_sample()
    return [Claim(f"Without any download {len(data.images):,} images are here.", len(data.images) == 5000)]


def forward():
    net = Cells((784, 16, 10))
    return [has_shape("784 pixels in, ten outputs out", net.forward(), (10,))]


def gradients():
    net = Cells()
    names = "output_biases", "output_weights", "hidden_biases", "input_weights"
    return [is_slope(f"`slope_{short}`", slope.copy(), central_difference(net.cost, getattr(net, name)))
            for short, name, slope in zip(("b1", "w1", "b0", "w0"), names, net.slopes())]


def old_weights():
    net = Cells()
    delta, slope_w1, below, _ = net.slopes()
    late = delta @ (net.output_weights - .5 * slope_w1) * sigmoid_slope(net.hidden_z)
    slope = central_difference(net.cost, net.hidden_biases)
    apart = float(np.abs(late - slope).max() / np.abs(slope).max())
    return [is_slope("The hidden delta from the old weights", below, slope),
            Claim(f"After an update of `output_weights` first, with α = 0.5, it would be off by {apart:.2f} of the "
                  f"largest.",
                  apart > .01)]


def descent():
    net = Cells()
    before = net.cost()
    net.step(.1)
    return [Claim(f"One step with α = 0.1 takes the cost from {before:.4f} to {net.cost():.4f}.", net.cost() < before)]


PROOFS = {"D1": factor_two, "D2": prepared_shapes, "D3": not_called, "D4": sorted_labels, "D6": literal_sixteen,
          "D7": running_mean, "D8": one_example_a_step, "D9": float_noise, "D10": prepared_values,
          "D11": the_sample_is_there, "D12": twice_the_exponential, "D13": only_at_the_end, "D5": old_weights,
          "forward": forward, "gradients": gradients, "descent": descent}
