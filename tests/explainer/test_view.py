"""A pane is its step as plain data: the engine's numbers, the arithmetic's lines, nothing that JSON does not have."""
import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from explainer import arithmetic, prose
from explainer.choice import Look
from explainer.components.payload import names, pack_named, unpack_named
from explainer.figures.matrices import has_pictures, mosaic
from explainer.inline import runs
from explainer.repeated import looked_again
from explainer.selection import FIELDS
from explainer.special import special
from explainer.view import ALL_DIGITS, DETAILS, DIGITS, fields, pane
from tests import oracles
from tests.explainer import test_walkthrough
from tests.explainer.test_walkthrough import CASES, every_case

FIRST = Look(pictures=False)
SWITCHED = Look(i=0, j=0, k=0, p=0, pictures=True, marked=True)
LOOKS = [FIRST, SWITCHED, Look(i=99, j=63, k=63, p=783)]
PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
RATES = {"least": 0.01, "most": 8.0, "grain": 0.01}


@cache
def walk_of(case):
    """The walk with its labels, as the page takes it."""
    walk = test_walkthrough.walk_of(case)
    return walk if walk.images is None else replace(walk, labels=walk.Y.argmax(axis=1))


def number(text):
    """The number of a text for a reader: −3.1·10⁻⁵."""
    mantissa, _, exponent = text.replace("−", "-").partition("·10")
    return float(mantissa) * 10.0 ** int(exponent.translate(PLAIN) or 0)


@cache
def panes(case, look=FIRST):
    """[(step, its pane)] of the whole walk."""
    walk = walk_of(case)
    return [(step, pane(walk, look, step, "own", ALL_DIGITS, 0.1, RATES)) for step in walk.steps]


def said(parts):
    """The words of some runs, as they are read."""
    return "".join(text[0] if kind in ("term", "symbol", "link") else text for kind, text in parts)


def drawn(shown):
    """{name: numbers} of the matrices on the stage."""
    return {trace["name"]: trace["z"] for trace in shown["stage"]["data"] if not trace["meta"].get("quiet")}


@every_case
def test_the_matrices_on_the_stage_are_the_steps_own(case):
    for step, shown in panes(case):
        expected = {panel.symbol.text: panel.array for panel in step.panels}
        assert set(drawn(shown)) == set(expected)
        for name, z in drawn(shown).items():
            assert np.array_equal(z, expected[name].astype(z.dtype), equal_nan=True)
            assert z.dtype in (np.float32, expected[name].dtype)


@every_case
def test_the_arithmetic_and_the_code_are_the_steps_own_for_any_cell(case):
    for look in (FIRST, SWITCHED):
        for step, shown in panes(case, look):
            sums = arithmetic.arithmetic(step, look.selection, ALL_DIGITS)
            assert shown["sums"] == list(sums.lines) and shown["note"].startswith(sums.note)
            assert (shown["step"], shown["title"], shown["code"]) == (step.key, step.title, step.code)


def test_a_worked_example_shows_all_its_digits_and_others_four():
    step = walk_of("mazur, best").step("S1")
    for digits in (DIGITS, ALL_DIGITS):
        shown = pane(walk_of("mazur, best"), Look(i=0, j=0), step, "mazur", digits)
        assert f"{step.result[0, 0]:.{digits + 2}g}" in shown["sums"][-1]


@every_case
def test_every_kind_of_step_has_its_writer_and_its_small_figures(case):
    assert set(DETAILS) == set(arithmetic.WRITERS)
    for step, shown in panes(case):
        assert step.kind in DETAILS and isinstance(shown["details"], list)
        if step.kind in ("loss", "update"):
            assert len(shown["details"]) == 1 + (step.phase == "after") + (max(walk_of(case).before.sizes) <= 4)


def test_every_kind_of_step_is_met():
    assert {step.kind for case in CASES for step in walk_of(case).steps} == set(DETAILS)


@every_case
def test_the_fields_are_what_decides_the_cell_and_go_as_far_as_the_matrices_do(case):
    walk = walk_of(case)
    assert all(shown["fields"] == fields(FIRST, step) for step, shown in panes(case))
    for look in LOOKS:
        for step in walk.steps:
            row, column = look.selection.cell(step.panels[-1])
            values = {part["name"]: part["value"] for part in fields(look, step)}
            for axis, at in ((step.panels[-1].rows, row), (step.panels[-1].columns, column)):
                assert axis.field is None or values[axis.field] == at
            for part in fields(look, step):
                sizes = {size for panel in step.panels for axis, size in
                         zip((panel.rows, panel.columns), panel.array.shape) if axis.field == part["name"]}
                assert part["last"] + 1 in sizes and 0 <= part["value"] <= part["last"]
                assert part["value"] == min(getattr(look, part["name"]), part["last"])
                assert part["label"] in (FIELDS[part["name"]], "input k")
                assert part["label"] != "input k" or walk.images is None
                assert part["name"] != "i" or part["last"] == walk.m - 1


def strict(value):
    """A message as the browser reads it: no NaN in its JSON, and the arrays by their names."""
    message = pack_named(value)
    length = int.from_bytes(message[:4], "little")
    json.loads(message[4:4 + length], parse_constant=pytest.fail)
    return unpack_named(message, {})


@every_case
@pytest.mark.parametrize("look", [FIRST, SWITCHED], ids=["cells", "images"])
def test_every_pane_is_plain_data_and_comes_back_from_its_message(case, look):
    for _, shown in panes(case, look):
        back = strict(shown)
        assert_plain(shown)
        assert list(back) == list(shown)
        for name, z in drawn(shown).items():
            assert np.array_equal(drawn(back)[name], z, equal_nan=True)
        for name in ("title", "equation", "note", "code", "sums", "terms", "fields", "marked", "pictures", "alpha"):
            assert back[name] == shown[name], name
        assert back["images"] is shown["images"] is None or np.array_equal(back["images"], shown["images"])


def test_a_matrix_that_is_met_again_transposed_goes_to_the_browser_once():
    walk = walk_of("deep, best")
    for one, other, name in (("S1", "dW1", "X"), ("S4", "dA3", "W⁴")):
        first, again = (drawn(pane(walk, FIRST, walk.step(key))) for key in (one, other))
        assert names(first[name]) == names(again[name + "ᵀ"])


def assert_plain(value):
    """Nothing in it that is neither JSON nor an array."""
    if isinstance(value, dict):
        assert all(isinstance(name, str) for name in value)
        assert_plain(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for part in value:
            assert_plain(part)
    else:
        assert value is None or isinstance(value, (str, bool, int, float, np.ndarray, np.generic)), type(value)


@every_case
def test_the_words_and_the_alternative_text_are_the_steps_own(case):
    for step, shown in panes(case):
        assert step.title in shown["stage"]["alt"]
        for panel in step.panels:
            assert "{} {} by {}".format(panel.symbol.text, *panel.array.shape) in shown["stage"]["alt"]
        words = words_of(walk_of(case), step)
        for name, part in words.items():
            text = said(shown[name])
            assert re.fullmatch(f"(.* )?{slotted(part)}( .*)?", text.replace("*", "")), (step.key, text)


def words_of(walk, step):
    """{part: what is said of a step}: of the first of its kind, else what is new there."""
    last = step.layer == (1 if step.phase == "backward" else walk.L)
    look = looked_again(walk, step) or prose.look(step.prose)
    if next(other for other in walk.steps if other.prose == step.prose) is step:
        return {"why": prose.why(step.prose), "look": look, "mistake": prose.mistake(step.prose)}
    return {"why": prose.again(step.prose, last), "look": look, "mistake": prose.another_mistake(step.prose, last)}


@pytest.mark.parametrize("case", ["deep, best", "deep, source", "relu16, best", "online, best", "xor, best",
                                  "mazur, best", "hmkcode, best"])
def test_no_sentence_stands_at_more_than_two_steps_even_with_other_numbers(case):
    """But for short pointers; “10 of the 16 slopes are positive” and “20 of the 32 …” tell what is new."""
    texts = {step.key: " ".join(said(shown[part]) for part in ("why", "look", "mistake"))
             for step, shown in panes(case)}
    counted = Counter(sentence for text in texts.values() for sentence in set(re.split(r"(?<=[.?:;]) ", text)))
    assert not {sentence: count for sentence, count in counted.items() if count > 2 and len(sentence) > 60}
    patterns = Counter(re.sub(r"\d+", "#", sentence) for key, text in texts.items()
                       for sentence in set(re.split(r"(?<=[.?]) ", text)) if not re.search(r"\d\.\d|of the", sentence))
    assert not {sentence: count for sentence, count in patterns.items() if count > 2 and len(sentence) > 60}


def slotted(text):
    """The words as a pattern: any number, name or X at a slot."""
    return re.sub("<\\w+>", r"[\\w,^]+", re.escape(re.sub(r"[$`*]", "", text)))


@pytest.mark.parametrize("case, count", [("deep, best", "53,018"), ("relu16, best", "13,002"), ("hmkcode, best", "6"),
                                         ("mazur, source", "12"), ("mazur, best", "12")])
def test_where_the_way_back_begins_the_words_say_backpropagation_why_backward_and_how_many_slopes(case, count):
    """784·64 + 64 + 64·32 + 32 + 32·16 + 16 + 16·10 + 10 = 53,018, and so on: counted from the sizes by hand."""
    first = next(shown for step, shown in panes(case) if step.phase == "backward")
    text = said(first["why"])
    assert text.startswith("Backpropagation") and f"one pass finds all {count} slopes" in text and "nudging" in text


def test_a_further_layer_is_told_with_its_own_numbers():
    told = {step.key: said(shown["why"]) for step, shown in panes("deep, best")}
    assert "64 outputs of layer 1" in told["S2"] and "32 units" in told["S2"] and "layer 4" in told["A3"]
    assert "16 outputs of layer 3" in told["S4"] and "784 columns of X" in told["dW1"] and "784 rows" in told["dW1"]
    assert all("<" not in text for text in told.values())


@every_case
def test_alpha_is_offered_beside_an_update_and_nowhere_else(case):
    for step, shown in panes(case):
        assert shown["alpha"] == (RATES | {"value": walk_of(case).learning_rate} if step.kind == "update" else False)


def saturation(walk, step, look):
    """Whether cells are marked, and what is said of them, by the slopes at these sums."""
    if step.topic not in ("A", "delta") or walk.layer(step.layer).activation == "softmax":
        return None, ""
    slope = oracles.slope(walk.layer(step.layer).activation, walk.passed.S[step.layer - 1].astype(np.float64))
    flat = int((slope < .02).sum())
    if walk.layer(step.layer).activation == "linear":
        return None, "never saturated"
    return (look.marked, f"saturated: {flat:,}") if flat else (
        None, "none saturated")


@every_case
def test_a_switch_is_offered_where_there_is_something_to_switch(case):
    for look in (FIRST, SWITCHED):
        for step, shown in panes(case, look):
            assert (shown["marked"], shown["saturated"]) == saturation(walk_of(case), step, look)
            default = step.key == "dW1"         # the gradient as images, unless the reader wants it otherwise
            asked = default if look.pictures is None else look.pictures
            assert shown["pictures"] == (asked if has_pictures(step) else None)
            layered = len(walk_of(case).before.layers) > 1 and step.layer is not None
            assert (shown["same_scale"] is None) <= (not layered) and shown["same_scale"] in (None, look.same_scale)


def test_the_gradient_of_layer_1_is_shown_as_images_at_first_and_its_weights_are_not():
    walk = walk_of("deep, best")
    assert pane(walk, Look(), walk.step("dW1"))["pictures"] is True
    assert [trace["meta"].get("units") for trace in pane(walk, Look(), walk.step("dW1"))["stage"]["data"]] == [64]
    assert pane(walk, Look(), walk.step("W1_new"))["pictures"] is False
    assert pane(walk, Look(), walk.step("dW2"))["pictures"] is None
    assert pane(walk, FIRST, walk.step("dW1"))["pictures"] is False


@pytest.mark.parametrize("of, shown, arrays", [
    ("delta", -1, lambda walk: walk.grads.delta), ("S", -1, lambda walk: walk.passed.S),
    ("dW", -1, lambda walk: walk.grads.dW),
    ("S", 1, lambda walk: [layer.W for net in (walk.before, walk.after) for layer in net.layers])])
def test_on_one_scale_a_number_has_the_same_colour_in_every_layer_and_else_each_layer_its_own(of, shown, arrays):
    walk = walk_of("deep, best")

    def ends(look):
        steps = [walk.step(f"{of}{l}") for l in (1, 2, 3, 4)]
        return [(trace["zmin"], trace["zmax"]) for step in steps for trace in pane(walk, look, step)["stage"]["data"]
                if trace.get("name") == step.panels[shown].symbol.text]
    own, same = ends(FIRST), ends(Look(pictures=False, same_scale=True))
    assert len(own) == len(same) == 4 and len(set(own)) == 4 and len(set(same)) == 1
    top = max(abs(a).max() if a.size <= 200 else np.percentile(abs(a), 99.5) for a in arrays(walk))
    assert same[0] == pytest.approx((-top, top), rel=1e-5)


def test_layer_1_as_images_is_the_same_numbers_by_unit():
    walk = walk_of("deep, best")
    shown = pane(walk, Look(pictures=True), walk.step("W1_new"))
    for trace, panel in zip(shown["stage"]["data"], walk.step("W1_new").panels, strict=True):
        assert np.array_equal(trace["z"], mosaic(panel.array.T, trace["meta"]["mosaic"]), equal_nan=True)


@every_case
def test_the_tables_of_row_and_column_have_what_the_product_is_made_of_and_say_what_n_counts(case):
    for look in (FIRST, SWITCHED):
        for step, shown in panes(case, look):
            for strip in shown["strips"]:
                assert strip["counts"] and 0 <= (strip["at"] or 0) < 784
            if step.kind != "product" or step.panels[0].array.shape[1] == 1:
                continue
            left, right, *_, result = step.panels
            row, column = look.selection.cell(result)
            a, b, product = shown["strips"][:3]
            assert (a["of"], a["row"], b["of"], b["column"]) == (left.symbol.text, row, right.symbol.text, column)
            assert a["counts"] == b["counts"] == product["counts"] == left.columns.label
            assert product["numbers"] == pytest.approx(left.array[row] * right.array[:, column], rel=1e-6)


@every_case
def test_the_largest_terms_are_those_of_the_sum_by_size(case):
    for step, shown in panes(case):
        sums = arithmetic.arithmetic(step, Look().selection)
        if step.kind not in ("product", "column_sum") or len(sums.terms) <= 4:
            assert shown["terms"] == []
            continue
        head, *lines = shown["terms"]
        assert len(lines) == min(8, len(sums.terms)) and all(len(line) == len(head) for line in lines)
        places = [int(line[0].split()[0]) for line in lines]
        assert places == np.argsort(-np.abs(sums.terms), kind="stable")[:8].tolist()
        for place, line in zip(places, lines):
            assert [number(text) for text in line[1:]] == pytest.approx(
                [*(factor[place] for factor in sums.factors), sums.terms[place] / step.scale], rel=1e-4)


@every_case
def test_what_is_special_stands_in_the_pane_as_runs_a_sentence_each(case):
    walk = walk_of(case)
    for step, shown in panes(case):
        assert shown["special"] == [runs(sentence) for sentence in special(walk, step, FIRST.selection)]


def test_the_mean_squared_error_is_given_where_the_loss_is_made_of_squares_and_not_beside_cross_entropy():
    for case, given in (("deep, best", True), ("online, best", True), ("relu16, best", False)):
        for step, shown in panes(case):
            if step.kind == "loss":
                assert ("Mean squared error" in shown["note"]) == given and "Accuracy" in shown["note"]
