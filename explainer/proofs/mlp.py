"""The MLP README and PDF: what each formula gives as printed, and as it should be."""
import warnings
from functools import partial

import numpy as np

from ..datasets import embedded_sample
from ..numbers import percent, plain_number
from .claim import Claim, central_difference, has_shape, is_not_slope, is_slope, refused
from .networks import FourSigmoidLayers, Mazur, sigmoid, sigmoid_slope

SIZES = 784, 64, 32, 16, 10


def layers():
    shapes = list(zip(SIZES, SIZES[1:]))
    count = sum(a * b + b for a, b in shapes)
    return [Claim(f"Between {len(SIZES)} rows of numbers stand {len(shapes)} weight matrices: "
                  + ", ".join(f"{a}×{b}" for a, b in shapes) + ".", len(shapes) == 4),
            Claim("The last one makes the 10 outputs, so 3 layers are hidden: 64, 32, 16.", len(SIZES[1:-1]) == 3),
            Claim(f"With the biases that is {count:,} parameters.", count == 53_018)]


def pixels():
    images = embedded_sample().images
    return [Claim(f"A real image has {images[0].size} numbers of the type {images.dtype}, from {images.min()} to "
                  f"{images.max()}.", images.dtype == np.uint8 and images[0].size == 28 * 28 and images.max() == 255),
            Claim(f"That is {images[0].nbytes} bytes, or {8 * images[0].nbytes:,} bits, not 28·28 = {28 * 28}.",
                  images[0].nbytes == 784)]


def labels():
    y = embedded_sample().labels
    return [Claim(f"The labels have {y.ndim} dimension: {y.shape}.", y.ndim == 1),
            has_shape("`y.reshape(-1, 1)`, as printed", y.reshape(-1, 1), (len(y), 1)),
            has_shape("One-hot, `np.eye(10)[y]`", np.eye(10)[y], (len(y), 10))]


def one_hot():
    printed = "1 0 0 0 0 0 0 0 0".split()
    return [Claim(f"The printed row has {len(printed)} entries.", len(printed) == 9),
            refused("Its entry for the digit 9", lambda: np.array(printed)[9])]


def normalisation():
    x = np.array([0.0, 51, 255])
    printed, right = (x.max() - x.min()) / x.max(), (x - x.min()) / (x.max() - x.min())
    return [Claim(f"For the pixels 0, 51 and 255 the printed formula gives one number, {printed:g}: it has no x.",
                  np.ndim(printed) == 0 and printed == 1),
            Claim(f"The right one gives {', '.join(f'{value:g}' for value in right)}, which is x/255.",
                  right.tolist() == (x / 255).tolist() == [0, .2, 1])]


def eight_bits():
    black = np.array([0], np.uint8)
    wrapped, right = ((black - np.uint8(255)) / 255)[0], ((black.astype(np.float32) - 255) / 255)[0]
    return [Claim(f"In uint8, (0 − 255)/255 gives {wrapped:.4f}.", f"{wrapped:.4f}" == "0.0039"),
            Claim(f"Made a float first, it gives {right:g}.".replace("-", "−"), right == -1)]


def batches():
    printed, right = ([600 * 100 * 784 * n * 8 / 1e9 for n in (784, 10)], [600 * 100 * n * 8 / 1e9 for n in (784, 10)])
    images = embedded_sample().images[:1000].reshape(-1, 100, 784)
    return [has_shape("1,000 real images in batches of 100", images, (10, 100, 784)),
            Claim(f"As float64 the printed shapes need {printed[0]:.1f} GB and {printed[1]:.2f} GB.",
                  printed[0] > 100 * right[0]),
            Claim(f"The right ones need {right[0]:.3f} GB and {right[1]:.4f} GB.", right[0] < 1)]


def short_batch():
    rows = np.arange(4050)
    parts = [rows[at:at + 100] for at in range(0, len(rows), 100)]
    ones = [np.ones(len(part)) for part in (parts[0], parts[-1])]
    return [Claim(f"4,050 images make {len(parts)} batches, the last with {len(parts[-1])} rows.",
                  (len(parts), len(parts[-1])) == (41, 50)),
            Claim(f"If every example has the gradient 1, their sums are {ones[0].sum():g} and {ones[1].sum():g}, their "
                  f"means {ones[0].mean():g} and {ones[1].mean():g}.", ones[1].sum() * 2 == ones[0].sum())]


def products():
    X, W, D = np.zeros((100, 784)), np.zeros((784, 64)), np.zeros((100, 10))
    return [refused("Eq. 1.4 cell by cell, (100, 784) * (784, 64)", lambda: X * W),
            has_shape("As a matrix product", X @ W, (100, 64)),
            refused("Eq. 2.11 as a matrix product, (100, 10) @ (100, 10)", lambda: D @ D),
            has_shape("Cell by cell", D * D, (100, 10))]


def overflow():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        value = (1 / (1 + np.exp(-np.array([-710.0]))))[0]
    with warnings.catch_warnings(record=True) as silent:
        warnings.simplefilter("always")
        np.exp(np.array([709.0]))
    return [Claim(f"At S = −710 NumPy says “{told[0].message if told else 'nothing'}”, and the value is {value:g}.",
                  len(told) == 1 and value == 0),
            Claim("At S = −709 it says nothing.", not silent)]


def step_function():
    def step(S):
        return (S > 0).astype(float)
    S = np.array([-2.0, -0.5, 0.5, 2.0])
    slope = central_difference(lambda: step(S).sum(), S)
    smooth = central_difference(lambda: sigmoid(S).sum(), S)
    return [Claim(f"The slope of a step at ±0.5 and ±2 is {', '.join(f'{value:g}' for value in slope)}.",
                  not slope.any()),
            Claim(f"That of the sigmoid is {', '.join(f'{value:.3f}' for value in smooth)}.", bool((smooth > 0).all()))]


def rows_and_columns():
    X = embedded_sample().images[:100].reshape(100, -1)
    return [has_shape("A batch of 100 real images", X, (100, 784)),
            Claim(f"It has {len(X)} rows, the examples, and {X.shape[1]} columns, the features.", len(X) == 100)]


def random_weights():
    rng = np.random.default_rng(0)
    X = embedded_sample().images[:100].reshape(100, -1).astype(np.float32) / np.float32(255)
    W, b = (rng.uniform(0, 1, size).astype(np.float32) for size in ((784, 64), 64))
    narrow = rng.normal(0, 2 / np.sqrt(784), (784, 64)).astype(np.float32)
    A, right = sigmoid(X @ W + b), sigmoid(X @ narrow)
    return [Claim(f"From U(0, 1), on 100 real images, the smallest output of layer 1 is {A.min():.6f}, and the "
                  f"largest slope f′ is {(A * (1 - A)).max():.2g}: no gradient gets "
                  f"through.", bool((A * (1 - A)).max() < 1e-4)),
            Claim(f"From $N(0, (2/\\sqrt{{784}})^2)$ the outputs reach from {right.min():.2f} to {right.max():.2f}, "
                  f"and "
                  f"the mean slope is {(right * (1 - right)).mean():.2f}.", (right * (1 - right)).mean() > .1)]


def one_bias_a_unit():
    net = FourSigmoidLayers()
    found = [net.slope(net.b[l]) for l in (1, 2, 3, 4)]
    spread = float(found[0].std() / abs(found[0].mean()))
    return [Claim("The slopes of the loss by the biases of layers 1 to 4 are "
                  + ", ".join(str(slope.size) for slope in found) + " numbers, one for each unit of a 7-6-5-4-3 "
                                                                    "network.",
                  [slope.size for slope in found] == [6, 5, 4, 3]),
            Claim(f"Those of layer 1 have a standard deviation of {spread:.1f} times their mean, so one number cannot "
                  "stand for all of them.", spread > .5)]


def columns_of_W():
    W1, W2 = np.zeros(SIZES[:2]), np.zeros(SIZES[1:3])
    return [Claim(f"$W^1$ has {W1.shape[1]} columns; layer 2 has {W2.shape[1]} units.", W1.shape[1] != W2.shape[1]),
            Claim(f"$W^2$ has {len(W2)} rows: what layer 1 puts out, layer 2 takes in.", len(W2) == W1.shape[1])]


def biases_of_layer_1():
    S = np.zeros((100, 784)) @ np.zeros((784, 64))
    return [refused("(100, 64) + 25 biases", lambda: S + np.zeros(25)),
            has_shape("(100, 64) + 64 biases", S + np.zeros(64), (100, 64))]


def forward_shapes():
    A, shapes = np.zeros((100, 784)), []
    for n_in, n_out in zip(SIZES, SIZES[1:]):
        A = sigmoid(A @ np.zeros((n_in, n_out)) + np.zeros(n_out))
        shapes.append(A.shape)
    return [Claim("Run with the printed shapes, the four layers give "
                  + ", ".join(f"{a}×{b}" for a, b in shapes) + ".", shapes == [(100, n) for n in SIZES[1:]])]


def only_the_update_trains():
    net = FourSigmoidLayers()
    before = [W.copy() for W in net.W[1:]]
    delta = net.deltas()
    grads = [net.A[l - 1].T @ delta[l] for l in (1, 2, 3, 4)]
    same = all((W == old).all() for W, old in zip(net.W[1:], before))
    moved = [bool((W - .1 * dW != W).any()) for W, dW in zip(net.W[1:], grads)]
    return [Claim("After 2.3 to 2.13 every weight is what it was.", same),
            Claim("Eq. 3.1 changes the weights of all four layers.", all(moved))]


def compound():
    x = 0.7
    slope = (np.sin((x + 1e-5) ** 2) - np.sin((x - 1e-5) ** 2)) / 2e-5
    chain = np.cos(x ** 2) * 2 * x
    return [Claim(f"For y = sin(x²) at x = 0.7 the two factors give cos(0.49) · 1.4 = {chain:.9f}, the central "
                  f"difference {slope:.9f}.", abs(chain - slope) < 1e-8)]


def linear_unit():
    mazur = Mazur()
    A1 = sigmoid(mazur.X @ mazur.W1 + mazur.b1)
    S2 = (A1 @ mazur.W2 + mazur.b2)[0, 0]
    factor = sigmoid_slope(S2)
    slope = central_difference(mazur.E, mazur.W2)[0, 0]
    without = (sigmoid(S2) - .01) * A1[0, 0]
    return [Claim(f"In Mazur’s example f′(S) is {factor:.9f} at the first output.", 0 < factor < 1),
            Claim(f"Without it the slope of $w_5$ would be {without:.9f}; with it, it is {without * factor:.9f}, as "
                  f"central "
                  f"differences find: {slope:.9f}.", abs(without * factor - slope) < 1e-9),
            Claim(f"The first is {without / slope:.1f} times too large.", without / slope > 5)]


def chain(of="W"):
    """2.3 and 2.4: for the last of the examples, the product of the links over every path, beside the slope."""
    net = FourSigmoidLayers(m=1)
    by_A, links = (net.A[4] - net.Y)[0], []
    for l in (4, 3, 2, 1):
        by_S = by_A * sigmoid_slope(net.S[l][0])
        links.append(is_slope(f"$\\partial E/\\partial {'wb'[of == 'b']}_{{L{l}}}$, of {2 * (4 - l) + 3} links",
                              np.outer(net.A[l - 1][0], by_S) if of == "W" else by_S, net.slope(getattr(net, of)[l])))
        by_A = net.W[l] @ by_S
    return links


def loss_in_words():
    net = FourSigmoidLayers()
    A = net.run().copy()
    difference = central_difference(lambda: (A - net.Y).sum(), A)
    return [Claim(f"The slope of $\\sum (A - Y)$ is {difference.min():.6f} to {difference.max():.6f}, whatever A is.",
                  bool(np.allclose(difference, 1))),
            is_slope(r"$A - Y$ as the slope of $\tfrac12 \sum (A - Y)^2$", A - net.Y,
                     central_difference(lambda: 0.5 * ((A - net.Y) ** 2).sum(), A))]


def reported_loss():
    rng = np.random.default_rng(0)
    A, Y = rng.uniform(size=(100, 10)), np.eye(10)[rng.integers(10, size=100)]
    told = []
    for n, what in ((1000, "entries"), (100, "examples")):
        slope = central_difference(lambda n=n: ((Y - A) ** 2).sum() / n, A)
        ratio = float((slope / (A - Y)).mean())
        told.append(Claim(f"With n = {n:,} {what} the slope of the MSE is {ratio:.4f} times $A - Y$.",
                          bool(np.allclose(slope, 2 / n * (A - Y), atol=1e-7))))
    return told


def two_readings_of_n():
    rng = np.random.default_rng(0)
    A, Y = rng.uniform(size=(100, 10)), np.eye(10)[rng.integers(10, size=100)]
    entries, examples = (((A - Y) ** 2).sum() / n for n in (1000, 100))
    return [Claim(f"For one batch of 100, 4.1 is {entries:.4f} or {examples:.4f}: a factor of {examples / entries:g}.",
                  abs(examples / entries - 10) < 1e-12)]


def slope_of_the_sigmoid():
    S = np.linspace(-4, 4, 9)
    return [is_slope("$f(S)(1 - f(S))$ at S = −4, −3, …, 4", sigmoid(S) * (1 - sigmoid(S)),
                     central_difference(lambda: sigmoid(S).sum(), S))]


def sides():
    net = FourSigmoidLayers()
    delta = net.deltas()
    return [refused("2.7 without a transpose, δ⁴ (100, 10) @ $w_{L4}$ (16, 10)",
                    lambda: np.zeros((100, 10)) @ np.zeros((16, 10))),
            refused("2.8 without one, $A_{L3}$ (100, 16) @ δ⁴ (100, 10)",
                    lambda: np.zeros((100, 16)) @ np.zeros((100, 10))),
            is_slope("$A_{L3}^T$ @ δ⁴, with the factors on their sides", net.A[3].T @ delta[4], net.slope(net.W[4]))]


def constants_are_not_zero():
    mazur = Mazur()
    A1 = sigmoid(mazur.X @ mazur.W1 + mazur.b1)
    b2 = mazur.b2.copy()
    S2 = A1 @ mazur.W2 + b2
    right = central_difference(lambda: 0.5 * ((sigmoid(A1 @ mazur.W2 + b2) - mazur.Y) ** 2).sum(), b2)
    error = sigmoid(S2) - mazur.Y
    printed = (error * sigmoid_slope(0 * A1 @ (0 * mazur.W2) + b2)).sum(axis=0)
    return [Claim(f"In Mazur’s example the first output’s S is {S2[0, 0]:.9f}; with b = 0 it would be "
                  f"{(S2 - b2)[0, 0]:.9f}.", abs(b2[0]) > .1),
            Claim(f"With A = 0 and w = 0 its bias gradient would be {printed[0]:.9f}; central differences give "
                  f"{right[0]:.9f}.", abs(printed[0] - right[0]) > .01),
            is_slope("The gradient at the true S", (error * sigmoid_slope(S2)).sum(axis=0), right)]


def transposing():
    net = FourSigmoidLayers(sizes=(5, 5, 5, 5, 5))
    right = net.slope(net.W[3])
    told = [is_slope("In a 5-5-5-5-5 network the gradient with $w^T$", net.A[2].T @ net.deltas()[3], right)]
    for turns, way in ((1, "left"), (-1, "right")):
        apart = np.abs(net.A[2].T @ net.deltas(partial(np.rot90, k=turns))[3] - right).max()
        told.append(Claim(f"With a quarter turn to the {way} it misses by {apart:.3f}, where the largest gradient is "
                          f"{np.abs(right).max():.3f}.", apart > .1))
    return told


def order_of_2_10():
    net = FourSigmoidLayers()
    return [refused("As printed, (100, 10) @ (16, 100)", lambda: np.zeros((100, 10)) @ np.zeros((100, 16)).T),
            is_slope("In the order of 2.12", net.A[3].T @ ((net.A[4] - net.Y) * sigmoid_slope(net.S[4])),
                     net.slope(net.W[4]))]


def hidden_delta():
    net = FourSigmoidLayers()
    delta = net.deltas()
    return [refused("The printed end at layer 3, $w_{L3}^T$ (16, 32) * $f'$ (100, 16)",
                    lambda: np.zeros((16, 32)) * np.zeros((100, 16))),
            refused("With $δ_4$ in front and still $w_{L3}$, (100, 10) @ (16, 32)",
                    lambda: np.zeros((100, 10)) @ np.zeros((16, 32))),
            is_slope("∇W³ by the corrected rule", net.A[2].T @ delta[3], net.slope(net.W[3])),
            is_slope("And ∇W¹, two layers further back", net.X.T @ delta[1], net.slope(net.W[1]))]


def delta_4():
    net = FourSigmoidLayers()
    S = net.S[4].copy()
    return [*products()[2:],
            is_slope("$(A - Y) ⊙ f'(S)$ as ∂E/∂S", (net.A[4] - net.Y) * sigmoid_slope(net.S[4]),
                     central_difference(lambda: 0.5 * ((sigmoid(S) - net.Y) ** 2).sum(), S))]


def delta_2():
    W3 = np.zeros((32, 16))
    return [refused("With 6 columns, (100, 6) @ (16, 32)", lambda: np.zeros((100, 6)) @ W3.T),
            has_shape("With 16, (100, 16) @ (16, 32)", np.zeros((100, 16)) @ W3.T, (100, 32))]


def delta_1():
    W2 = np.zeros((64, 32))
    return [refused("As printed, (100, 32) @ (64, 784)", lambda: np.zeros((100, 32)) @ np.zeros((64, 784))),
            has_shape("$w_{L2}^T$", W2.T, (32, 64)),
            has_shape("(100, 32) @ (32, 64)", np.zeros((100, 32)) @ W2.T, (100, 64))]


def matrices_of_2_12():
    net = FourSigmoidLayers()
    delta = net.deltas()
    return [is_slope(f"∇W{'¹²³⁴'[l - 1]}", net.A[l - 1].T @ delta[l], net.slope(net.W[l])) for l in (4, 3, 2, 1)]


def no_determinant():
    gradient = np.zeros((16, 10))
    try:
        np.linalg.det(gradient)
        said = ""
    except np.linalg.LinAlgError as error:
        said = str(error)
    return [Claim(f"Of a 16×10 matrix NumPy gives no determinant: “{said}”.", bool(said))]


def sums_not_means():
    net = FourSigmoidLayers()
    printed = net.A[3].T @ net.deltas()[4]
    return [is_slope("The printed product, for the loss summed over the batch", printed, net.slope(net.W[4])),
            is_slope("Divided by m = 8, for its mean", printed / 8, net.slope(net.W[4], np.mean)),
            is_not_slope("Undivided, for the mean", printed, net.slope(net.W[4], np.mean))]


def bias_gradients():
    net = FourSigmoidLayers()
    delta, right = net.deltas(), net.slope(net.b[1])
    return [Claim(f"δ¹ has the shape {delta[1].shape}, $b_1$ {net.b[1].shape}.", delta[1].shape != net.b[1].shape),
            *(is_slope(f"The column sums of δ{'¹²³⁴'[l - 1]}", delta[l].sum(axis=0), net.slope(net.b[l]))
              for l in (1, 4)),
            is_not_slope("The column means", delta[1].mean(axis=0), right)]


def old_weights_first():
    right, wrong, mazur = Mazur().train(1, False), Mazur().train(1, True), Mazur()
    return [is_slope("In Mazur’s example ∇W¹ from the old W²", right.dW1, central_difference(mazur.E, mazur.W1)),
            Claim(f"Its first number is {right.dW1[0, 0]:.9f}; with W² updated first it is {wrong.dW1[0, 0]:.9f}.",
                  abs(wrong.dW1[0, 0] / right.dW1[0, 0] - 1) > .1),
            Claim(f"The first hidden bias: {right.delta1[0, 0]:.9f}, and {wrong.delta1[0, 0]:.9f}.",
                  abs(wrong.delta1[0, 0] / right.delta1[0, 0] - 1) > .1)]


def share_of_right_answers():
    Y, A = np.eye(3)[[0, 1, 2, 1]], np.array([[.9, .1, 0], [.2, .7, .1], [.5, .4, .1], [.3, .35, .35]])
    share = float((Y.argmax(1) == A.argmax(1)).mean())
    return [Claim(f"Of four answers with one wrong it gives {percent(share, 0)}.", share == .75)]


def three_settings():
    """What the missing α decides: eighteen epochs over 1,000 images of the sample, from the same weights."""
    data, found = embedded_sample(), {}
    X, Y = data.images[:1000].reshape(-1, 784) / 255, np.eye(10)[data.labels[:1000]]
    for alpha in (.001, .1):
        net = FourSigmoidLayers(sizes=SIZES, m=1)
        rng = np.random.default_rng(0)
        net.W[1:] = [rng.normal(0, 2 / np.sqrt(len(W)), W.shape) for W in net.W[1:]]
        net.b[1:] = [0 * b for b in net.b[1:]]
        for at in [*range(0, 1000, 100)] * 18:
            net.X, net.Y = X[at:at + 100], Y[at:at + 100]
            net.run()
            delta = net.deltas()
            for l in (1, 2, 3, 4):
                net.W[l] -= alpha * net.A[l - 1].T @ delta[l]
                net.b[l] -= alpha * delta[l].sum(axis=0)
        net.X, net.Y = X, Y
        found[alpha] = float((net.run().argmax(1) == data.labels[:1000]).mean())
    return [Claim(f"Eighteen epochs over 1,000 images with the same weights: α = {plain_number(alpha)} reads "
                  f"{percent(share, 1)} of them "
                  f"right.", (share > .5) == (alpha == .1)) for alpha, share in found.items()]


PROOFS = {
    "A1": layers, "A2": pixels, "A4": labels, "A4b": one_hot, "A5": normalisation, "A6": eight_bits,
    "A7": rows_and_columns, "A8": batches, "A10": biases_of_layer_1, "A11": one_bias_a_unit, "A12": products,
    "A12b": columns_of_W, "A13": loss_in_words, "A13b": reported_loss, "A14": order_of_2_10, "A15": sides,
    "A16": hidden_delta, "A17": delta_1, "A18": delta_2, "A19": transposing, "A20": bias_gradients,
    "A21": constants_are_not_zero, "A22": sums_not_means, "A23": no_determinant, "A24": old_weights_first,
    "A25": only_the_update_trains, "A26": overflow, "A27": two_readings_of_n, "A28": random_weights,
    "A29": three_settings, "A30": step_function, "A31": linear_unit, "A33": short_batch,
    "compound": compound, "forward": forward_shapes, "chain": chain, "chain b": partial(chain, "b"),
    "slope": slope_of_the_sigmoid, "delta 4": delta_4, "2.12": matrices_of_2_12, "accuracy": share_of_right_answers,
}
