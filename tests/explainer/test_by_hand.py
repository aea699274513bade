"""What a person types is right or the slip it is: every slip's value is worked out here anew, with plain loops.

`Plain` has the definitions of a step of training, for lists of Python's floats; WRONG has, for each slip, what it is by
definition. For every number that can be asked, judge names exactly the slips that give it.
"""
import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from explainer.by_hand import LEVELS, ask, askable, covered, judge
from explainer.choice import Choice
from explainer.datasets import embedded_sample
from explainer.deciding import decided
from explainer.inline import runs
from explainer.slips import SLIPS
from explainer.walkthrough import take_walk
from mlp_core.presets import PRESETS

SAMPLE = embedded_sample()
TOYS = [name for name, preset in PRESETS.items() if preset.is_toy]
CASES = [Choice(net=net, numbers=seed) for net in TOYS for seed in range(6)]
CASES += [Choice(net="mazur", setting="best")]


@cache
def walk_of(choice):
    return decided(choice, SAMPLE)[0].walk()


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def column(rows, j):
    return [row[j] for row in rows]


F = {"sigmoid": lambda s: 1 / (1 + math.exp(-s)), "linear": lambda s: s}
SLOPE = {"sigmoid": lambda s: 1 / (2 + math.exp(s) + math.exp(-s)), "linear": lambda s: 1.0}


class Plain:
    """One step of training on half squared errors that are added up over the batch; layers count from 1."""

    def __init__(self, choice):
        preset, setting = choice.preset(), choice.settings()
        self.X, self.Y = (list(map(list, part)) for part in preset.example)
        self.W, self.b, self.f = {}, {}, {}
        for l, ((W, b), f) in enumerate(zip(preset.weights, preset.activations), 1):
            self.W[l], self.b[l], self.f[l] = list(map(list, W)), None if b is None else list(b), f
        self.L, self.alpha, self.frozen, self.m = len(self.W), setting.learning_rate, setting.frozen_biases, len(self.X)
        self.forward()
        self.back()
        self.new = self.after()
        self.later, self.gone = self.loss_with(self.new), self.as_one_goes()

    def forward(self):
        self.S, self.A = {}, {0: self.X}
        for l in range(1, self.L + 1):
            bias = self.b[l] or [0] * len(self.W[l][0])
            self.S[l] = [[dot(row, column(self.W[l], j)) + bias[j] for j in range(len(bias))] for row in self.A[l - 1]]
            self.A[l] = [[F[self.f[l]](s) for s in row] for row in self.S[l]]
        self.E_i = [sum((a - y) ** 2 for a, y in zip(*pair)) / 2 for pair in zip(self.A[self.L], self.Y)]
        self.E = sum(self.E_i)

    def back(self):
        self.dA, self.slope, self.delta, self.dW, self.db = {}, {}, {}, {}, {}
        for l in range(self.L, 0, -1):
            if l == self.L:
                self.dA[l] = [[a - y for a, y in zip(*pair)] for pair in zip(self.A[l], self.Y)]
            else:
                self.dA[l] = [[dot(d, w) for w in self.W[l + 1]] for d in self.delta[l + 1]]
            self.slope[l] = [[SLOPE[self.f[l]](s) for s in row] for row in self.S[l]]
            self.delta[l] = [[d * s for d, s in zip(*pair)] for pair in zip(self.dA[l], self.slope[l])]
            self.dW[l], self.db[l] = self.gradients(l, self.delta[l])

    def gradients(self, l, delta):
        n = range(len(delta[0]))
        return ([[dot(column(self.A[l - 1], k), column(delta, j)) for j in n] for k in range(len(self.W[l]))],
                [sum(column(delta, j)) for j in n])

    def moved(self, l, dW, db):
        """(W, b) of layer l after these gradients."""
        W = [[w - self.alpha * g for w, g in zip(*pair)] for pair in zip(self.W[l], dW)]
        b = self.b[l]
        return W, b if b is None or self.frozen else [x - self.alpha * g for x, g in zip(b, db)]

    def after(self):
        return {l: self.moved(l, self.dW[l], self.db[l]) for l in self.W}

    def loss_with(self, parameters):
        other = object.__new__(Plain)
        other.__dict__ |= self.__dict__ | {"W": {l: W for l, (W, _) in parameters.items()},
                                           "b": {l: b for l, (_, b) in parameters.items()}}
        other.forward()
        return other

    def as_one_goes(self):
        """(dA, delta, dW, db, parameters) where each layer is moved before the layer below is reached."""
        dA, delta, dW, db, moved = dict(self.dA), dict(self.delta), {}, {}, {}
        for l in range(self.L, 0, -1):
            if l < self.L:
                dA[l] = [[dot(d, w) for w in moved[l + 1][0]] for d in delta[l + 1]]
                delta[l] = [[d * s for d, s in zip(*pair)] for pair in zip(dA[l], self.slope[l])]
            dW[l], db[l] = self.gradients(l, delta[l])
            moved[l] = self.moved(l, dW[l], db[l])
        return dA, delta, dW, db, moved


def right(p, kind, l, r, c):
    """The number itself."""
    later = p.later
    return {"S": lambda: p.S[l][r][c], "A": lambda: p.A[l][r][c], "dA": lambda: p.dA[l][r][c],
            "slope": lambda: p.slope[l][r][c], "delta": lambda: p.delta[l][r][c], "dW": lambda: p.dW[l][r][c],
            "db": lambda: p.db[l][c], "W_new": lambda: p.new[l][0][r][c], "b_new": lambda: p.new[l][1][c],
            "change_W": lambda: -p.alpha * p.dW[l][r][c], "change_b": lambda: -p.alpha * p.db[l][c],
            "E_i": lambda: p.E_i[r], "E": lambda: p.E, "E_i_new": lambda: later.E_i[r], "E_new": lambda: later.E,
            "A_new": lambda: later.A[l][r][c]}[kind]()


def stepped(p, kind, l, r, c, gradient):
    """An update or a change with another gradient."""
    old = {"W_new": lambda: p.W[l][r][c], "b_new": lambda: p.b[l][c]}.get(kind, lambda: 0)()
    return old - p.alpha * gradient


def gradient_of(p, kind, l, r, c):
    return p.dW[l][r][c] if "W" in kind else p.db[l][c]


UPDATES = ("W_new", "b_new", "change_W", "change_b")


def wrong(p, kind, l, r, c):
    """{slip: [values]} by definition; some may be right after all."""
    v, top, found = right(p, kind, l, r, c), l == p.L, {}

    def say(name, *values):
        found.setdefault(name, []).extend(values)
    if kind in UPDATES:
        g = gradient_of(p, kind, l, r, c)
        say("sign", stepped(p, kind, l, r, c, -g))
        say("alpha_forgotten", (p.W[l][r][c] - g) if kind == "W_new" else (p.b[l][c] - g) if kind == "b_new" else -g)
        if kind.endswith("new"):
            say("unmoved", p.W[l][r][c] if kind == "W_new" else p.b[l][c])
        if "W" in kind and c < len(p.W[l]) and r < len(p.W[l][0]):
            say("transposed", stepped(p, kind, l, r, c, p.dW[l][c][r]))
        if not top:
            _, _, dW, db, _ = p.gone
            say("updated_weights", stepped(p, kind, l, r, c, dW[l][r][c] if "W" in kind else db[l][c]))
        if p.m > 1:
            say("m_too_often", stepped(p, kind, l, r, c, g / p.m))
    if kind == "S":
        terms = [a * w for a, w in zip(p.A[l - 1][r], column(p.W[l], c))]
        b = p.b[l][c] if p.b[l] else 0
        say("sign", -v)
        if p.b[l]:
            say("missing_bias", sum(terms))
        if len(p.W[l]) == len(p.W[l][0]):
            say("transposed", dot(p.A[l - 1][r], p.W[l][c]) + b)
        say("other_unit", dot(p.A[l - 1][r][::-1], column(p.W[l], c)) + b)
        say("one_term", *terms, *(term + b for term in terms))
        if l > 1:
            say("missing_activation", dot(p.S[l - 1][r], column(p.W[l], c)) + b)
    if kind == "A":
        say("missing_activation", p.S[l][r][c])
        if p.f[l] == "sigmoid":
            say("sign", F["sigmoid"](-p.S[l][r][c]))
    if kind in ("slope", "delta"):
        s, a, by = p.S[l][r][c], p.A[l][r][c], 1 if kind == "slope" else p.dA[l][r][c]
        say("slope_at_output", by * SLOPE[p.f[l]](a))
        if p.f[l] == "sigmoid":
            say("slope_of_sum", by * s * (1 - s))
            say("part_of_slope", by * a, by * (1 - a))
    if kind == "delta":
        say("missing_slope", p.dA[l][r][c])
        say("other_unit", *(value for j in range(len(p.S[l][0])) if j != c for value in (
            p.dA[l][r][c] * p.slope[l][r][j], p.dA[l][r][j] * p.slope[l][r][c])))
    if kind in ("dA", "delta") and top:
        by = 1 if kind == "dA" else p.slope[l][r][c]
        say("target_minus_output", (p.Y[r][c] - p.A[l][r][c]) * by)
        say("two_of_the_square", 2 * (p.A[l][r][c] - p.Y[r][c]) * by, (p.A[l][r][c] - p.Y[r][c]) / 2 * by)
    if kind in ("dA", "delta") and not top:
        dA, delta, _, _, _ = p.gone
        above, W, by = p.delta[l + 1][r], p.W[l + 1], 1 if kind == "dA" else p.slope[l][r][c]
        say("sign", -v)
        say("updated_weights", (dA if kind == "dA" else delta)[l][r][c])
        mine = column(p.W[l], c)
        if len(above) == len(mine):
            say("own_weights", dot(above, mine) * by)
        elif len(above) == 1:
            say("own_weights", *(above[0] * w * by for w in mine))
        if kind == "dA":
            say("missing_slope", dot(p.dA[l + 1][r], W[c]))
            if len(W) == len(W[0]):
                say("transposed", dot(above, column(W, c)))
            say("other_unit", dot(above[::-1], W[c]))
            if len(above) > 1:
                say("one_term", *(d * w for d, w in zip(above, W[c])))
    if kind in ("dW", "db"):
        n, examples = range(len(p.S[l][0])), range(p.m)
        def product(below, error):
            return sum(below[i] * error[i] for i in examples)
        below = column(p.A[l - 1], r) if kind == "dW" else [1] * p.m
        own = column(p.delta[l], c)
        say("sign", -v)
        say("missing_slope", product(below, column(p.dA[l], c)))
        say("other_unit", *(product(below, column(p.delta[l], j)) for j in n if j != c))
        if kind == "dW":
            say("other_unit", *(product(column(p.A[l - 1], k), own) for k in range(len(p.W[l])) if k != r))
            if c < len(p.W[l]) and r < len(n):
                say("transposed", product(column(p.A[l - 1], c), column(p.delta[l], r)))
            if l > 1:
                say("missing_activation", product(column(p.S[l - 1], r), own))
        if not top:
            say("updated_weights", product(below, column(p.gone[1][l], c)))
        if p.m > 1:
            say("m_too_often", v / p.m)
            say("one_term", *(below[i] * own[i] for i in examples))
            if kind == "dW":
                say("averaged_first", sum(below) / p.m * sum(own))
    if kind in ("E", "E_i", "E_new", "E_i_new"):
        say("half_forgotten", 2 * v)
        say("half_twice", v / 2)
        if p.m > 1 and kind in ("E", "E_new"):
            say("m_too_often", v / p.m)
    if kind in ("E", "E_i"):
        off = [[a - y for a, y in zip(*pair)] for pair in zip(p.A[p.L], p.Y)]
        every = sum(off, []) if kind == "E" else off[r]
        say("cancelled", sum(every) / 2, sum(map(abs, every)) / 2, sum(every) ** 2 / 2)
        if len(every) > 1:
            say("one_term", *(p.E_i if p.m > 1 and kind == "E" else [x * x / 2 for x in off[r]]))
            if p.m > 1 and kind == "E_i":
                found.pop("one_term")
    if kind == "E_new":
        say("updated_weights", p.loss_with(p.gone[4]).E)
    return found


def same(value, other):
    return math.isclose(value, other, rel_tol=2e-9, abs_tol=1e-12)


def every_cell(choice):
    """Yield (key, name, cell, the Asked) of all numbers that can be asked of a walk."""
    walk = walk_of(choice)
    for step in walk.steps:
        for name in askable(walk, step.key):
            shape = (1, 1) if name in ("E", "E_new") else step.matrix(name).array.shape
            for cell in ((row, column) for row in range(shape[0]) for column in range(shape[1])):
                yield step.key, name, cell, ask(walk, step.key, name, cell)


def before_the_step(p, asked):
    l, old = asked.layer, {"W_new": p.W, "b_new": p.b}.get(asked.kind)
    return None if old is None else old[l][asked.row][asked.column] if asked.kind == "W_new" else old[l][asked.column]


def told(choice):
    return f"{choice.net} {choice.numbers} {choice.setting}"


@pytest.mark.parametrize("choice", CASES, ids=told)
def test_every_number_that_can_be_asked_is_right_as_plain_loops_say(choice):
    walk, p, count = walk_of(choice), Plain(choice), 0
    for key, name, cell, asked in every_cell(choice):
        value = right(p, asked.kind, asked.layer, asked.row, asked.column)
        for text in (repr(value), f"{value:#.4g}", f"{value:.3e}".replace("-", "−").replace(".", ",")):
            verdict = judge(walk, key, name, cell, text)
            if float(text.replace("−", "-").replace(",", ".")) == before_the_step(p, asked):
                assert verdict.right is None and "Give more digits" in verdict.sentence
                continue
            assert verdict.right is True and verdict.slips == (), (key, name, cell, text, verdict)
        count += 1
    assert count > 40


@pytest.mark.parametrize("choice", CASES, ids=told)
def test_a_slip_is_told_by_its_value_and_no_other_slip_is(choice):
    walk, p, seen = walk_of(choice), Plain(choice), set()
    for key, name, cell, asked in every_cell(choice):
        at = asked.kind, asked.layer, asked.row, asked.column
        value, slips = right(p, *at), wrong(p, *at)
        for typed in (v for values in slips.values() for v in values if not same(v, value)):
            expected = {slip for slip, values in slips.items() if any(same(v, typed) for v in values)}
            verdict = judge(walk, key, name, cell, f"{typed:.16f}")
            assert verdict.right is False and set(verdict.slips) == expected, (key, name, cell, typed, verdict)
            seen |= expected
            assert all(kind in ("text", "formula", "code", "bold") for kind, _ in runs(verdict.sentence))
            assert verdict.sentence.endswith(".") and "nan" not in verdict.sentence
    assert seen >= SEEN[choice.net], SEEN[choice.net] - seen


EVERYWHERE = {"sign", "target_minus_output", "updated_weights", "half_forgotten", "half_twice", "two_of_the_square",
              "other_unit", "alpha_forgotten", "unmoved", "one_term", "own_weights", "cancelled", "transposed"}
SIGMOID = {"missing_slope", "slope_at_output", "slope_of_sum", "part_of_slope", "missing_bias", "missing_activation"}
SEEN = {"mazur": EVERYWHERE | SIGMOID, "hmkcode": EVERYWHERE,
        "xor": EVERYWHERE | SIGMOID | {"m_too_often", "averaged_first"}}


def test_a_mean_over_the_batch_has_slips_of_its_own():
    preset = PRESETS["xor"]
    network = preset.network(replace(preset.best, reduction="mean"), None)
    walk = take_walk(network, *map(np.array, preset.example), .5)
    for key, name, cell in (("dW2", "dW2", (1, 0)), ("db1", "db1", (0, 1)), ("E", "E", None), ("E_new", "E_new", None),
                            ("W1_new", "W1_new", (0, 1)), ("b2_new", "b2_new", (0, 0)), ("W1_new", "change_W1", (1, 1)),
                            ("b1_new", "change_b1", (0, 0))):
        right, old = ask(walk, key, name, cell).value, {"W1_new": .9, "b2_new": -.3}.get(name, 0)
        for factor, slip in ((4, "m_forgotten"), (1 / 4, "m_too_often")):
            assert judge(walk, key, name, cell, repr(old + factor * (right - old))).slips == (slip,), (name, slip)
    assert {"m_forgotten"} | SEEN["xor"] == set(SLIPS)


PUBLISHED = [     # (network, step, name, cell, as its source prints it)
    ("mazur", "S1", "S1", (0, 0), "0.3775"), ("mazur", "A1", "A1", (0, 0), "0.593269992"),
    ("mazur", "A1", "A1", (0, 1), "0.596884378"), ("mazur", "S2", "S2", (0, 0), "1.105905967"),
    ("mazur", "A2", "A2", (0, 0), "0.75136507"), ("mazur", "A2", "A2", (0, 1), "0.772928465"),
    ("mazur", "E", "E", None, "0.298371109"), ("mazur", "dA2", "dA2", (0, 0), "0.74136507"),
    ("mazur", "delta2", "slope2", (0, 0), "0.186815602"), ("mazur", "delta2", "delta2", (0, 0), "0.138498562"),
    ("mazur", "dW2", "dW2", (0, 0), "0.082167041"), ("mazur", "dA1", "dA1", (0, 0), "0.036350306"),
    ("mazur", "delta1", "slope1", (0, 0), "0.241300709"), ("mazur", "dW1", "dW1", (0, 0), "0.000438568"),
    ("mazur", "W2_new", "W2_new", (0, 0), "0.35891648"), ("mazur", "W2_new", "W2_new", (1, 0), "0.408666186"),
    ("mazur", "W2_new", "W2_new", (0, 1), "0.511301270"), ("mazur", "W2_new", "W2_new", (1, 1), "0.561370121"),
    ("mazur", "W1_new", "W1_new", (0, 0), "0.149780716"), ("mazur", "W1_new", "W1_new", (1, 0), "0.19956143"),
    ("mazur", "W1_new", "W1_new", (0, 1), "0.24975114"), ("mazur", "W1_new", "W1_new", (1, 1), "0.29950229"),
    ("hmkcode", "S1", "S1", (0, 0), "0.85"), ("hmkcode", "S1", "S1", (0, 1), "0.48"),
    ("hmkcode", "S2", "S2", (0, 0), "0.191"), ("hmkcode", "E", "E", None, "0.327"),
    ("hmkcode", "delta2", "delta2", (0, 0), "-0.809"), ("hmkcode", "dA1", "dA1", (0, 0), "−0,11326"),
    ("hmkcode", "dW2", "dW2", (0, 0), "-0.68765"), ("hmkcode", "dW1", "dW1", (0, 0), "-0.22652"),
    ("xor", "A1", "A1", (0, 0), "0.5250"), ("xor", "A1", "A1", (0, 1), "0.8808"), ("xor", "A2", "A2", (0, 0), "0.5097"),
    ("xor", "delta2", "delta2", (0, 0), "0.1274"), ("xor", "delta1", "delta1", (0, 0), "-0.0381"),
    ("xor", "delta1", "delta1", (0, 1), "0.0147"),
]


@pytest.mark.parametrize("net, key, name, cell, text", PUBLISHED)
def test_what_the_sources_print_is_right(net, key, name, cell, text):
    verdict = judge(walk_of(Choice(net=net)), key, name, cell, text)
    assert verdict.right is True, verdict


def test_mazurs_printed_loss_after_the_step_is_the_slip_that_it_is():
    verdict = judge(walk_of(Choice(net="mazur")), "E_new", "E_new", None, "0.291027924")
    assert verdict.slips == ("updated_weights",)
    assert judge(walk_of(Choice(net="mazur")), "E_new", "E_new", None, "0.291027774").right is True


@pytest.mark.parametrize("text, right, slips, words", [
    ("0.0364", True, (), "A¹[0, 0] = 0.0363503"), ("0.0363", True, (), "Right"),
    ("3.64e-2", True, (), "Right"), ("0.036", None, (), "three significant digits"),
    ("0.0365", False, ("rounded",), "Carry more digits"), ("0.03641", False, ("rounded",), "Carry more digits"),
    ("-0.0364", False, ("sign",), "positive"), ("0.5", False, (), "no usual slip"),
    ("", None, (), "Type a number"), ("dog", None, (), "cannot be read"), ("0.055399425", False, ("one_term",), "term"),
])
def test_the_digits_decide_what_can_be_said(text, right, slips, words):
    verdict = judge(walk_of(Choice(net="mazur")), "dA1", "dA1", (0, 0), text)
    assert (verdict.right, verdict.slips) == (right, slips) and words in verdict.sentence


@pytest.mark.parametrize("text, right, slips, words", [
    ("0.150", None, (), "before the step, 0.15"), ("0.15", None, (), "before the step"), ("0.1498", True, (), "Right"),
    ("0.15000", False, ("unmoved",), "before the step"), ("0.14956", False, ("alpha_forgotten",), "α is missing")])
def test_an_update_needs_the_digits_in_which_the_step_is_seen(text, right, slips, words):
    verdict = judge(walk_of(Choice(net="mazur")), "W1_new", "W1_new", (0, 0), text)
    assert (verdict.right, verdict.slips) == (right, slips) and words in verdict.sentence


def test_a_slip_with_rounding_on_the_way_is_only_perhaps_that_slip():
    verdict = judge(walk_of(Choice(net="mazur")), "delta2", "delta2", (0, 0), "0.7420")
    assert verdict.slips == ("missing_slope",) and verdict.sentence.startswith("**Perhaps:**")


def test_two_slips_that_give_the_same_number_are_named_together():
    walk = walk_of(Choice(net="mazur", edits="X.0.0~0"))        # S¹[0, 0] = 0·0.15 + 0.1·0.2 + 0.35
    verdict = judge(walk, "S1", "S1", (0, 0), "0.02")
    assert set(verdict.slips) == {"missing_bias", "one_term"} and verdict.sentence.count("**Or:**") == 1
    assert judge(walk, "S1", "S1", (0, 0), "0.37").right is True        # a single term, but the right one


def test_an_operand_that_stands_transposed_is_asked_the_other_way_round():
    walk = walk_of(Choice(net="xor"))
    asked = ask(walk, "dW2", "A1.T", (1, 3))
    assert (asked.kind, asked.layer, asked.row, asked.column) == ("A", 1, 3, 1)
    assert asked.value == walk.passed.A[1][3, 1] and asked.name == "A¹ᵀ[1, 3]"


@pytest.mark.parametrize("key, name", [("X", "X"), ("S1", "W1"), ("E", "Y"), ("S1", "S2"), ("S1", "E"), ("S1", "huh")])
def test_what_is_given_or_not_there_is_not_asked(key, name):
    with pytest.raises(ValueError, match="is not asked"):
        judge(walk_of(Choice(net="mazur")), key, name, (0, 0), "1")


@pytest.mark.parametrize("net", TOYS)
def test_steps_are_covered_from_the_end_of_the_walk(net):
    walk = walk_of(Choice(net=net))
    keys = [step.key for step in walk.steps]
    sizes = []
    for level in LEVELS:
        found = covered(walk, level)
        assert list(found) == keys[len(keys) - len(found):]
        sizes.append(len(found))
    assert sizes[0] == 0 and sizes == sorted(set(sizes)) and sizes[-1] == len(keys) - 1
    assert all(askable(walk, key) for key in covered(walk, "everything"))
