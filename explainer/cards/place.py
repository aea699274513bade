"""Where a question is asked: a walk, the selection, a step; and the names of what stands there, as inline Markdown."""
from dataclasses import dataclass

import numpy as np

from ..notation import symbol
from ..numbers import plain_number, with_article
from ..selection import Selection
from ..walkthrough import Walk


@dataclass(frozen=True)
class Place:
    walk: Walk
    selection: Selection
    key: str            # of the step
    l: int | None       # its layer

    @property
    def m(self):
        return self.walk.m

    @property
    def L(self):
        return self.walk.L

    @property
    def i(self):
        """The selected example."""
        return min(self.selection.i, self.m - 1)

    @property
    def images(self):
        return self.walk.images is not None

    @property
    def mean(self):
        return self.walk.before.reduction == "mean"

    @property
    def alpha(self):
        return number(self.walk.learning_rate, 6)

    def cell(self, array, row=None):
        """The selected cell of an (m, n) or (n_in, n_out) array; with `row` that row's."""
        rows, columns = array.shape
        return (min(self.i if row is None else row, rows - 1), min(self.selection.j, columns - 1))

    def example(self, i):
        """“example 17 (a 9)”, or “the one example”."""
        if self.m == 1:
            return "the one example"
        return f"example {i} ({with_article(self.walk.words[i])})" if self.walk.labels is not None else f"example {i}"

    def unit(self, l, j):
        if l < self.L or not self.images:
            return f"unit {j}"
        return f"digit {j}" if self.walk.kind == "digit" else f"class {j} ({self.walk.classes[j]})"

    @property
    def examples(self):
        """“the 100 examples”."""
        return f"the {self.m} examples" if self.m > 1 else "the one example"


def number(value, digits=3):
    """A number to so many digits, as text: 0.318, 1,120, 3.1·10⁻⁵."""
    value = float(value)
    if 10 ** digits <= abs(value) < 10 ** 6:
        return f"{round(value, digits - 1 - int(np.floor(np.log10(abs(value))))):,.0f}".replace("-", "−")
    return plain_number(value, digits)


def factor(value, digits=3):
    """A number behind a sign, in brackets where it has a sign of its own."""
    text = number(value, digits)
    return f"({text})" if text[0] == "−" or "·" in text else text


def signed(value, digits=3):
    """+0.51 or −0.51."""
    return ("+" if value > 0 else "") + number(value, digits)


def about(value):
    """A factor to two digits: 39, 1.5, 2,600."""
    if value < 9.95:
        return number(value, 2)
    unit = 10 ** (int(np.floor(np.log10(value))) - 1)
    return f"{round(value / unit) * unit:,.0f}"


def name(quantity, l=""):
    return f"${symbol(quantity, l).latex}$"


def cell_name(quantity, l, *index):
    return f"${symbol(quantity, l).latex}[{', '.join(map(str, index))}]$"


def shape(*sizes):
    return "×".join(map(str, sizes))


def peak(array):
    """The place of the entry largest in size, as plain integers."""
    return tuple(map(int, np.unravel_index(np.argmax(np.abs(array)), array.shape)))
