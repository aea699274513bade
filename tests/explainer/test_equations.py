"""Equations carry the true shape under every symbol, and numbers are written as a reader writes them."""
import re
from math import inf, nan

import numpy as np
import pytest

from explainer.equations import entry, with_shapes
from explainer.figures.theme import ROLES
from explainer.numbers import plain_number, signed_number, tex_factor, tex_number
from explainer.step import Matrix
from tests.explainer.test_walkthrough import every_case, walk_of

SYMBOL = r"\\underset\{(\d+)\\times(\d+)\}\{\\textcolor\{#\w{6}\}\{(.+?)\}\}(?= |$)"    # rows, columns, LaTeX


@every_case
def test_under_every_symbol_stands_the_shape_of_its_array(case):
    walk = walk_of(case)
    arrays = {panel.symbol.latex: panel.array for step in walk.steps for panel in step.panels}
    arrays |= {part.symbol.latex: part.array
               for step in walk.steps for part in step.equation if isinstance(part, Matrix)}
    for step in walk.steps:
        under = re.findall(SYMBOL, with_shapes(step))
        assert len(under) == sum(isinstance(part, Matrix) for part in step.equation) >= 1
        assert all((int(rows), int(columns)) == arrays[symbol].shape for rows, columns, symbol in under), step.key


@every_case
def test_an_equation_begins_with_its_result_and_is_well_formed(case):
    for step in walk_of(case).steps:
        latex = with_shapes(step)
        assert latex.count("{") == latex.count("}") and latex.count(r"\big(") == latex.count(r"\big)")
        first = step.equation[0]
        if isinstance(first, Matrix) and step.kind != "input":
            assert first is step.panels[-1] or first.array.shape == step.panels[-1].array.shape
            assert np.shares_memory(first.array, step.panels[-1].array)


@pytest.mark.parametrize("key, shapes", [
    ("S1", ["100×64", "100×784", "784×64", "1×64"]), ("dA3", ["100×16", "100×10", "10×16"]),
    ("dW1", ["784×64", "784×100", "100×64"]), ("db2", ["1×32", "100×32"]), ("W4_new", ["16×10"] * 3),
])
def test_the_shapes_of_the_default_network_are_those_of_the_book(key, shapes):
    latex = with_shapes(walk_of("deep, best").step(key))
    assert [f"{r}×{c}" for r, c in re.findall(r"\\underset\{(\d+)\\times(\d+)\}", latex)] == shapes


@every_case
def test_a_symbol_has_the_colour_of_its_role(case):
    for step in walk_of(case).steps:
        for part in step.equation:
            if isinstance(part, Matrix):
                assert rf"\textcolor{{{ROLES[part.role]}}}{{{part.symbol.latex}}}" in with_shapes(step)


@pytest.mark.parametrize("value, digits, latex", [
    (0, 4, "0"), (1, 4, "1"), (-1.27, 4, "-1.27"), (0.123456, 4, "0.1235"), (0.123456, 6, "0.123456"), (100, 4, "100"),
    (12345, 4, r"1.234\cdot10^{4}"), (12355, 4, r"1.236\cdot10^{4}"), (0.0001, 4, "0.0001"),
    (3.1e-5, 4, r"3.1\cdot10^{-5}"),
    (-3.1e-5, 4, r"-3.1\cdot10^{-5}"), (2e30, 4, r"2\cdot10^{30}"), (1e-300, 9, r"1\cdot10^{-300}"), (-0.0, 4, "0"),
    (0.298371109, 9, "0.298371109"), (np.float32(0.5), 4, "0.5"), (np.float64(-7), 4, "-7"),
    (inf, 4, r"\infty"), (-inf, 4, r"-\infty"), (nan, 4, r"\text{not a number}"),
])
def test_a_number_is_written_with_so_many_digits_and_no_exponent_of_a_program(value, digits, latex):
    assert tex_number(value, digits) == latex


@pytest.mark.parametrize("digits", [3, 4, 6, 9, 17])
def test_any_number_read_back_is_the_number_to_its_digits(digits):
    rng = np.random.default_rng(0)
    for value in rng.normal(size=300) * 10.0 ** rng.integers(-30, 30, 300):
        text = re.sub(r"\\cdot10\^\{(-?\d+)\}", r"e\1", tex_number(value, digits))
        assert float(text) == pytest.approx(value, rel=0.5001 * 10.0 ** (1 - digits), abs=0)


@pytest.mark.parametrize("value, text", [
    (-1.27, "−1.27"), (3.1e-5, "3.1·10⁻⁵"), (-2e30, "−2·10³⁰"), (-0.0, "0"), (0.5, "0.5"), (inf, "infinity"),
    (-inf, "minus infinity"), (nan, "not a number"),
])
def test_a_number_in_a_caption_is_plain_text(value, text):
    assert plain_number(value) == text


@pytest.mark.parametrize("value, latex", [(0.5, " + 0.5"), (-0.5, " - 0.5"), (-0.0, " + 0"),
                                          (-3.1e-5, r" - 3.1\cdot10^{-5}")])
def test_a_number_that_goes_on_with_a_sum_has_its_sign_before_it(value, latex):
    assert signed_number(value) == latex


@pytest.mark.parametrize("value, latex", [(2, "2"), (-2, "(-2)"), (-3.1e-5, r"(-3.1\cdot10^{-5})"), (-0.0, "0"),
                                          (0, "0")])
def test_a_factor_that_is_negative_stands_in_brackets(value, latex):
    assert tex_factor(value) == latex


def test_an_entry_names_its_row_and_column_and_leaves_out_what_it_has_not():
    weights = walk_of("deep, best").step("S1").panels[1]
    assert entry(weights, 17, 4).endswith("{W^1}[17,4]") and entry(weights, None, 4).endswith("{W^1}[4]")
