"""The rail is the map of the walk: every step once, in its layer's column, done, current or still to come."""
import pytest

from explainer.rail import rail
from tests.explainer.test_walkthrough import CASES, every_case, walk_of


def rows(walk, current="X"):
    """The rail's rows by phase: [[(column, step), …] of each group]."""
    return {row["phase"]: [[(group["column"], step) for step in group["steps"]] for group in row["groups"]]
            for row in rail(walk, current)["rows"]}


def in_order(walk, current="X"):
    """All steps as a reader meets them: forward, backward from right to left, then the updates."""
    forward, backward, update = (rows(walk, current)[phase] for phase in ("forward", "backward", "update"))
    return [*sum(forward, []), *(pair for group in backward for pair in reversed(group)), *sum(update, [])]


@every_case
def test_every_step_is_on_the_rail_once_and_in_the_walks_order(case):
    assert [step["key"] for _, step in in_order(walk_of(case))] == [step.key for step in walk_of(case).steps]


@every_case
def test_each_step_stands_in_its_layers_column_the_input_first_and_the_loss_last(case):
    walk = walk_of(case)
    last = len(walk.before.layers)
    for column, step in in_order(walk):
        key = step["key"]
        digits = "".join(filter(str.isdigit, key))
        assert column == (0 if key == "X" else int(digits) if digits else last + 1), key


@every_case
def test_what_was_passed_is_done_and_what_follows_is_still_to_come(case):
    walk = walk_of(case)
    for at, current in enumerate(walk.steps):
        states = [step["state"] for _, step in in_order(walk, current.key)]
        assert states == ["done"] * at + ["current"] + ["coming"] * (len(walk.steps) - at - 1)


@every_case
def test_the_backward_row_reads_from_right_to_left(case):
    walk = walk_of(case)
    groups = rows(walk)["backward"]
    columns = [group[0][0] for group in groups]
    assert columns == list(range(len(walk.before.layers), 0, -1))
    from_left = [step["key"] for group in sorted(groups, key=lambda group: group[0][0]) for _, step in group]
    assert from_left == [step.key for step in walk.steps if step.phase == "backward"][::-1]


@every_case
def test_there_is_a_head_for_the_input_for_every_layer_and_for_the_loss(case):
    walk = walk_of(case)
    heads, sizes = rail(walk, "X")["heads"], walk.before.sizes
    assert len(heads) == len(sizes) + 1
    for l, head in enumerate(heads[1:-1], 1):
        assert all(str(number) in head for number in (l, sizes[l - 1], sizes[l]))


@every_case
def test_every_step_has_a_title_and_a_short_label_of_its_own(case):
    steps = [step for _, step in in_order(walk_of(case))]
    assert len({step["label"] for step in steps}) == len(steps)
    assert all(step["title"] and 0 < len(step["label"]) <= 6 for step in steps)


def test_the_labels_are_the_symbols_with_the_layer_as_a_superscript():
    labels = {step["key"]: step["label"] for _, step in in_order(walk_of("deep, best"))}
    expected = {"X": "X", "S1": "S¹", "delta4": "δ⁴", "dW3": "∇W³", "db2": "∇b²"}
    assert {key: labels[key] for key in expected} == expected


def test_a_step_that_this_walk_does_not_have_is_an_error():
    with pytest.raises(ValueError):
        rail(walk_of("hmkcode, best"), "S3")


def test_the_cases_have_networks_of_one_to_four_layers():
    assert {len(walk_of(case).before.layers) for case in CASES} == {1, 2, 3, 4}
