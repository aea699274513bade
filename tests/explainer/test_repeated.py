"""What is said where a further layer repeats a step: its numbers, worked out anew from the arrays by plain loops."""
import re
from dataclasses import replace

import numpy as np
import pytest

from explainer.choice import Look
from explainer.repeated import REPEATED, looked_again
from explainer.view import pane
from tests.explainer.test_special import about, numbers, trained
from tests.explainer.test_view import said, walk_of
from tests.explainer.test_walkthrough import every_case


def told(walk, key):
    return looked_again(walk, walk.step(key))


def spread(S):
    return sum(np.sqrt(((column - column.sum() / len(column)) ** 2).sum() / len(column)) for column in S.T) / S.shape[1]


@every_case
def test_only_what_a_layer_before_had_is_looked_at_anew_and_in_a_line(case):
    walk, seen = walk_of(case), set()
    for step in walk.steps:
        text = looked_again(walk, step)
        assert bool(text) <= (step.prose in seen), step.key
        if text:
            assert 30 < len(text) <= 210 and text[-1] == "." and text.count("$") % 2 == 0
            assert not re.search(r"\bnan\b|\binf\b|error|target|np\.", text)
        seen.add(step.prose)


@pytest.mark.parametrize("walk", [walk_of("deep, best"), trained()], ids=["untrained", "trained"])
def test_in_the_default_network_every_further_layer_is_told_with_its_own_numbers(walk):
    keys = [f"{name}{l}" for name in ("S", "A") for l in (2, 3, 4)] + [f"{name}{l}" for name in ("delta", "dW", "db")
            for l in (3, 2, 1)] + ["dA2", "dA1"] + [f"{name}{l}_new" for name in ("W", "b") for l in (2, 3, 4)]
    texts = [told(walk, key) for key in keys]
    assert all(texts) and len(set(texts)) == len(keys)
    S, A, grads = walk.passed.S, walk.passed.A, walk.grads
    assert numbers(told(walk, "S3")) == [about(spread(S[2])), about(spread(S[1]))]
    slope = A[3] * (1 - A[3])
    if (slope < .02).any():
        assert numbers(told(walk, "A3"))[:2] == [(slope < .02).sum(), slope.size]
    else:
        assert numbers(told(walk, "A3"))[:2] == [about(slope.min()), about(slope.max())]
    sizes = {j: np.mean([abs(x) for x in grads.dA[1][:, j]]) for j in range(32)}
    most, least = max(sizes, key=sizes.get), min(sizes, key=sizes.get)
    assert numbers(told(walk, "dA2")) == [most, 2, about(sizes[most]), least, about(sizes[least])]
    high = [j for j in range(32) if min(grads.delta[1][:, j]) > 0]
    low = [j for j in range(32) if max(grads.delta[1][:, j]) < 0]
    if high or low:
        counts = [len(found) for found in (high, low) if found]
        assert numbers(told(walk, "delta2")) == [len(high) + len(low), 32, 2, 100, *counts]
    where = max(np.ndindex(32, 16), key=lambda at: abs(grads.dW[2][at]))
    assert f"[{where[0]}, {where[1]}]" in told(walk, "dW3")
    assert numbers(told(walk, "dW3")) == [about(np.abs(grads.dW[2]).mean()), about(np.abs(grads.dW[3]).mean())]
    assert numbers(told(walk, "db2"))[:2] == [sum(x > 0 for x in grads.db[1]), 32]
    old, new = walk.before.layers[2].W, walk.after.layers[2].W
    at = max(np.ndindex(32, 16), key=lambda at: abs(new[at] - old[at]))
    assert f"[{at[0]}, {at[1]}]" in told(walk, "W3_new")
    before, change = re.findall(r"(−?[\d.]+),? (?:and|is)", told(walk, "W3_new"))
    assert float(before.replace("−", "-")) + float(change.replace("−", "-")) == pytest.approx(new[at], rel=.01)


def test_zeros_of_relu_and_the_only_example_of_mazur_are_told_as_they_are():
    walk = walk_of("relu16, best")
    A1, A2 = walk.passed.A[1], walk.passed.A[2]
    assert numbers(told(walk, "A2")) == [round(100 * (A2 <= 0).mean()), 0, 1, round(100 * (A1 <= 0).mean())]
    mazur = walk_of("mazur, best")          # S² = 1.105905967, 1.224921404 in his post
    assert told(mazur, "S2") == "The largest sum in size is $S^2[0, 1]$: 1.225."
    assert "2 of the 2 cells are positive, 0 negative" in told(mazur, "delta1")


def test_no_number_of_a_step_that_is_worked_out_by_hand_is_told_before_it_is_right():
    walk, look = walk_of("mazur, best"), Look(hand="everything")
    shown = pane(walk, look, walk.step("S2"), "mazur")
    assert shown["hand"]["left"] and "1.22" not in said(shown["look"])
    assert "1.22" in said(pane(walk, Look(), walk.step("S2"), "mazur")["look"])


def test_sums_that_overflowed_are_not_compared():
    walk = walk_of("deep, best")
    broken = walk.passed.S[1].copy()
    broken[0, 0] = np.inf
    step = walk.step("S2")
    steps = tuple(replace(s, result=broken) if s is step else s for s in walk.steps)
    of = type("Walk", (), {"steps": steps, "m": walk.m, "passed": walk.passed, "grads": walk.grads})
    assert looked_again(of, steps[3]) == "" and steps[3].key == "S2"


def test_every_kind_that_layers_repeat_has_a_line():
    repeated = {step.topic for step in walk_of("deep, best").steps if step.layer}
    assert repeated == set(REPEATED)
