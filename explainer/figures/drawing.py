"""The pictures of the Draw page: the filmstrip, what spoke for an answer, the layers as strips, before and after."""
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from .theme import BAR, ROLES

LIGHT = [[0, "#000"], [1, "#fff"]]


@dataclass(frozen=True, eq=False)
class Picture:
    values: np.ndarray          # (h, w)
    title: str                  # <br> parts lines
    scale: str = "ink"          # from 0 to 1 in the page's ink; "signed": around 0; "light": from black to white
    box: tuple | None = None    # (top, bottom, left, right) to frame, ends exclusive


def pictures(items, height=150):
    """Pictures next to each other, each in its own proportions."""
    figure, gap = go.Figure(), .025
    width = (1 - gap * (len(items) - 1)) / len(items)
    notes, shapes = [], []
    for n, item in enumerate(items):
        axis, x = "" if n == 0 else str(n + 1), n * (width + gap)
        top = float(np.abs(item.values).max()) or 1.0
        low, high = (-top, top) if item.scale == "signed" else (0, 1)
        figure.add_trace(go.Heatmap(
            z=np.ascontiguousarray(item.values, np.float32), zmin=low, zmax=high, showscale=False,
            autocolorscale=item.scale != "light", colorscale=LIGHT if item.scale == "light" else None,
            xaxis=f"x{axis}", yaxis=f"y{axis}", meta={"quiet": True},
            hovertemplate=f"{item.title.replace('<br>', ' ')}: row %{{y}}, column %{{x}}: %{{z:.4g}}<extra></extra>"))
        figure.layout[f"xaxis{axis}"] = {"domain": [x, x + width], "anchor": f"y{axis}", "visible": False,
                                         "constrain": "domain"}
        figure.layout[f"yaxis{axis}"] = {"anchor": f"x{axis}", "visible": False, "autorange": "reversed",
                                         "scaleanchor": f"x{axis}", "constrain": "domain", "constraintoward": "top"}
        notes.append({"text": item.title, "xref": "paper", "yref": "paper", "x": x + width / 2, "y": 1,
                      "xanchor": "center", "yanchor": "bottom", "font": {"size": 12}})
        if item.box is not None:
            top, bottom, left, right = item.box
            shapes.append({"type": "rect", "xref": f"x{axis}", "yref": f"y{axis}", "x0": left - .5, "x1": right - .5,
                           "y0": top - .5, "y1": bottom - .5, "line": {"color": BAR["selected"], "width": 1.5}})
    figure.update_layout(height=height, annotations=notes, shapes=shapes, margin={"l": 2, "r": 2, "t": 22, "b": 4},
                         uirevision="pictures")
    if any("<br>" in item.title for item in items):
        figure.layout.margin.t = 36
    return figure


def layers(activations, names):
    """The outputs of every layer as strips, one cell a unit: what the image became on its way."""
    figure, count = go.Figure(), len(activations)
    for n, (values, name) in enumerate(zip(activations, names)):
        axis, top = "" if n == 0 else str(n + 1), 1 - n / count
        reach = max(1.0, float(np.abs(values).max()))
        figure.add_trace(go.Heatmap(
            z=np.asarray(values, np.float32)[None], zmin=-reach if values.min() < 0 else 0, zmax=reach,
            autocolorscale=True, showscale=False, xaxis=f"x{axis}", yaxis=f"y{axis}", meta={"quiet": True},
            hovertemplate=f"{name}, unit %{{x}}: %{{z:.4g}}<extra></extra>"))
        figure.layout[f"xaxis{axis}"] = {"anchor": f"y{axis}", "domain": [.16, 1], "showgrid": False, "zeroline": False,
                                         "showticklabels": n == count - 1, "ticks": "",
                                         "dtick": 1 if len(values) <= 16 else None}
        figure.layout[f"yaxis{axis}"] = {"anchor": f"x{axis}", "domain": [top - .72 / count, top], "visible": False}
        figure.add_annotation(text=name, xref="paper", yref="paper", x=.15, y=top - .36 / count, xanchor="right",
                              yanchor="middle", font_size=12)
    figure.update_layout(height=34 * count + 26, margin={"l": 2, "r": 4, "t": 4, "b": 20}, uirevision="layers")
    return figure


def before_after(before, after, label):
    """The ten outputs before and after the lesson."""
    digits = np.arange(len(before))
    figure = go.Figure([
        go.Bar(x=digits, y=before, name="before", marker_color=BAR["neutral"],
               hovertemplate="%{x}: %{y:.4f}<extra>before</extra>"),
        go.Bar(x=digits, y=after, name="after",
               marker_color=[BAR["selected"] if n == label else ROLES["activation"] for n in digits],
               hovertemplate="%{x}: %{y:.4f}<extra>after</extra>")])
    figure.update_layout(height=170, barmode="group", margin={"l": 34, "r": 8, "t": 24, "b": 22}, showlegend=False,
                         title={"text": f"outputs before (grey) and after; taught: {label}", "font_size": 12, "x": .02},
                         xaxis={"dtick": 1, "showgrid": False}, yaxis={"rangemode": "tozero", "nticks": 4})
    return figure
