"""The pictures of the Check page: the error over ε, a matrix beside a broken one, epochs with a mistake and without."""
import numpy as np

from .heat import colours, limit, subplot
from .theme import BAR, ROLES

LOWEST = 1e-17      # an error of 0 is drawn here: a logarithm has no place for it
GAP = .05           # between two matrices, in parts of the width


def valley(found, eps):
    """The relative error of the central difference over ε, both lines that theory expects, and where ε stands."""
    def line(name, y, **more):
        return {"type": "scatter", "name": name, "x": found.eps, "y": np.maximum(y, LOWEST), "mode": "lines",
                "hovertemplate": f"ε = %{{x:.2~g}}: %{{y:.2~g}}<extra>{name}</extra>", **more}
    lines = [line("off by", found.errors, mode="lines+markers", marker={"size": 5}, line={"color": ROLES["gradient"]})]
    known = [("truncation", found.truncation, BAR["positive"]), ("rounding", found.rounding, BAR["negative"])]
    lines += [line(name, y, line={"color": colour, "dash": "dot"}) for name, y, colour in known if y.any()]
    top = float(np.log10(max(found.errors.max(), 1e-4))) + .6
    return {"data": lines, "layout": {
        "height": 330, "showlegend": False, "margin": {"l": 58, "r": 10, "t": 26, "b": 38}, "uirevision": "valley",
        "title": {"text": "how far the quotient is off, in parts of the gradient", "font": {"size": 12}, "x": .02},
        "xaxis": {"type": "log", "title": {"text": "ε"}, "range": [-12.2, -.8], "dtick": 1},
        "yaxis": {"type": "log", "range": [-16.5, top], "dtick": 2},
        "annotations": [{"text": name, "xref": "x", "yref": "y", "x": x, "y": float(np.log10(max(y[at], LOWEST))),
                         "showarrow": False, "xanchor": side, "yshift": 8, "font": {"size": 12, "color": colour}}
                        for (name, y, colour), x, at, side in zip(known, (-1.8, -10.4), (3, 38), ("right", "left"))
                        if y.any()],
        "shapes": [{"type": "line", "x0": eps, "x1": eps, "y0": 0, "y1": 1, "yref": "y domain",
                    "line": {"width": 1.5, "dash": "dot"}}]}}


def three(difference):
    """A matrix of the walk, the same one with the mistake, and the second minus the first; None where shapes differ."""
    if difference.apart is None:
        return None
    right, wrong, apart = (np.atleast_2d(np.asarray(array, np.float32)) for array in (
        difference.right, difference.wrong, difference.apart))
    top, data, axes, notes = limit(np.vstack([right, wrong])), [], {}, []
    panels = ((right, "right", top), (wrong, "with the mistake", top), (apart, "the difference", limit(apart)))
    width, small = (1 - 2 * GAP) / 3, right.size <= 24
    for n, (array, title, most) in enumerate(panels, 1):
        suffix, at = "" if n == 1 else str(n), (n - 1) * (width + GAP)
        faint = 2 * most if small else most     # pale colours, so that the numbers stand out
        data.append({**colours(array, -faint, faint), "xaxis": f"x{suffix}", "yaxis": f"y{suffix}", "name": title,
                     "hovertemplate": f"{difference.name}[%{{y}}, %{{x}}], {title}: %{{z:.5~g}}<extra></extra>",
                     **({"texttemplate": "%{z:.3~g}"} if small else {})})
        rows, columns = ({"showgrid": False, "zeroline": False, "tickformat": "d",
                          **({"dtick": 1} if count < 6 else {"nticks": 6})} for count in array.shape)
        axes |= subplot(n, {"domain": [at, at + width], **columns, "range": [-.5, array.shape[1] - .5]},
                        {"range": [array.shape[0] - .5, -.5], "showticklabels": n == 1, **rows})
        notes.append({"text": f"{title}<br>up to ±{most:.2g}", "xref": "paper", "yref": "paper", "x": at + width / 2,
                      "y": 1, "xanchor": "center", "yanchor": "bottom", "showarrow": False, "font": {"size": 12}})
    return {"data": data, "layout": {"height": 196, "margin": {"l": 40, "r": 6, "t": 34, "b": 22}, "annotations": notes,
                                     "uirevision": difference.key, **axes}}


def epochs(found):
    """Accuracy after each epoch, or the loss of a worked example, without the mistake and with it."""
    measured = bool(found.right.accuracies)
    lines = []
    for name, curve, colour in (("without the mistake", found.right, BAR["negative"]),
                                ("with it", found.broken, BAR["positive"])):
        y = curve.accuracies if measured else curve.losses
        lines.append({"type": "scatter", "name": name, "x": list(range(len(y))), "y": list(y), "mode": "lines+markers",
                      "line": {"color": colour}, "marker": {"size": 7},
                      "hovertemplate": f"after epoch %{{x}}: %{{y:{'.1%' if measured else '.4~g'}}}"
                                       f"<extra>{name}</extra>"})
    title = ("held-out images read right" if measured else "loss") + " after each epoch"
    return {"data": lines, "layout": {
        "height": 128, "showlegend": False, "margin": {"l": 48, "r": 10, "t": 24, "b": 20},
        "title": {"text": f"{title}: blue without the mistake, orange with it", "font": {"size": 12}, "x": .02},
        "xaxis": {"dtick": 1, "range": [-.1, len(found.right.losses) - .9]},
        "yaxis": {"range": [0, 1.02], "tickformat": ".0%"} if measured else {"rangemode": "tozero"}}}
