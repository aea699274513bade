"""The pictures show the true numbers in the right places: asserted on each figure's own data, never on pixels.

Plotly's own classes check every name and value of each; the figures themselves are plain data.
"""
import re
from math import tanh

import numpy as np
import plotly.graph_objects as go
import pytest

from explainer.figures import charts, curves, drawing, learned, matrices
from explainer.figures.heat import READABLE_CELLS, heatmap, limit, share
from explainer.figures.pictures import Picture
from explainer.figures.pictures import pictures as pictures_in_a_row
from explainer.figures.theme import BAR, ROLES, TEMPLATES
from explainer.notation import Symbol
from explainer.selection import Selection
from explainer.step import Axis, Matrix
from tests import oracles
from tests.explainer.test_walkthrough import CASES, every_case, walk_of

SELECTIONS = [Selection(), Selection(0, 0, 0, 0), Selection(99, 783, 783, 783)]
DIGIT = np.arange(784, dtype=np.uint8).reshape(28, 28)


def drawn(walk, step, selection=SELECTIONS[0], marked=None):
    """The step's main picture, as the page asks for it."""
    if step.kind == "product":
        return go.Figure(matrices.product(step, selection, None if walk.images is None else DIGIT, "summary"))
    if step.kind == "column_sum":
        return go.Figure(matrices.column_sum(step, selection, walk.images is not None))
    return go.Figure(matrices.beside(step, selection, marked, walk.images is not None))


@pytest.fixture(scope="module", params=[case for case in CASES if "source" not in case])
def pictures(request):
    """[(step, its picture)] of one network after the other; a picture takes 20 ms, so all tests of it share it."""
    walk = walk_of(request.param)
    return [(step, drawn(walk, step)) for step in walk.steps]


def traces(figure, step):
    """(panel, its heatmap) for every panel of the step."""
    by_name = {trace.name: trace for trace in figure.data if not trace.meta.get("quiet")}
    assert len(by_name) == len(step.panels), "each panel is drawn once, under a name of its own"
    return [(panel, by_name[panel.symbol.text]) for panel in step.panels]


def layout_axis(figure, name):
    return figure.layout[name[0] + "axis" + name[1:]]


def test_every_picture_holds_the_steps_own_numbers(pictures):
    for step, figure in pictures:
        for panel, trace in traces(figure, step):
            as_sent = panel.array.astype(np.float32) if trace.texttemplate is None else panel.array
            assert np.array_equal(trace.z, as_sent), (step.key, panel.name)


def test_signed_matrices_have_colours_around_zero_and_shares_from_zero_up(pictures):
    for step, figure in pictures:
        for panel, trace in traces(figure, step):
            assert trace.zmin == (-trace.zmax if panel.signed else 0) and 0 < trace.zmax < np.inf
            assert (abs(panel.array) <= trace.zmax).mean() >= 0.99


@pytest.mark.parametrize("case", ["deep, best", "relu16, source", "nielsen, source"])
def test_pixels_targets_and_shares_always_span_from_0_to_1(case):
    walk = walk_of(case)
    shares = {"X", "Y", "A1", "A2", "A3", "A4"} if "relu" not in case else {"X", "Y", "A3"}
    for step in walk.steps:
        for panel, trace in traces(drawn(walk, step), step):
            if panel.name.removesuffix(".T").removesuffix("_new") in shares:
                assert (trace.zmin, trace.zmax) == (0, 1), (step.key, panel.name)


@every_case
def test_the_losses_before_and_after_have_the_same_colours(case):
    walk = walk_of(case)
    before, after = (traces(drawn(walk, walk.step(key)), walk.step(key))[-1][1] for key in ("E", "E_new"))
    assert (before.zmin, before.zmax) == (after.zmin, after.zmax)


def test_the_legend_knows_when_numbers_lie_beyond_its_strongest_colour_or_are_all_zero(pictures):
    for step, figure in pictures:
        for panel, trace in traces(figure, step):
            assert trace.meta["clipped"] == (float(abs(panel.array).max()) > 1.005 * trace.zmax)
            assert trace.meta["zero"] == (np.count_nonzero(panel.array) == 0)


def test_in_falks_scheme_operands_and_result_share_their_axes(pictures):
    for step, figure in pictures:
        if step.kind != "product":
            continue
        (_, left), (_, right), *bias, (_, result) = traces(figure, step)
        assert left.yaxis == result.yaxis and right.xaxis == result.xaxis
        assert len({left.xaxis, right.xaxis}) == len({left.yaxis, right.yaxis}) == 2
        assert all(trace.xaxis == result.xaxis and trace.yaxis not in (left.yaxis, right.yaxis) for _, trace in bias)
        assert layout_axis(figure, left.xaxis).domain[1] < layout_axis(figure, right.xaxis).domain[0]
        assert layout_axis(figure, left.yaxis).domain[1] < layout_axis(figure, right.yaxis).domain[0]


def test_an_axis_fits_every_matrix_on_it_with_row_0_on_top(pictures):
    for step, figure in pictures:
        for panel, trace in traces(figure, step):
            rows, columns = panel.array.shape
            assert tuple(layout_axis(figure, trace.yaxis).range) == (rows - .5, -.5), (step.key, panel.name)
            assert tuple(layout_axis(figure, trace.xaxis).range) == (-.5, columns - .5), (step.key, panel.name)


def test_subplots_do_not_overlap(pictures):
    for step, figure in pictures:
        boxes = [(layout_axis(figure, trace.xaxis).domain, layout_axis(figure, trace.yaxis).domain)
                 for _, trace in traces(figure, step)]
        assert all(0 <= low < high <= 1 for box in boxes for low, high in box)
        for n, (x, y) in enumerate(boxes):
            for u, v in boxes[n + 1:]:
                assert x[1] <= u[0] or u[1] <= x[0] or y[1] <= v[0] or v[1] <= y[0]


def test_rows_and_columns_that_are_tied_together_have_the_same_length(pictures):
    for step, figure in pictures:
        lengths = {}
        for panel, trace in traces(figure, step):
            for name, length in zip((trace.meta["row"], trace.meta["column"]), panel.array.shape):
                assert name is None or lengths.setdefault(name, length) == length
            assert tuple(trace.meta["select"]) == (panel.rows.field, panel.columns.field)


def test_in_a_product_hovering_ties_the_rows_the_columns_and_what_is_summed_over(pictures):
    for step, figure in pictures:
        if step.kind == "product":
            ties = [(trace.meta["row"], trace.meta["column"]) for _, trace in traces(figure, step)]
            (rows, inner), (inner_too, columns), *bias, result = ties
            assert inner == inner_too and result == (rows, columns) and len({rows, inner, columns}) == 3
            assert all(tie[1] == columns for tie in bias)


def outlined(figure):
    """The rectangles of the figure: (x axis, y axis, first and last column, first and last row)."""
    return sorted({(shape.xref, shape.yref, shape.x0 + .5, shape.x1 - .5, shape.y0 + .5, shape.y1 - .5)
                   for shape in figure.layout.shapes})


def around(panel, trace, row, column):
    """The rectangle around a row, a column, or a cell of a panel; None: all of them."""
    rows, columns = panel.array.shape
    across = (0, columns - 1) if column is None else (column, column)
    down = (0, rows - 1) if row is None else (row, row)
    return (trace.xaxis, trace.yaxis, *across, *down)


def places(step, selection):
    """(row, column) that each panel has outlined; None: all of them. A bias is a row of its own, as is its update."""
    def at(axis, size):
        return None if axis.field is None else min(vars(selection)[axis.field], size - 1)
    result = step.panels[-1]
    row, column = at(result.rows, len(result.array)), at(result.columns, result.array.shape[1])
    if step.kind == "product":
        return [(row, None), (None, column), *[(None, column)] * (len(step.panels) - 3), (row, column)]
    if step.kind == "column_sum":
        return [(None, column)] * 2
    if step.kind in ("input", "loss"):      # an example's targets, and with the loss its outputs, count as a whole
        return [(row, None)] * (len(step.panels) - 1) + [(row, column)]
    return [(at(panel.rows, len(panel.array)), at(panel.columns, panel.array.shape[1])) for panel in step.panels]


def assert_outlined(step, figure, selection):
    pairs = zip(traces(figure, step), places(step, selection))
    assert outlined(figure) == sorted(around(panel, trace, *place) for (panel, trace), place in pairs), step.key


def test_the_selected_cell_its_row_and_its_column_are_outlined(pictures):
    for step, figure in pictures:
        assert_outlined(step, figure, SELECTIONS[0])


@pytest.mark.parametrize("case", ["relu16, best", "hmkcode, best", "online, best", "own without hidden layers"])
@pytest.mark.parametrize("selection", SELECTIONS[1:])
def test_any_other_cell_is_outlined_too(case, selection):
    walk = walk_of(case)
    for step in walk.steps:
        assert_outlined(step, drawn(walk, step, selection), selection)


def test_numbers_stand_in_the_cells_of_small_matrices_only(pictures):
    for step, figure in pictures:
        for panel, trace in traces(figure, step):
            if panel.array.size <= 9:
                assert "%{z" in trace.texttemplate
            elif panel.array.size > READABLE_CELLS:
                assert trace.texttemplate is None


def test_hovering_a_cell_shows_its_place_and_its_true_number(pictures):
    for step, figure in pictures:
        for panel, trace in traces(figure, step):
            digits = int(re.search(r"\{z:\.(\d+)~?g\}", trace.hovertemplate)[1])
            assert digits >= (6 if trace.texttemplate is None else 9)
            assert all(text in trace.hovertemplate for text in ("%{y}", "%{x}", panel.symbol.text))


def test_thumbnails_stand_at_rows_that_are_examples(pictures):
    for step, figure in pictures:
        thumbs = (figure.layout.meta or {}).get("thumbs")
        if thumbs:
            assert {trace.meta["rows"] for _, trace in traces(figure, step) if trace.yaxis == thumbs} == {"example"}


def test_there_are_thumbnails_wherever_images_are_rows_and_none_for_printed_numbers():
    walk = walk_of("deep, best")
    have = {step.key for step in walk.steps if drawn(walk, step).layout.meta}
    assert have == {step.key for step in walk.steps if step.phase != "update"}
    toy = walk_of("mazur, best")
    assert not any(drawn(toy, step).layout.meta for step in toy.steps)


def test_every_picture_has_a_fixed_height_and_no_scale_of_its_own(pictures):
    assert all(100 <= figure.layout.height <= 500 for _, figure in pictures)
    assert all(not trace.showscale for _, figure in pictures for trace in figure.data)


def revision(figure):
    """While it stays the same, Plotly keeps what the reader zoomed into."""
    return figure.layout.uirevision


def test_a_zoom_is_kept_for_other_numbers_and_another_cell():
    one, other = walk_of("deep, best"), walk_of("deep, source")
    for step in one.steps:
        assert revision(drawn(one, step)) == revision(drawn(other, other.step(step.key), SELECTIONS[2]))
    step = one.step("delta1")
    marked = go.Figure(matrices.side_by_side(step, SELECTIONS[0], step.result > 0))
    assert revision(drawn(one, step)) == revision(marked)


def test_a_zoom_is_not_kept_where_something_else_is_drawn():
    deep, mazur = walk_of("deep, best"), walk_of("mazur, best")
    steps = [*deep.steps, *mazur.steps]
    revisions = {revision(drawn(walk, step)) for walk in (deep, mazur) for step in walk.steps}
    images = {revision(go.Figure(matrices.as_images(step, SELECTIONS[0]))) for step in with_layer_1(deep)}
    assert len(revisions | images) == len(steps) + len(images)


@pytest.mark.parametrize("case", ["deep, best", "mazur, best"])
def test_the_corner_of_a_product_holds_the_digit_and_the_summary(case):
    walk = walk_of(case)
    figure = drawn(walk, walk.step("S1"))
    digits = [trace for trace in figure.data if trace.meta.get("quiet")]
    assert len(digits) == (walk.images is not None)
    assert all(np.array_equal(trace.z, DIGIT) and (trace.zmin, trace.zmax) == (0, 255) for trace in digits)
    assert "summary" in [annotation.text for annotation in figure.layout.annotations]


def with_layer_1(walk):
    """The steps whose matrices have a row a pixel and a column a unit."""
    return [step for step in walk.steps if step.key in ("S1", "dW1", "W1_new")]


@pytest.mark.parametrize("case", [case for case in CASES if not CASES[case][0].is_toy])
@pytest.mark.parametrize("j", [0, 4, 783])
def test_as_images_every_tile_is_a_units_column_and_the_selected_one_is_outlined(case, j):
    for step in with_layer_1(walk_of(case)):
        figure = go.Figure(matrices.as_images(step, Selection(j=j)))
        panels = {panel.symbol.text: panel for panel in step.panels if panel.array.shape[0] == 784}
        assert {trace.name for trace in figure.data} <= set(panels)
        assert len(figure.data) == (3 if step.kind == "update" else 1)
        for trace in figure.data:
            array, across = panels[trace.name].array.astype(np.float32), trace.meta["mosaic"]
            tiles = [trace.z[n // across * 29:, n % across * 29:][:28, :28] for n in range(array.shape[1])]
            assert all(np.array_equal(tile, array[:, n].reshape(28, 28)) for n, tile in enumerate(tiles))
            assert np.isfinite(trace.z).sum() == array.size and trace.meta["units"] == array.shape[1]
            top, side = divmod(min(j, array.shape[1] - 1), across)
            assert (trace.xaxis, trace.yaxis, side * 29, side * 29 + 27, top * 29, top * 29 + 27) in outlined(figure)
            assert trace.zmin == -trace.zmax


@every_case
def test_the_marked_cells_are_exactly_those_given_on_outputs_slopes_and_deltas(case):
    walk = walk_of(case)
    for step in walk.steps:
        if step.kind != "elementwise" or walk.grads.slope[step.layer - 1] is None:
            continue
        marked = walk.grads.slope[step.layer - 1] < 0.02
        figure = go.Figure(matrices.side_by_side(step, SELECTIONS[0], marked))
        overlays = [trace for trace in figure.data if trace.meta.get("quiet")]
        shown = {(trace.xaxis, trace.yaxis) for panel, trace in traces(figure, step)
                 if panel.name.rstrip("1234") in ("A", "slope", "delta")}
        assert {(trace.xaxis, trace.yaxis) for trace in overlays} == shown
        for overlay in overlays:
            assert np.array_equal(np.isfinite(overlay.z), marked) and overlay.hoverinfo == "skip"


def test_without_marking_there_is_no_overlay():
    walk = walk_of("deep, source")
    assert len(drawn(walk, walk.step("delta1")).data) == 3


@every_case
def test_every_role_has_a_colour(case):
    for step in walk_of(case).steps:
        assert {panel.role for panel in step.panels} <= set(ROLES)
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in [*ROLES.values(), *BAR.values()])


def test_both_themes_have_a_scale_around_zero_and_one_from_zero_up():
    for name in ("light", "dark"):
        scales = TEMPLATES[name]["layout"]["colorscale"]
        assert [at for at, _ in scales["diverging"]] == [0, .25, .5, .75, 1]
        assert [at for at, _ in scales["sequential"]] == [0, 1]


def a_matrix(array, signed=True, role="weight"):
    return Matrix("W1", Symbol("W^1", "W¹"), array, Axis("k", "unit"), Axis("j", "unit"), signed, role)


@pytest.mark.parametrize("array, top", [
    (np.zeros((2, 2)), 1), (np.array([[-3.0, 2.0]]), 3), (np.array([[np.nan, 2.0], [np.inf, -1.0]]), 2),
    (np.full((2, 2), np.nan), 1), (np.where(np.arange(10_000) == 0, 1e9, 1.0).reshape(100, 100), 1),
    (np.eye(100)[:, :60] * 7, 7),
])
def test_the_strongest_colour_is_the_largest_number_without_stray_ones(array, top):
    assert limit(array) == top


def test_a_large_matrix_of_one_outlier_has_colours_all_the_same():
    array = np.zeros((100, 100))
    array[3, 3] = 5
    assert limit(array) == 5 and heatmap(a_matrix(array), "R", "C")["zmax"] == 5


@pytest.mark.parametrize("sizes", [[784, 64], [1, 784], [10, 10], [1, 1, 1], [64, 32, 1]])
def test_a_length_is_shared_out_whole_and_in_the_order_of_the_sizes(sizes):
    parts = share(sizes)
    assert parts.sum() == pytest.approx(1) and (parts > 0.05).all()
    assert np.argsort(sizes, kind="stable").tolist() == np.argsort(parts, kind="stable").tolist()


TERMS, LABELS = np.array([0.5, -0.25, 0.0, 2.0, -1e-9, 3.0]), np.array([7, 2, 1, 0, 4, 9])


@pytest.mark.parametrize("labels", [LABELS, None])
def test_the_terms_of_the_examples_are_bars_with_their_signs_and_their_digits(labels):
    figure = go.Figure(charts.terms_by_example(TERMS, labels, 3, "∇W"))
    bar, = figure.data
    assert np.array_equal(bar.y, TERMS) and np.array_equal(bar.x, range(6)) and bar.meta["select"] == "i"
    up, down = BAR["positive"], BAR["negative"]
    assert list(bar.marker.color) == [up, down, up, up, down, up] and bar.meta["outlined"] == 3
    assert all(str(n) in text and f"{TERMS[n]:g}" in text for n, text in enumerate(bar.hovertext))
    assert labels is None or all(f"a {digit}" in text for digit, text in zip(LABELS, bar.hovertext))
    assert (figure.layout.meta is None) == (labels is None)


def test_the_terms_of_the_units_are_bars_with_their_signs():
    bar, = go.Figure(charts.terms_by_unit(TERMS, "unit of layer 1")).data
    assert np.array_equal(bar.y, TERMS)
    assert [colour == BAR["negative"] for colour in bar.marker.color] == [term < 0 for term in TERMS]
    figure = go.Figure(charts.terms_by_unit(TERMS[:2], "unit of layer 1", -.5))
    bar, = figure.data
    assert list(bar.y) == [.5, -.25, -.5] and list(bar.marker.pattern.shape) == ["", "", "/"]
    assert list(figure.layout.xaxis.ticktext) == ["0", "1", "bias"]


def test_pixel_times_weight_is_the_term_as_three_images():
    rng = np.random.default_rng(0)
    pixels, weights = rng.random(784).astype(np.float32), rng.normal(size=784).astype(np.float32)
    images = go.Figure(charts.term_images(pixels, weights, pixels * weights)).data
    for image, values in zip(images, (pixels, weights, pixels * weights), strict=True):
        assert np.array_equal(image.z, values.reshape(28, 28))
    assert (images[0].zmin, images[0].zmax) == (0, 1)
    assert all(image.zmin == -image.zmax and image.zmax == abs(image.z).max() for image in images[1:])


def test_images_that_are_black_all_over_are_drawn_too():
    zeros = np.zeros(784, np.float32)
    assert all(image.zmax > 0 for image in go.Figure(charts.term_images(zeros, zeros, zeros)).data)


@pytest.mark.parametrize("pixel", [0, 27, 28, 462, 783])
def test_the_selected_pixel_is_outlined_in_the_picture(pixel):
    figure = go.Figure(charts.picture(DIGIT.ravel(), pixel))
    assert np.array_equal(figure.data[0].z, DIGIT)
    (_, _, *columns, first, last), = outlined(figure)
    assert columns == [pixel % 28] * 2 and (first, last) == (pixel // 28,) * 2


@pytest.mark.parametrize("name", oracles.HIDDEN)
@pytest.mark.parametrize("S", [-90.0, -1.3, 0.4, 2.0, 90.0])
def test_the_cells_point_lies_on_the_curve_and_its_tangent_has_its_slope(name, S):
    def function(s):
        return float(oracles.activation(name, [[s]])[0, 0])
    slope = float(oracles.slope(name, [[S]])[0, 0])
    curve, tangent, point = go.Figure(charts.activation_curve(name, S, function(S), slope, (-6, 6))).data
    assert curve.y == pytest.approx([function(x) for x in curve.x], abs=1e-12)
    assert (point.x[0], point.y[0]) == (S, function(S))
    (x0, x1), (y0, y1) = tangent.x, tangent.y
    assert x0 < S < x1 and (y1 - y0) / (x1 - x0) == pytest.approx(slope, abs=1e-9)
    assert y0 + (S - x0) * slope == pytest.approx(function(S), abs=1e-9)


def test_the_outputs_are_bars_and_the_true_class_stands_out():
    bar, = go.Figure(charts.probabilities(np.array([0.1, 0.7, 0.2]), 2)).data
    assert list(bar.y) == [0.1, 0.7, 0.2]
    assert bar.meta["outlined"] == 2


@pytest.mark.parametrize("values", [[0.1, 0.9], [-3.0, 0.5], [0.0, 40.0]])
def test_no_output_is_cut_off(values):
    low, high = go.Figure(charts.probabilities(np.array(values), 0)).layout.yaxis.range
    assert low <= min(values) and max(values) <= high


@pytest.mark.parametrize("labels", [LABELS, None])
def test_the_losses_of_the_examples_stand_beside_those_after_the_step(labels):
    losses, after = np.arange(6.0), np.arange(6.0) / 2
    assert len(go.Figure(charts.losses_by_example(losses, 2, labels)).data) == 1
    before, later = go.Figure(charts.losses_by_example(losses, 2, labels, after)).data
    assert np.array_equal(before.y, losses) and np.array_equal(later.y, after)
    alone, = go.Figure(charts.losses_by_example(losses, 2, labels)).data
    assert alone.meta["outlined"] == 2


def test_the_loss_along_the_step_has_its_curve_and_its_points_before_and_after():
    ts = np.linspace(0, 3, 31)
    losses = (ts - 1.4) ** 2
    line, points = go.Figure(charts.loss_along(ts, losses, 0.1)).data
    assert np.array_equal(line.x, ts) and np.array_equal(line.y, losses)
    assert list(points.x) == [0, 1] and list(points.y) == pytest.approx([1.96, 0.16])
    assert "0.1" in go.Figure(charts.loss_along(ts, losses, 0.1)).layout.title.text


def test_the_sizes_of_the_deltas_are_on_a_logarithmic_scale():
    for current in (1, 2, 3):       # on the way back the layers below the current one are not known yet
        figure = go.Figure(charts.delta_sizes([1e-9, 1e-3, 0.2], current))
        bar, = figure.data
        assert list(bar.x) == [1, 2, 3][current - 1:] and list(bar.y) == [1e-9, 1e-3, 0.2][current - 1:]
        assert bar.x[bar.meta["outlined"]] == current
        low, high = figure.layout.yaxis.range
        assert 10 ** low <= min(bar.y) and 0.2 <= 10 ** high and figure.layout.yaxis.type == "log"
        assert list(figure.layout.xaxis.range) == [.5, 3.5]


def test_layers_without_any_delta_are_drawn_too():
    assert np.isfinite(go.Figure(charts.delta_sizes([0.0, 0.0], 1)).layout.yaxis.range).all()


COUNTS = np.arange(100).reshape(10, 10)
PICTURES = [Picture(DIGIT, "a", boxes=((1, 5, 2, 6),)), Picture(DIGIT, "b", "light")]


@pytest.mark.parametrize("chart", [
    lambda: charts.terms_by_example(TERMS, LABELS, 0, ""), lambda: charts.terms_by_unit(TERMS, ""),
    lambda: charts.term_images(*np.ones((3, 784))), lambda: charts.picture(DIGIT, 0),
    lambda: charts.activation_curve("tanh", 0.5, tanh(0.5), 0.8, (-3, 3)), lambda: charts.probabilities(TERMS, 0),
    lambda: charts.losses_by_example(TERMS, 0, LABELS), lambda: charts.loss_along(TERMS, TERMS, 1.0),
    lambda: charts.delta_sizes([1.0], 1), lambda: pictures_in_a_row(PICTURES),
    lambda: drawing.strips([TERMS, -TERMS], "ab"), lambda: drawing.before_after(TERMS, TERMS, 3),
    lambda: learned.confusion(COUNTS, (2, 3)), lambda: learned.by_digit(COUNTS),
    lambda: learned.gallery(DIGIT.reshape(1, 784), ["a"], 13), lambda: learned.few_weights(COUNTS[:3], ""),
    lambda: curves.no_curves(3)[0]])
def test_plotly_knows_every_name_and_value_of_a_chart_and_it_has_a_height_of_its_own(chart):
    assert 50 <= go.Figure(chart()).layout.height <= 400


@pytest.mark.parametrize("count, told", [(1, False), (10, False), (18, False), (30, True), (100, True)])
def test_where_not_every_bar_has_room_for_its_digit_the_title_says_so(count, told):
    """A thumbnail takes 19 pixels, and the bars about 350."""
    for labels in (np.zeros(count, int), None):
        for figure in (charts.terms_by_example(np.ones(count), labels, 0, "∇W¹"),
                       charts.losses_by_example(np.ones(count), 0, labels)):
            assert ("some with their digit" in figure["layout"]["title"]["text"]) == (told and labels is not None)
