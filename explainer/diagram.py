"""A small network as nodes and edges, plain data: where each stands, what its source calls it and what we call it.

Each edge is a cell of a W or b, so whoever points at the one can find the other. Layers count from 1, the inputs are
layer 0; places go from 0 to 1, from left to right and from bottom to top.
"""
from dataclasses import dataclass

from .notation import symbol

MOST_UNITS = 4      # of a layer, for a diagram that can be read


@dataclass(frozen=True)
class Node:
    layer: int
    unit: int | None    # None: the 1 that the biases of the layer are weights of
    x: float
    y: float
    name: str           # as its source calls it: i1
    ours: str           # X[0]

    @property
    def at(self):
        return self.layer, self.unit


@dataclass(frozen=True)
class Edge:
    matrix: str         # W1, b2: the array it is a cell of
    row: int | None     # None for a bias
    column: int
    start: Node
    end: Node
    name: str           # as its source calls it: w5; empty where it has no name of its own
    ours: str           # W²[0, 0]


@dataclass(frozen=True)
class Diagram:
    nodes: tuple
    edges: tuple

    def edge(self, matrix, row, column):
        """The edge that is this cell of W1, b1, …; the row of a bias is passed over."""
        return next(edge for edge in self.edges if (edge.matrix, edge.column) == (matrix, column)
                    and edge.row in (row, None))


def can_be_drawn(network):
    return max(network.sizes) <= MOST_UNITS


def diagram(net, network):
    """Return the Diagram of a network with the names of the source of `net`, a key of PRESETS or "own"."""
    unit_name, weight_name, bias_names = NAMES.get(net, COUNTED)
    sizes, L = network.sizes, len(network.layers)
    room = .8 if any(layer.b is not None for layer in network.layers) else 1    # the biases stand above
    units = {(l, j): Node(l, j, l / L, room * (1 - (j + .5) / size), unit_name(sizes, l, j), f"{_output(l)}[{j}]")
             for l, size in enumerate(sizes) for j in range(size)}
    ones = {l: Node(l, None, (l - .5) / L, 1, bias_names(sizes, l, None), symbol("b", l).text)
            for l, layer in enumerate(network.layers, 1) if layer.b is not None}
    edges = []
    for l in range(1, L + 1):
        edges += [Edge(f"W{l}", k, j, units[l - 1, k], units[l, j], weight_name(sizes, l, k, j),
                       f"{symbol('W', l).text}[{k}, {j}]") for j in range(sizes[l]) for k in range(sizes[l - 1])]
        edges += [Edge(f"b{l}", None, j, ones[l], units[l, j], bias_names(sizes, l, j), f"{ones[l].ours}[{j}]")
                  for j in range(sizes[l]) if l in ones]
    return Diagram((*units.values(), *ones.values()), tuple(edges))


def _output(l):
    return symbol("A", l).text if l else "X"


def _counted_unit(sizes, l, j):
    """i1, i2; h1, h2, … through all hidden layers; o1."""
    if l in (0, len(sizes) - 1):
        return f"{'o' if l else 'i'}{j + 1}"
    return f"h{sum(sizes[1:l]) + j + 1}"


def _counted_weight(sizes, l, k, j):
    """w1, w2, … unit after unit: all weights into the first unit, then all into the second."""
    before = sum(n * m for n, m in zip(sizes[:l - 1], sizes[1:l]))
    return f"w{before + j * sizes[l - 1] + k + 1}"


def _bias_of_the_layer(sizes, l, j):
    """One name for all biases of a layer, at their 1: b1."""
    return f"b{l}" if j is None else ""


def _number(sizes, l, j):
    """Units counted through the whole network, from 1."""
    return sum(sizes[:l]) + j + 1


def _threshold(sizes, l, j):
    """The threshold of each unit: the bias is −θ3."""
    return "1" if j is None else f"−θ{_number(sizes, l, j)}"


COUNTED = _counted_unit, _counted_weight, _bias_of_the_layer       # as Mazur and hmkcode do
NUMBERED = (lambda sizes, l, j: str(_number(sizes, l, j)),
            lambda sizes, l, k, j: f"w{_number(sizes, l - 1, k)}{_number(sizes, l, j)}", _threshold)
NAMES = {"mazur": COUNTED, "hmkcode": COUNTED, "xor": NUMBERED}


def taking_part(drawn, asked):
    """Return (nodes, edges) of a Diagram that an Asked number is made of."""
    l, kind = asked.layer, asked.kind.removesuffix("_new")
    if l is None:
        edges = []
        nodes = [node for node in drawn.nodes if node.layer == asked.walk.L and node.unit is not None]
    elif kind == "S":
        edges = [edge for edge in drawn.edges if edge.end.at == (l, asked.column)]
        nodes = [edge.end for edge in edges[:1]]
    elif kind == "dA" and not asked.is_output:
        edges = [edge for edge in drawn.edges if edge.start.at == (l, asked.column)]
        nodes = [edge.start for edge in edges[:1]]
    elif kind.endswith(("W", "b")):
        edges, nodes = [drawn.edge(f"{kind[-1]}{l}", asked.row, asked.column)], []
    else:
        edges, nodes = [], [node for node in drawn.nodes if node.at == (l, asked.column)]
    ends = [node for edge in edges for node in (edge.start, edge.end)]
    return list(dict.fromkeys([*nodes, *ends])), edges
