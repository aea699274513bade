"""Formulas for print: everything that the product writes converts to MathML with as many parts as the LaTeX has."""
import re
from xml.etree import ElementTree

import pytest

from explainer import prose
from explainer.arithmetic import arithmetic
from explainer.cards import cards
from explainer.components.mathml import mathml
from explainer.equations import with_shapes
from explainer.inline import runs
from explainer.selection import Selection
from explainer.sheet import bare
from explainer.view import look_at, mistake, why
from tests.explainer.test_walkthrough import every_case, walk_of

CHILDREN = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2, "msubsup": 3}    # as the MathML standard has it
MADE_OF = {"mfrac": r"\\t?frac(?![a-z])", "munder": r"\\underset", "mtext": r"\\text(?![a-z])"}


def formulas(walk):
    """Everything of a walk that can stand on a sheet."""
    words = []
    for step in walk.steps:
        yield from (with_shapes(step), bare(step), *arithmetic(step, Selection(), 4).lines,
                    *arithmetic(step, Selection(0, 0, 0, 0), 6).lines)
        words += [why(walk, step), mistake(walk, step), look_at(walk, step), prose.why(step.prose)]
    for card in cards(walk, Selection()).values():
        words += [card.question, *(text for choice in card.choices for text in (choice.text, choice.why))]
    yield from (part for text in words for kind, part in runs(text) if kind == "formula")


@every_case
def test_every_formula_of_a_walk_has_its_parts_in_mathml(case):
    for latex in dict.fromkeys(formulas(walk_of(case))):
        root = ElementTree.fromstring(mathml(latex))
        assert all(len(e) == CHILDREN[e.tag] for e in root.iter() if e.tag in CHILDREN), latex
        for tag, command in MADE_OF.items():
            assert len(list(root.iter(tag))) == len(re.findall(command, latex)), latex
        numbers = re.findall(r"\d+\.\d+", latex)
        assert [e.text for e in root.iter("mn") if "." in e.text] == numbers, latex


@pytest.mark.parametrize("latex, text", [
    (r"E = \tfrac12\textstyle\sum_{ij}\big(A^2 - Y\big)^2", "E=12∑ij(A2−Y)2"), ("{W^1}'", "W1′"), ("E_i'", "Ei′"),
    (r"-0.25\cdot10^{-5}", "−0.25·10−5"), (r"\underset{1\times2}{\textcolor{#2878b6}{b^1}}", "b11×2"),
    (r"\operatorname{ReLU}\big(s\big) \approx \ln 2", "ReLU(s)≈ln2"), (r"\text{with its targets}", "with its targets")])
def test_a_formula_reads_from_left_to_right(latex, text):
    assert "".join(ElementTree.fromstring(mathml(latex)).itertext()) == text


def test_a_sign_of_a_number_is_told_from_a_minus_between_two():
    root = ElementTree.fromstring(mathml(r"= -0.5 - 2\cdot(-0.25)"))
    assert [sign.get("form") for sign in root.iter("mo") if sign.text == "−"] == ["prefix", None, "prefix"]


@pytest.mark.parametrize("latex", [r"\unheard{x}", "{x", "x}", "x & y"])
def test_what_is_not_known_is_refused(latex):
    with pytest.raises(ValueError):
        mathml(latex)
