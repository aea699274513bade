"""A small network drawn as nodes and edges with their names; what takes part in a number stands out."""
from ..numbers import plain_number
from .theme import ON_PRIMARY, ROLES

HEIGHT = 200
SIZE = 30           # pixels across a node
AT = .3             # where along an edge its name stands: not in the middle, where edges cross
MOST_NAMES = 4      # edges between two layers that are named; more are named where one points


def network_diagram(diagram, values=None, parts=((), ()), height=HEIGHT):
    """Return the figure of a Diagram.

    values is {"W1": array, "b1": array, …}, for the numbers where one points; parts is (nodes, edges) to stand out.
    """
    nodes, edges = parts
    lines = [_edge(edge, values, faint=bool(edges) and edge not in edges, strong=edge in edges)
             for edge in diagram.edges]
    return {"data": [*lines, _nodes(diagram.nodes, nodes)], "layout": {
        "height": height, "showlegend": False, "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
        "hovermode": "closest", "uirevision": "diagram", "annotations": _names(diagram),
        "xaxis": {"visible": False, "range": [-.07, 1.07], "fixedrange": True},
        "yaxis": {"visible": False, "range": [-.04, 1.12], "fixedrange": True}}}


def _edge(edge, values, faint, strong):
    bias, named = edge.row is None, f"{edge.name} = {edge.ours}" if edge.name else edge.ours
    number = "" if values is None else f" = {plain_number(values[edge.matrix][_cell(edge)], 6)}"
    xs, ys = ([a + t * (b - a) for t in (0, .25, .5, .75, 1)] for a, b in ((edge.start.x, edge.end.x),
                                                                           (edge.start.y, edge.end.y)))
    return {"type": "scatter", "x": xs, "y": ys, "mode": "lines", "opacity": .45 if faint else 1,
            "hovertemplate": f"{named}{number}<extra></extra>",
            "line": {"color": ROLES["weight"], "width": 3.5 if strong else 1.3, "dash": "dot" if bias else "solid"}}


def _cell(edge):
    return edge.column if edge.row is None else (edge.row, edge.column)


def _nodes(nodes, strong):
    colours = [ROLES["weight" if node.unit is None else "activation" if node.layer else "input"] for node in nodes]
    sizes = [SIZE * (.75 if node.unit is None else 1.2 if node in strong else 1) for node in nodes]
    return {
        "type": "scatter", "x": [node.x for node in nodes], "y": [node.y for node in nodes], "mode": "markers+text",
        "text": [f"<b>{node.name}</b>" if node in strong else node.name for node in nodes],
        "textfont": {"color": ON_PRIMARY, "size": 13}, "customdata": [node.ours for node in nodes],
        "hovertemplate": "%{text} = %{customdata}<extra></extra>",
        "marker": {"size": sizes, "color": colours, "opacity": 1, "line": {"width": 0}}}


def _names(diagram):
    """The names of the edges, above them, as far as there is room between two layers."""
    between = {}
    for edge in diagram.edges:
        if edge.name:
            between.setdefault(edge.end.layer, []).append(edge)
    weights = [edge for edges in between.values() for edge in edges
               if sum(other.row is not None for other in edges) <= MOST_NAMES]
    return [{"text": edge.name, "x": x, "y": y, "xref": "x", "yref": "y", "yshift": 8, "showarrow": False,
             "font": {"size": 12, "color": ROLES["weight"]}}
            for edge in weights for x, y in [_place(edge)]]


def _place(edge):
    """A bias comes from above and has its name near its unit."""
    t = .62 if edge.row is None else AT
    return edge.start.x + t * (edge.end.x - edge.start.x), edge.start.y + t * (edge.end.y - edge.start.y)
