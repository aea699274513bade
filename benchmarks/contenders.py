"""Everyone trains the same network on the same images: one short function a contender.

make(preset, weights, X, Y) prepares outside the measured time and returns run_epoch(order), which trains one
epoch with the preset's best setting, continues where the last one ended, and returns [W, b, W, b, …].
`weights` is [(W, b), …], whose dtype decides; X is (n, 784) uint8, Y (n, 10) one-hot; `order` is a permutation of
the rows, or None for those that shuffle by themselves. n is a multiple of the batch size. Except in mlp_core, images
are turned into floats beforehand. Libraries are imported inside, so that each worker loads its own only.
"""
from functools import partial

import numpy as np


class GivenOrder:
    """Stands in for a numpy.random.Generator: the order it draws is the one it was given."""

    def __init__(self, order):
        self.order = order

    def permutation(self, n):
        assert n == len(self.order)
        return self.order


def mlp_core(preset, weights, X, Y):
    from mlp_core import Layer, Network, train
    layers = [Layer(W.copy(), b.copy(), f) for (W, b), f in zip(weights, preset.activations)]
    network, best = Network(layers, preset.loss, preset.best.reduction), preset.best

    def run_epoch(order):
        for _ in train(network, X, Y, learning_rate=best.learning_rate, batch_size=best.batch_size,
                       rng=GivenOrder(order)):
            pass
        return [p for layer in network.layers for p in (layer.W, layer.b)]
    return run_epoch


def floor(preset, weights, X, Y):
    """The matrix products of a step and nothing else, on operands that stay in the cache. Learns nothing."""
    m, rng, dtype = preset.best.batch_size, np.random.default_rng(0), weights[0][0].dtype
    A = [rng.random((m, size)).astype(dtype) for size in preset.sizes]
    S, dA, delta = ([np.ones_like(a) for a in A[1:]] for _ in range(3))
    W = [W.copy() for W, _ in weights]
    dW = [np.empty_like(w) for w in W]

    def run_epoch(order):
        for _ in range(len(X) // m):
            for l in range(len(W)):
                np.matmul(A[l], W[l], out=S[l])
            for l in range(len(W) - 1, 0, -1):
                np.matmul(A[l].T, delta[l], out=dW[l])
                np.matmul(delta[l], W[l].T, out=dA[l - 1])
            np.matmul(A[0].T, delta[0], out=dW[0])
        return []
    return run_epoch


def torch_eager(preset, weights, X, Y):
    """PyTorch as its tutorials write it: nn.Sequential, a loss module, loss.backward(), optim.SGD; data preloaded."""
    import torch
    from torch import nn
    best, labels = preset.best, preset.loss == "cross_entropy"
    kinds = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU, "softmax": nn.Identity}
    parts = []
    for (W, b), f in zip(weights, preset.activations):
        linear = nn.Linear(*W.shape, dtype=torch.tensor(W).dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(W.T))
            linear.bias.copy_(torch.tensor(b))
        parts += [linear, kinds[f]()]
    model = nn.Sequential(*parts)
    X = torch.tensor(X).to(parts[0].weight.dtype).div_(255)
    Y = torch.tensor(Y.argmax(axis=1) if labels else Y)
    loss = (nn.CrossEntropyLoss if labels else nn.MSELoss)(reduction="sum")
    optimizer = torch.optim.SGD(model.parameters(), lr=best.learning_rate
                                * (0.5 if preset.loss == "half_squared_error" else 1)
                                / (best.batch_size if best.reduction == "mean" else 1))

    def run_epoch(order):
        for rows in torch.from_numpy(order).split(best.batch_size):
            optimizer.zero_grad()
            loss(model(X[rows]), Y[rows]).backward()
            optimizer.step()
        return [p.detach().numpy() for layer in parts[::2] for p in (layer.weight.T, layer.bias)]
    return run_epoch


def torch_by_hand(preset, weights, X, Y):
    """The fastest of the eager ways tried: addmm, not Linear; autograd.grad and a plain update, not optim.SGD.

    The loss is summed without its constant factor, which the step takes instead: an operation less a batch.
    """
    import torch
    from torch.nn import functional as F
    best, labels = preset.best, preset.loss == "cross_entropy"
    parameters = [torch.tensor(p, requires_grad=True) for layer in weights for p in layer]
    X = torch.tensor(X).to(parameters[0].dtype).div_(255)
    Y = torch.tensor(Y.argmax(axis=1) if labels else Y)
    functions = [{"sigmoid": torch.sigmoid, "relu": torch.relu, "softmax": lambda S: S}[f] for f in preset.activations]
    loss = partial(F.cross_entropy if labels else F.mse_loss, reduction="sum")
    step = (best.learning_rate * (0.5 if preset.loss == "half_squared_error" else 1)
            / (best.batch_size if best.reduction == "mean" else 1))

    def run_epoch(order):
        for rows in torch.from_numpy(order).split(best.batch_size):
            A = X.index_select(0, rows)
            for W, b, f in zip(parameters[::2], parameters[1::2], functions):
                A = f(torch.addmm(b, A, W))
            grads = torch.autograd.grad(loss(A, Y.index_select(0, rows)), parameters)
            with torch.no_grad():
                for p, dp in zip(parameters, grads):
                    p.add_(dp, alpha=-step)
        return [p.detach().numpy() for p in parameters]
    return run_epoch


def keras_fit(preset, weights, X, Y):
    """model.fit as it comes (deep only). The mean squared error is ½Σ(A−Y)² but for a factor, put into α."""
    import keras
    keras.config.set_floatx(weights[0][0].dtype.name)
    best = preset.best
    model = keras.Sequential([keras.Input((X.shape[1],)), *(
        keras.layers.Dense(n, activation=f) for n, f in zip(preset.sizes[1:], preset.activations))])
    model.set_weights([p for layer in weights for p in layer])
    model.compile(keras.optimizers.SGD(best.learning_rate * best.batch_size * Y.shape[1] / 2), "mean_squared_error")
    X = X.astype(Y.dtype) / 255

    def run_epoch(order):
        if order is None:
            model.fit(X, Y, batch_size=best.batch_size, verbose=0)
        else:
            model.fit(X[order], Y[order], batch_size=best.batch_size, verbose=0, shuffle=False)
        return model.get_weights()
    return run_epoch


def scikit_learn(preset, weights, X, Y):
    """MLPClassifier's own epoch (deep only): its own weights, softmax and cross-entropy, so the time alone counts."""
    from sklearn.neural_network import MLPClassifier
    best = preset.best
    model = MLPClassifier(preset.sizes[1:-1], activation="logistic", solver="sgd", alpha=0, momentum=0,
                          nesterovs_momentum=False, batch_size=best.batch_size, learning_rate_init=best.learning_rate)
    X, labels = X.astype(Y.dtype) / 255, Y.argmax(axis=1)

    def run_epoch(order):
        model.partial_fit(X, labels, classes=range(Y.shape[1]))     # one epoch, shuffled
        return model.coefs_
    return run_epoch


def jax_scan(preset, weights, X, Y):
    """The whole epoch as one compiled program, lax.scan over the batches (deep only)."""
    import jax
    import jax.numpy as jnp
    jax.config.update("jax_enable_x64", Y.dtype == np.float64)
    best = preset.best

    def loss(weights, A, Y):
        for W, b in weights:
            A = jax.nn.sigmoid(A @ W + b)
        return 0.5 * ((A - Y) ** 2).sum()

    @partial(jax.jit, donate_argnums=0)
    def epoch(weights, X, Y, batches):
        def step(weights, rows):
            grads = jax.grad(loss)(weights, X[rows], Y[rows])
            return jax.tree.map(lambda p, dp: p - best.learning_rate * dp, weights, grads), None
        return jax.lax.scan(step, weights, batches)[0]

    state = [jax.tree.map(jnp.array, weights)]
    X, Y = jnp.array(X.astype(Y.dtype) / 255), jnp.array(Y)

    def run_epoch(order):
        state[0] = epoch(state[0], X, Y, order.reshape(-1, best.batch_size).astype(np.int32))
        return [np.asarray(p) for layer in state[0] for p in layer]
    return run_epoch


def tensorflow_graph(preset, weights, X, Y):
    """The whole epoch in one tf.function (deep only). XLA (jit_compile=True) was no faster."""
    import tensorflow as tf
    best = preset.best
    parameters = [tf.Variable(p) for layer in weights for p in layer]
    X, Y = tf.constant(X.astype(Y.dtype) / 255), tf.constant(Y)

    @tf.function
    def epoch(batches):
        for rows in batches:
            A = tf.gather(X, rows)
            with tf.GradientTape() as tape:
                for W, b in zip(parameters[::2], parameters[1::2]):
                    A = tf.sigmoid(A @ W + b)
                E = 0.5 * tf.reduce_sum((A - tf.gather(Y, rows)) ** 2)
            for p, dp in zip(parameters, tape.gradient(E, parameters)):
                p.assign_sub(best.learning_rate * dp)

    def run_epoch(order):
        epoch(tf.constant(order.reshape(-1, best.batch_size), tf.int32))
        return [p.numpy() for p in parameters]
    return run_epoch


CONTENDERS = {      # name: (make, the distribution that is measured)
    "mlp_core": (mlp_core, "numpy"),
    "floor": (floor, "numpy"),
    "torch": (torch_eager, "torch"),
    "torch-by-hand": (torch_by_hand, "torch"),
    "keras.fit": (keras_fit, "keras"),
    "sklearn": (scikit_learn, "scikit-learn"),
    "jax": (jax_scan, "jax"),
    "tf-graph": (tensorflow_graph, "tensorflow"),
}
OWN_ORDER = ("keras.fit", "sklearn")        # shuffle by themselves when they are measured
