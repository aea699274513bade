"""The bars and strips of the Draw page: the outputs of every layer, and those before and after a lesson."""
import numpy as np

from .heat import colours, subplot
from .theme import BAR, ROLES


def strips(activations, names):
    """The outputs of every layer as strips, one cell a unit: what the image became on its way."""
    traces, layout, notes, count = [], {}, [], len(activations)
    for n, (values, name) in enumerate(zip(activations, names)):
        axis, top = "" if n == 0 else str(n + 1), 1 - n / count
        reach = max(1.0, float(np.abs(values).max()))
        traces.append({
            **colours(np.asarray(values, np.float32)[None], -reach if values.min() < 0 else 0, reach),
            "xaxis": f"x{axis}", "yaxis": f"y{axis}", "meta": {"quiet": True},
            "hovertemplate": f"{name}, unit %{{x}}: %{{z:.4g}}<extra></extra>"})
        layout |= subplot(n + 1, {"domain": [.16, 1], "showgrid": False, "zeroline": False, "ticks": "",
                                  "showticklabels": n == count - 1, **({"dtick": 1} if len(values) <= 16 else {})},
                          {"domain": [top - .72 / count, top], "visible": False})
        notes.append({"text": name, "xref": "paper", "yref": "paper", "x": .15, "y": top - .36 / count,
                      "xanchor": "right", "yanchor": "middle", "font": {"size": 12}})
    return {"data": traces, "layout": {**layout, "annotations": notes, "height": 34 * count + 26,
                                       "margin": {"l": 2, "r": 4, "t": 4, "b": 20}, "uirevision": "layers"}}


def before_after(before, after, label):
    """The ten outputs before and after the lesson."""
    digits = np.arange(len(before))
    bars = [{"type": "bar", "x": digits, "y": outputs, "name": name, "marker": {"color": colour},
             "hovertemplate": f"%{{x}}: %{{y:.4f}}<extra>{name}</extra>"}
            for name, outputs, colour in (("before", before, BAR["neutral"]), ("after", after, ROLES["activation"]))]
    return {"data": bars, "layout": {
        "height": 150, "barmode": "group", "margin": {"l": 34, "r": 8, "t": 24, "b": 22}, "showlegend": False,
        "title": {"text": f"outputs before (grey), after (green); taught: {label}", "font": {"size": 12}, "x": .02},
        "xaxis": {"showgrid": False, "tickvals": digits,
                  "ticktext": [f"<b>{n}</b>" if n == label else str(n) for n in digits]},
        "yaxis": {"rangemode": "tozero", "nticks": 4}}}
