"""The matrices of a step: a product in Falk's scheme, everything else side by side.

Falk's scheme puts the left operand left of the result, sharing its rows, and the right operand above it,
sharing its columns: each cell of the result stands where its row and its column meet.
"""
from dataclasses import dataclass, replace

import numpy as np

from .heat import (
    colours,
    frame,
    heatmap,
    image_axes,
    limit,
    outline,
    pointer,
    readable,
    share,
    subplot,
    title,
)
from .theme import MARKED

HEIGHT = 392
TOY_HEIGHT = 280
GAP_X, GAP_Y = 0.075, 0.085


def _axis(domain, anchor, **more):
    return {"domain": [float(d) for d in domain], "anchor": anchor, "showgrid": False, "zeroline": False,
            "nticks": 5, "ticks": "", **more}


def _rows(domain, anchor, array, **more):
    """A y axis with row 0 at the top."""
    return _axis(domain, anchor, range=[len(array) - .5, -.5], **_few(len(array)), **more)


def _columns(domain, anchor, array, **more):
    return _axis(domain, anchor, range=[-.5, array.shape[1] - .5], **_few(array.shape[1]), **more)


def _few(size):
    return {"tickmode": "linear", "dtick": 1, "tick0": 0} if size <= 10 else {}


def _title(matrix, x, y):
    return {"text": title(matrix), "xref": "paper", "yref": "paper", "x": float(x), "y": float(y), "xanchor": "left",
            "yanchor": "bottom", "yshift": 2, "font": {"size": 13}}


def product(step, selection, digit=None, summary="", lens=None):
    """A product step in Falk's scheme; `digit` (28, 28), `summary` and a Lens fill the empty corner top left."""
    left, right, *bias, result = step.panels
    width = share([left.array.shape[1], result.array.shape[1]], 0.25)
    height = share([right.array.shape[0], result.array.shape[0]], 0.2)
    x_split = width[0] * (1 - GAP_X)
    strip = (0.1 if bias[0].array.shape[1] <= 4 else 0.04) if bias else 0.0
    y_split = height[1] * (1 - GAP_Y - strip)
    x_left, x_right = (0.0, x_split), (x_split + GAP_X, 1.0)
    y_low, y_bias = (0.0, y_split), (y_split + GAP_Y * .75, y_split + GAP_Y * .75 + strip)
    y_high = (y_bias[1] + (GAP_Y * .75 if bias else GAP_Y * .25), 1.0)

    traces = [
        heatmap(left, "R", "K", xaxis="x", yaxis="y"),
        heatmap(right, "K", "C", xaxis="x2", yaxis="y2"),
        heatmap(result, "R", "C", xaxis="x2", yaxis="y"),
        *(heatmap(b, None, "C", xaxis="x2", yaxis="y3") for b in bias)]
    layout = {
        "xaxis": _columns(x_left, "y", left.array),
        "yaxis": _rows(y_low, "x", left.array),
        "xaxis2": _columns(x_right, "y", result.array),
        "yaxis2": _rows(y_high, "x2", right.array),
        **({"yaxis3": _axis(y_bias, "x2", showticklabels=False, range=[.5, -.5])} if bias else {})}
    figure = {"data": traces, "layout": layout}
    row, _ = selection.cell(result)
    notes = [_title(left, x_left[0], y_low[1]), _title(right, x_right[0], y_high[1]),
             _title(result, x_right[0], y_low[1]), *(_title(b, x_right[0], y_bias[1]) for b in bias),
             *pointer(row, "", len(left.array)), *pointer(row, "2", len(left.array)),
             *_corner(figure, digit, summary, x_left, (y_high[0], 1.0), lens)]
    if lens is not None:
        notes += _strips(figure, lens, (left, right), x_left, (y_high[0], 1.0))
    if digit is not None and len(right.array) > 1 and left.columns.field == "i":
        layout["meta"] = {"thumbs": "y2"}
    elif digit is not None and left.rows.field == "i":
        layout["meta"] = {"thumbs": "y"}
    return _finished(figure, step, _frames_of_product(step, selection), notes)


def _frames_of_product(step, selection):
    left, right, *bias, result = step.panels
    row, column = selection.cell(result)
    frames = [*frame(**outline("", row=row, shape=left.array.shape)),
              *frame(**outline("2", column=column, shape=right.array.shape)),
              *frame(**{**outline("2", row, column, result.array.shape), "yref": "y"})]
    if bias:
        frames += frame(**{**outline("2", column=column, shape=(1, 1)), "yref": "y3", "y0": -.5, "y1": .5})
    return frames


@dataclass(frozen=True)
class Lens:
    """The selected row and column, number by number, and what they come to."""
    row: np.ndarray         # (n,)
    column: np.ndarray      # (n,)
    terms: np.ndarray       # (n,) row · column
    names: tuple            # of the three, for a reader
    largest: str            # the largest products with their numbers, lines parted by <br>


STRIPS = 0.42   # of the corner's height: the three strips of the lens
LABEL = 0.085   # of the picture's width: their names


def _strips(figure, lens, panels, x, y):
    """Draw the lens: the row, the column and their products under each other; return their names as notes."""
    notes, height = [], (y[1] - y[0]) * STRIPS / 3
    tops = [panel.top or limit(panel.array) for panel in panels] + [limit(lens.terms)]
    signed = [panel.signed for panel in panels] + [True]
    for n, (values, name) in enumerate(zip((lens.row, lens.column, lens.terms), lens.names, strict=True)):
        at, low = n + 5, y[0] + (2 - n) * height
        strip = np.ascontiguousarray(values, np.float32)[None]
        figure["data"].append({
            **colours(strip, -tops[n] if signed[n] else 0, tops[n]), "xaxis": f"x{at}", "yaxis": f"y{at}",
            "meta": {"quiet": True, "lens": True}, "hovertemplate": f"{name}, term %{{x}}: %{{z:.4~g}}<extra></extra>"})
        figure["layout"] |= subplot(
            at, {"domain": [float(x[0]) + LABEL, float(x[1])], "visible": False, "range": [-.5, len(values) - .5]},
            {"domain": [float(low), float(low + height * .7)], "visible": False, "range": [.5, -.5]})
        notes.append({"text": name, "xref": "paper", "yref": "paper", "x": float(x[0]), "y": float(low + height * .35),
                      "xanchor": "left", "yanchor": "middle", "font": {"size": 11}, "name": "lens"})
    return notes


def _corner(figure, digit, summary, x, y, lens=None):
    """Draw the digit into the corner; return the summary beside it, and the lens's largest products, as notes."""
    low = y[0] + (y[1] - y[0]) * STRIPS if lens is not None else y[0]
    if digit is not None:
        side = 0.62 * (x[1] - x[0]) if x[1] - x[0] < .3 else 0.19
        side = side if lens is None else min(side, 0.1)
        figure["data"].append({**colours(np.asarray(digit), 0, 255), "xaxis": "x4", "yaxis": "y4", "hoverinfo": "skip",
                               "meta": {"quiet": True}})
        figure["layout"] |= image_axes(4, [x[0], x[0] + side], [low + .04, y[1]])
    start = x[0] + (side + .015 if digit is not None else 0)
    note = {"xref": "paper", "yref": "paper", "y": y[1], "xanchor": "left", "yanchor": "top", "align": "left"}
    texts = [{**note, "text": summary, "x": start, "font": {"size": 13}, "name": "summary"}] if summary else []
    if lens is not None and x[1] - start > .32:
        texts.append({**note, "text": lens.largest, "x": start + .17, "font": {"size": 11},
                      "name": "lens"})
    return texts


def beside(step, selection, marked=None, thumbs=False):
    """Every step that is no product: its operands and its result, next to each other or under each other."""
    shapes = {panel.array.shape for panel in step.panels}
    if len(shapes) == 1 and shapes.pop()[0] == 1 and step.panels[0].array.shape[1] > 4:
        return stacked(step, selection)
    return side_by_side(step, selection, marked, thumbs)


def side_by_side(step, selection, marked=None, thumbs=False):
    """Panels with the same rows next to each other; the cells of `marked`, bool (m, n), are painted over."""
    panels = step.panels[::-1] if step.kind == "input" else step.panels
    widths = share([p.array.shape[1] for p in panels], 0.12)
    gaps = 0.05
    edges = np.concatenate([[0], np.cumsum(widths)]) * (1 - gaps * (len(panels) - 1))
    traces, layout, frames, notes = [], {"yaxis": _rows((0, 1), "x", panels[-1].array)}, [], []
    for n, panel in enumerate(panels):
        suffix = "" if n == 0 else str(n + 1)
        x = edges[n] + n * gaps, edges[n + 1] + n * gaps
        same = panel.array.shape[1] == step.panels[-1].array.shape[1]
        traces.append(heatmap(panel, "R", "C" if same else f"C{n}", xaxis=f"x{suffix}", yaxis="y"))
        layout[f"xaxis{suffix}"] = _columns(x, "y", panel.array)
        notes.append(_title(panel, x[0], 1))
        if marked is not None and panel.role in ("activation", "slope", "delta"):
            notes[-1]["text"] = title(panel, f"{marked.sum():,} of {marked.size:,} cells: f′ < 0.02")
            traces.append({"type": "heatmap", "z": np.where(marked, 1.0, np.nan).astype(np.float32),
                           "xaxis": f"x{suffix}", "yaxis": "y", "colorscale": [[0, MARKED], [1, MARKED]],
                           "opacity": .5, "showscale": False, "hoverinfo": "skip", "meta": {"quiet": True}})
        row, column = _place(panel, step.panels[-1], selection)
        if row is not None or column is not None:
            frames += frame(**{**outline(suffix, row, column, panel.array.shape), "yref": "y"})
            notes += pointer(row, suffix, len(panel.array))
    if thumbs and panels[-1].rows.field == "i":
        layout["meta"] = {"thumbs": "y"}
    return _finished({"data": traces, "layout": layout}, step, frames, notes)


def _place(panel, result, selection):
    """The selection in this panel: without a column where the result has none of that kind, its whole row counts."""
    row, column = selection.cell(panel)
    return row, column if panel.columns.field in (result.rows.field, result.columns.field) else None


def stacked(step, selection):
    """Matrices of one row under each other, sharing columns."""
    traces, layout, n, frames, notes = [], {}, len(step.panels), [], []
    for at, panel in enumerate(step.panels):
        suffix, top = "" if at == 0 else str(at + 1), 1 - at / n
        traces.append(heatmap(panel, None, "C", xaxis="x", yaxis=f"y{suffix}"))
        layout[f"yaxis{suffix}"] = _axis((top - .7 / n, top), "x", showticklabels=False, range=[.5, -.5])
        notes.append(_title(panel, 0, top))
        _, column = selection.cell(panel)
        if column is not None:
            frames += frame(**{**outline("", 0, column), "yref": f"y{suffix}"})
    layout["xaxis"] = _columns((0, 1), f"y{n}" if n > 1 else "y", step.panels[-1].array)
    return _finished({"data": traces, "layout": layout}, step, frames, notes)


def column_sum(step, selection, thumbs=False):
    """δ above its column sums, sharing columns."""
    delta, db = step.panels
    traces = [heatmap(delta, "R", "C", xaxis="x", yaxis="y"), heatmap(db, None, "C", xaxis="x", yaxis="y2")]
    layout = {
        "xaxis": _columns((0, 1), "y2", delta.array),
        "yaxis": _rows((.22, 1), "x", delta.array),
        "yaxis2": _axis((0, .11), "x", showticklabels=False, range=[.5, -.5]),
        **({"meta": {"thumbs": "y"}} if thumbs else {})}
    _, column = selection.cell(db)
    frames = [*frame(**outline("", column=column, shape=delta.array.shape)),
              *frame(**{**outline("", column=column), "yref": "y2", "y0": -.5, "y1": .5})]
    return _finished({"data": traces, "layout": layout}, step, frames, [_title(delta, 0, 1), _title(db, 0, .11)])


def as_images(step, selection):
    """A layer-1 matrix (784, n): each unit's column as a 28×28 image, all units in a grid."""
    panels = [panel for panel in step.panels if panel.array.shape[0] == 784 and panel.columns.field == "j"]
    traces, layout, gaps, count, frames, notes = [], {}, .03, len(panels), [], []
    for n, panel in enumerate(panels):
        suffix = "" if n == 0 else str(n + 1)
        across = int(np.ceil(np.sqrt(panel.array.shape[1] * (2.6 if count == 1 else 1))))
        picture = mosaic(panel.array.T, across)
        width = (1 - gaps * (count - 1)) / count
        x = n * (width + gaps), n * (width + gaps) + width
        trace = heatmap(replace(panel, array=np.nan_to_num(picture)), None, None, xaxis=f"x{suffix}",
                        yaxis=f"y{suffix}")
        meta = {**trace["meta"], "mosaic": across, "units": panel.array.shape[1]}
        traces.append({**trace, "z": picture, "meta": meta, "hoverongaps": False,
                       "hovertemplate": f"%{{hovertext}}: %{{z:.6g}}<extra>{trace['name']}</extra>"})
        layout |= image_axes(n + 1, x, [0, 1])
        notes.append({**_title(panel, x[0], 1), "text": title(panel, "one 28×28 image per unit")})
        j = min(selection.j, panel.array.shape[1] - 1)
        top, side = divmod(j, across)
        frames += frame(type="rect", xref=f"x{suffix}", yref=f"y{suffix}", x0=side * 29 - .5, x1=side * 29 + 27.5,
                        y0=top * 29 - .5, y1=top * 29 + 27.5)
    return _finished({"data": traces, "layout": layout}, step, frames, notes)


def mosaic(images, across):
    """Tile (n, 784) images into one picture with a one-pixel gap (NaN) between them."""
    down = -(-len(images) // across)
    picture = np.full((down * 29 - 1, across * 29 - 1), np.nan, np.float32)
    for n, image in enumerate(images):
        top, side = divmod(n, across)
        picture[top * 29:top * 29 + 28, side * 29:side * 29 + 28] = image.reshape(28, 28)
    return picture


def _finished(figure, step, frames, notes):
    toy = all(readable(panel) and len(panel.array) <= 4 for panel in step.panels)
    drawn = [(trace["name"], trace["z"].shape) for trace in figure["data"] if "name" in trace]
    return {"data": figure["data"], "layout": {
        **figure["layout"], "height": TOY_HEIGHT if toy else HEIGHT, "dragmode": "zoom", "showlegend": False,
        "uirevision": str(drawn),       # a zoom is kept while these stay
        "shapes": frames, "annotations": notes,
        "margin": {"l": 48 if "meta" in figure["layout"] else 30, "r": 6, "t": 22, "b": 20}}}


def has_pictures(step):
    """Whether the step has weights, gradients or changes of layer 1, one number a pixel."""
    return step.kind in ("product", "update") and any(
        panel.array.shape[0] == 784 and panel.columns.field == "j" for panel in step.panels)
