"""Every question of both forms has one right choice, the one that another formulation finds; forms and key."""
import re
from functools import cache

import numpy as np
import pytest

from explainer.cards import MISCONCEPTIONS
from explainer.quiz import FORMS, IDEAS, ORDER, key, quiz
from mlp_core.presets import PRESETS
from tests import oracles
from tests.explainer.test_cards import (
    CASES,
    cards_of,
    check_words,
    examples,
    numbers_of,
    other,
    places,
    quoted,
    reads,
    units,
    value,
    walk_of,
)

pytestmark = pytest.mark.filterwarnings("error")

DEEP = ("deep", "best", 0, False)


@cache
def quiz_of(case, form):
    return quiz(walk_of(case), form)


def every_question():
    for case in CASES:
        for form in FORMS:
            for question in quiz_of(case, form):
                yield case, form, question


def layer(question):
    return int(re.search(r"\d+", question.step)[0])


# One oracle an idea: (Other, question, form) -> (is this text right?, numbers that may be quoted)

def shape(o, question, form):
    l, batch = layer(question), int(re.search(r"batch of (\d+)", question.question)[1])
    rows, columns = o.W(l).shape
    right = (np.zeros((batch, rows)).T @ np.zeros((batch, columns))).shape
    return "×".join(map(str, right)).__eq__, [batch, rows, columns, rows * columns]


def nudge(o, question, form):
    l, i, j = layer(question), examples(question.question)[0], units(question.question)[0]
    slope, d = o.slope_by_sum(l, i, j), o.delta(l)[i, j]
    assert abs(slope - d) < .05 * abs(d) + 1e-6
    way = "rises" if slope > 0 else "falls"
    return (lambda text: text.startswith(f"It {way} by") and reads(text, .01 * abs(d))), [d, .01, .01 * d]


def slope(o, question, form):
    l, i, j = layer(question), examples(question.question)[0], units(question.question)[0]
    if "softmax" in question.question:
        right = o.slope_by_sum(l, i, j)
        return (lambda text: abs(value(text) - right) < .01 * abs(right)), [right, o.A(l)[i, j], o.Y[i, j], 1]
    dA, slope = o.dA(l)[i, j], o.slope(l)[i, j]
    right = dA * slope
    return (lambda text: abs(value(text) - right) < .01 * abs(right) + 1e-12), [
        o.S(l)[i, j], o.A(l)[i, j], dA, slope, right]


def back(o, question, form):
    l = layer(question)
    if o.L == 1:
        i, j = examples(question.question)[0], units(question.question)[0]
        d = o.slope_by_sum(1, i, j)
        assert abs(d - o.delta(1)[i, j]) < .01 * abs(d) + 1e-6
        return "None of them".__eq__, [o.A(1)[i, j], d]
    j, k = units(question.question)[:2]
    w, new = o.W(l + 1)[j, k], o.W(l + 1)[j, k] - o.walk.learning_rate * o.dW(l + 1)[j, k]
    A = np.zeros(o.W(l + 1).shape[0])
    A[j] = 1
    assert (A @ o.W(l + 1))[k] == w             # what the sum moves by when the output moves by 1
    return (lambda text: text.endswith("before the update") and abs(value(text[3:]) - w) <= .006 * abs(w)), [
        w, new, 1 / w if w else 0, 1, *o.W(l)[:, j], o.delta(l + 1)[examples(question.question)[0], k]]


def sum_(o, question, form):
    l, over = layer(question), 3 if o.network.reduction == "mean" else 1
    if "three times" in question.question:
        (k, j), i = places(question.question)[0], examples(question.question)[0]
        A, delta = (np.vstack([a[i]] * 3) for a in (o.A(l - 1), o.delta(l)))
        right = np.einsum("ik,ij->kj", A, delta)[k, j] / over
        return lambda text: reads(text, right), [right, A[0, k] * delta[0, j]]
    j = units(question.question)[0]
    rows = [float(f"{d:.3g}") for d in o.delta(l)["AB".index(form) * 3:][:3, j]]      # as they are printed
    right = sum(rows) / over
    return lambda text: abs(value(text) - right) < .011 * abs(right), [*rows, sum(rows), right, 1]


def weight(o, question, form):
    l, i = layer(question), examples(question.question)[0]
    w, a, d = numbers_of(question.question)[-3:]
    cells = [(k, j) for k in np.flatnonzero(near(o.A(l - 1)[i], a)) for j in np.flatnonzero(near(o.delta(l)[i], d))
             if near(o.W(l)[k, j], w)]
    assert cells
    right = o.A(l - 1)[i, cells[0][0]] * o.delta(l)[i, cells[0][1]]
    return lambda text: abs(value(text) - right) < .011 * abs(right), [w, a, d, right, 0]


def near(array, number):
    return np.abs(array - number) <= .006 * abs(number) + 1e-12


def step(o, question, form):
    l, alpha = layer(question), o.walk.learning_rate
    gradient = o.dW(l) if question.step[0] == "W" else o.db(l)
    old, g, _ = numbers_of(question.question)
    assert near(gradient, g).any()
    right = -alpha * gradient.flat[np.abs(gradient - g).argmin()]
    return lambda text: abs(value(text) - right) < .011 * abs(right), [old, g, alpha, right]


def reduction(o, question, form):
    batch, alpha = (int(re.search(r"batch of (\d+)", question.question)[1]), o.walk.learning_rate)
    slopes = np.random.default_rng(0).random(batch)
    mean = o.network.reduction == "mean"
    was, then = (slopes.mean(), slopes.sum()) if mean else (slopes.sum(), slopes.mean())
    right = alpha * was / then
    return lambda text: abs(value(text) - right) < 1e-4 * right, [batch, batch ** 2, alpha, right]


def finds(o, question, form):
    l, cell = layer(question), places(question.question)[0]
    w, g, alpha = o.W(l)[cell], o.dW(l)[cell], o.walk.learning_rate
    return (lambda text: text.endswith("as before") and abs(value(text) - w) <= .006 * abs(w)), [w, g, w - alpha * g,
                                                                                                alpha]


def loss(o, question, form):
    if question.question.startswith("Suppose"):
        p = numbers_of(question.question)[0]
        return lambda text: reads(text, -np.log(p)), [p, -np.log(p), 10, 1, *numbers_of(question.question)]
    i = examples(question.question)[0]
    S, A = o.outputs(1) if "after the step" in question.question else (o.S(o.L), o.A(o.L))
    right = oracles.loss(o.network.loss, S, A, o.Y)[i]
    return lambda text: reads(text, right), [right, *numbers_of(question.question), 1, *A[i]]


ORACLES = {"shape": shape, "nudge": nudge, "slope": slope, "back": back, "sum": sum_, "weight": weight, "step": step,
           "reduction": reduction, "finds": finds, "loss": loss}


@pytest.mark.parametrize("idea", IDEAS)
def test_exactly_one_choice_is_right_and_another_formulation_says_which(idea):
    for case, form, question in every_question():
        if question.idea != idea:
            continue
        is_right, pool = ORACLES[idea](other(case), question, form)
        found = [choice.text for choice in question.choices if is_right(choice.text)]
        assert found == [choice.text for choice in question.choices if choice.right], (case, form, question)
        pool = [*pool, *map(int, re.findall(r"\d+", question.question))]
        for choice in question.choices:
            for number in numbers_of(choice.why):
                assert quoted(number, pool), (case, number, choice, question.question, pool)


def test_a_form_asks_ten_ideas_and_the_other_the_same_ten_at_other_places():
    for case in CASES:
        A, B = (quiz_of(case, form) for form in FORMS)
        assert {q.idea for q in A} == {q.idea for q in B} and len(A) == len(B), case
        assert {q.idea for q in A} == set(IDEAS) and len(A) == 10 or case[0] == "relu from 0", case    # no slope at all
        pairs = [(one, next(two for two in B if two.idea == one.idea)) for one in A]
        assert all(one.question != two.question for one, two in pairs), case
        alike = [one.idea for one, two in pairs if one.choices == two.choices]
        assert not alike or case[1] == "source" or "from 0" in case[0]  # saturated or equal units have equal numbers


def test_the_words_of_every_question_are_in_order():
    for case, _, question in every_question():
        check_words(question)
        assert question.step in [step.key for step in walk_of(case).steps]


def test_no_question_is_a_copy_of_a_card():
    for case in CASES:
        asked = {re.sub(r"\d+|[−+.,·]", "", card.question) for card in cards_of(case).values()}
        for form in FORMS:
            for question in quiz_of(case, form):
                assert re.sub(r"\d+|[−+.,·]", "", question.question) not in asked


def test_ideas_are_mixed_and_the_forms_have_other_neighbours():
    A, B = (ORDER[form] for form in FORMS)
    assert set(A) == set(B) == set(IDEAS) and len(A) == len(B) == 10
    assert not set(zip(A, A[1:])) & set(zip(B, B[1:]))
    families = [{"nudge", "slope", "back"}, {"sum", "weight", "shape"}, {"step", "finds", "reduction"}]
    for order in (A, B):
        assert not [pair for pair in zip(order, order[1:]) for family in families if set(pair) <= family]


def test_the_right_choice_has_no_place_of_its_own():
    for form in FORMS:
        where = [[c.right for c in q.choices].index(True) for q in quiz_of(DEEP, form)]
        assert len(set(where)) >= 3


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("net", PRESETS)
def test_the_teachers_key_has_every_question_with_its_right_choice_in_bold(net, form):
    case = next(case for case in CASES if case[0] == net)
    text, questions = key(walk_of(case), form), quiz_of(case, form)
    assert text.startswith(f"# Test, form {form}: the key\n")
    assert [int(n) for n in re.findall(r"^(\d+)\. ", text, re.MULTILINE)] == list(range(1, 11))
    assert re.findall(r"\) \*\*(.+?)\*\*:", text) == [c.text for q in questions for c in q.choices if c.right]
    for question in questions:
        assert question.question in text and walk_of(case).step(question.step).title in text
        assert all(MISCONCEPTIONS[c.misconception].belief in text for c in question.choices if not c.right)


def test_there_are_two_forms_and_no_third():
    with pytest.raises((ValueError, KeyError)):
        quiz(walk_of(DEEP), "C")
