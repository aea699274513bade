"""The small pictures beside a matrix: the terms of a sum, an activation's curve, the loss along a step."""
import numpy as np

from mlp_core.activations import ACTIVATIONS
from mlp_core.data import DIGITS

from ..numbers import plain_number, with_article
from .heat import colours, image_axes, outline
from .pictures import Picture, pictures
from .theme import BAR, ROLES

HEIGHT = 168
ROOM = 18       # for so many thumbnails beside each other


def _small(traces, title, height=HEIGHT, **layout):
    """A small figure with its title, top left."""
    return {"data": traces, "layout": {
        "height": height, "showlegend": False, "bargap": .12, "margin": {"l": 44, "r": 8, "t": 22, "b": 34},
        "title": {"text": title, "font": {"size": 12}, "x": 0.02}, **layout}}


def _named(text, **more):
    return {"title": {"text": text}, **more}


def _thumbs(labels):
    """Thumbnails along the examples, where these are digits."""
    return {} if labels is None else {"meta": {"thumbs": "x"}}


def _bars(count, labels=None):
    """An x axis for so many bars; numbered, unless thumbnails stand there instead."""
    return {"showgrid": False, "zeroline": False, "range": [-.6, count - .4], "nticks": 6, "tickformat": "d",
            "showticklabels": labels is None, **({"dtick": 1} if count < 6 else {})}


def _example(n, labels):
    return f"example {n}" + ("" if labels is None else f", {with_article(labels[n])}")


def _signed_colours(values):
    return [BAR["positive"] if v >= 0 else BAR["negative"] for v in values]


def _some(labels):
    """Said where there are more examples than room for their digits."""
    return ", some with their digit" if labels is not None and len(labels) > ROOM else ""


def terms_by_example(terms, labels, selected, symbol):
    """One signed bar per example: what each adds to the sum, with its digit on hover and as a thumbnail."""
    hover = [f"{_example(n, labels)}: {t:.6g}" for n, t in enumerate(terms)]
    bars = {"type": "bar", "x": np.arange(len(terms)), "y": terms, "hovertext": hover,
            "marker": {"color": _signed_colours(terms)}, "hoverinfo": "text",
            "meta": {"select": "i", "outlined": selected}}
    return _small([bars], f"one bar per example{_some(labels)}: its term of {symbol}", xaxis=_bars(len(terms), labels),
                  **_thumbs(labels))


def terms_by_unit(terms, axis_label, bias=None):
    """One signed bar for each term of a sum over units; the last one, hatched, is the bias, where there is one."""
    known = [] if bias is None else [bias]
    values, names = [*terms, *known], [*map(str, range(len(terms))), *["bias"] * len(known)]
    hatched = [""] * len(terms) + ["/"] * len(known)
    bars = {"type": "bar", "x": np.arange(len(values)), "y": values, "hovertext": names,
            "marker": {"color": _signed_colours(values), "pattern": {"shape": hatched}},
            "hovertemplate": "%{hovertext}: %{y:.6g}<extra></extra>"}
    last = ", and the bias (hatched)" if bias else ", and the bias, 0"
    axis = _named(axis_label + last * len(known), **_bars(len(values)))
    if len(values) < 6:
        axis |= {"tickvals": bars["x"], "ticktext": names}
    return _small([bars], "the terms of the sum", xaxis=axis)


def term_images(pixels, weights, terms):
    """Pixel · weight = term, each as a 28×28 image."""
    return pictures([Picture(values.reshape(28, 28), title, scale) for values, title, scale in (
        (pixels, "pixel", "ink"), (weights, "· weight", "signed"), (terms, "= term", "signed"))])


def picture(values, pixel):
    """One image, large, with the selected pixel outlined."""
    trace = {**colours(np.asarray(values).reshape(28, 28), 0, 255), "meta": {"quiet": True},
             "hovertemplate": "row %{y}, column %{x}: %{z}<extra></extra>"}
    selected = {**outline("", *divmod(pixel, 28)), "line": {"width": 2}}
    return {"data": [trace], "layout": {"height": 230, "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
                                        "shapes": [selected], **image_axes(1, [0, 1])}}


def activation_curve(name, S, A, slope, span):
    """The activation's curve with the selected cell's point on it and its tangent."""
    reach = max(span[1], min(abs(S) * 1.15, 40))
    x = np.linspace(-reach, reach, 121)
    y = ACTIVATIONS[name].function(x)
    half = reach * .16
    traces = [
        {"x": x, "y": y, "mode": "lines", "line": {"color": ROLES["activation"]}, "hoverinfo": "skip"},
        {"x": [S - half, S + half], "y": [A - slope * half, A + slope * half], "mode": "lines",
         "line": {"color": ROLES["delta"], "dash": "dot"}, "hoverinfo": "skip"},
        {"x": [S], "y": [A], "mode": "markers", "marker": {"size": 10, "color": ROLES["delta"]},
         "hovertemplate": "S = %{x:.6g}<br>A = %{y:.6g}<extra></extra>"}]
    low, high = float(np.min(y)), float(np.max(y))
    return _small([{"type": "scatter", **trace} for trace in traces],
                  f"at S = {plain_number(S)} the slope f′(S) is {plain_number(slope)}", 150, xaxis=_named("S"),
                  yaxis=_named("A", range=[low - .08 * (high - low), high + .08 * (high - low)]))


def probabilities(values, true, title="the outputs for this example", classes=DIGITS):
    """The outputs of one example, one bar a class; the true class is marked."""
    bars = {"type": "bar", "x": np.arange(len(values)), "y": values, "marker": {"color": ROLES["activation"]},
            "meta": {"outlined": int(true)}, "hovertext": classes[:len(values)],
            "hovertemplate": "%{hovertext}: %{y:.6g}<extra></extra>"}
    return _small([bars], f"{title} (true: {classes[true]})", xaxis={"dtick": 1, "showgrid": False},
                  yaxis={"range": [min(0, float(min(values))), max(1, float(max(values)))]})


def losses_by_example(losses, selected, labels, after=None):
    """Each example's loss, and after the update beside it."""
    x = np.arange(len(losses))
    hover = [_example(n, labels) for n in x]
    both = [("before", losses, BAR["neutral"]), *([] if after is None else [("after", after, BAR["positive"])])]
    bars = [{"type": "bar", "x": x, "y": y, "marker": {"color": colour}, "hovertext": hover,
             "meta": {"select": "i"} | ({"outlined": selected} if after is None else {}),
             "hovertemplate": f"%{{hovertext}}: %{{y:.6g}}<extra>{name}</extra>"} for name, y, colour in both]
    text = "loss of each example" + (_some(labels) if after is None else ": before (grey), after (orange)")
    return _small(bars, text, barmode="group", xaxis=_bars(len(losses), labels), **_thumbs(labels))


def loss_along(ts, losses, alpha):
    """E(w − t·α·∇E): the batch's loss on the way from the old weights to the new and beyond."""
    line = {"type": "scatter", "x": ts, "y": losses, "mode": "lines", "line": {"color": ROLES["weight"]},
            "hovertemplate": "t = %{x:.2f}: E = %{y:.6g}<extra></extra>"}
    now = int(np.argmin(np.abs(ts - 1)))
    points = {"type": "scatter", "x": [0, 1], "y": [losses[0], losses[now]], "mode": "markers+text",
              "text": ["before", "after"], "textposition": ["middle right", "top center"],
              "marker": {"size": 9, "color": [ROLES["weight"], ROLES["delta"]]},
              "hovertemplate": "t = %{x}: E = %{y:.6g}<extra></extra>"}
    return _small([line, points], f"the batch’s loss along this step, α = {alpha:g}", 180,
                  xaxis=_named("t steps: E(w − t·α·∇E)", dtick=.5), yaxis=_named("E"))


def delta_sizes(sizes, current):
    """The mean |δ| of each layer so far, on a logarithmic scale: where it is small, learning is slow.

    `sizes` has all layers; those below the current one are not known yet on the way back, and are not drawn.
    """
    last, sizes = len(sizes), sizes[current - 1:]
    layers = np.arange(current, last + 1)
    line = {"type": "scatter", "x": layers, "y": sizes, "mode": "lines+markers+text", "cliponaxis": False,
            "line": {"color": BAR["neutral"], "width": 1}, "marker": {"size": 10, "color": ROLES["delta"]},
            "meta": {"outlined": 0},
            "text": [plain_number(s, 2) for s in sizes], "textposition": "top center",
            "hovertemplate": "layer %{x}: mean |δ| = %{y:.4g}<extra></extra>"}
    positive = [s for s in sizes if s > 0] or [1.0]
    decades = [np.floor(np.log10(min(positive))) - .1, np.ceil(np.log10(max(positive))) + .3]
    return _small([line], "mean |δ| of each layer so far (log scale)", 130,
                  xaxis=_named("layer", dtick=1, showgrid=False, range=[.5, last + .5]),
                  yaxis={"type": "log", "exponentformat": "power", "dtick": 1, "range": decades})
