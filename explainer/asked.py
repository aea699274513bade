"""One number of a walk that somebody works out by hand, and what it is made of."""
from dataclasses import dataclass

from .notation import symbol
from .walkthrough import Walk


@dataclass(frozen=True)
class Asked:
    """One number of a walk that somebody works out; layers count from 1, rows and columns from 0."""
    walk: Walk
    kind: str           # S, A, dA, slope, delta, dW, db, change_W, change_b, W_new, b_new, E_i, E, and _new of these
    layer: int | None
    row: int            # the example; of dW and W the unit below, of db and b 0
    column: int         # the unit of the layer
    value: float        # what is right
    name: str           # for a reader: ∇W¹[0, 1]

    @property
    def is_output(self):
        return self.layer == self.walk.L

    @property
    def below(self):
        """(m, n_in): A of the layer below."""
        return self.walk.passed.A[self.layer - 1]

    @property
    def W(self):
        return self.walk.layer(self.layer).W

    @property
    def b(self):
        return self.walk.layer(self.layer).b

    @property
    def f(self):
        return self.walk.layer(self.layer).activation

    @property
    def above(self):
        """(W, δ row) of the layer above."""
        return self.walk.layer(self.layer + 1).W, self.walk.grads.delta[self.layer][self.row]

    def of(self, quantity):
        """The array of the same layer: S, dA, slope, delta, dW, db."""
        record = self.walk.passed if quantity == "S" else self.walk.grads
        return getattr(record, quantity)[self.layer - 1]

    def text(self, quantity, layer=None):
        return symbol(quantity, self.layer if layer is None else layer).text

    @property
    def old(self):
        """(the parameter before its update, its gradient), where an update is asked."""
        which, at = ("W", (self.row, self.column)) if "W" in self.kind else ("b", self.column)
        return float(getattr(self, which)[at]), float(self.of(f"d{which}")[at])

    def updated_by(self, gradient):
        """What the update comes to with another gradient."""
        change = -self.walk.learning_rate * gradient
        return change if self.kind.startswith("change") else self.old[0] + change
