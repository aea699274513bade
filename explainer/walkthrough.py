"""The steps of one batch: what happens to it, one NumPy statement at a time, as data.

`take_walk` runs forward, backward, descend and forward again with the core's own functions and keeps
their records. A Step only points at the records' arrays; nothing here computes a second version.
Layers are numbered from 1.
"""
import re
from dataclasses import dataclass

import numpy as np

from mlp_core import Gradients, ForwardPass, Network, backward, batch_loss, descend, forward, loss_per_example
from mlp_core.losses import LOSSES

from .notation import ACTIVATION_NOTATION, LOSS_NOTATION, fill
from .step import Axis, Matrix, Step

@dataclass(frozen=True)
class Walk:
    before: Network             # a copy, as it was
    after: Network              # a copy, one step later
    images: np.ndarray | None   # (m, 784) uint8, or None for a printed example
    labels: np.ndarray | None   # (m,)
    Y: np.ndarray
    learning_rate: float
    passed: ForwardPass
    grads: Gradients
    passed_after: ForwardPass
    E: float
    E_new: float
    losses: np.ndarray          # (m,)
    losses_new: np.ndarray      # (m,)
    steps: tuple

    @property
    def m(self):
        return len(self.Y)

    def step(self, key):
        return next(step for step in self.steps if step.key == key)

    @np.errstate(over="ignore", invalid="ignore")
    def loss_along(self, ts):
        """Return E(w − t·α·∇E) of this batch for each t: 0 is before the step, 1 after it."""
        return np.array([self._loss_moved(t) for t in ts])

    def _loss_moved(self, t):
        moved = self.before.copy()
        for l, layer in enumerate(moved.layers):
            layer.W += (t * self.grads.change_W[l]).astype(layer.W.dtype)
            if self.grads.change_b[l] is not None:
                layer.b += (t * self.grads.change_b[l]).astype(layer.b.dtype)
        return float(batch_loss(moved, forward(moved, self.passed.A[0]), self.Y))


@np.errstate(over="ignore", invalid="ignore")    # a step too long overflows: the loss says so, NumPy need not
def take_walk(network, X, Y, learning_rate, labels=None):
    """Run one step of training on a copy of the network and return the Walk with all its records.

    X is (m, 784) uint8 images, or floats for a printed example; Y is (m, n_L).
    """
    before, after = network.copy(), network.copy()
    Y = np.asarray(Y, network.dtype)
    passed = forward(before, X)
    grads = backward(before, passed, Y)
    descend(after, grads, learning_rate)
    passed_after = forward(after, X)
    images = X if X.dtype == np.uint8 else None
    E, E_new = batch_loss(before, passed, Y), batch_loss(after, passed_after, Y)
    scene = _Scene(before, after, images, Y, learning_rate, passed, grads, passed_after, E, E_new,
                   loss_per_example(before, passed, Y), loss_per_example(after, passed_after, Y))
    return Walk(before, after, images, labels, Y, learning_rate, passed, grads, passed_after, float(E), float(E_new),
                scene.losses, scene.losses_new, tuple(scene.steps()))


EXAMPLE = Axis("i", "example")


@dataclass(frozen=True)
class _Scene:
    """Everything the producers below look at; each returns one Step."""
    before: Network
    after: Network
    images: np.ndarray | None
    Y: np.ndarray
    learning_rate: float
    passed: ForwardPass
    grads: Gradients
    passed_after: ForwardPass
    E: np.floating
    E_new: np.floating
    losses: np.ndarray
    losses_new: np.ndarray

    @property
    def L(self):
        return len(self.before.layers)

    @property
    def m(self):
        return len(self.Y)

    @property
    def divisor(self):
        return self.m if self.before.reduction == "mean" else 1

    def steps(self):
        yield self.input()
        for l in range(1, self.L + 1):
            yield self.weighted_sum(l)
            yield self.activation(l)
        yield self.loss()
        for l in range(self.L, 0, -1):
            if l < self.L or LOSSES[self.before.loss].by == "A":
                yield self.output_error() if l == self.L else self.error_sent_back(l)
                yield self.delta(l)
            else:
                yield self.delta_at_once()
            yield self.weight_gradient(l)
            if self.layer(l).b is not None:
                yield self.bias_gradient(l)
        for l in range(1, self.L + 1):
            yield self.update(l, "W")
            if self.grads.change_b[l - 1] is not None:
                yield self.update(l, "b")
        yield self.new_loss()

    def layer(self, l):
        return self.before.layers[l - 1]

    def units(self, l, field="j"):
        """The axis of layer l's units; layer 0 is the input."""
        if l == 0:
            return Axis("p", "pixel") if self.images is not None else Axis("k", "input")
        return Axis(field, f"unit of layer {l}")

    # The matrices, each with its symbol

    def X(self):
        return Matrix("X", "X", self.passed.A[0], EXAMPLE, self.units(0),
                      bool((self.passed.A[0] < 0).any()), "input", 1.0 if self.images is not None else None)

    def A(self, l, field="j"):
        if l == 0:
            return self.X()
        return Matrix(f"A{l}", f"A^{l}", self.passed.A[l], EXAMPLE, self.units(l, field), *self.range_of_A(l))

    def range_of_A(self, l):
        """(signed, role, top) of layer l's output: sigmoid and softmax always span 0 to 1."""
        f = self.layer(l).activation
        return f in ("tanh", "linear"), "activation", 1.0 if f in ("sigmoid", "softmax") else None

    def S(self, l):
        return Matrix(f"S{l}", f"S^{l}", self.passed.S[l - 1], EXAMPLE, self.units(l), True, "sum")

    def W(self, l):
        return Matrix(f"W{l}", f"W^{l}", self.layer(l).W, self.units(l - 1, "k"), self.units(l), True, "weight")

    def b(self, l):
        return Matrix(f"b{l}", f"b^{l}", self.layer(l).b[None, :], Axis(None, "bias"), self.units(l), True, "weight")

    def targets(self):
        columns = Axis("j", "digit") if self.images is not None else self.units(self.L)
        return Matrix("Y", "Y", self.Y, EXAMPLE, columns, False, "target", 1.0)

    def dA(self, l):
        return Matrix(f"dA{l}", rf"\tfrac{{\partial E}}{{\partial A^{l}}}", self.grads.dA[l - 1], EXAMPLE,
                      self.units(l), True, "error")

    def slope(self, l):
        signed = self.layer(l).activation == "linear"
        return Matrix(f"slope{l}", f"f'(S^{l})", self.grads.slope[l - 1], EXAMPLE, self.units(l), signed, "slope")

    def deltas(self, l, field="j"):
        return Matrix(f"delta{l}", rf"\delta^{l}", self.grads.delta[l - 1], EXAMPLE, self.units(l, field), True,
                      "delta")

    def dW(self, l):
        return Matrix(f"dW{l}", rf"\nabla W^{l}", self.grads.dW[l - 1], self.units(l - 1, "k"), self.units(l), True,
                      "gradient")

    def db(self, l):
        return Matrix(f"db{l}", rf"\nabla b^{l}", self.grads.db[l - 1][None, :], Axis(None, "bias"), self.units(l),
                      True, "gradient")

    # The steps

    def input(self):
        X = self.X()
        if self.images is None:
            values = np.array2string(X.array, separator=", ", floatmode="unique")
            code, operands, cell = f"X = np.array({values})", {}, "<X>"
        else:
            code, operands = f"X = images.astype(np.{X.array.dtype}) / 255", {"images": self.images}
            cell = r"\frac{<images>}{255}"
        return Step("X", "forward", None, "input", "X", "The batch as a matrix",
                    (X, r"\quad\text{with its targets}\quad", self.targets()),
                    code, operands, X.array, (self.targets(), X), cell,
                    "X" if self.images is not None else "X_example", "X")

    def weighted_sum(self, l):
        left, W, S = self.A(l - 1, "k"), self.W(l), self.S(l)
        b = self.b(l) if self.layer(l).b is not None else None
        equation = (S, "=", left, r"\cdot", W) + (("+", b) if b else ())
        panels = (left, W) + ((b,) if b else ()) + (S,)
        operands = {left.name: left.array, W.name: W.array} | ({b.name: self.layer(l).b} if b else {})
        code = f"{S.name} = {left.name} @ {W.name}" + (f" + {b.name}" if b else "")
        return Step(S.name, "forward", l, "product", f"S{l}", f"Weighted sum of layer {l}", equation,
                    code, operands, S.array, panels, "", "S", "S")

    def activation(self, l):
        S, A, f = self.S(l), self.A(l), self.layer(l).activation
        notation = ACTIVATION_NOTATION[f]
        kind = "rowwise" if f == "softmax" else "elementwise"
        function = r"\sigma" if f == "sigmoid" else rf"\operatorname{{{notation.name}}}"
        return Step(A.name, "forward", l, kind, f"A{l}", f"Output of layer {l}: {notation.name}",
                    (A, "=", function + r"\big(", S, r"\big)"), f"{A.name} = {fill(notation.code, S=S.name)}",
                    {S.name: S.array}, A.array, (S, A), fill(notation.latex, S=f"<{S.name}>"), f"A_{f}", "A")

    def _loss_step(self, key, phase, passed, losses, total, title, prose, topic):
        L, notation, suffix = self.L, LOSS_NOTATION[self.before.loss], "_new" if phase == "after" else ""
        prime = "'" if suffix else ""
        A_symbol, S_symbol = (f"{{{name}^{L}}}{prime}" if prime else f"{name}^{L}" for name in "AS")
        A = Matrix(f"A{L}{suffix}", A_symbol, passed.A[L], EXAMPLE, self.units(L), *self.range_of_A(L))
        S = Matrix(f"S{L}{suffix}", S_symbol, passed.S[L - 1], EXAMPLE, self.units(L), True, "sum")
        Y, by_logits = self.targets(), LOSSES[self.before.loss].by == "S"
        top = float(max(self.losses.max(), self.losses_new.max()))     # the same colours before and after
        e = Matrix(f"E_i{prime}", f"E_i{prime}", losses[:, None], EXAMPLE, Axis(None, "loss"), False, "error", top)
        mean = self.before.reduction == "mean"
        equation = [{"<A>": A, "<Y>": Y}.get(part, part) for part in
                    re.split("(<A>|<Y>)", fill(notation.latex, m=r"\tfrac1m\," if mean else ""))]
        code = f"{key} = {fill(notation.code, A=A.name, Y='Y', S=S.name)}.{'mean' if mean else 'sum'}()"
        operands = {(S if by_logits else A).name: (S if by_logits else A).array, "Y": self.Y}
        return Step(key, phase, None, "loss", f"E{prime}", title,
                    (f"E{prime} =", *equation), code, operands, total, (A, Y, e), "", prose, topic, self.divisor)

    def loss(self):
        name = LOSS_NOTATION[self.before.loss].name
        return self._loss_step("E", "loss", self.passed, self.losses, self.E, f"The loss: {name}",
                               f"E_{self.before.loss}", "E")

    def new_loss(self):
        return self._loss_step("E_new", "after", self.passed_after, self.losses_new, self.E_new,
                               "The loss after the step", "E_new", "E_new")

    def output_error(self):
        A, Y, dA, notation = self.A(self.L), self.targets(), self.dA(self.L), LOSS_NOTATION[self.before.loss]
        opening, closing = (r"2\,\big(", r"\big)") if self.before.loss == "squared_error" else ("", "")
        return Step(dA.name, "backward", self.L, "elementwise", f"∂A{self.L}", "The error at the output",
                    (dA, "=" + opening, A, "-", Y, closing),
                    f"{dA.name} = {fill(notation.slope_code, A=A.name, Y='Y')}", {A.name: A.array, "Y": self.Y},
                    dA.array, (A, Y, dA), fill(notation.slope_latex, A=f"<{A.name}>", Y="<Y>"), "dA_output", "dA")

    def error_sent_back(self, l):
        delta, dA, W = self.deltas(l + 1, None), self.dA(l), self.layer(l + 1).W
        WT = Matrix(f"W{l + 1}.T", rf"(W^{l + 1})^{{\top}}", W.T, Axis(None, f"unit of layer {l + 1}"),
                    self.units(l), True, "weight")
        return Step(dA.name, "backward", l, "product", f"∂A{l}", f"The error sent back to layer {l}",
                    (dA, "=", delta, r"\cdot", WT), f"{dA.name} = {delta.name} @ W{l + 1}.T",
                    {delta.name: delta.array, f"W{l + 1}": W}, dA.array, (delta, WT, dA), "", "dA_hidden", "dA")

    def delta(self, l):
        dA, slope, delta, A, S = self.dA(l), self.slope(l), self.deltas(l), self.A(l), self.S(l)
        notation = ACTIVATION_NOTATION[self.layer(l).activation]
        code = fill(notation.slope_code, A=A.name, S=S.name)
        used = {name: array for name, array in ((A.name, A.array), (S.name, S.array)) if name in code}
        cell = rf"<{dA.name}> \cdot " + fill(notation.slope_latex, A=f"<{A.name}>", S=f"<{S.name}>")
        return Step(delta.name, "backward", l, "elementwise", f"δ{l}", f"Error signal δ of layer {l}",
                    (delta, "=", dA, r"\odot", slope), f"{delta.name} = {dA.name} * ({code})",
                    {dA.name: dA.array} | used, delta.array, (dA, slope, delta), cell, "delta", "delta")

    def delta_at_once(self):
        A, Y, delta = self.A(self.L), self.targets(), self.deltas(self.L)
        return Step(delta.name, "backward", self.L, "elementwise", f"δ{self.L}",
                    f"Error signal δ of layer {self.L}: softmax and cross-entropy at once",
                    (delta, "=", A, "-", Y), f"{delta.name} = {A.name} - Y", {A.name: A.array, "Y": self.Y},
                    delta.array, (A, Y, delta), f"<{A.name}> - <Y>", "delta_softmax", "delta")

    def weight_gradient(self, l):
        below, delta, dW = self.A(l - 1), self.deltas(l), self.dW(l)
        symbol = r"X^{\top}" if l == 1 else rf"({below.symbol})^{{\top}}"
        left = Matrix(f"{below.name}.T", symbol, below.array.T, self.units(l - 1, "k"), EXAMPLE, below.signed,
                      below.role, below.top)
        mean, over = self.divisor > 1 or self.before.reduction == "mean", f" / {self.m}"
        return Step(dW.name, "backward", l, "product", f"∇W{l}", f"Gradient of the weights of layer {l}",
                    (dW, "=", r"\tfrac1m\," if mean else "", left, r"\cdot", delta),
                    f"{dW.name} = {left.name} @ {delta.name}" + (over if mean else ""),
                    {below.name: below.array, delta.name: delta.array}, dW.array, (left, delta, dW), "", "dW", "dW",
                    self.divisor)

    def bias_gradient(self, l):
        delta, db = self.deltas(l), self.db(l)
        mean = self.before.reduction == "mean"
        return Step(db.name, "backward", l, "column_sum", f"∇b{l}", f"Gradient of the biases of layer {l}",
                    (db, "=", (r"\tfrac1m\," if mean else "") + r"\textstyle\sum_i", delta),
                    f"{db.name} = {delta.name}.sum(axis=0)" + (f" / {self.m}" if mean else ""),
                    {delta.name: delta.array}, self.grads.db[l - 1], (delta, db), "", "db", "db", self.divisor)

    def update(self, l, which):
        old, gradient = (self.W(l), self.dW(l)) if which == "W" else (self.b(l), self.db(l))
        change = (self.grads.change_W if which == "W" else self.grads.change_b)[l - 1]
        new = getattr(self.after.layers[l - 1], which)
        def like(name, symbol, array, role):
            return Matrix(name, symbol, np.atleast_2d(array), old.rows, old.columns, True, role)
        change_matrix = like(f"change_{old.name}", rf"-\alpha\,{gradient.symbol}", change, "gradient")
        new_matrix = like(f"{old.name}_new", rf"{{{old.symbol}}}'", new, "weight")
        before, slope = getattr(self.layer(l), which), (self.grads.dW if which == "W" else self.grads.db)[l - 1]
        thing = "weights" if which == "W" else "biases"
        return Step(new_matrix.name, "update", l, "update", f"{which}{l}'", f"Update of the {thing} of layer {l}",
                    (new_matrix, "=", old, r"- \alpha\,", gradient),
                    f"{new_matrix.name} = {old.name} - learning_rate * {gradient.name}",
                    {old.name: before, "learning_rate": self.learning_rate, gradient.name: slope}, new,
                    (old, change_matrix, new_matrix), rf"<{old.name}> + (<{change_matrix.name}>)",
                    f"{which}_new", f"{which}_new")
