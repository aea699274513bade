"""The short way: about twelve stops that lead through forward, loss, backward and update, and the neighbours on it."""
from dataclasses import replace

import pytest

from explainer.choice import Look
from explainer.way import CLOSING, OPENING, beside, position, stops
from tests.explainer.test_walkthrough import every_case, walk_of

SHORT = Look(short=True)


def keys_of(case):
    return [step.key for step in walk_of(case).steps]


@every_case
def test_the_short_way_is_a_part_of_the_walk_in_its_order_with_every_phase_in_it(case):
    walk, (first, *short, last) = walk_of(case), stops(walk_of(case), SHORT)
    assert (first, last) == (OPENING, CLOSING)
    assert short == [key for key in keys_of(case) if key in short] and len(short) <= 13
    assert short[0] == "X" and short[-1] == "E_new"
    assert {walk.step(key).phase for key in short} == {step.phase for step in walk.steps}
    assert {"S1", "A1", "E", "dW1", "W1_new"} <= set(short)
    assert stops(walk, Look()) == [OPENING, *keys_of(case), CLOSING]
    assert stops(walk, Look(present=True)) == [OPENING, *short, CLOSING]


def test_the_default_network_has_twelve_stops():
    stopped = stops(walk_of("deep, best"), SHORT)
    assert stopped == "open X S1 A1 A4 E dA4 delta4 dW4 dA3 dW1 W1_new E_new close".split()


@pytest.mark.parametrize("look", [Look(), SHORT])
@every_case
def test_going_on_from_the_first_step_reaches_every_stop_once_and_back_again(case, look):
    walk, seen = walk_of(case), [OPENING]
    while after := beside(walk, replace(look, step=seen[-1]))[1]:
        seen.append(after)
    assert seen == stops(walk, look)
    assert [beside(walk, replace(look, step=key))[0] for key in seen] == [None, *seen[:-1]]
    assert [position(walk, replace(look, step=key)) for key in seen] == [
        (min(n, len(seen) - 2), len(seen) - 2) for n in range(len(seen))]


def test_from_a_step_off_the_short_way_one_comes_back_to_it():
    walk = walk_of("deep, best")
    off = Look(step="S3", short=True)
    assert beside(walk, off) == ("A1", "A4") and position(walk, off) == (3, 12)
