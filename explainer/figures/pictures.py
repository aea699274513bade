"""Pictures next to each other, each in its own proportions and colours."""
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from .theme import BAR, PHOTO


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
            autocolorscale=item.scale != "light", colorscale=PHOTO if item.scale == "light" else None,
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
