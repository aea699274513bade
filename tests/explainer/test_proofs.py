"""Every proof of the Sources page holds, can say no, and covers what was found wrong; what is said to be measured is.

The expected slopes are central differences, and these are compared with slopes from calculus; TensorFlow confirms the
rules of the walk elsewhere.
"""
import re

import numpy as np
import pytest

from explainer.formulas import FORMULAS, KINDS
from explainer.proofs import PROOFS, claim, mlp, networks, notebook, post
from explainer.softmax_chain import SoftmaxChain
from explainer.sources import NOTES, SourceNote

pytestmark = pytest.mark.filterwarnings("error")

EVERY = [(preset, key) for preset, proofs in PROOFS.items() for key in proofs]
MUST = {    # what was found wrong or contradictory in each document, and what else a reader would stumble over
    "deep": "A1 A2 A3 A4 A4b A5 A6 A7 A8 A9 A10 A11 A12 A12b A12c A13 A13b A14 A15 A16 A17 A18 A19 A20 A21 A22 A23 A24 "
            "A25 A26 A27 A28 A29 A30 A31 A33",
    "relu16": "B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 B11 B12 B13 B14 B15 B16 B17 B18 B19 B20 B21 B24 B25",
    "relu10": "C1 C2 C3 C4 C5 C6 C7",
    "online": "D1 D2 D4 D6 D7 D8 D9 D10 D11 D12 D13",
}
READ_ONLY = {"A3", "A9", "A12c"}        # numbering and words: there is nothing to compute
ELSEWHERE = {       # numbers that took a long training, or weights that are not here
    "A5": {"11.35"}, "B18": {"95.41"}, "B19": {"1207.37", "24.73", "30.91"}, "B20": {"11.35"}, "B25": {"0.15"},
    "D7": {"0.64", "0.21"}}
CLAIMS = {}


def claims_of(preset, key):
    """What a proof says, computed once for all tests."""
    if (preset, key) not in CLAIMS:
        CLAIMS[preset, key] = PROOFS[preset][key]()
    return CLAIMS[preset, key]


@pytest.mark.parametrize("preset, key", EVERY)
def test_every_claim_of_every_proof_holds(preset, key):
    claims = claims_of(preset, key)
    assert claims and [one.says for one in claims if not one.holds] == []
    for one in claims:
        assert one.says.endswith(".") and one.says.count("$") % 2 == 0 and one.says.count("`") % 2 == 0


@pytest.mark.parametrize("preset", FORMULAS)
def test_every_finding_has_its_formula_and_every_formula_its_proof(preset):
    every = FORMULAS[preset]
    assert set(MUST[preset].split()) <= {formula.erratum for formula in every}
    assert {formula.proof for formula in every} - {""} == set(PROOFS[preset])
    assert len({formula.key for formula in every}) == len(every)
    for formula in every:
        assert formula.kind in KINDS and formula.why and formula.step
        assert bool(formula.printed and formula.right) == (formula.kind != "right")
        assert formula.proof or formula.erratum in READ_ONLY or formula.key in ("words", "position")


@pytest.mark.parametrize("preset", FORMULAS)
def test_the_numbers_that_a_note_states_are_those_that_its_proof_computes(preset):
    for formula in FORMULAS[preset]:
        if formula.erratum and formula.proof:
            said = " ".join(one.says for one in claims_of(preset, formula.proof))
            stated = set(re.findall(r"\d+\.\d{2,}|\.\d{3}", formula.why)) - ELSEWHERE.get(formula.erratum, set())
            assert [number for number in stated if number.lstrip("0") not in said] == [], formula.key


def test_every_note_on_something_wrong_is_one_formulas():
    for preset in FORMULAS:
        shown = {(formula.erratum, formula.printed) for formula in FORMULAS[preset]}
        wrong = [note for note in NOTES[preset] if note.erratum]
        assert {note.erratum for note in wrong} == {erratum for erratum, _ in shown} - {""}
        assert all(isinstance(note, SourceNote) for note in wrong)


# The means of proof can say no

def test_central_differences_find_the_slopes_that_calculus_gives():
    x = np.array([-1.5, .3, 2.0])
    assert np.allclose(claim.central_difference(lambda: (x ** 3).sum(), x), 3 * x ** 2, rtol=1e-9)
    assert x.tolist() == [-1.5, .3, 2.0]


def test_what_is_no_slope_is_not_taken_for_one_and_the_other_way_round():
    slope = np.array([1.0, -2.0])
    assert claim.is_slope("It", slope + 1e-9, slope).holds
    assert not claim.is_slope("It", slope + 1e-5, slope).holds
    assert not claim.is_slope("It", slope[:, None], slope).holds
    assert claim.is_not_slope("It", -slope, slope).holds and not claim.is_not_slope("It", slope + 1e-5, slope).holds


def test_what_numpy_does_without_a_word_is_not_said_to_be_refused():
    assert not claim.refused("2 + 2", lambda: 2 + 2).holds
    assert "stops" in claim.refused("A row", lambda: np.zeros(3) + np.zeros(2)).says
    assert not claim.has_shape("It", np.zeros((2, 3)), (3, 2)).holds and claim.has_shape("It", np.zeros(2), (2,)).holds


@pytest.mark.parametrize("module, name, wrong, proof", [
    (networks, "sigmoid_slope", lambda S: networks.sigmoid(S), mlp.hidden_delta),
    (mlp, "sigmoid_slope", lambda S: np.ones_like(S), mlp.chain),
    (post, "softmax", lambda z: np.exp(z) / (1 + np.exp(z).sum()), post.softmax_diagonal),
    (post, "relu", lambda S: np.maximum(S, -1), post.corner),
    (notebook, "sigmoid_slope", lambda S: networks.sigmoid(S), notebook.gradients)])
def test_a_wrong_function_is_seen(monkeypatch, module, name, wrong, proof):
    assert all(one.holds for one in proof())
    monkeypatch.setattr(module, name, wrong)
    assert not all(one.holds for one in proof())


def test_the_scalar_view_of_softmax_is_the_slope_and_its_diagonal_is_not():
    z = np.array([.4, -1.0, 2.0, .1, 0])
    y = np.eye(5)[2]
    chain = SoftmaxChain(networks.softmax(z), y)
    slope = claim.central_difference(lambda: -np.log(networks.softmax(z) @ y), z)
    moved = np.array([claim.central_difference(lambda r=r: networks.softmax(z)[r], z) for r in range(5)])
    assert np.allclose(chain.jacobian, moved, atol=1e-9) and np.allclose(chain.whole, slope, atol=1e-9)
    assert np.allclose(chain.whole, chain.a - y) and not np.allclose(chain.diagonal, slope, atol=.01)
    assert np.allclose(chain.jacobian.sum(axis=1), 0)


def test_a_certain_and_wrong_answer_does_not_divide_by_zero():
    chain = SoftmaxChain(np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    assert chain.by_a.tolist() == [-1, 0] and chain.whole.tolist() == [0, 0]
