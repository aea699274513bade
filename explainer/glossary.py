"""Every symbol and term in a sentence or two, with what others call it; and where they occur in our own words.

glossary.toml has the entries. A symbol's key is the name of its quantity (scales.quantity): S, dA, delta, dW, …
"""
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import shipped
from .inline import runs
from .scales import quantity

SOURCES = {     # what stands behind the names under `elsewhere`
    "Nielsen": "Michael Nielsen, Neural Networks and Deep Learning, 2015",
    "Goodfellow": "Ian Goodfellow, Yoshua Bengio and Aaron Courville, Deep Learning, 2016",
    "3Blue1Brown": "Grant Sanderson (3Blue1Brown), Neural networks, 2017"}
IN_LATEX = {r"\odot": "odot", r"\alpha": "alpha", r"\sigma": "sigma", r"\top": "transpose", r"\tfrac1m": "m",
            "{ReLU}": "relu", "{LReLU}": "leaky_relu", "{tanh}": "tanh", "{softmax}": "softmax"}
SAME = {"change_W": "dW", "change_b": "db", "images": "X"}      # quantities without an entry of their own
COMMON = {"output", "outputs", "input", "inputs", "slope", "slopes", "unit", "units", "layer", "layers", "example",
          "examples", "weight", "weights"}      # in every sentence: found only where nothing else is


@dataclass(frozen=True)
class Entry:
    symbol: str         # LaTeX, or ""
    names: tuple        # the title first, then other words for it
    says: str           # Markdown for inline.py
    elsewhere: tuple    # ((who, a key of SOURCES; what they call it, Markdown), …)

    @property
    def title(self):
        return self.names[0]


@cache
def entries():
    """Return {key: Entry}, the symbols first."""
    return shipped.read(Path(__file__).with_suffix(".toml"), _entries)


def _entries(path):
    return {key: Entry(table.get("symbol", ""), tuple(table["names"]), table["says"],
                       tuple(map(tuple, table.get("elsewhere", []))))
            for key, table in tomllib.loads(path.read_text(encoding="utf-8")).items()}


@cache
def plain():
    """Return all entries as plain data, their words as runs: {key: {symbol, title, names, says, elsewhere}}."""
    return {key: {"symbol": entry.symbol, "title": entry.title, "names": list(entry.names), "says": runs(entry.says),
                  "elsewhere": [[who, runs(what)] for who, what in entry.elsewhere]}
            for key, entry in entries().items()}


def of_matrix(matrix):
    """Return the key of what a matrix of a step is: of its symbol in the equation and over the picture."""
    found = quantity(matrix)
    found = SAME.get(found, found)
    return found if found in entries() else None


def in_equation(step):
    """Return the keys of what stands in a step's equation, from left to right, each once."""
    found = ["E"] if step.kind == "loss" else []
    for part in step.equation:
        if isinstance(part, str):
            found += [key for latex, key in IN_LATEX.items() if latex in part]
        else:
            found += [of_matrix(part), *["transpose"] * part.name.endswith(".T")]
    return [key for key in dict.fromkeys(found) if key]


@cache
def _symbols():
    return {_bare(entry.symbol): key for key, entry in entries().items() if entry.symbol}


def _bare(latex):
    """The formula of a symbol without its layer and without the difference between an upright fraction and a slash."""
    latex = re.sub(r"\\tfrac\{(.+?)\}\{(.+)\}$", r"\1/\2", latex)
    return re.sub(r"\^(\{[lL\d+-]+\}|[lL\d])|\s", "", latex).removeprefix("{}")


def of_formula(latex):
    """Return the key of a formula that is nothing but one symbol, of whatever layer, or None."""
    return _symbols().get(_bare(latex))


@cache
def _names():
    """(a pattern that finds any name as a word, the longest first; {name in small letters: key})."""
    keys = {name.lower(): key for key, entry in entries().items() for name in entry.names}
    ordered = sorted(keys, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, ordered))})(?![\w-])", re.IGNORECASE), keys


def terms_in(text, but=()):
    """Return [(start, end, key)] of the first occurrence of each term in a text, without the keys in `but`."""
    pattern, keys = _names()
    found, seen = [], set(but)
    for match in pattern.finditer(text):
        if (key := keys[match[0].lower()]) not in seen:
            seen.add(key)
            found.append((match.start(), match.end(), key))
    return found


def linked(parts, everyday=False):
    """Return the runs of a paragraph (inline.runs) with ("term", [text, key]) at the first of each term.

    And with ("symbol", [LaTeX, key]) for each formula that is nothing but one symbol. `everyday` finds the words of
    every sentence as well, such as layer and weight.
    """
    found, seen = [], set() if everyday else {keys for keys in map(_names()[1].get, COMMON)}
    for kind, text in parts:
        if kind != "text":
            key = of_formula(text) if kind == "formula" else None
            found.append(("symbol", [text, key]) if key else (kind, text))
            continue
        at = 0
        for start, end, key in terms_in(text, seen):
            found += [("text", text[at:start]), ("term", [text[start:end], key])]
            seen.add(key)
            at = end
        found.append(("text", text[at:]))
    return [(kind, text) for kind, text in found if text]
