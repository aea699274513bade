"""A small network drawn as nodes and edges with their names; what takes part in a number stands out."""
from ..numbers import plain_number
from .theme import ON_PRIMARY, ROLES

HEIGHT = 200
SIZE = 30           # pixels across a node
AT, BIAS_AT = .3, .62   # where along an edge its name stands: not in the middle, where edges cross
MOST_NAMES = 4      # edges between two layers that are named; more are named where one points


def network_diagram(diagram, values=None, parts=((), ()), height=HEIGHT):
    """Return the figure of a Diagram.

    values is {"W1": array, "b1": array, …}, for the numbers where one points; parts is (nodes, edges) to stand out.
    """
    nodes, edges = parts
    return {"data": [*(_edge(edge, values, edges) for edge in diagram.edges), _nodes(diagram.nodes, nodes)],
            "layout": {"height": height, "showlegend": False, "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
                       "hovermode": "closest", "uirevision": "diagram", "annotations": _names(diagram),
                       "xaxis": {"visible": False, "range": [-.07, 1.07], "fixedrange": True},
                       "yaxis": {"visible": False, "range": [-.04, 1.12], "fixedrange": True}}}


def _edge(edge, values, strong):
    """A line with places between its ends where it can be pointed at."""
    line = {"color": ROLES["weight"], "width": 3.5 if edge in strong else 1.3,
            "dash": "dot" if edge.row is None else "solid"}
    number = "" if values is None else f" = {plain_number(values[edge.matrix][_cell(edge)], 6)}"
    places = [_along(edge, t) for t in (0, .25, .5, .75, 1)]
    return {"type": "scatter", "mode": "lines", "x": [x for x, _ in places], "y": [y for _, y in places],
            "opacity": .45 if strong and edge not in strong else 1, "line": line,
            "hovertemplate": " = ".join(filter(None, [edge.name, edge.ours])) + f"{number}<extra></extra>"}


def _cell(edge):
    return edge.column if edge.row is None else (edge.row, edge.column)


def _along(edge, t):
    return edge.start.x + t * (edge.end.x - edge.start.x), edge.start.y + t * (edge.end.y - edge.start.y)


def _nodes(nodes, strong):
    colours = [ROLES["weight" if node.unit is None else "activation" if node.layer else "input"] for node in nodes]
    sizes = [SIZE * (.75 if node.unit is None else 1.2 if node in strong else 1) for node in nodes]
    return {"type": "scatter", "mode": "markers+text", "x": [node.x for node in nodes], "y": [node.y for node in nodes],
            "text": [f"<b>{node.name}</b>" if node in strong else node.name for node in nodes],
            "textfont": {"color": ON_PRIMARY, "size": 13}, "customdata": [node.ours for node in nodes],
            "hovertemplate": "%{text} = %{customdata}<extra></extra>",
            "marker": {"size": sizes, "color": colours, "opacity": 1, "line": {"width": 0}}}


def _names(diagram):
    """The names of the edges, a little above them, as far as there is room between two layers."""
    notes = []
    for edge in diagram.edges:
        beside = [other for other in diagram.edges if other.end.layer == edge.end.layer and other.row is not None]
        if edge.name and len(beside) <= MOST_NAMES:
            x, y = _along(edge, BIAS_AT if edge.row is None else AT)
            notes.append({"text": edge.name, "x": x, "y": y, "xref": "x", "yref": "y", "yshift": 8, "showarrow": False,
                          "font": {"size": 12, "color": ROLES["weight"]}})
    return notes
