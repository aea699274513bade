"""l1g4v’s post: what each formula gives as printed, and as it should be."""
import numpy as np

from ..datasets import default_network, embedded_sample
from ..numbers import percent, plain_number
from .claim import Claim, central_difference, has_shape, is_slope, listed, refused
from .networks import Post, relu, softmax

A, Y = np.array([.271, .060, .447, .222]), np.array([0.0, 0, 1, 0])     # one answer, and what it should be
IMAGES = 500        # of the sample, where a network has to learn or read


def cost_without_square():
    a, y = np.array([.2, .7]), np.array([1.0, 0.0])
    slope = central_difference(lambda: .5 * (y - a).sum(), a)
    return [Claim(f"At a = (0.2, 0.7) the slope of the printed cost is {listed(slope, 3)}, and anywhere else too.",
                  bool(np.allclose(slope, -.5))),
            is_slope("$a - y$ for the cost with the square", a - y,
                     central_difference(lambda: .5 * ((y - a) ** 2).sum(), a))]


def cost_with_square():
    return cost_without_square()[1:]


def sign():
    after = []
    for way in (-1, 1):
        post = Post()
        before = post.cost()
        for _ in range(60):
            a = post.run()
            delta = post.deltas(way * (a[3] - post.y))
            for l in (1, 2, 3):
                post.w[l] -= .5 * delta[l] @ a[l - 1].T
                post.b[l] -= .5 * delta[l]
        after.append(post.cost())
    post = Post()
    a, y = post.run()[3].copy(), post.y
    return [Claim(f"60 steps with the printed sign take the loss from {before:.3f} to {after[0]:.3f}.",
                  after[0] > before),
            Claim(f"With the right sign they take it to {after[1]:.3f}.", after[1] < before),
            is_slope("$a^3 - y$", a - y, central_difference(lambda: .5 * ((y - a) ** 2).sum(), a))]


def last_weights():
    post = Post()
    a, delta = post.right
    return [is_slope(r"$\delta^3 (a^2)^T$ with the right "
                     r"sign", delta[3] @ a[2].T, central_difference(post.cost, post.w[3]))]


def bias_of_the_last_layer():
    post = Post()
    _, delta = post.right
    return [is_slope("$(a^3 - y) f'(z^3)$", delta[3], central_difference(post.cost, post.b[3]))]


def second_weights():
    post = Post()
    a, delta = post.right
    printed = delta[3] @ a[1].T
    return [Claim(f"As printed it is {printed.shape[0]}×{printed.shape[1]}; $w^2$ is 3×3.", printed.shape == (2, 3)),
            is_slope(r"$\delta^2 (a^1)^T$", delta[2] @ a[1].T, central_difference(post.cost, post.w[2]))]


def first_weights():
    post = Post()
    a, delta = post.right
    return [is_slope(r"$\delta^1 i^T$", delta[1] @ a[0].T, central_difference(post.cost, post.w[1]))]


def hidden_deltas():
    post = Post()
    _, delta = post.right
    return [is_slope(rf"$\delta^{l}$, which is the slope by "
                     rf"$b^{l}$", delta[l], central_difference(post.cost, post.b[l]))
            for l in (2, 1)]


def one_path():
    post = Post()
    a2, (_, delta) = post.run()[2].copy(), post.right
    slope = central_difference(lambda: post.cost(a2), a2)
    one, every = post.w[3][0] * delta[3][0, 0], post.w[3].T @ delta[3]
    return [Claim(f"By the three hidden units central differences give {listed(slope, 3)}.",
                  bool((slope != 0).all())),
            Claim(f"The one path gives {listed(one, 3)}.", not np.allclose(one, slope[:, 0], rtol=.1)),
            is_slope(f"The sum over both outputs, {listed(every, 3)}", every, slope)]


def softmax_diagonal():
    z = np.log(A)
    slope = central_difference(lambda: -(Y * np.log(softmax(z))).sum(), z)
    jacobian = np.diag(A) - np.outer(A, A)
    whole, diagonal = jacobian.T @ (-Y / A), np.diag(jacobian) * (-Y / A)
    return [Claim(f"For $a$ = {listed(A, 3)} and class 3, central differences give {listed(slope, 3)}.",
                  bool((slope != 0).all())),
            Claim(f"The diagonal alone gives {listed(diagonal, 3)}.", not np.allclose(diagonal, slope, atol=.05)),
            is_slope(f"The whole Jacobian, {listed(whole, 3)}", whole, slope),
            is_slope("$a - y$", A - Y, slope)]


def quotient_rule():
    z = np.log(A)
    slope = central_difference(lambda: softmax(z)[0], z)[0]
    squared = A[0] ** 2
    return [Claim(f"For σ(z)₁ = {A[0]:.3f}: {A[0]:.3f} − {squared:.3f} = {A[0] - squared:.3f}, and central differences "
                  f"give {slope:.3f}.", abs(slope - (A[0] - squared)) < 1e-8)]


def softmax_shares():
    z = np.array([2.0, -1, .5])
    a = softmax(z)
    return [Claim(f"softmax(2, −1, 0.5) = {listed(a, 3)}, which sum to {a.sum():g}.", abs(a.sum() - 1) < 1e-12),
            Claim("Subtracting max(x) first, as the code does, changes nothing: "
                  f"{listed(np.exp(z) / np.exp(z).sum(), 3)}.", bool(np.allclose(np.exp(z) / np.exp(z).sum(), a)))]


def corner():
    S = np.zeros(1)
    found = central_difference(lambda: relu(S).sum(), S)[0]
    X = embedded_sample().images[:100].reshape(100, -1)
    return [Claim(f"A central difference of ReLU at 0 gives {found:g}: neither 0 nor 1.", found == .5),
            Claim(f"Exact zeros do occur: {percent((X == 0).mean(), 0)} of the pixels of 100 real images are 0.",
                  bool((X == 0).mean() > .5))]


def bias_inside():
    wa, b = -1.0, .5
    return [Claim(f"With wa = −1 and b = 0.5, ReLU(wa) + b = {relu(wa) + b:g} and ReLU(wa + b) = {relu(wa + b):g}.",
                  relu(wa) + b != relu(wa + b))]


def product_of_w1():
    post = Post()
    a, w = post.x[:, 0], post.w[1]
    printed = a[0] * w[1, 0] + a[1] * w[0, 1] + a[2:] @ w[1, 2:]
    right = (w @ post.x)[1, 0]
    return [Claim(f"Row 2 of the product is {right:.6f}; with $w^1_{{12}}$ in it, {printed:.6f}.".replace("-", "−"),
                  abs(printed - right) > .01),
            Claim("With $w^1_{22}$: " + f"{a @ w[1]:.6f}.".replace("-", "−"), abs(a @ w[1] - right) < 1e-12)]


def index_of_w3():
    post = Post()
    return [has_shape("$w^2$", post.w[2], (3, 3)), has_shape("The third matrix, from 3 values to 2 outputs",
                                                             post.w[3], (2, 3))]


def three_terms():
    post = Post()
    a2, w = post.run()[2][:, 0], post.w[3]
    right = w @ a2
    printed = np.array([w[0, 0] * a2[0] + w[0, 1] * a2[1], w[1, 0] * a2[0] + w[1, 0] * a2[1]])
    return [Claim(f"The printed two terms give {listed(printed, 3)}, the product $w^3 a^2$ {listed(right, 3)}.",
                  not np.allclose(printed, right)),
            Claim(f"$a^2$ has {a2.size} entries, so each row has {w.shape[1]} terms.", a2.size == w.shape[1] == 3)]


def delta_is_no_bias():
    post = Post()
    post.b[3][:] = 0
    _, delta = post.right
    slope = central_difference(post.cost, post.b[3])
    return [Claim(f"With both biases 0 the printed $δ^3$ would be (0, 0); central differences give {listed(slope, 3)}.",
                  bool(slope.any())), is_slope("$δ^3$ of the corrected form", delta[3], slope)]


def whose_output():
    post = Post()
    a2 = post.run()[2].copy()
    slope = central_difference(lambda: (post.w[3] @ a2)[0, 0], a2)
    before, z1 = post.run()[3][1, 0], (post.w[3] @ a2)[0, 0]
    post.w[3][1] += 1
    after = post.run()[3][1, 0]
    return [Claim(f"The slopes of $z^3_1$ by $a^2_1, a^2_2, a^2_3$ are {listed(slope, 3)}, the first row of $w^3$, "
                  f"{listed(post.w[3][0], 3)}.", bool(np.allclose(slope[:, 0], post.w[3][0]))),
            Claim(f"With other weights in row 2, $a^3_2$ goes from {before:.3f} to {after:.3f}, and $z^3_1$ stays as "
                  f"it is: it "
                  "does not depend on it.", before != after and z1 == (post.w[3] @ a2)[0, 0])]


def columns_unsummed():
    d_cost = np.ones((10, 100))
    return [has_shape("One column at a time, `inputs` (784, 1), the factor is 1/1; `d_bias_4`", d_cost[:, :1], (10, 1)),
            has_shape("Called with 100 columns at once `d_bias_4` stays", d_cost / d_cost.shape[1], (10, 100)),
            has_shape("Summed over the examples", d_cost.mean(axis=1, keepdims=True), (10, 1))]


def transpose_not_turn():
    A = np.arange(9).reshape(3, 3)
    image = embedded_sample().images[0].reshape(28, 28)
    read = image.ravel().reshape(28, 28, order="F")
    return [Claim("`fliplr(rot90(A, 3))` is the transpose of A, for a 3×3 matrix and for a real digit.",
                  bool((np.fliplr(np.rot90(A, 3)) == A.T).all() and (np.fliplr(np.rot90(image, 3)) == image.T).all())),
            Claim("`rot90(A, 3)` alone is not.", bool((np.rot90(A, 3) != A.T).any())),
            Claim("784 numbers of an upright digit, put into columns as Octave’s `reshape` does, show its transpose.",
                  bool((read == image.T).all())), *_read_turned()]


def _read_turned():
    """How many of the sample the network that ships reads, upright and transposed."""
    data, network = embedded_sample(), default_network()
    images = data.images[:IMAGES].reshape(-1, 28, 28) / 255
    shares = []
    for shown in (images, images.transpose(0, 2, 1)):
        A = shown.reshape(IMAGES, -1)
        for layer in network.layers:
            A = 1 / (1 + np.exp(-(A @ layer.W + layer.b)))
        shares.append(float((A.argmax(1) == data.labels[:IMAGES]).mean()))
    return [Claim(f"The network that ships reads {percent(shares[0], 1)} of {IMAGES} training images upright and "
                  f"{percent(shares[1], 1)} transposed.", shares[0] > .9 > .5 > shares[1])]


def nothing_above_one_half():
    a = np.array([.4, .35, .25])
    return [Claim(f"For (0.4, 0.35, 0.25), `find(a > 0.5)` finds {np.flatnonzero(a > .5).size} classes; argmax finds "
                  "the first, with 0.4.", np.flatnonzero(a > .5).size == 0 and a.argmax() == 0)]


def colour_picture():
    return [refused("A colour picture of 28×28, reshaped to 784", lambda: np.zeros((28, 28, 3)).reshape(784, 1)),
            has_shape("Made grey first", np.zeros((28, 28, 3)).mean(axis=2).reshape(784, 1), (784, 1))]


def _as_printed(n):
    """The first n images and the printed start: U(0, 1) for every weight and bias."""
    data, rng = embedded_sample(), np.random.default_rng(0)
    sizes = (784, 16, 16, 10)
    W = [rng.uniform(0, 1, shape) for shape in zip(sizes[1:], sizes)]
    b = [rng.uniform(0, 1, (size, 1)) for size in sizes[1:]]
    return data.images[:n].reshape(n, -1).T / 255, np.eye(10)[data.labels[:n]].T, W, b


def printed_settings():
    X, Y, W, b = _as_printed(1000)
    shares, epochs = [], 40
    for _ in range(epochs + 1):
        z2 = W[0] @ X + b[0]
        a2 = relu(z2)
        z3 = W[1] @ a2 + b[1]
        a3 = relu(z3)
        a4 = softmax((W[2] @ a3 + b[2]).T).T
        shares.append(float((a4.argmax(0) == Y.argmax(0)).mean()))
        d4 = (a4 - Y) / X.shape[1]
        d3 = (W[2].T @ d4) * (z3 > 0)
        d2 = (W[1].T @ d3) * (z2 > 0)
        for l, (d, a) in enumerate(((d2, X), (d3, a2), (d4, a3))):
            W[l] -= .001 * d @ a.T
            b[l] -= .001 * d.sum(axis=1, keepdims=True)
    return [Claim(f"Run as printed on 1,000 real images: {percent(shares[0], 1)} before training, "
                  f"{percent(shares[-1], 1)} after {epochs} epochs, where the chart shows 80 %.", shares[-1] < .3)]


def saturated():
    X, Y, W, b = _as_printed(100)
    z4 = W[2] @ relu(W[1] @ relu(W[0] @ X + b[0]) + b[1]) + b[2]
    z, y = np.array([1000.0, 0.0]), np.array([0.0, 1.0])
    a = softmax(z)
    with np.errstate(divide="ignore"):
        lost = -np.log(a)[1]
    exact = z.max() + np.log(np.exp(z - z.max()).sum()) - (y * z).sum()
    clipped = [-np.log(max(a[1], 10.0 ** -power)) for power in (12, 15)]
    return [Claim(f"On 100 real images the first sums of the output layer are {z4.min():,.0f} to {z4.max():,.0f}.",
                  z4.max() > 1000),
            Claim(f"For z = (1000, 0) and class 2, −ln a is {plain_number(lost)}; from the sums the loss is {exact:g}.",
                  np.isinf(lost) and exact == 1000),
            Claim(f"Clipped at 1e-12 it reports {clipped[0]:.2f}, at 1e-15 {clipped[1]:.2f}.", clipped[0] < 30)]


def layers_counted():
    post = Post()
    return [Claim(f"The values are a⁰ to a³, and {len(post.w) - 1} weight matrices stand between them: 3 layers that "
                  "learn.", len(post.w) - 1 == 3)]


def model_selection():
    """The best of many networks on one set looks better there than it is."""
    rng = np.random.default_rng(0)
    seen, other = rng.random((2, 200, 1000)) < .9       # 200 networks, each right 9 times of 10, on two sets of 1,000
    best = int(seen.mean(axis=1).argmax())
    return [Claim(f"Of 200 networks that are right 90 % of the time, the best on 1,000 test images has "
                  f"{percent(seen[best].mean(), 1)} there and {percent(other[best].mean(), 1)} on others.",
                  seen[best].mean() > other[best].mean() + .005),
            Claim("`last_acc` starts at 0, so the first test after a restart always saves: 0.1135 > 0.", .1135 > 0)]


def parameters():
    sizes = (784, 16, 16, 10)
    counts = [a * b + b for a, b in zip(sizes, sizes[1:])]
    return [Claim(" + ".join(f"{count:,}" for count in counts) + f" = {sum(counts):,} parameters; `A_2`, `A_3`, `A_4` "
                                                                 f"add "
                  f"{sum(sizes[1:])} numbers that only belong to the last image.", sum(counts) == 13_002)]


def loop_or_product():
    rng = np.random.default_rng(0)
    D, A = rng.normal(size=(10, 500)), rng.normal(size=(16, 500))
    looped = sum(D[:, [i]] @ A[:, [i]].T for i in range(500)) / 500
    apart = float(np.abs(looped - D @ A.T / 500).max())
    return [Claim(f"Over 500 examples the loop and one matrix product differ by at most {apart:.0e}.", apart < 1e-14)]


def descent():
    post = Post()
    before, (a, delta) = post.cost(), post.right
    for l in (1, 2, 3):
        post.w[l] -= .1 * delta[l] @ a[l - 1].T
        post.b[l] -= .1 * delta[l]
    after = post.cost()
    return [Claim(f"One step with γ = 0.1 takes the cost from {before:.4f} to {after:.4f}.", after < before)]


PROOFS = {
    "B1": cost_without_square, "B2": sign, "B3": second_weights, "B4": one_path, "B5": softmax_diagonal, "B6": corner,
    "B7": bias_inside, "B8": product_of_w1, "B9": index_of_w3, "B10": three_terms, "B11": delta_is_no_bias,
    "B12": whose_output, "B13": quotient_rule, "B14": columns_unsummed, "B15": transpose_not_turn,
    "B16": nothing_above_one_half, "B17": colour_picture, "B18": printed_settings, "B19": saturated,
    "B20": model_selection, "B21": parameters, "B24": layers_counted, "B25": loop_or_product,
    "square": cost_with_square, "last weights": last_weights, "last bias": bias_of_the_last_layer,
    "first weights": first_weights, "hidden deltas": hidden_deltas, "softmax": softmax_shares, "descent": descent,
}
