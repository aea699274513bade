"""The pictures of the Check page hold the numbers they are given."""
import numpy as np
import pytest

from explainer.broken import broken, differences
from explainer.checking import Check
from explainer.figures import checks
from explainer.training_broken import Curve, Trained
from tests.explainer.test_walkthrough import walk_of


def test_the_valley_has_the_errors_and_the_lines_of_theory_and_marks_eps():
    found = Check(walk_of("mazur, source")).valley(2, "W", 0, 1)
    figure = checks.valley(found, 1e-4)
    error, truncation, rounding = figure["data"]
    np.testing.assert_array_equal(error["x"], found.eps)
    np.testing.assert_array_equal(error["y"], np.maximum(found.errors, checks.LOWEST))
    np.testing.assert_array_equal(rounding["y"], found.rounding)
    assert truncation["name"] == "truncation" and figure["layout"]["shapes"][0]["x0"] == 1e-4
    names = {note["text"]: note["xanchor"] for note in figure["layout"]["annotations"]}
    rises = {line["name"]: line["y"][-1] > line["y"][0] for line in (truncation, rounding)}
    assert rises == {"truncation": True, "rounding": False} or rises == {"truncation": False, "rounding": True}
    assert names == {name: "right" if rises[name] == (error["x"][-1] > error["x"][0]) else "left" for name in names}
    parabola = checks.valley(Check(walk_of("hmkcode, best")).valley(1, "W", 0, 0), 1e-4)
    assert [line["name"] for line in parabola["data"]] == ["off by", "rounding"]


@pytest.mark.parametrize("case, key", [("deep, best", "dW1"), ("mazur, source", "db1"), ("mazur, source", "E_new")])
def test_a_broken_matrix_stands_beside_the_right_one_in_one_scale_and_their_difference_in_its_own(case, key):
    one = next(one for one in differences(broken(walk_of(case), "no_slope")) if one.key == key)
    right, wrong, apart = checks.three(one)["data"]
    for trace, array in ((right, one.right), (wrong, one.wrong), (apart, one.apart)):
        np.testing.assert_allclose(trace["z"], np.atleast_2d(array), rtol=1e-6)
        assert trace["zmin"] == -trace["zmax"]
    assert right["zmax"] == wrong["zmax"]


def test_matrices_of_two_shapes_cannot_be_subtracted_and_are_not_drawn():
    one = differences(broken(walk_of("mazur, source"), "db_not_summed"))[0]
    assert checks.three(one) is None


def test_three_epochs_with_a_mistake_stand_beside_those_without_it():
    digits = Trained(Curve((2.0, 1.0), (.1, .9)), Curve((2.0,), (.1,), "stopped"))
    right, wrong = checks.epochs(digits)["data"]
    assert (right["y"], wrong["y"], wrong["x"]) == ([.1, .9], [.1], [0])
    toy = checks.epochs(Trained(Curve((2.0, 1.0), ()), Curve((2.0, 3.0), ())))
    assert toy["data"][1]["y"] == [2.0, 3.0] and "loss" in toy["layout"]["title"]["text"]
