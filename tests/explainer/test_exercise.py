"""A step to be worked out by hand: every number of it has a cell, and what is typed is judged."""
import numpy as np
import pytest

from explainer.by_hand import LEVELS
from explainer.choice import Look
from explainer.exercise import drawn, exercise
from tests.explainer.test_walkthrough import walk_of

EVERYTHING = Look(hand="everything")


@pytest.mark.parametrize("case", ["mazur, best", "hmkcode, best", "xor, best"])
def test_every_number_of_a_step_that_is_worked_out_has_a_cell_and_its_own_number_is_right(case):
    walk, met = walk_of(case), 0
    for step in walk.steps:
        found = exercise(walk, EVERYTHING, step, {})
        if step.kind == "input":
            assert found is None
            continue
        typed = {}
        assert any(c["name"] == step.panels[-1].name for c in found["cells"])
        for cell in found["cells"]:
            at = cell["row"], cell["column"]
            right = {"E": walk.E, "E_new": walk.E_new}.get(cell["name"])
            right = step.matrix(cell["name"]).array[at] if right is None else right
            typed[(step.key, cell["name"], *at)] = repr(float(right))
        assert found["left"] == len(found["cells"]) == len(typed)
        result = step.panels[-1]
        assert {(c["row"], c["column"]) for c in found["cells"] if c["name"] == result.name} == set(
            np.ndindex(*result.array.shape))
        solved = exercise(walk, EVERYTHING, step, typed)
        assert solved["left"] == 0 and all(cell["right"] and cell["said"] for cell in solved["cells"])
        met += len(typed)
    assert met > 20


def test_a_wrong_number_stays_to_be_done_and_says_what_is_wrong():
    walk = walk_of("mazur, best")
    step = walk.step("delta1")
    found = exercise(walk, EVERYTHING, step, {("delta1", "delta1", 0, 0): "-0.008771355"})      # Mazur's has no minus
    cell = next(cell for cell in found["cells"] if cell["name"] == "delta1" and cell["column"] == 0)
    assert cell["right"] is False and "sign" in "".join(str(text) for _, text in cell["said"])
    assert found["left"] == len(found["cells"])


def test_what_is_covered_follows_the_level_and_a_large_network_has_nothing_to_type():
    walk = walk_of("mazur, best")
    covered = {level: [step.phase for step in walk.steps if exercise(walk, Look(hand=level), step, {})]
               for level in LEVELS}
    assert covered["nothing"] == [] and set(covered["the update"]) == {"update", "after"}
    assert set(covered["the way back"]) == {"backward", "update", "after"}
    deep = walk_of("deep, best")
    assert all(exercise(deep, EVERYTHING, step, {}) is None for step in deep.steps)


def test_the_drawing_of_a_small_network_shows_what_the_cell_is_made_of():
    walk = walk_of("mazur, best")
    figure, = drawn("mazur", walk, walk.step("S1"), Look(i=0, j=1).selection)
    thick = [trace for trace in figure["data"] if trace.get("line", {}).get("width", 0) > 3]
    assert len(thick) == 3      # two weights and a bias lead to a unit
    assert drawn("deep", walk_of("deep, best"), walk_of("deep, best").steps[1], Look().selection) == []
