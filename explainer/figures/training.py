"""The pictures of a training: its curves, what the first layer looks like, who is taken for whom, and the mistakes."""
import numpy as np
import plotly.graph_objects as go

from ..notation import SUPERSCRIPT
from .heat import frame, limit
from .matrices import mosaic
from .theme import BAR, ROLES, RUNS

HEIGHT = 232
MOST_POINTS = 600
DASHES = {"training": "dot", "validation": "solid", "test": "dash"}
CAPTION = 17    # rows of pixels under a picture for its caption
LOSS_HOVER = "loss per example: %{y:.5g}"


def colour(number):
    """The colour of a run, the same wherever it appears."""
    return RUNS[(number - 1) % len(RUNS)]


def curves(runs, current, moment=None):
    """Loss, accuracy and gradient sizes over the epochs, side by side: all of the current run, one line of the others.

    `moment` is the Moment that is looked at; a vertical line marks it.
    """
    figure = go.Figure()
    others = [run for run in runs if run is not current
              and (run.material.dataset is None) == (current.material.dataset is None)]
    # losses of two kinds cannot be compared, accuracies can
    same_loss = [run for run in others if run.network.loss == current.network.loss]
    for run in same_loss:
        _line(figure, run, _losses(run), "", run.name, LOSS_HOVER)
    for run in others:
        if run.material.measured:
            _line(figure, run, [m.accuracy.get("validation") for m in run.moments], "2", run.name,
                  "validation: %{y:.2%}")
    _batch_losses(figure, current)
    _line(figure, current, _losses(current), "", "mean", LOSS_HOVER, width=2)
    for part in current.material.measured:
        _line(figure, current, [m.accuracy[part] for m in current.moments], "2", part, part + ": %{y:.2%}",
              dash=DASHES[part], width=2.5 if part == "validation" else 1.5)
    floor = _gradients(figure, current)
    reach = _reach([current, *others], moment)
    _arrange(figure, current, moment, "accuracy (from 80 %)" if reach[0] else "accuracy")
    shown = [y for _, y in current.losses.points] + [y for run in same_loss for y in _losses(run)]
    figure.layout.yaxis.update(_decades(shown))
    figure.layout.yaxis2.update(tickformat=".0%", range=reach)
    figure.layout.yaxis3.update(_decades((size for m in current.moments for size in m.gradients), floor))
    return figure


def _losses(run):
    return [m.loss for m in run.moments]


def _batch_losses(figure, run):
    points = run.losses.points
    x, y = np.array(points[::max(1, len(points) // MOST_POINTS)]).reshape(-1, 2).T
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", opacity=.5, name="each batch",
                                line={"color": colour(run.number), "width": 1}, xaxis="x", yaxis="y", legend="legend",
                                hovertemplate="epoch %{x:.3f}, a batch: %{y:.5g}<extra></extra>"))


def _gradients(figure, run):
    """Draw a line for each layer; return the place of 0 on the logarithmic axis, or None where no gradient is 0."""
    sizes = [size for m in run.moments for size in m.gradients if np.isfinite(size)]
    floor = min((size for size in sizes if size > 0), default=1.0) / 10 if 0 in sizes else None
    examples = min(100, len(run.material.X))
    for l in range(len(run.network.layers)):
        _line(figure, run, [m.gradients[l] for m in run.moments], "3", f"W{l + 1}".translate(SUPERSCRIPT),
              f"mean |∇W| of layer {l + 1}, summed over {examples} examples: %{{customdata[1]:.4g}}",
              line=RUNS[l % len(RUNS)], floor=floor)
    return floor


def _line(figure, run, values, axis, name, hover, dash="solid", width=1.8, line=None, floor=None):
    points = [(m.epoch, m.title, v) for m, v in zip(run.moments, values) if v is not None and v == v]
    points = points[::max(1, len(points) // MOST_POINTS)]
    x, titles, y = zip(*points) if points else ((), (), ())
    figure.add_trace(go.Scatter(
        x=x, y=[max(v, floor) for v in y] if floor else y, customdata=list(zip(titles, y)), name=name,
        mode="lines+markers" if len(x) < 60 else "lines", marker_size=4,
        line={"color": line or colour(run.number), "dash": dash, "width": width},
        xaxis=f"x{axis}", yaxis=f"y{axis}", legend=f"legend{axis}",
        hovertemplate=f"{run.name}, %{{customdata[0]}}<br>{hover}<extra></extra>"))


def _arrange(figure, run, moment, accuracy):
    has_accuracy = bool(run.material.measured)
    spans = [(0, .29), (.36, .65), (.72, 1)] if has_accuracy else [(0, .46), (0, .001), (.54, 1)]
    heads = ["loss per example (log scale)", accuracy, "mean |∇W| of each layer (log scale)"]
    for n, ((left, right), head) in enumerate(zip(spans, heads)):
        axis = "" if n == 0 else str(n + 1)
        shown = has_accuracy or n != 1
        figure.layout[f"xaxis{axis}"] = {
            "domain": [left, right], "anchor": f"y{axis}", "visible": shown, "title": "epochs", "rangemode": "tozero",
            "exponentformat": "none", "separatethousands": True, "matches": "x" if n else None}
        figure.layout[f"yaxis{axis}"] = {"anchor": f"x{axis}", "visible": shown}
        figure.layout[f"legend{axis}"] = {
            "x": right, "y": .02 if n == 1 else 1, "xanchor": "right", "yanchor": "bottom" if n == 1 else "top",
            "font": {"size": 11}, "visible": shown, "itemwidth": 30}
        if shown:
            figure.add_annotation(text=f"<b>{head}</b>", xref="paper", yref="paper", x=left, y=1.02, xanchor="left",
                                  yanchor="bottom", font_size=12)
        if moment is not None and shown:
            figure.add_shape(type="line", xref=f"x{axis}", yref=f"y{axis} domain", x0=moment.epoch, x1=moment.epoch,
                             y0=0, y1=1, line={"color": BAR["selected"], "width": 1.2, "dash": "dot"})
    figure.update_layout(height=HEIGHT, margin={"l": 44, "r": 8, "t": 30, "b": 36}, showlegend=True,
                         hovermode="closest", uirevision=f"run {run.number}")


def _decades(values, floor=None):
    """A logarithmic axis with two to six numbers on it, however many powers of ten the values span.

    `floor` is where values of 0 are drawn, or None.
    """
    found = np.array([value for value in values if value > 0 and np.isfinite(value)] or [1.0])
    low, high = np.log10(floor or found.min()), np.log10(found.max())
    margin = max(.08 * (high - low), (.6 - high + low) / 2)
    low, high = low - margin, high + margin
    ticks = _ticks(low, high)
    if floor:
        ticks = {floor: "0"} | {tick: text for tick, text in ticks.items() if tick > 2 * floor}
    return {"type": "log", "range": [low, high], "tickvals": list(ticks), "ticktext": list(ticks.values())}


def _ticks(low, high):
    """Return {number: text} between two powers of ten."""
    powers = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    if high - low > 3:
        every = int(np.ceil((high - low) / 5))
        return {10.0 ** power: "10" + str(power).translate(SUPERSCRIPT) for power in powers if power % every == 0}
    steps = (1,) if high - low > 1.6 else (1, 2, 5)
    return {step * 10.0 ** power: f"{step * 10.0 ** power:.12g}" for power in powers for step in steps}


def _reach(runs, moment):
    """The accuracies to show: all of them, and from 80 % on once all networks are better than that by far."""
    shares = [share for run in runs for moment in run.moments[-3:] for share in moment.accuracy.values()]
    if moment is not None:
        shares += moment.accuracy.values()
    return [.8, 1.003] if shares and min(shares) > .88 else [0, 1.01]


def first_layer(W):
    """The weights of layer 1, (784, n): one 28×28 image a unit, what it looks for and what speaks against it."""
    across = min(W.shape[1], 16)
    picture, top = mosaic(W.T, across), limit(W)
    figure = go.Figure(go.Heatmap(z=picture, zmin=-top, zmax=top, autocolorscale=True, showscale=False, name="W¹",
                                  hovertemplate="%{z:.5g}<extra>W¹</extra>",
                                  meta={"mosaic": across, "units": W.shape[1], "signed": True, "row": None,
                                        "column": None, "select": [None, "j"], "clipped": bool(np.abs(W).max() > top)}))
    _grid(figure, 60 * -(-W.shape[1] // across) + 16)
    return figure


def confusion(counts, cell=None):
    """Who is taken for whom, (10, 10): rows the digit, columns the answer; mistakes coloured by share of the digit."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    wrong = np.where(np.eye(len(counts), dtype=bool), 0, shares)
    top = max(float(wrong.max()), 1e-6)
    text = [[f"{n:,}" if n else "" for n in row] for row in counts]
    figure = go.Figure(go.Heatmap(
        z=wrong, zmin=-2 * top, zmax=2 * top, autocolorscale=True, showscale=False, text=text,
        texttemplate="%{text}", textfont_size=12, customdata=np.dstack([counts, shares]),
        hovertemplate="a %{y} read as %{x}: %{customdata[0]:,} (%{customdata[1]:.1%} of all %{y})<extra></extra>",
        meta={"row": "digit", "column": "answer", "select": ["digit", "answer"]}))
    if cell is not None:
        digit, answer = cell
        figure.update_layout(shapes=frame(type="rect", xref="x", yref="y", x0=answer - .5, x1=answer + .5,
                                          y0=digit - .5, y1=digit + .5))
    figure.update_layout(height=330, margin={"l": 52, "r": 8, "t": 42, "b": 6}, uirevision="confusion",
                         xaxis={"dtick": 1, "side": "top", "title": "the network’s answer", "showgrid": False},
                         yaxis={"dtick": 1, "autorange": "reversed", "showgrid": False,
                                "title": {"text": "the digit", "standoff": 8}})
    return figure


def by_digit(counts):
    """The share of each digit that is read right, as bars."""
    shares = np.diag(counts) / np.maximum(counts.sum(axis=1), 1)
    figure = go.Figure(go.Bar(x=np.arange(len(counts)), y=shares, marker_color=ROLES["activation"],
                              text=[f"{share:.1%}" for share in shares], textposition="outside", cliponaxis=False,
                              customdata=counts.sum(axis=1), textfont_size=11,
                              hovertemplate="%{x}: %{y:.2%} of %{customdata:,}<extra></extra>"))
    figure.update_layout(height=170, margin={"l": 44, "r": 8, "t": 26, "b": 24}, showlegend=False,
                         title={"text": "accuracy by digit", "font_size": 12, "x": .02},
                         xaxis={"dtick": 1, "showgrid": False},
                         yaxis={"tickformat": ".0%", "range": [0, 1.12], "nticks": 3})
    return figure


def gallery(images, captions, across):
    """Images with a caption under each; a click tells which one it was."""
    across = max(1, min(across, len(images)))
    pitch, down = 29 + CAPTION, -(-len(images) // across)
    picture = np.full((down * pitch - 1, across * 29 - 1), np.nan, np.float32)
    for n, image in enumerate(images):
        top, side = divmod(n, across)
        picture[top * pitch:top * pitch + 28, side * 29:side * 29 + 28] = image.reshape(28, 28)
    figure = go.Figure(go.Heatmap(z=picture, zmin=0, zmax=255, autocolorscale=True, showscale=False, hoverinfo="none",
                                  meta={"mosaic": across, "units": len(images), "pitch": pitch}))
    figure.update_layout(annotations=[
        {"text": caption, "x": 29 * (n % across) + 13.5, "y": pitch * (n // across) + 28, "xref": "x", "yref": "y",
         "yanchor": "top", "xanchor": "center", "showarrow": False, "font": {"size": 11}, "yshift": 2}
        for n, caption in enumerate(captions)])
    _grid(figure, 92 * down + 8)
    return figure


def _grid(figure, height):
    figure.update_layout(height=height, margin={"l": 2, "r": 2, "t": 4, "b": 4}, uirevision="grid",
                         xaxis={"visible": False, "constrain": "domain", "constraintoward": "left"},
                         yaxis={"visible": False, "autorange": "reversed", "scaleanchor": "x", "constrain": "domain",
                                "constraintoward": "top"})
