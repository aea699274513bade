"""How everything is written: quantities as symbols, activations and losses as NumPy and as LaTeX with slots.

Slots are <S>, <A>, <Y>, <m>, <l>. The NumPy is the statement the core runs, written as one expression;
a test executes it on the core's own operands and compares every bit.
"""
from dataclasses import dataclass
from inspect import Parameter, signature

from mlp_core.network import INITIALISATIONS

SUPERSCRIPT = str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Symbol:
    """One quantity as LaTeX and as plain text."""
    latex: str
    text: str

    @property
    def transposed(self):
        plain = self.latex.isalpha()
        return Symbol(rf"{self.latex if plain else f'({self.latex})'}^{{\top}}", self.text + "ᵀ")

    @property
    def renewed(self):
        """As it is after the update."""
        return Symbol(rf"{{{self.latex}}}'", self.text + "′")

    @property
    def changed(self):
        """Of a gradient: what the update adds."""
        return Symbol(rf"-\alpha\,{self.latex}", "−α" + self.text)


QUANTITIES = {      # of layer <l>, or of the whole batch
    "X": Symbol("X", "X"), "Y": Symbol("Y", "Y"), "E_i": Symbol("E_i", "Eᵢ"), "E_i_new": Symbol("E_i'", "Eᵢ′"),
    "W": Symbol("W^<l>", "W<l>"), "b": Symbol("b^<l>", "b<l>"), "S": Symbol("S^<l>", "S<l>"),
    "A": Symbol("A^<l>", "A<l>"), "slope": Symbol("f'(S^<l>)", "f′(S<l>)"), "delta": Symbol(r"\delta^<l>", "δ<l>"),
    "dA": Symbol(r"\tfrac{\partial E_i}{\partial A^<l>}", "∂Eᵢ/∂A<l>"),
    "dW": Symbol(r"\nabla W^<l>", "∇W<l>"), "db": Symbol(r"\nabla b^<l>", "∇b<l>"),
}


def symbol(quantity, layer=""):
    """Return the Symbol of a quantity, of a layer where it has one."""
    of = QUANTITIES[quantity]
    return Symbol(fill(of.latex, l=str(layer)), fill(of.text, l=str(layer).translate(SUPERSCRIPT)))


@dataclass(frozen=True)
class ActivationNotation:
    name: str
    code: str
    latex: str              # of one cell
    slope_code: str = ""
    slope_latex: str = ""   # of one cell
    curve: tuple = (-6, 6)  # the range of S its curve is drawn over
    symbol: str = ""        # LaTeX of the function alone; empty: its name
    keras: str | dict | None = None     # a function of Keras by its name, or {layer of Keras: its options}

    @property
    def function(self):
        return self.symbol or rf"\operatorname{{{self.name}}}"


ACTIVATION_NOTATION = {
    "sigmoid": ActivationNotation("sigmoid", "1 / (1 + np.exp(-<S>))", r"\frac{1}{1 + e^{-<S>}}",
                                  "<A> * (1 - <A>)", r"<A>\,(1 - <A>)", symbol=r"\sigma", keras="sigmoid"),
    "tanh": ActivationNotation("tanh", "np.tanh(<S>)", r"\tanh <S>", "1 - <A> * <A>", r"\big(1 - (<A>)^2\big)",
                               (-3, 3), keras="tanh"),
    "relu": ActivationNotation("ReLU", "np.maximum(<S>, 0)", r"\max(<S>,\, 0)", "<S> > 0",
                               r"[\,<S> > 0\,]", (-4, 4), keras="relu"),
    "leaky_relu": ActivationNotation("leaky ReLU", "np.maximum(<S>, 0.01 * <S>)", r"\max(<S>,\, 0.01\cdot<S>)",
                                     "np.maximum(np.sign(<S>), 0.01)", r"\max(\operatorname{sgn} <S>,\, 0.01)", (-4, 4),
                                     r"\operatorname{LReLU}", {"LeakyReLU": {"negative_slope": 0.01}}),
    "linear": ActivationNotation("linear", "+<S>", r"<S>", "1", r"1", (-2, 2), keras="linear"),
    "softmax": ActivationNotation(
        "softmax",
        "(np.exp(<S> - <S>.max(axis=1, keepdims=True))\n"
        "      / np.exp(<S> - <S>.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))",
        r"\frac{e^{<S>}}{\sum_{j'} e^{<S'>}}", keras="softmax"),
}


@dataclass(frozen=True)
class LossNotation:
    name: str
    code: str               # (m,) one loss an example
    latex: str              # of the whole batch; <m> is where a mean has its 1/m
    slope_code: str
    slope_latex: str        # of one cell
    squares: str = ""       # LaTeX of one example where it is a sum of squares, at <squares>


LOSS_NOTATION = {
    "half_squared_error": LossNotation("half squared error", "(0.5 * ((<A> - <Y>) ** 2).sum(axis=1))",
                                       r"<m>\tfrac12\textstyle\sum_{ij}\big(<A> - <Y>\big)^2",
                                       "<A> - <Y>", "<A> - <Y>", r"\tfrac12 \big(<squares>\big)"),
    "squared_error": LossNotation("squared error", "((<A> - <Y>) ** 2).sum(axis=1)",
                                  r"<m>\textstyle\sum_{ij}\big(<A> - <Y>\big)^2", "2 * (<A> - <Y>)", r"2\,(<A> - <Y>)",
                                  r"\big(<squares>\big)"),
    "cross_entropy": LossNotation(
        "cross-entropy",
        "(np.log(np.exp(<S> - <S>.max(axis=1, keepdims=True)).sum(axis=1))\n"
        "     - (<Y> * (<S> - <S>.max(axis=1, keepdims=True))).sum(axis=1))",
        r"-<m>\textstyle\sum_{ij} <Y> \odot \ln <A>", "<A> - <Y>", "<A> - <Y>"),
}


INITIALISATION_NOTATION = {     # with slots for the options; n inputs of a layer, n′ units
    "normal": "N(0, <scale>²)", "uniform": "U(<low>, <high>)", "scaled_normal": "N(0, (<gain>/√n)²)",
    "glorot": "Glorot, U(±<gain>·√(6/(n + n′)))", "he": "He, N(0, 2/n)", "zeros": "all zeros"}


def initialisation_name(setting):
    """Return how a setting's initial weights are drawn, as text: Glorot, U(±1·√(6/(n + n′)))."""
    if setting.initialisation is None:
        return "as printed"
    usual = signature(INITIALISATIONS[setting.initialisation]).parameters.values()
    options = {option.name: option.default for option in usual if option.default is not Parameter.empty}
    numbers = {name: f"{number:g}" for name, number in (options | setting.options).items()}
    return fill(INITIALISATION_NOTATION[setting.initialisation], **numbers).replace("±1·", "±").replace("0, 1²", "0, 1")


def fill(template, **slots):
    """Replace <S>, <A>, … by the given strings."""
    for name, value in slots.items():
        template = template.replace(f"<{name}>", value)
    return template
