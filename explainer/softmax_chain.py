"""The chain rule through softmax and cross-entropy for one example, factor by factor: as l1g4v’s post goes about it."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class SoftmaxChain:
    """Of one example with n outputs."""
    a: np.ndarray       # (n,) the outputs
    y: np.ndarray       # (n,) one-hot

    @property
    def by_a(self):
        """∂C/∂a, (n,): −y/a."""
        return -np.divide(self.y, self.a, out=np.zeros_like(self.a), where=self.y > 0)

    @property
    def jacobian(self):
        """∂a_r/∂z_c in row r and column c, (n, n)."""
        return np.diag(self.a) - np.outer(self.a, self.a)

    @property
    def diagonal(self):
        """What the diagonal alone gives for ∂C/∂z, (n,)."""
        return self.by_a * np.diag(self.jacobian)

    @property
    def whole(self):
        """∂C/∂z by every path, (n,)."""
        return self.jacobian.T @ self.by_a
