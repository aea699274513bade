"""The small pictures beside a matrix: the terms of a sum, an activation's curve, the loss along a step."""
import numpy as np
import plotly.graph_objects as go

from mlp_core.activations import ACTIVATIONS

from ..numbers import plain_number, with_article
from .pictures import Picture, pictures
from .theme import BAR, ROLES

HEIGHT = 168


def _small(figure, height=HEIGHT):
    figure.update_layout(height=height, showlegend=False, bargap=.12, margin={"l": 44, "r": 8, "t": 22, "b": 34})
    return figure


def _headed(text):
    """A small title, top left."""
    return {"text": text, "font_size": 12, "x": 0.02}


def _bars(count, labels=None):
    """An x axis for so many bars; numbered, unless thumbnails stand there instead."""
    return {"showgrid": False, "zeroline": False, "range": [-.6, count - .4], "nticks": 6, "tickformat": "d",
            "showticklabels": labels is None, **({"dtick": 1} if count < 6 else {})}


def _example(n, labels):
    return f"example {n}" + ("" if labels is None else f", {with_article(labels[n])}")


def _signed_colours(values, selected=None):
    colours = [BAR["positive"] if v >= 0 else BAR["negative"] for v in values]
    if selected is not None:
        colours[selected] = BAR["selected"]
    return colours


def terms_by_example(terms, labels, selected, symbol):
    """One signed bar per example: what each adds to the sum, with its digit on hover and as a thumbnail."""
    hover = [f"{_example(n, labels)}: {t:.6g}" for n, t in enumerate(terms)]
    figure = go.Figure(go.Bar(x=np.arange(len(terms)), y=terms, marker_color=_signed_colours(terms, selected),
                              hovertext=hover, hoverinfo="text", meta={"select": "i"}))
    figure.update_layout(title=_headed(f"one bar per example: its term of {symbol}"), xaxis=_bars(len(terms), labels))
    if labels is not None:
        figure.layout.meta = {"thumbs": "x"}
    return _small(figure)


def terms_by_unit(terms, axis_label, selected=None):
    """One signed bar for each term of a sum over units."""
    figure = go.Figure(go.Bar(x=np.arange(len(terms)), y=terms, marker_color=_signed_colours(terms, selected),
                              hovertemplate="%{x}: %{y:.6g}<extra></extra>"))
    figure.update_layout(title=_headed("the terms of the sum"), xaxis={**_bars(len(terms)), "title": axis_label})
    return _small(figure)


def term_images(pixels, weights, terms):
    """Pixel · weight = term, each as a 28×28 image."""
    return pictures([Picture(values.reshape(28, 28), title, scale) for values, title, scale in (
        (pixels, "pixel", "ink"), (weights, "· weight", "signed"), (terms, "= term", "signed"))])


def picture(values, pixel):
    """One image, large, with the selected pixel outlined."""
    figure = go.Figure(go.Heatmap(z=np.asarray(values).reshape(28, 28), autocolorscale=True, zmin=0, zmax=255,
                                  showscale=False, meta={"quiet": True},
                                  hovertemplate="row %{y}, column %{x}: %{z}<extra></extra>"))
    row, column = divmod(pixel, 28)
    figure.add_shape(type="rect", x0=column - .5, x1=column + .5, y0=row - .5, y1=row + .5,
                     line={"color": BAR["selected"], "width": 2})
    figure.update_layout(xaxis={"visible": False, "constrain": "domain"},
                         yaxis={"visible": False, "autorange": "reversed", "scaleanchor": "x", "constrain": "domain"})
    _small(figure, 230)
    figure.layout.margin = {"l": 4, "r": 4, "t": 4, "b": 4}
    return figure


def activation_curve(name, S, A, slope, span):
    """The activation's curve with the selected cell's point on it and its tangent."""
    reach = max(span[1], min(abs(S) * 1.15, 40))
    x = np.linspace(-reach, reach, 121)
    y = ACTIVATIONS[name].function(x)
    half = reach * .16
    figure = go.Figure([
        go.Scatter(x=x, y=y, mode="lines", line_color=ROLES["activation"], hoverinfo="skip"),
        go.Scatter(x=[S - half, S + half], y=[A - slope * half, A + slope * half], mode="lines",
                   line={"color": ROLES["delta"], "dash": "dot"}, hoverinfo="skip"),
        go.Scatter(x=[S], y=[A], mode="markers", marker={"size": 10, "color": ROLES["delta"]},
                   hovertemplate="S = %{x:.6g}<br>A = %{y:.6g}<extra></extra>")])
    figure.update_layout(title=_headed(f"at S = {plain_number(S)} the slope f′(S) is {plain_number(slope)}"),
                         xaxis_title="S", yaxis_title="A")
    low, high = float(np.min(y)), float(np.max(y))
    figure.layout.yaxis.range = [low - .08 * (high - low), high + .08 * (high - low)]
    return _small(figure, 150)


def probabilities(values, true, title="the outputs for this example"):
    """The outputs of one example, one bar a class; the true class is marked."""
    classes = np.arange(len(values))
    colours = [BAR["selected"] if n == true else ROLES["activation"] for n in classes]
    figure = go.Figure(go.Bar(x=classes, y=values, marker_color=colours,
                              hovertemplate="%{x}: %{y:.6g}<extra></extra>"))
    figure.update_layout(title=_headed(f"{title} (true: {true})"), xaxis={"dtick": 1, "showgrid": False},
                         yaxis_range=[min(0, float(min(values))), max(1, float(max(values)))])
    return _small(figure)


def losses_by_example(losses, selected, labels, after=None):
    """Each example's loss, and after the update beside it."""
    x = np.arange(len(losses))
    hover = [_example(n, labels) for n in x]
    colours = [BAR["selected"] if n == selected and after is None else BAR["neutral"] for n in x]
    bars = [go.Bar(x=x, y=losses, marker_color=colours, hovertext=hover,
                   hovertemplate="%{hovertext}: %{y:.6g}<extra>before</extra>", meta={"select": "i"})]
    if after is not None:
        bars.append(go.Bar(x=x, y=after, marker_color=BAR["positive"], hovertext=hover,
                           hovertemplate="%{hovertext}: %{y:.6g}<extra>after</extra>", meta={"select": "i"}))
    figure = go.Figure(bars)
    text = "loss of each example" + ("" if after is None else ": before (grey), after (orange)")
    figure.update_layout(title=_headed(text), barmode="group", xaxis=_bars(len(losses), labels))
    if labels is not None:
        figure.layout.meta = {"thumbs": "x"}
    return _small(figure)


def loss_along(ts, losses, alpha):
    """E(w − t·α·∇E): the batch's loss on the way from the old weights to the new and beyond."""
    figure = go.Figure(go.Scatter(x=ts, y=losses, mode="lines", line_color=ROLES["weight"],
                                  hovertemplate="t = %{x:.2f}: E = %{y:.6g}<extra></extra>"))
    now = int(np.argmin(np.abs(ts - 1)))
    figure.add_scatter(x=[0, 1], y=[losses[0], losses[now]], mode="markers+text", text=["before", "after"],
                       textposition=["middle right", "top center"],
                       marker={"size": 9, "color": [ROLES["weight"], ROLES["delta"]]},
                       hovertemplate="t = %{x}: E = %{y:.6g}<extra></extra>")
    figure.update_layout(title=_headed(f"the batch’s loss along this step, α = {alpha:g}"),
                         xaxis={"title": "t steps: E(w − t·α·∇E)", "dtick": .5}, yaxis_title="E")
    return _small(figure, 180)


def delta_sizes(sizes, current):
    """The mean |δ| of each layer, on a logarithmic scale: where it is small, learning is slow."""
    layers = np.arange(1, len(sizes) + 1)
    colours = [BAR["selected"] if n == current else ROLES["delta"] for n in layers]
    figure = go.Figure(go.Scatter(x=layers, y=sizes, mode="lines+markers+text",
                                  line={"color": BAR["neutral"], "width": 1},
                                  marker={"size": 10, "color": colours}, text=[plain_number(s, 2) for s in sizes],
                                  textposition="top center", cliponaxis=False,
                                  hovertemplate="layer %{x}: mean |δ| = %{y:.4g}<extra></extra>"))
    positive = [s for s in sizes if s > 0] or [1.0]
    decades = [np.floor(np.log10(min(positive))) - .1, np.ceil(np.log10(max(positive))) + .3]
    figure.update_layout(title=_headed("mean |δ| of each layer (log scale)"),
                         xaxis={"title": "layer", "dtick": 1, "showgrid": False, "range": [.5, len(sizes) + .5]},
                         yaxis={"type": "log", "exponentformat": "power", "dtick": 1, "range": decades})
    return _small(figure, 130)
