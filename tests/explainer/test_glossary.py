"""The glossary has every symbol and term of the walk, in short and plain words, and finds them where they stand."""
import re

import pytest

from explainer import glossary, prose
from explainer.glossary import SOURCES, entries, in_equation, linked, of_formula, of_matrix, plain, terms_in
from explainer.inline import runs
from explainer.notation import ACTIVATION_NOTATION, LOSS_NOTATION, QUANTITIES
from tests.explainer.test_prose import CHATTY_OR_AMERICAN, KEYS, visible
from tests.explainer.test_view import assert_plain
from tests.explainer.test_walkthrough import every_case, walk_of

ASKED = ("batch", "epoch", "gradient", "slope", "chain rule", "backpropagation", "weighted sum", "activation",
         "saturated", "vanishing gradient", "one-hot", "softmax", "cross-entropy", "learning rate", "initialisation",
         "example", "layer", "confusion matrix", "error", "loss", "hidden layer", "gradient descent")


def test_every_quantity_every_activation_and_every_loss_has_its_entry():
    """But E_i′, which is E_i after the step; linear is a word of its own and needs none."""
    for name in set(QUANTITIES) - {"E_i_new"}:
        assert entries()[name].symbol, name
    words = {name.lower() for entry in entries().values() for name in entry.names}
    assert {of.name.lower() for of in ACTIVATION_NOTATION.values()} - {"linear"} <= words
    assert {of.name for of in LOSS_NOTATION.values()} <= words and set(ASKED) <= words


def test_no_two_entries_share_a_name_or_a_symbol():
    names = [name.lower() for entry in entries().values() for name in entry.names]
    symbols = [entry.symbol for entry in entries().values() if entry.symbol]
    assert len(set(names)) == len(names) and len(set(symbols)) == len(symbols)


@pytest.mark.parametrize("key", entries())
def test_an_entry_is_one_or_two_plain_sentences(key):
    entry = entries()[key]
    text = visible(entry.says)
    assert 40 <= len(text) <= 260 and text[-1] == "." and len(re.findall(r"[.?](?= |$)", text)) <= 3
    assert entry.says.count("$") % 2 == 0 and ("error" not in entry.says or key in ("error", "squared"))
    plain_words = re.sub(r"\$[^$]*\$|`[^`]*`", " ", entry.says)
    assert not [word for word in CHATTY_OR_AMERICAN if re.search(rf"\b{re.escape(word)}\b", plain_words, re.IGNORECASE)]
    for who, what in entry.elsewhere:
        assert who in SOURCES and what and what.count("$") % 2 == 0
    assert len({who for who, _ in entry.elsewhere}) == len(entry.elsewhere)


@pytest.mark.parametrize("key, who, what", [
    ("S", "Nielsen", "$z$"), ("S", "3Blue1Brown", "$z$"), ("A", "Nielsen", "$a$"), ("A", "Goodfellow", "$h$"),
    ("E", "Nielsen", "$C$"), ("E", "Goodfellow", "$J$"), ("delta", "Nielsen", r"$\delta$"),
    ("alpha", "Nielsen", r"$\eta$"), ("alpha", "Goodfellow", r"$\epsilon$")])
def test_what_three_widely_read_sources_call_it(key, who, what):
    """Nielsen, chapter 2: z = wa + b, a = σ(z), C, δ = ∂C/∂z, η. Deep Learning, algorithms 6.3, 8.1: h, J, ε."""
    assert dict(entries()[key].elsewhere)[who].startswith(what)


def test_delta_and_the_error_are_explained_as_they_are_meant_here():
    assert "this sum is too high; the step lowers it" in entries()["delta"].says
    assert "$A - Y$" in entries()["error"].says and r"not $\delta$" in entries()["error"].says


@every_case
def test_every_matrix_of_every_step_leads_to_an_entry(case):
    for step in walk_of(case).steps:
        for matrix in (*step.panels, *step.undrawn):
            assert of_matrix(matrix), matrix.name


@pytest.mark.parametrize("key, found", [
    ("S2", ["S", "A", "W", "b"]), ("A1", ["A", "sigma", "S"]), ("delta1", ["delta", "dA", "odot", "slope"]),
    ("dW1", ["dW", "X", "transpose", "delta"]), ("dA3", ["dA", "delta", "W", "transpose"]),
    ("W4_new", ["W", "alpha", "dW"]), ("E", ["E", "A", "Y"])])
def test_what_stands_in_an_equation_leads_to_its_entries_from_left_to_right(key, found):
    assert in_equation(walk_of("deep, best").step(key)) == found


def test_functions_and_the_share_of_a_mean_are_found_in_an_equation():
    walk = walk_of("relu16, best")
    assert in_equation(walk.step("A1")) == ["A", "relu", "S"] and in_equation(walk.step("A3")) == ["A", "softmax", "S"]
    assert "m" in in_equation(walk.step("dW1")) and "m" not in in_equation(walk_of("deep, best").step("dW1"))
    assert in_equation(walk_of("own in float64").step("A2"))[1] == "tanh"


@pytest.mark.parametrize("latex, key", [
    ("S", "S"), ("S^4", "S"), ("A^{l-1}", "A"), (r"\delta", "delta"), (r"\delta^{l+1}", "delta"), ("W^2", "W"),
    (r"\nabla W^1", "dW"), (r"\partial E_i/\partial A", "dA"), (r"\tfrac{\partial E_i}{\partial A^2}", "dA"),
    ("f'", None), ("f", "f"), (r"\sigma", "sigma"), ("A - Y", None), ("28", None), ("E_i", "E_i")])
def test_a_formula_that_is_one_symbol_leads_to_its_entry(latex, key):
    assert of_formula(latex) == key


def test_the_longest_name_is_found_once_a_text_and_only_as_a_whole_word():
    text = "Batches and a batch; gradient descent is not a gradient. Rebatch, batch-wise. Half squared error."
    assert [(text[a:b], key) for a, b, key in terms_in(text)] == [
        ("Batches", "batch"), ("gradient descent", "gradient_descent"), ("gradient", "dW"),
        ("Half squared error", "squared")]
    assert terms_in(text, but=("batch", "squared"))[0][2] == "gradient_descent"


@pytest.mark.parametrize("key", KEYS)
def test_a_paragraph_with_its_terms_marked_is_the_same_paragraph(key):
    for text in (prose.why(key), prose.look(key), prose.mistake(key)):
        for everyday in (False, True):
            marked = linked(runs(text), everyday)
            back = [("text" if kind == "term" else "formula" if kind == "symbol" else kind,
                     part[0] if kind in ("term", "symbol") else part) for kind, part in marked]
            assert "".join(map(str, (part for _, part in back))) == "".join(map(str, (part for _, part in runs(text))))
            seen = [part[1] for kind, part in marked if kind == "term"]
            assert len(set(seen)) == len(seen) and set(seen) <= set(entries())


def test_words_of_every_sentence_are_marked_only_where_that_is_asked_for():
    parts = runs("Each layer has its weights; backpropagation finds their slopes.")
    assert [part for kind, part in linked(parts) if kind == "term"] == [["backpropagation", "backpropagation"]]
    assert [part[1] for kind, part in linked(parts, everyday=True) if kind == "term"] == [
        "layer", "W", "backpropagation", "slope_word"]


def test_all_of_it_is_plain_data_for_the_browser():
    assert_plain(plain())
    assert set(plain()) == set(entries()) and plain()["S"]["title"] == "weighted sums"
    assert ("formula", "A = f(S)") in plain()["A"]["says"] and glossary.entries() is entries()
