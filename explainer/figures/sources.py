"""The pictures of the Sources page: a column times a row, and softmax's Jacobian beside its diagonal."""
import numpy as np

from .heat import colours, frame, limit, outline, subplot

GAP = .07


def _panel(n, array, name, domain, top, ticks=True):
    """One matrix in its part of the width, with its numbers where there is room for them: (trace, axes, title)."""
    suffix, (rows, columns) = "" if n == 1 else str(n), array.shape
    trace = {**colours(np.asarray(array, np.float32), -top, top), "xaxis": f"x{suffix}", "yaxis": f"y{suffix}",
             "name": name, "hovertemplate": f"{name}[%{{y}}, %{{x}}] = %{{z:.4~g}}<extra></extra>"}
    axes = subplot(n, {"domain": domain, "range": [-.5, columns - .5], "dtick": 1 if columns < 12 else 3,
                       "showgrid": False, "zeroline": False, "showticklabels": columns > 1},
                   {"range": [rows - .5, -.5], "dtick": 1 if rows > 1 else 2, "showgrid": False, "zeroline": False,
                    "showticklabels": ticks and rows > 1})
    note = {"text": f"{name}, {rows}×{columns}", "xref": "paper", "yref": "paper", "x": sum(domain) / 2, "y": 1,
            "xanchor": "center", "yanchor": "bottom", "showarrow": False, "font": {"size": 12}}
    return trace, axes, note


def _together(panels, shapes, key, height):
    traces, axes, notes = zip(*panels)
    return {"data": list(traces), "layout": {
        "height": height, "margin": {"l": 26, "r": 6, "t": 24, "b": 22}, "annotations": list(notes), "shapes": shapes,
        "uirevision": key, **{name: axis for each in axes for name, axis in each.items()}}}


def column_times_row(column, row, names, cell):
    """A column (n, 1), a row (1, m) and their product, with the cell (of the product) that is chosen framed."""
    product = column @ row
    tops = limit(column), limit(row), limit(product)
    domains = (0, .08), (.17, .55), (.66, 1)
    panels = [_panel(n, array, name, list(domain), top, ticks=n != 2)
              for n, (array, name, domain, top) in enumerate(zip((column, row, product), names, domains, tops), 1)]
    shapes = [*frame(**outline("", row=cell[0], shape=column.shape)),
              *frame(**outline("2", column=cell[1], shape=row.shape)),
              *frame(**outline("3", *cell, shape=product.shape))]
    return _together(panels, shapes, "column_times_row", 236)


def jacobians(jacobian):
    """The whole Jacobian of softmax, and its diagonal alone, in the same colours."""
    top, half = limit(jacobian), (1 - GAP) / 2
    panels = [_panel(1, np.diag(np.diag(jacobian)), "the diagonal alone", [0, half], top),
              _panel(2, jacobian, "all of it", [half + GAP, 1], top)]
    return _together(panels, [], "jacobians", 290)
