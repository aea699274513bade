"""The map of the walk: every step once, in its layer's row; forward, backward, update in columns of their own."""
import pytest

from explainer.map import network_map
from explainer.way import CLOSING, OPENING, TITLES
from tests.explainer.test_walkthrough import CASES, every_case, walk_of

COLUMNS = {"forward": {0}, "loss": {0}, "backward": {1, 2}, "update": {3}, "after": {3}}


def everything(case):
    """[(number of the layer, what stands there on the map)] from the top left to the bottom right."""
    layers = network_map(walk_of(case))["layers"]
    return [(l, step) for l, layer in enumerate(layers) for step in layer["steps"]]


def placed(case):
    """Likewise, the steps alone."""
    return [(l, step) for l, step in everything(case) if step["key"] not in TITLES]


@every_case
def test_the_walk_opens_beside_the_input_and_closes_beneath_the_loss(case):
    ends = {step["key"]: (l, step["title"]) for l, step in everything(case) if step["key"] in TITLES}
    assert ends == {OPENING: (0, TITLES[OPENING]), CLOSING: (len(walk_of(case).before.layers) + 1, TITLES[CLOSING])}


@every_case
def test_every_step_is_on_the_map_once_and_the_order_is_the_walks(case):
    keys = [step.key for step in walk_of(case).steps]
    assert network_map(walk_of(case))["order"] == [OPENING, *keys, CLOSING]
    assert sorted(step["key"] for _, step in placed(case)) == sorted(keys) and len(set(keys)) == len(keys)


@every_case
def test_the_steps_of_one_kind_stand_within_their_layer_in_the_walks_order(case):
    order = [step.key for step in walk_of(case).steps]
    for layer in network_map(walk_of(case))["layers"]:
        keys = [step["key"] for step in layer["steps"] if step["key"] in order]
        assert keys == sorted(keys, key=order.index)


@every_case
def test_forward_and_update_lead_down_the_map_and_backward_leads_up(case):
    layer_of = {step["key"]: l for l, step in placed(case)}
    for phase, way in (("forward", 1), ("backward", -1), ("update", 1)):
        layers = [layer_of[step.key] for step in walk_of(case).steps if step.phase == phase]
        assert layers == sorted(layers)[::way]


@every_case
def test_each_step_stands_in_its_layers_row_the_input_first_and_the_loss_last(case):
    last = len(walk_of(case).before.layers) + 1
    for l, step in placed(case):
        digits = "".join(filter(str.isdigit, step["key"]))
        assert l == (0 if step["key"] == "X" else int(digits) if digits else last), step["key"]


@every_case
def test_forward_backward_and_update_have_columns_of_their_own(case):
    phases = {step.key: step.phase for step in walk_of(case).steps}
    for _, step in placed(case):
        assert step["phase"] == phases[step["key"]] and step["column"] in COLUMNS[step["phase"]], step["key"]
    heads = network_map(walk_of(case))["heads"]
    assert [head for head, width in heads for _ in range(width)] == ["forward", "backward", "backward", "update"]


@every_case
def test_no_two_steps_stand_in_one_cell(case):
    cells = [(l, step["row"], step["column"] + n) for l, step in everything(case) for n in range(step["span"])]
    assert len(set(cells)) == len(cells) and min(row for _, row, _ in cells) == 0


@every_case
def test_there_is_a_row_for_the_input_for_every_layer_and_for_the_loss_each_as_wide_as_it_has_units(case):
    walk = walk_of(case)
    first, *layers, loss = network_map(walk)["layers"]
    assert first["name"] == ("batch" if walk.m > 1 else "input") and loss["name"] == "loss"
    assert [layer["name"] for layer in layers] == [f"layer {l}" for l in range(1, len(layers) + 1)]
    assert (*(layer["units"] for layer in (first, *layers)), None) == (*walk.before.sizes, loss["units"])
    for layer in (first, *layers):
        assert layer["width"] ** 4 * 784 == pytest.approx(layer["units"]) and layer["width"] <= 1
    assert loss["width"] is None


@every_case
def test_every_step_has_a_title_and_a_short_label_of_its_own(case):
    steps = [step for _, step in placed(case)]
    assert len({step["label"] for step in steps}) == len(steps)
    titles = {step.key: step.title for step in walk_of(case).steps}
    assert all(step["title"] == titles[step["key"]] and 0 < len(step["label"]) <= 6 for step in steps)


def test_the_labels_are_the_symbols_with_the_layer_as_a_superscript():
    labels = {step["key"]: step["label"] for _, step in placed("deep, best")}
    expected = {"X": "X", "S1": "S¹", "delta4": "δ⁴", "dW3": "∇W³", "db2": "∇b²", "W1_new": "W¹′", "E_new": "E′"}
    assert {key: labels[key] for key in expected} == expected


def test_the_cases_have_networks_of_one_to_four_layers():
    assert {len(walk_of(case).before.layers) for case in CASES} == {1, 2, 3, 4}
