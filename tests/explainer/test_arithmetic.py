"""The arithmetic written out behind a cell is right: its numbers, its terms, its signs, and what it comes to."""
import re
from dataclasses import replace
from functools import cache
from math import exp, fsum, log, tanh

import numpy as np
import pytest

from explainer.arithmetic import arithmetic
from explainer.selection import Selection
from explainer.walkthrough import take_walk
from mlp_core import Layer, Network
from tests import oracles
from tests.explainer.test_walkthrough import every_case, walk_of

RNG = np.random.default_rng(0)
SELECTIONS = [Selection(), Selection(0, 0, 0, 0), Selection(99, 783, 783, 783)] + [
    Selection(*map(int, RNG.integers(0, (100, 64, 64, 784)))) for _ in range(5)]


def cell(walk, step, s):
    """The row and column of the step's result that the selection means; indices beyond the end mean the last."""
    kind, l, sizes = re.sub(r"\d", "", step.key), step.layer or 0, walk.before.sizes
    pixel = walk.images is not None
    i, j = min(s.i, walk.m - 1), min(s.j, sizes[l] - 1)
    below = s.p if pixel and l <= 1 else s.k
    return {"X": (i, min(below, sizes[0] - 1)), "E": (i, 0), "E_new": (i, 0), "db": (0, j), "b_new": (0, j),
            "dW": (min(below, sizes[l - 1] - 1), j), "W_new": (min(below, sizes[l - 1] - 1), j)}.get(kind, (i, j))


@cache
def expected(case, key):
    """The step's result in float64, written out from the walk's records, and what its entries' errors scale with."""
    walk, kind, l = walk_of(case), re.sub(r"\d", "", key), int("0" + re.sub(r"\D", "", key)) - 1
    layers, m = walk.before.layers, walk.m
    layer, divisor = layers[l], m if walk.before.reduction == "mean" else 1

    def of(arrays, n=l):
        return None if arrays[n] is None else arrays[n].astype(np.float64)

    A, S, delta = of(walk.passed.A), of(walk.passed.S), of(walk.grads.delta)
    if kind == "X":
        return walk.passed.A[0] if walk.images is None else walk.images / 255
    if kind == "S":
        return np.einsum("ik,kj->ij", A, layer.W) + (0 if layer.b is None else layer.b)
    if kind == "A":
        return oracles.activation(layer.activation, S)
    if kind in ("E", "E_new"):
        passed = walk.passed_after if kind == "E_new" else walk.passed
        return oracles.loss(walk.before.loss, passed.S[-1], passed.A[-1], walk.Y)[:, None]
    if kind == "dA" and l == len(layers) - 1:
        return (walk.passed.output.astype(np.float64) - walk.Y) * (2 if walk.before.loss == "squared_error" else 1)
    if kind == "dA":
        return np.einsum("ij,kj->ik", of(walk.grads.delta, l + 1), layers[l + 1].W)
    if kind == "delta" and layer.activation == "softmax":
        return walk.passed.output.astype(np.float64) - walk.Y
    if kind == "delta":
        return of(walk.grads.dA) * oracles.slope(layer.activation, S)
    if kind == "dW":
        return np.einsum("ik,ij->kj", A, delta) / divisor
    if kind == "db":
        return np.einsum("ij->j", delta)[None] / divisor
    old, gradient = (layer.W, of(walk.grads.dW)) if kind == "W_new" else (layer.b[None], of(walk.grads.db)[None])
    return old.astype(np.float64) - walk.learning_rate * gradient


def rounding_of_slopes(walk, step):
    """How far δ may be off because f′ is worked out from the rounded A: 1 − A has no more digits than A near 1."""
    if step.topic != "delta" or walk.grads.dA[step.layer - 1] is None:
        return 0
    return 2 * np.finfo(walk.before.dtype).eps * float(abs(walk.grads.dA[step.layer - 1]).max())


def everywhere(walk):
    for step in walk.steps:
        for selection in SELECTIONS:
            yield step, selection


@every_case
def test_the_value_is_the_selected_entry_of_the_result_written_out_anew(case):
    walk = walk_of(case)
    for step, selection in everywhere(walk):
        whole, place = expected(case, step.key), cell(walk, step, selection)
        value = arithmetic(step, selection).value
        tiny = 2e-6 * abs(whole).max() + rounding_of_slopes(walk, step)
        assert value == pytest.approx(whole[place], rel=1e-5, abs=tiny), (step.key, place)
        assert value == step.panels[-1].array[place]


@every_case
def test_the_terms_of_a_sum_add_up_to_the_value(case):
    walk = walk_of(case)
    divisor = walk.m if walk.before.reduction == "mean" else 1
    for step, selection in everywhere(walk):
        shown = arithmetic(step, selection)
        if step.kind not in ("product", "column_sum"):
            continue
        terms, (_, column) = [float(term) for term in shown.terms], cell(walk, step, selection)
        biases = walk.before.layers[step.layer - 1].b
        bias = float(biases[column]) if step.key.startswith("S") and biases is not None else 0.0
        total = fsum(terms) / (divisor if step.key.startswith("d") and "A" not in step.key else 1) + bias
        assert total == pytest.approx(shown.value, rel=0, abs=4e-6 * (fsum(map(abs, terms)) + abs(bias)) + 1e-30)


@every_case
def test_the_terms_of_a_loss_are_the_examples_and_come_to_the_batchs(case):
    walk = walk_of(case)
    for step in (walk.step("E"), walk.step("E_new")):
        terms = arithmetic(step, Selection()).terms
        divisor = walk.m if walk.before.reduction == "mean" else 1
        assert len(terms) == walk.m
        assert fsum(map(float, terms)) / divisor == pytest.approx(float(step.result), rel=1e-5)


@every_case
def test_each_term_of_a_product_is_its_two_factors_multiplied(case):
    walk = walk_of(case)
    for step, selection in everywhere(walk):
        if step.kind == "product":
            shown, (row, column) = arithmetic(step, selection), cell(walk, step, selection)
            left, right = step.panels[0].array, step.panels[1].array
            for n, term in enumerate(shown.terms):
                assert (shown.factors[0][n], shown.factors[1][n]) == (left[row, n], right[n, column])
                assert term == left[row, n] * right[n, column]


@every_case
def test_the_zeros_among_the_terms_are_counted(case):
    walk = walk_of(case)
    for step, selection in everywhere(walk):
        if step.kind in ("product", "column_sum"):
            row, column = cell(walk, step, selection)
            terms = step.panels[0].array[:, column] if step.kind == "column_sum" else [
                a * b for a, b in zip(step.panels[0].array[row], step.panels[1].array[:, column])]
            numbers = [int(word) for word in re.findall(r"\d+", arithmetic(step, selection).note)]
            zeros = sum(term == 0 for term in terms)
            assert numbers == ([] if len(terms) <= 4 else [len(terms), zeros, 0] if zeros else [len(terms)])


NUMBER = r"-?\d+(?:\.\d+)?(?:\\cdot10\^\{-?\d+\})?"


def number(text):
    return float(re.sub(r"\\cdot10\^\{(-?\d+)\}", r"e\1", text))


LATEX_AS_PYTHON = (
    (r"\\cdot10\^\{(-?\d+)\}", r"e\1"), (r"e\^\{([^{}]*)\}", r"exp(\1)"), (r"\\big", ""), (r"\\tfrac12 ", "0.5*"),
    (r"\\t?frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))"), (r"\\tanh (\S+)", r"tanh(\1)"), (r"\\max", "max"),
    (r"\\ln ?([-\d.e]+)", r"log(\1)"), (r"\\ln\(", "log("),
    (r"\[\\,(.*?)\\,\]", r"(\1)"), (r",\\,", ","), (r"\\,", "*"), (r"\\cdot ?", "*"), (r"\)\(", ")*("), (r"\^2", "**2"))


def evaluated(latex):
    """What LaTeX of numbers alone comes to; None where it has symbols or dots in it."""
    for pattern, python in LATEX_AS_PYTHON:
        latex = re.sub(pattern, python, latex)
    if re.search(r"\\|[a-zA-Z]", re.sub(r"exp|tanh|max|log|\de-?\d", "", latex)):
        return None
    return eval(latex, {"exp": exp, "tanh": tanh, "max": max, "log": log})


def came_to(line):
    """The values of all sides of an equation that are written in numbers."""
    sides = filter(None, re.split(r"(?:^| )(?:=|\\approx) ", line))
    return [value for side in sides if (value := evaluated(side)) is not None]


@pytest.mark.parametrize("latex, value", [
    (r"\frac{1}{1 + e^{-(-1.5\cdot10^{-2})}}", 1 / (1 + exp(0.015))), (r"\tfrac12 \big((0.75 - 0.01)^2\big)", 0.2738),
    (r"(-2)\cdot0.5\,(1 - 0.5)", -0.5), (r"\max(-3,\, 0)", 0), (r"0.5 \cdot [\,(-2) > 0\,]", 0),
    (r"\tanh (-1)", tanh(-1)), (r"-\ln 0.25", log(4)), (r"\ln\big(e^{-1} + e^{2}\big) - 2", log(exp(-1) + exp(2)) - 2),
    (r"\tfrac{1}{4}\big(0.5\cdot2 + 3\cdot(-1)\big)", -0.5), (r"0.5\cdot3 + \dots", None), (r"W^1[0,1]", None),
])
def test_this_check_reads_latex_as_a_reader_does(latex, value):
    assert evaluated(latex) == (value if value is None else pytest.approx(value, rel=1e-12))


@every_case
def test_what_is_written_in_numbers_comes_to_the_value(case):
    walk, counted = walk_of(case, np.float64), 0
    for step, selection in everywhere(walk):
        shown, loss = arithmetic(step, selection, 17), step.kind == "loss"    # 17 digits: the numbers themselves
        for at, line in enumerate(shown.lines):
            right = float(step.result) if loss and at == len(shown.lines) - 1 else shown.value
            for value in came_to(line):
                slack = 1e-4 if loss else 1e-7      # a loss is written with six digits, and differences of them
                assert value == pytest.approx(right, rel=slack, abs=1e-30), line
                counted += 1
    assert counted >= len(SELECTIONS) * len(walk.steps)


@pytest.mark.parametrize("case", ["mazur, source", "mazur, best", "hmkcode, source"])
def test_a_worked_example_is_written_out_in_full(case):
    walk = walk_of(case)
    for step, selection in everywhere(walk):
        shown = arithmetic(step, selection, 9)
        values = [value for line in shown.lines for value in came_to(line)]
        assert len(values) >= (1 if step.key == "X" else 3 if step.kind == "loss" else 2), shown.lines
        right = {float(step.result), shown.value} if step.kind == "loss" else {shown.value}
        for value in values:
            assert min(abs(value - r) for r in right) <= (1e-5 if step.kind == "loss" else 1e-8), shown.lines


def test_a_printed_input_is_written_once():
    shown = arithmetic(walk_of("mazur, source").step("X"), SELECTIONS[0], 9)
    assert len(shown.lines) == 1 and shown.lines[0].count("0.1") == 1


def slots(step):
    """The element-wise cell's template as a pattern whose groups are the numbers, and the groups' names."""
    parts = re.split(r"<(\w+)>", step.cell)
    return rf"\(?({NUMBER})\)?".join(map(re.escape, parts[::2])), parts[1::2]


@every_case
def test_the_numbers_shown_are_the_operands_to_four_digits(case):
    walk = walk_of(case)
    for step, selection in everywhere(walk):
        if step.kind != "elementwise":
            continue
        pattern, names = slots(step)
        place, line = cell(walk, step, selection), arithmetic(step, selection, 4).numbers
        arrays = {panel.name: panel.array for panel in step.panels} | step.operands
        for name, text in zip(names, re.fullmatch(pattern, line).groups(), strict=True):
            assert number(text) == pytest.approx(float(arrays[name][place]), rel=0.5001e-3, abs=0), line


@every_case
def test_the_largest_terms_of_a_long_sum_are_those_shown(case):
    walk = walk_of(case)
    for step, selection in everywhere(walk):
        shown = arithmetic(step, selection, 17)
        if step.kind == "product" and len(shown.terms) > 4:
            factors = re.findall(rf"\(?({NUMBER})\)?\\cdot(?!10\^)\(?({NUMBER})\)?", shown.numbers.split(r"\dots")[0])
            order = sorted(map(float, shown.terms), key=abs, reverse=True)
            other = next((term for term in order if term * order[0] < 0), order[1])     # of the other sign, if any is
            assert [number(a) * number(b) for a, b in factors] == pytest.approx([order[0], other], rel=1e-5)
            assert shown.note.startswith("The largest term of each sign" if order[0] * other < 0 else "The two largest")


@pytest.mark.parametrize("key", ["dW1", "dW2", "db1", "db2"])
def test_all_four_examples_of_xor_are_written_out_and_come_to_the_gradient(key):
    walk = walk_of("xor, source")
    shown = arithmetic(walk.step(key), SELECTIONS[0], 9)
    assert "dots" not in shown.numbers and not shown.note
    assert len(re.split(r" [+-] ", shown.numbers)) == 4 or shown.numbers.count(" + ") == 3
    assert evaluated(shown.numbers) == pytest.approx(shown.value, rel=1e-6)


@every_case
@pytest.mark.parametrize("digits", [4, 9])
def test_the_last_line_is_the_value_with_two_digits_more(case, digits):
    walk = walk_of(case)
    for step, selection in everywhere(walk):
        if step.kind not in ("loss", "input"):
            shown = arithmetic(step, selection, digits)
            last = number(re.fullmatch(rf"(?:=|\\approx) ({NUMBER})", shown.lines[-1])[1])
            assert last == pytest.approx(shown.value, rel=0.5001 * 10.0 ** -(digits + 1), abs=0)


@every_case
def test_a_loss_ends_with_the_batchs(case):
    walk = walk_of(case)
    for key in ("E", "E_new"):
        shown = arithmetic(walk.step(key), SELECTIONS[-1])
        *_, own, whole = shown.lines
        assert number(re.sub(r"^(=|\\approx) ", "", own)) == pytest.approx(shown.value, rel=1e-5)
        assert number(re.split(r" (?:=|\\approx) ", whole)[-1]) == pytest.approx(float(walk.step(key).result), rel=1e-5)


def assert_well_formed(latex):
    assert latex.count("{") == latex.count("}") and latex.count(r"\big(") == latex.count(r"\big)"), latex
    assert latex.count("(") == latex.count(")") and latex.count("[") == latex.count("]"), latex
    assert not re.search(r"\d[eE][-+]?\d", latex), f"a raw exponent: {latex}"
    assert not re.search(r"(?<!\\)(?<![a-z])(nan|inf)|[<>]\w+>|<\w", latex), f"an empty slot, nan or inf: {latex}"
    assert not re.search(r"(?:[-+]|\\cdot|\\,|\\tanh) *-", latex.replace(r"\,]", "").replace(r",\,", "")), \
        f"two signs side by side: {latex}"
    assert not re.search(r"-0(?![.\d])", latex), f"minus zero: {latex}"


@every_case
def test_an_equals_sign_stands_only_where_the_numbers_shown_come_to_the_value(case):
    """By the numbers as they are written, against the value with all its digits."""
    walk = walk_of(case, np.float64)
    digits = 9 if walk.images is None else 4        # as the page has it
    for step, selection in everywhere(walk):
        shown = arithmetic(step, selection, digits)
        for line in shown.lines:
            whole = line.startswith(f"{step.short} = ")     # the batch's loss, after the example's
            right = float(step.result) if whole else shown.value
            for sign, side in re.findall(r"(?:^| )(=|\\approx) (.+?)(?= = | \\approx |$)", line):
                value = evaluated(side)
                if value is not None and sign == "=":
                    assert value == pytest.approx(right, rel=1e-12, abs=1e-300), shown.lines


@every_case
@pytest.mark.parametrize("digits", [4, 9])
def test_every_line_is_well_formed(case, digits):
    for step, selection in everywhere(walk_of(case)):
        shown = arithmetic(step, selection, digits)
        for line in shown.lines:
            assert_well_formed(line)


def wild():
    """A worked example whose numbers are huge, tiny, negative, zero, and minus zero."""
    layers = [Layer(np.array([[-1e-7, 123456.789], [0.0, -3e12]]), np.array([-0.0, 2.5e11]), "relu"),
              Layer(np.array([[-4e-9, 1.0], [-1e-12, -2e-20]]), np.array([-1e-5, 7e-5]), "tanh")]
    return take_walk(Network(layers, "squared_error"), np.array([[-2e5, -0.125]]), np.array([[0.0, 1.0]]), 1e-6)


@pytest.mark.parametrize("selection", [Selection(0, j, k, 0) for j in (0, 1) for k in (0, 1)])
def test_huge_tiny_and_negative_numbers_are_written_rightly(selection):
    for step in wild().steps:
        shown = arithmetic(step, selection, 17)
        for line in shown.lines:
            assert_well_formed(line)
        if step.kind != "loss":
            for value in [value for line in shown.lines for value in came_to(line)]:
                size = 0 if shown.terms is None else fsum(map(abs, map(float, shown.terms)))
                assert value == pytest.approx(shown.value, rel=1e-9, abs=1e-12 * size + 1e-300), shown.lines


def test_what_overflowed_is_said_in_words_or_as_infinity():
    linear = [Layer(np.full((2, 2), 1e30), None, "linear"), Layer(np.full((2, 1), 1e30), None, "linear")]
    walk = take_walk(Network(linear, "squared_error"), np.ones((1, 2)), np.zeros((1, 1)), 1000.)
    *_, own, whole = arithmetic(walk.step("E_new"), Selection()).lines
    assert own == r"= \infty" and whole.endswith(r"= \infty")
    for step in walk.steps:
        for line in arithmetic(step, Selection()).lines:
            assert_well_formed(line)


def test_mazurs_first_weighted_sum_reads_as_he_wrote_it():
    shown = arithmetic(walk_of("mazur, source").step("S1"), Selection(0, 0, 0, 0), 9)
    assert shown.lines[1:] == (r"= 0.05\cdot0.15 + 0.1\cdot0.2 + 0.35", "= 0.3775")


def test_a_cross_entropy_is_first_minus_the_log_of_the_true_probability_then_the_form_from_the_sums():
    walk = walk_of("relu16, best", np.float64)
    S, true = walk.passed.S[-1][3], walk.Y[3].argmax()
    probability = exp(S[true]) / fsum(map(exp, S))
    first, symbols, numbers, value, _ = arithmetic(walk.step("E"), Selection(i=3), 6).lines
    assert f"[3,{true}]" in first and came_to(first)[-1] == pytest.approx(-log(probability), rel=1e-4)
    assert symbols.startswith("= ") and "[3,j']" in symbols and f"[3,{true}]" in symbols
    assert [number(n) for n in re.findall(rf"e\^{{({NUMBER})}}", numbers)] == pytest.approx(S[[0, -1]], rel=1e-4)
    assert number(numbers.rsplit(" - ")[-1].strip("()")) == pytest.approx(S[true], rel=1e-4)
    assert came_to(value) == [pytest.approx(log(fsum(map(exp, S))) - S[true], rel=1e-5)]


def test_a_probability_that_was_rounded_to_0_is_not_put_into_a_logarithm():
    walk = walk_of("relu16, source")
    i = int(np.flatnonzero(walk.passed.output[np.arange(100), walk.Y.argmax(axis=1)] == 0)[0])
    first, *_, value, _ = arithmetic(walk.step("E"), Selection(i=i)).lines
    assert "rounded to 0" in first and r"\ln 0" not in first and came_to(value)[0] > 88


@pytest.mark.parametrize("key, sign", [("S1", "="), ("A1", r"\approx"), ("db2", r"\approx"), ("dA2", r"\approx")])
def test_mazurs_numbers_are_said_to_be_equal_where_they_are_and_nearly_where_they_are_rounded(key, sign):
    """∇b² is 0.13849856163 to eleven digits, so 0.138498562 is not it; 0.3775 is S¹[0, 0] itself."""
    *_, value = arithmetic(walk_of("mazur, source").step(key), Selection(0, 0, 0, 0), 9).lines
    assert value.split()[0] == sign


LETTERS = {"S": {"p", "k"}, "dA": {"n"}, "dW": {"i"}, "db": {"i"}}     # what is summed over, by the role of the index


@every_case
def test_one_letter_stands_for_one_role_in_every_sum(case):
    """i an example, p a pixel, k a unit below, j one of the layer itself, j′ another one of it, n one above."""
    for step in walk_of(case).steps:
        lines = " ".join(arithmetic(step, Selection()).lines)
        summed = set(re.findall(r"\\sum_(\w)", lines)) | set(re.findall(r"\\sum_\{(.+?)\}", lines))
        allowed = {"i"} if step.kind == "loss" else LETTERS.get(step.topic, set())
        assert summed <= allowed | ({"j'"} if step.kind in ("rowwise", "loss") else set()), lines


@every_case
def test_what_carries_no_share_of_the_batch_is_written_by_the_examples_loss(case):
    """Where the loss is a mean, E has 1/m and ∂Eᵢ/∂A has not."""
    for step in walk_of(case).steps:
        if step.topic == "dA":
            assert "E_i" in step.panels[-1].symbol.latex and "Eᵢ" in step.panels[-1].symbol.text
            assert r"\partial E}" not in " ".join(arithmetic(step, Selection()).lines)


def test_a_negative_zero_is_zero():
    deep = replace(Selection(), j=0)
    walk = take_walk(Network([Layer(np.array([[-1.0]]), None, "relu")]), np.array([[1.0]]), np.array([[1.0]]), 0.5)
    assert arithmetic(walk.step("delta1"), deep).lines[-1] == "= 0"
