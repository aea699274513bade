"""How good the answers are: mean squared error, accuracy, and who is taken for whom."""
import numpy as np


def mean_squared_error(A, Y, n="entries"):
    """Return Σ(Y − A)² / n (eq. 4.1 of the MLP PDF, which does not say what n is).

    n="entries" divides by m·n_L, every number of Y; n="examples" by m. For ten outputs the second is ten
    times the first. Its gradient is not the one the PDF trains with: that one belongs to ½Σ(A − Y)².
    """
    if n not in ("entries", "examples"):
        raise ValueError(f"n must be 'entries' or 'examples', it is {n!r}")
    return ((Y - A) ** 2).sum() / (A.size if n == "entries" else len(A))


def accuracy(A, Y):
    """Return the share of examples whose largest output is the target's (eq. 5.1 of the MLP PDF)."""
    return float((A.argmax(axis=1) == Y.argmax(axis=1)).mean())


def confusion_matrix(A, Y):
    """Return (n_L, n_L) counts: row = the true class, column = the answer."""
    size = Y.shape[1]
    pairs = Y.argmax(axis=1) * size + A.argmax(axis=1)
    return np.bincount(pairs, minlength=size * size).reshape(size, size)
