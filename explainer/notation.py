"""How each activation and loss is written: as NumPy, and as LaTeX with slots for symbols or numbers.

Slots are <S>, <A>, <Y>, <m>. The NumPy is the statement the core runs, written as one expression;
a test executes it on the core's own operands and compares every bit.
"""
from dataclasses import dataclass

SUPERSCRIPT = str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class ActivationNotation:
    name: str
    code: str
    latex: str              # of one cell
    slope_code: str = ""
    slope_latex: str = ""   # of one cell
    curve: tuple = (-6, 6)  # the range of S its curve is drawn over


ACTIVATION_NOTATION = {
    "sigmoid": ActivationNotation("sigmoid", "1 / (1 + np.exp(-<S>))", r"\frac{1}{1 + e^{-<S>}}",
                                  "<A> * (1 - <A>)", r"<A>\,(1 - <A>)"),
    "tanh": ActivationNotation("tanh", "np.tanh(<S>)", r"\tanh <S>", "1 - <A> * <A>", r"\big(1 - (<A>)^2\big)",
                               (-3, 3)),
    "relu": ActivationNotation("ReLU", "np.maximum(<S>, 0)", r"\max(<S>,\, 0)", "<S> > 0",
                               r"[\,<S> > 0\,]", (-4, 4)),
    "linear": ActivationNotation("linear", "+<S>", r"<S>", "1", r"1", (-2, 2)),
    "softmax": ActivationNotation(
        "softmax",
        "(np.exp(<S> - <S>.max(axis=1, keepdims=True))\n"
        "      / np.exp(<S> - <S>.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))",
        r"\frac{e^{<S>}}{\sum_{j'} e^{<S'>}}"),
}


@dataclass(frozen=True)
class LossNotation:
    name: str
    code: str               # (m,) one loss an example
    latex: str              # of the whole batch; <m> is where a mean has its 1/m
    slope_code: str
    slope_latex: str        # of one cell


LOSS_NOTATION = {
    "half_squared_error": LossNotation("half squared error", "(0.5 * ((<A> - <Y>) ** 2).sum(axis=1))",
                                       r"<m>\tfrac12\textstyle\sum_{ij}\big(<A> - <Y>\big)^2",
                                       "<A> - <Y>", "<A> - <Y>"),
    "squared_error": LossNotation("squared error", "((<A> - <Y>) ** 2).sum(axis=1)",
                                  r"<m>\textstyle\sum_{ij}\big(<A> - <Y>\big)^2", "2 * (<A> - <Y>)", r"2\,(<A> - <Y>)"),
    "cross_entropy": LossNotation(
        "cross-entropy",
        "(np.log(np.exp(<S> - <S>.max(axis=1, keepdims=True)).sum(axis=1))\n"
        "     - (<Y> * (<S> - <S>.max(axis=1, keepdims=True))).sum(axis=1))",
        r"-<m>\textstyle\sum_{ij} <Y> \odot \ln <A>", "<A> - <Y>", "<A> - <Y>"),
}


def fill(template, **slots):
    """Replace <S>, <A>, … by the given strings."""
    for name, value in slots.items():
        template = template.replace(f"<{name}>", value)
    return template
