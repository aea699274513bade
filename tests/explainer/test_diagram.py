"""The diagram of a small network: each weight stands between its units, under the name that its source gives it."""
from itertools import combinations

import numpy as np
import plotly.graph_objects as go
import pytest

from explainer.by_hand import ask, askable
from explainer.choice import Choice
from explainer.datasets import embedded_sample
from explainer.deciding import decided
from explainer.diagram import can_be_drawn, diagram, taking_part
from explainer.figures.diagram import network_diagram
from mlp_core import new_network
from mlp_core.presets import PRESETS

SAMPLE = embedded_sample()
TOYS = [name for name, preset in PRESETS.items() if preset.is_toy]
PRINTED = {     # the weights under the names that their sources print them with
    "mazur": dict(w1=.15, w2=.20, w3=.25, w4=.30, w5=.40, w6=.45, w7=.50, w8=.55),
    "hmkcode": dict(w1=.11, w2=.21, w3=.12, w4=.08, w5=.14, w6=.15),
    "xor": {"w13": .5, "w14": .9, "w23": .4, "w24": 1.0, "w35": -1.2, "w45": 1.1, "−θ3": -.8, "−θ4": .1, "−θ5": -.3}}
JOINS = {"mazur": {"w2": ("i2", "h1"), "w3": ("i1", "h2"), "w6": ("h2", "o1"), "w7": ("h1", "o2")},
         "hmkcode": {"w2": ("i2", "h1"), "w6": ("h2", "o1")}, "xor": {"w14": ("1", "4"), "w45": ("4", "5")}}


def network_of(net):
    return PRESETS[net].network(PRESETS[net].best, None)


def arrays(network):
    return {f"{name}{l}": getattr(layer, name) for l, layer in enumerate(network.layers, 1) for name in "Wb"}


@pytest.mark.parametrize("net", TOYS)
def test_the_weights_have_the_names_and_the_numbers_of_their_source(net):
    network = network_of(net)
    drawn, values = diagram(net, network), arrays(network)
    named = {edge.name: float(values[edge.matrix][edge.column if edge.row is None else (edge.row, edge.column)])
             for edge in drawn.edges if edge.name}
    assert named == PRINTED[net] and can_be_drawn(network)
    for name, ends in JOINS[net].items():
        edge = next(edge for edge in drawn.edges if edge.name == name)
        assert (edge.start.name, edge.end.name) == ends


def test_mazurs_biases_have_one_name_a_layer_and_hmkcode_has_none():
    names = {net: [node.name for node in diagram(net, network_of(net)).nodes if node.unit is None] for net in TOYS}
    assert names == {"mazur": ["b1", "b2"], "hmkcode": [], "xor": ["1", "1"]}


@pytest.mark.parametrize("sizes", [(2, 2, 1), (4, 4, 3, 2), (1, 1), (3, 4)])
def test_every_parameter_is_an_edge_between_its_own_units(sizes):
    network = new_network(sizes, ("tanh",) * (len(sizes) - 1), np.random.default_rng(0))
    drawn = diagram("own", network)
    assert len(drawn.edges) == network.parameters and len({edge.ours for edge in drawn.edges}) == network.parameters
    assert len([node for node in drawn.nodes if node.unit is not None]) == sum(sizes)
    for edge in drawn.edges:
        assert edge.end.at == (int(edge.matrix[1]), edge.column)
        assert edge.start.at == ((edge.end.layer - 1, edge.row) if edge.matrix[0] == "W" else (edge.end.layer, None))
        assert drawn.edge(edge.matrix, edge.row or 0, edge.column) is edge
    weights = [edge.name for edge in drawn.edges if edge.matrix[0] == "W"]
    assert len(set(weights)) == len(weights)
    assert not can_be_drawn(new_network((784, 2), ("tanh",), np.random.default_rng(0)))


def pixels(x, y, width=400, height=200):
    """Where a place of the diagram is on the screen, by the ranges of its axes."""
    return (x + .07) / 1.14 * (width - 8), (y + .04) / 1.16 * (height - 8)


@pytest.mark.parametrize("net, sizes", [*((net, None) for net in TOYS), ("own", (4, 4, 4)), ("own", (2, 2, 2, 2))])
def test_nothing_lies_on_anything_else_at_400_by_200(net, sizes):
    network = network_of(net) if sizes is None else new_network(sizes, ("tanh",) * (len(sizes) - 1),
                                                                np.random.default_rng(0))
    drawn = diagram(net, network)
    figure = network_diagram(drawn)
    assert figure["layout"]["height"] == 200 and go.Figure(figure)
    assert figure["layout"]["xaxis"]["range"] == [-.07, 1.07] and figure["layout"]["yaxis"]["range"] == [-.04, 1.12]
    nodes = [pixels(node.x, node.y) for node in drawn.nodes]
    names = [pixels(note["x"], note["y"]) for note in figure["layout"]["annotations"]]
    for (x, y), (u, v) in combinations(nodes, 2):
        assert np.hypot(x - u, y - v) > 31
    for (x, y), (u, v) in combinations(names, 2):
        assert abs(x - u) > 30 or abs(y - v) > 13
    for x, y in nodes:
        assert 11 < x < 381 and 11 < y < 181 and all(abs(x - u) > 28 or abs(y - v - 8) > 20 for u, v in names)


@pytest.mark.parametrize("net", TOYS)
def test_a_number_lights_up_what_it_is_made_of(net):
    walk = decided(Choice(net=net), SAMPLE)[0].walk()
    drawn = diagram(net, walk.before)

    def lit(key, name, cell):
        nodes, edges = taking_part(drawn, ask(walk, key, name, cell))
        assert set(nodes) <= set(drawn.nodes) and set(edges) <= set(drawn.edges)
        return {node.ours for node in nodes}, {edge.ours for edge in edges}
    bias = set() if net == "hmkcode" else {"b¹[1]"}
    assert lit("S1", "S1", (0, 1)) == ({"X[0]", "X[1]", "A¹[1]"} | ({"b¹"} if bias else set()),
                                       {"W¹[0, 1]", "W¹[1, 1]"} | bias)
    ups = range(walk.before.sizes[2])
    assert lit("dA1", "dA1", (0, 0)) == ({"A¹[0]", *(f"A²[{j}]" for j in ups)}, {f"W²[0, {j}]" for j in ups})
    assert lit("dW2", "dW2", (1, 0)) == lit("W2_new", "W2_new", (1, 0)) == ({"A¹[1]", "A²[0]"}, {"W²[1, 0]"})
    assert lit("delta1", "delta1", (0, 1)) == ({"A¹[1]"}, set())
    assert lit("E", "E", None) == ({f"A²[{j}]" for j in ups}, set())
    for step in walk.steps:
        for name in askable(walk, step.key):
            nodes, edges = taking_part(drawn, ask(walk, step.key, name, (0, 0)))
            assert nodes
            figure = network_diagram(drawn, arrays(walk.before), (nodes, edges))
            assert [trace["line"]["width"] for trace in figure["data"][:-1]].count(3.5) == len(edges)


def test_pointing_at_an_edge_says_both_names_and_the_number():
    network = network_of("mazur")
    figure = network_diagram(diagram("mazur", network), arrays(network))
    said = [trace["hovertemplate"] for trace in figure["data"]]
    assert "w6 = W²[1, 0] = 0.45<extra></extra>" in said and "b²[1] = 0.6<extra></extra>" in said
