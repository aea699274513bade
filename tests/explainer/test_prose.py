"""The words are there for every step, of a readable length, and their formulas are well formed."""
import re
from pathlib import Path

import pytest

from explainer import prose
from mlp_core import ACTIVATIONS, LOSSES

pytestmark = pytest.mark.filterwarnings("error")

KEYS = ("X", "X_example", "S", *(f"A_{name}" for name in ACTIVATIONS), *(f"E_{name}" for name in LOSSES),
        "dA_output", "dA_hidden", "delta", "delta_softmax", "dW", "db", "W_new", "b_new", "E_new")

CHATTY_OR_AMERICAN = ("simply", "just", "obviously", "clearly", "trivial", "trivially", "easy", "easily", "basically",
                      "of course", "let's", "let us", "dive", "delve", "magic", "powerful", "amazing", "very",
                      "note that", "color", "gray", "neighbor", "center", "centered", "behavior", "normalize",
                      "initialize", "optimize", "generalize", "maximize", "minimize")


def formulas(text):
    """Return the LaTeX between dollars, displayed formulas first; code in backticks is left out."""
    text = re.sub(r"`[^`\n]*`", "", text)
    displayed = re.findall(r"\$\$(.+?)\$\$", text, re.DOTALL)
    return displayed + re.findall(r"\$([^$]+)\$", re.sub(r"\$\$.+?\$\$", "", text, flags=re.DOTALL))


@pytest.mark.parametrize("key", KEYS)
def test_every_step_has_one_paragraph_that_says_why(key):
    why = prose.why(key)
    assert "\n" not in why
    assert 40 <= len(why.split()) <= 110


@pytest.mark.parametrize("key", KEYS)
def test_every_paragraph_says_what_to_look_at_and_what_goes_wrong(key):
    why = prose.why(key).lower()
    assert "look" in why or "follow" in why
    assert "common mistake" in why


@pytest.mark.parametrize("key", KEYS)
def test_every_step_has_a_derivation_with_displayed_formulas(key):
    derivation = prose.derivation(key)
    assert derivation.count("$$") >= 4
    assert "## " not in derivation


@pytest.mark.parametrize("key", KEYS)
def test_dollars_and_braces_are_balanced(key):
    for text in (prose.why(key), prose.derivation(key)):
        assert text.count("$") % 2 == 0
        for formula in formulas(text):
            plain = re.sub(r"\\[{}]", "", formula)
            assert plain.count("{") == plain.count("}"), formula
            left, right = (re.findall(rf"\\{side}(?![a-z])", formula) for side in ("left", "right"))
            assert len(left) == len(right), formula
            assert formula.count(r"\begin{") == formula.count(r"\end{"), formula


@pytest.mark.parametrize("key", KEYS)
def test_displayed_formulas_stand_on_lines_of_their_own(key):
    lines = prose.derivation(key).splitlines()
    assert all(line == "$$" for line in lines if "$$" in line)


@pytest.mark.parametrize("key", KEYS)
def test_the_words_are_plain_british_and_calm(key):
    text = " ".join((prose.why(key), prose.derivation(key)))
    for formula in formulas(text):
        text = text.replace(formula, " ")
    assert "!" not in text
    found = [word for word in CHATTY_OR_AMERICAN if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)]
    assert not found


@pytest.mark.parametrize("key", ("dW", "db"))
def test_the_gradients_say_how_sum_and_mean_differ(key):
    assert r"\alpha_{\text{sum}} = \alpha_{\text{mean}} / m" in prose.derivation(key)


def test_there_is_no_file_that_no_step_uses():
    assert {path.stem for path in Path(prose.__file__).parent.glob("*.md")} == set(KEYS)
