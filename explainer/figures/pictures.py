"""Pictures next to each other, each in its own proportions and colours."""
from dataclasses import dataclass

import numpy as np

from .heat import colours, image_axes
from .theme import PHOTO


@dataclass(frozen=True, eq=False)
class Picture:
    values: np.ndarray          # (h, w)
    title: str                  # <br> parts lines
    scale: str = "ink"          # from 0 to 1 in the page's ink; "signed": around 0; "light": from black to white
    boxes: tuple = ()           # of (top, bottom, left, right) to frame, ends exclusive
    chosen: int = 0             # which of the boxes is framed twice as thick


def pictures(items, height=150):
    """Pictures next to each other, each in its own proportions."""
    gap, traces, layout, notes, shapes = .025, [], {}, [], []
    width = (1 - gap * (len(items) - 1)) / len(items)
    for n, item in enumerate(items):
        axis, x = "" if n == 0 else str(n + 1), n * (width + gap)
        top = float(np.abs(item.values).max()) or 1.0
        low, high = (-top, top) if item.scale == "signed" else (0, 1)
        name = item.title.replace("<br>", " ")
        traces.append({
            **colours(np.ascontiguousarray(item.values, np.float32), low, high),
            **({"autocolorscale": False, "colorscale": PHOTO} if item.scale == "light" else {}),
            "xaxis": f"x{axis}", "yaxis": f"y{axis}", "meta": {"quiet": True},
            "hovertemplate": f"{name}: row %{{y}}, column %{{x}}: %{{z:.4g}}<extra></extra>"})
        layout |= image_axes(n + 1, [x, x + width])
        notes.append({"text": item.title, "xref": "paper", "yref": "paper", "x": x + width / 2, "y": 1,
                      "xanchor": "center", "yanchor": "bottom", "font": {"size": 12}})
        for k, (top, bottom, left, right) in enumerate(item.boxes):
            line = {"width": 3 if k == item.chosen and len(item.boxes) > 1 else 1.5}
            shapes.append({"type": "rect", "xref": f"x{axis}", "yref": f"y{axis}", "x0": left - .5, "x1": right - .5,
                           "y0": top - .5, "y1": bottom - .5, "line": line})
    above = 36 if any("<br>" in item.title for item in items) else 22
    return {"data": traces, "layout": {**layout, "height": height, "annotations": notes, "shapes": shapes,
                                       "margin": {"l": 2, "r": 2, "t": above, "b": 4}, "uirevision": "pictures"}}
