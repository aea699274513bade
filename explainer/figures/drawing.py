"""The bars and strips of the Draw page: the outputs of every layer, and those before and after a lesson."""
import numpy as np
import plotly.graph_objects as go

from .theme import BAR, ROLES


def strips(activations, names):
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
        go.Bar(x=digits, y=after, name="after", marker_color=ROLES["activation"],
               hovertemplate="%{x}: %{y:.4f}<extra>after</extra>")])
    figure.update_layout(height=150, barmode="group", margin={"l": 34, "r": 8, "t": 24, "b": 22}, showlegend=False,
                         title={"text": f"outputs before (grey), after (green); taught: {label}", "font_size": 12,
                                "x": .02},
                         xaxis={"showgrid": False, "tickvals": digits,
                                "ticktext": [f"<b>{n}</b>" if n == label else str(n) for n in digits]},
                         yaxis={"rangemode": "tozero", "nticks": 4})
    return figure
