"""Cards of a walk: at some steps one question, asked before the result is seen, answered from the walk's arrays.

A row of TOPICS is a topic: where it may be asked, the best place first, and what makes its question. A maker takes a
Place and returns an Asked, or None where these arrays leave the answer unclear or the question makes no sense.
"""
from dataclasses import dataclass
from typing import Callable

import numpy as np

from . import backward, forward, update
from .card import Card, Choice
from .misconceptions import MISCONCEPTIONS
from .place import Place

__all__ = ["MISCONCEPTIONS", "TOPICS", "Card", "Choice", "cards"]


@dataclass(frozen=True)
class Topic:
    key: str
    places: Callable    # of the number of layers: keys of steps
    makers: tuple       # tried one after the other at each place


TOPICS = (  # a step goes to the first row that asks for it and has a question there
    Topic("shape", lambda L: ["S1"], (forward.shape_of_the_sums,)),
    Topic("flat", lambda L: ["A1"], (forward.slope_where_it_is_flattest,)),
    Topic("softmax", lambda L: [f"A{L}"], (forward.one_sum_of_softmax,)),
    Topic("loss", lambda L: ["E"], (forward.what_errors_cost, forward.what_a_probability_costs)),
    Topic("sign", lambda L: [f"dA{L}", f"delta{L}"], (backward.sign_at_the_right_digit, backward.signs_of_a_row)),
    Topic("saturated", lambda L: [f"delta{l}" for l in range(L, 1, -1)], (backward.larger_error_smaller_delta,)),
    Topic("alike", lambda L: [f"dW{L}"], (backward.units_that_are_all_alike,)),
    Topic("pull", lambda L: [f"dW{L}"], (backward.which_example_pulls_most,)),
    Topic("updated", lambda L: [f"dA{l}" for l in range(L - 1, 0, -1)], (backward.updated_too_early,)),
    Topic("meaning", lambda L: [f"delta{l}" for l in range(L - 1, 1, -1)] or [f"delta{L}"],
          (backward.what_delta_says,)),
    Topic("twice", lambda L: [*(f"dW{l}" for l in range(L - 1, 2, -1)), f"db{L}"], (backward.batch_twice,)),
    Topic("transposed", lambda L: [f"dW{l}" for l in range(2, L + 1)], (backward.where_the_transpose_comes_from,)),
    Topic("left", lambda L: ["delta1"], (backward.how_much_is_left,)),
    Topic("zeros", lambda L: ["dW1"], (backward.rows_of_zeros, backward.two_inputs_one_unit)),
    Topic("turn", lambda L: ["W1_new"], (update.turn_of_the_loss,)),
    Topic("way", lambda L: ["b1_new", "W2_new"], (update.rises_or_falls,)),
    Topic("after", lambda L: ["E_new"], (update.accuracy_after, update.every_example, update.nearer_to_the_targets)),
    Topic("alpha", lambda L: ["W2_new", "b2_new", "E_new"], (update.ten_times_alpha,)),
)


@np.errstate(all="ignore")      # a step too long overflows; what is not finite is not asked about
def cards(walk, selection):
    """Return {key of a step: Card}, in the order of the walk, with the selection's cells wherever they are clear."""
    found = {}
    for topic in TOPICS:
        card = next(filter(None, (_asked(walk, selection, topic, key) for key in topic.places(walk.L)
                                  if key not in found)), None)
        if card:
            found[card.step] = card
    return {step.key: found[step.key] for step in walk.steps if step.key in found}


def _asked(walk, selection, topic, key):
    step = next((step for step in walk.steps if step.key == key), None)
    if step is None:
        return None
    at = Place(walk, selection, key, step.layer)
    asked = next(filter(None, (make(at) for make in topic.makers)), None)
    return asked and Card(asked.question, asked.choices, asked.sees, step=key, topic=topic.key)
