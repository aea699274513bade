"""The opening counts and times its own walk: the slopes by the sizes, the passes by the clock."""
import re
import time

import numpy as np
import pytest

from explainer import opening
from explainer.closing import chain
from explainer.opening import Timing, a_step_of_training, duration, slopes, timed, why_backwards
from explainer.selection import Selection
from explainer.walkthrough import take_walk
from tests.explainer.test_walkthrough import same_bits, start, walk_of

COUNTS = {"deep, best": 784 * 64 + 64 + 64 * 32 + 32 + 32 * 16 + 16 + 16 * 10 + 10,
          "relu16, best": 784 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10, "mazur, source": 12, "hmkcode, best": 6}


@pytest.mark.parametrize("case, count", COUNTS.items())
def test_the_slopes_are_counted_from_the_sizes_and_nudging_takes_a_pass_more(case, count):
    walk = walk_of(case)
    assert slopes(walk) == count
    assert [int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", why_backwards(walk))] == [count, count + 1]


def test_the_batch_is_named_as_it_is():
    said = [a_step_of_training(walk_of(case)) for case in ("deep, best", "online, best", "mazur, best")]
    assert ["100 images go" in said[0], "one image goes" in said[1], "one example goes" in said[2]] == [True] * 3


def test_what_is_timed_is_a_forward_and_a_backward_pass_of_this_very_batch(monkeypatch):
    walk, done = walk_of("deep, best"), []

    def slow(name, seconds):
        work = getattr(opening, name)

        def timed_work(network, *of, out=None):
            if out is not None:
                done.append((name, network is walk.before, out))
                time.sleep(seconds)
            return work(network, *of, out=out)
        monkeypatch.setattr(opening, name, timed_work)
    slow("forward", .004), slow("backward", .008)
    before = walk.grads.gradient.copy(), walk.passed.output.copy()
    found = timed(walk)
    assert [name for name, *_ in done] == ["forward"] * found.passes + ["backward"] * found.passes
    assert all(own for _, own, _ in done) and .004 <= found.forward < .02 and .012 <= found.both < .05
    assert found.nudging == pytest.approx(53_019 * found.forward) and found.times == pytest.approx(
        53_019 * found.forward / found.both)
    assert same_bits(before[0], walk.grads.gradient) and same_bits(before[1], walk.passed.output)


def test_the_sentence_has_the_numbers_and_says_that_the_rest_is_multiplication():
    said = Timing(53_018, .0006, .0019).sentence
    assert "together took 1.9 ms" in said and "pass took 0.6 ms" in said and "would take 32 s" in said
    assert "17,000 times as long" in said and "5 passes were timed, the rest is multiplication" in said


@pytest.mark.parametrize("seconds, text", [(.00035, "0.35 ms"), (.0123, "12 ms"), (1.2, "1.2 s"), (32, "32 s"),
                                           (150, "2.5 min"), (1500, "25 min"), (9000, "2.5 h")])
def test_a_duration_is_read_as_one_says_it(seconds, text):
    assert duration(seconds) == text


def test_weights_that_have_exploded_are_timed_and_their_chain_is_shown_without_a_warning():
    network, X, Y, alpha = start("own relu, linear, sum")
    for layer in network.layers:
        layer.W *= np.float32(1e30)
    walk = take_walk(network, X, Y, alpha)
    assert not np.isfinite(walk.E) and timed(walk).forward > 0
    assert [link.step for link in chain(walk, Selection())][-1] == "W1_new"
