"""Every card has exactly one right choice: the one that NumPy, asked in another way, says; and its words are in order.

Each topic has an oracle here. It reads from the card's words which cells are meant, works the answer out with plain
loops, einsum, central differences or a forward pass of its own in float64, and says what the right choice must read
and which numbers may be quoted. The walks: every preset in both settings, seeds 0 to 4, untrained and trained.
"""
import re
from dataclasses import replace
from functools import cache
from math import floor, log10

import numpy as np
import pytest

from explainer.cards import MISCONCEPTIONS, TOPICS, Card, Choice, cards
from explainer.choice import Look
from explainer.datasets import default_network, embedded_sample
from explainer.inline import runs
from explainer.selection import Selection
from explainer.view import pane
from explainer.walkthrough import take_walk
from mlp_core import train
from mlp_core.data import one_hot
from mlp_core.presets import PRESETS, own_preset
from tests import oracles

pytestmark = pytest.mark.filterwarnings("error")

SEEDS = range(5)
NOUGHT = replace(PRESETS["relu10"].best, initialisation="zeros", options={})
OWN = {"from 0": replace(PRESETS["deep"], source=NOUGHT, best=replace(NOUGHT, learning_rate=.1, reduction="sum")),
       "relu from 0": replace(PRESETS["relu16"], source=NOUGHT, best=NOUGHT),
       "no hidden layer": own_preset(()), "tanh": own_preset((12, 8), "tanh", "softmax"),
       "leaky, linear": own_preset((6,), "leaky_relu", "linear", "half_squared_error", "sum", 1e-3),
       "three of linear": own_preset((7, 6, 5), "linear", "sigmoid", "squared_error", "mean", 0.05)}
CASES = [(net, which, seed, trained) for net, preset in (PRESETS | OWN).items()
         for which in (("best",) if preset.best is preset.source else ("source", "best"))
         for seed in ([0] if preset.is_toy else SEEDS[:2] if net in OWN else SEEDS)
         for trained in (False, True)]
FIRST, ANOTHER = Selection(), Selection(3, 7, 2, 500)


@cache
def sample():
    return embedded_sample()


@cache
def walk_of(case):
    net, which, seed, trained = case
    preset = (PRESETS | OWN)[net]
    setting = preset.setting(which)
    m = min(setting.batch_size or 100, 100)
    if preset.is_toy:
        X, Y, labels = *(np.array(part, preset.dtype) for part in preset.example), None
    else:
        labels = sample().labels[m * seed:m * (seed + 1)]
        X, Y = sample().images[m * seed:m * (seed + 1)], one_hot(labels)
    network = preset.network(setting, np.random.default_rng(seed))
    if trained and net == "deep" and which == "best":
        network = default_network()
    elif trained:
        much = (X, Y) if preset.is_toy else (sample().images[4000:4200], one_hot(sample().labels[4000:4200]))
        for _ in train(network, *much, learning_rate=setting.learning_rate, batch_size=len(X),
                       epochs=10 if preset.is_toy else 1, shuffle=False):
            pass
    return take_walk(network, X, Y, setting.learning_rate, labels)


@cache
def cards_of(case, selection=FIRST):
    return cards(walk_of(case), selection)


def every_card():
    for case in CASES:
        for selection in (FIRST, ANOTHER) if case[2] == 0 else (FIRST,):
            for card in cards_of(case, selection).values():
                yield case, card


# What another formulation says

class Other:
    """The walk's step in float64, by other formulas; layers from 1."""

    def __init__(self, walk):
        self.walk, self.m, self.L, self.network = walk, walk.m, walk.L, walk.before
        self.X = walk.passed.A[0].astype(np.float64) if walk.images is None else walk.images / 255
        self.Y = walk.Y.astype(np.float64)
        self.over = walk.m if walk.before.reduction == "mean" else 1
        self.images = walk.images is not None
        self.dW, self.outputs, self.loss_after = map(cache, (self._dW, self._outputs, self._loss_after))

    def A(self, l):
        return self.walk.passed.A[l].astype(np.float64)

    def S(self, l):
        return self.walk.passed.S[l - 1].astype(np.float64)

    def delta(self, l):
        return self.walk.grads.delta[l - 1].astype(np.float64)

    def W(self, l):
        return self.network.layers[l - 1].W.astype(np.float64)

    def dA(self, l):
        """∂E/∂A: by central differences of the loss at the output, else from the layer above."""
        if l < self.L:
            return np.einsum("in,jn->ij", self.delta(l + 1), self.W(l + 1))
        A, found, step = self.A(l), np.empty_like(self.A(l)), 1e-4
        for j in range(A.shape[1]):
            up, down = A.copy(), A.copy()
            up[:, j] += step
            down[:, j] -= step
            found[:, j] = (self.losses(None, up) - self.losses(None, down)) / (2 * step)
        return found

    def slope(self, l, S=None):
        """f′ at the sums, or at other numbers, by central differences."""
        S, f = np.asarray(self.S(l) if S is None else S, np.longdouble), self.network.layers[l - 1].activation
        step = 1e-4
        return np.float64((oracles.activation(f, S + step).astype(np.longdouble)
                           - oracles.activation(f, S - step)) / (2 * step))

    def _dW(self, l):
        return np.einsum("ik,ij->kj", self.A(l - 1), self.delta(l), optimize=True) / self.over

    def db(self, l):
        return np.einsum("ij->j", self.delta(l)) / self.over

    def losses(self, S, A):
        return oracles.loss(self.network.loss, self.S(self.L) if S is None else S, A, self.Y)

    def _outputs(self, t=0):
        """(S, A) of the last layer after t steps."""
        A, change_b = self.X, self.walk.grads.change_b
        for l, layer in enumerate(self.network.layers, 1):
            S = A @ (self.W(l) - (t * self.walk.learning_rate * self.dW(l) if t else 0))
            if layer.b is not None:
                S = S + layer.b - (t * self.walk.learning_rate * self.db(l) if t and change_b[l - 1] is not None else 0)
            A = oracles.activation(layer.activation, S)
        return S, A

    def _loss_after(self, t):
        return self.losses(*self.outputs(t)).sum() / self.over

    def slope_by_sum(self, l, i, j, step=1e-4):
        """∂Eᵢ/∂S of one cell, by nudging it up and down and going on from there."""
        S = np.repeat(self.S(l)[i:i + 1], 2, axis=0)
        S[:, j] += [step, -step]
        for layer, above in zip(self.network.layers[l - 1:], self.network.layers[l:] + [None]):
            A = oracles.activation(layer.activation, S)
            if above is not None:
                S = A @ above.W.astype(np.float64) + (0 if above.b is None else above.b)
        up, down = oracles.loss(self.network.loss, S, A, np.repeat(self.Y[i:i + 1], 2, axis=0))
        return (up - down) / (2 * step)



@cache
def other(case):
    return Other(walk_of(case))


def value(text):
    """The first number of a text: −1.24·10⁻⁵, 1,120, +0.5."""
    found = re.search(NUMBER, text)
    return parsed(found)


NUMBER = re.compile(r"(?P<sign>[+−])?(?P<digits>\d[\d,]*(?:\.\d+)?)(?:·10(?P<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def parsed(match):
    size = float(match["digits"].replace(",", "")) * 10.0 ** int((match["power"] or "0").translate(PLAIN))
    return -size if match["sign"] == "−" else size


def reads(text, right, digits=3):
    """Whether the text's number is the right one, rounded to so many digits."""
    if right == 0:
        return value(text) == 0
    return abs(value(text) - right) <= .56 * 10 ** (floor(log10(abs(right))) - digits + 1)


def numbers_of(text):
    """Every number of a text, without those that only name a layer, a cell or a constant of a formula."""
    text = re.sub(r"\[\d+(, \d+)?\]|\^\{?\d\}?|\\tfrac12|\\frac\{\d\}\{\d\}|[a-z]+ \d+ \(an? \d\)", " ", text)
    return [parsed(match) for match in re.finditer(NUMBER, text.replace("·(", " ( ").replace(")·", " ) "))]


def places(text):
    """[(row, column)] of the cells that a text names."""
    return [tuple(int(n) for n in pair if n) for pair in re.findall(r"\[(\d+)(?:, (\d+))?\]", text)]


def examples(text):
    """The examples that a text names, in order; the only one has no number."""
    return [int(n or 0) for n in re.findall(r"[Ee]xample (\d+)|[Tt]he one example", text)]


def units(text):
    return [int(n) for n in re.findall(r"(?:digit|[Uu]nit) (\d+)", text)]


def cells(text):
    return list(zip(examples(text), units(text), strict=False))


# One oracle a topic: (case's Other, card, layer) -> (is this text right?, numbers that may be quoted)

def shape(o, card, l):
    right = np.tensordot(o.X, o.W(1), 1).shape
    return "×".join(map(str, right)).__eq__, [*o.X.shape, *o.W(1).shape]


def flat(o, card, l):
    (i, j), = places(card.question)
    slopes, S, A = o.slope(l), o.S(l)[i, j], o.A(l)[i, j]
    slope = slopes[i, j]
    assert slope <= slopes.min() + 1e-6

    def right(text):
        return abs(slope) < .001 if text.startswith("less") else reads(text, slope) or abs(
            value(text) - slope) < 2e-3 * slope + 1e-6
    top = o.slope(l, np.linspace(-1, 1, 201)).max()
    return right, [slope, S, A, top, o.slope(l, A), .001, 1, 0]


def softmax(o, card, l):
    (i, j), = places(card.question)
    S = o.S(l)[i]
    raised = S + (np.arange(len(S)) == j)
    before, after = (np.exp(s - s.max()) / np.exp(s - s.max()).sum() for s in (S, raised))
    moved = after - before
    assert moved[j] > 0 and (np.delete(moved, j) <= 0).all()
    return f"Output {j} rises, the others fall".__eq__, [*before, *after, 1, j, len(S) - 1, *range(len(S))]


def loss(o, card, l):
    i, = examples(card.question)[:1]
    A, Y = o.A(o.L)[i], o.Y[i]
    e, whole = A - Y, o.losses(None, o.A(o.L))[i]
    if o.network.loss == "cross_entropy":
        p = A[Y.argmax()]
        pool = [p, whole, 1 - p, np.log(len(A)), len(A), 1, -np.log(A + 1e-300).sum(), Y.argmax(), 0]
        return lambda text: reads(text, whole), pool
    half = whole / (e ** 2).sum()
    js = units(card.question)
    right = sum(half * e[j] ** 2 for j in js)
    digits = 2 if len(js) == 2 else 3
    return lambda text: reads(text, right, digits), [*e, *js, right, right / half, half * sum(e[js]) ** 2,
                                                     *(half * e[js] ** 2), *A, *Y]


def sign(o, card, l):
    if card.step.startswith("delta"):
        i, = examples(card.question)[:1]
        t = int(o.Y[i].argmax())
        slopes = [o.slope_by_sum(l, i, j) for j in range(o.Y.shape[1])]
        negative = [j for j, s in enumerate(slopes) if s < -1e-6]
        assert negative == [t]
        return f"Only at digit {t}".__eq__, [o.A(l)[i, t], 1, o.A(l)[i, t] - 1, 0, t]
    (i, j), = places(card.sees)
    slope = o.dA(l)[i, j]
    return ("Negative" if slope < 0 else "Positive").__eq__, [slope, o.A(l)[i, j], o.Y[i, j], 0, 2]


def saturated(o, card, l):
    dA, slope = o.dA(l), o.slope(l)
    sizes = {cell: abs(dA[cell] * slope[cell]) for cell in cells(card.question)}
    far = max(sizes, key=sizes.get)
    assert max(abs(dA[cell]) for cell in sizes) > abs(dA[far])
    pool = [n for cell in sizes for n in (dA[cell], slope[cell], dA[cell] * slope[cell], *cell)]
    return lambda text: cells(text) == [far], pool


def pull(o, card, l):
    (k, j), = places(card.question.split(":")[0])
    terms = [o.A(l - 1)[i, k] * o.delta(l)[i, j] for i in range(o.m)]
    first = max(range(o.m), key=lambda i: abs(terms[i]))
    named = [i for choice in card.choices for i in examples(choice.text)]
    if "No loss is larger" in str(card.choices):
        worst = next(examples(c.text)[0] for c in card.choices if "No loss is larger" in c.why)
        assert o.losses(None, o.A(o.L))[worst] >= o.losses(None, o.A(o.L)).max() * (1 - 1e-5)
    return lambda text: examples(text) == [first], [first, o.m] + [
        n for i in named for n in (i, o.A(l - 1)[i, k], o.delta(l)[i, j], terms[i])]


def alike(o, card, l):
    gradient = o.dW(l)
    assert np.ptp(o.A(l - 1), axis=1).max() == np.ptp(o.W(l - 1), axis=1).max() == 0
    right = "All are the same" if np.abs(np.diff(gradient, axis=0)).max() < 1e-6 < np.abs(gradient).max() else "?"
    return right.__eq__, [*gradient[0], 0, *gradient.shape, l - 1]


def updated(o, card, l):
    (i, j), = places(card.sees)
    W_new = o.W(l + 1) - o.walk.learning_rate * o.dW(l + 1)
    old, new = (sum(o.delta(l + 1)[i, n] * W[j, n] for n in range(W.shape[1])) for W in (o.W(l + 1), W_new))
    assert old != new
    return "It comes out wrong".__eq__, [old, new, *o.W(l + 1).shape]


def meaning(o, card, l):
    (i, j), = places(card.question)
    slope, d = o.slope_by_sum(l, i, j), o.delta(l)[i, j]
    assert np.sign(slope) == np.sign(d) and abs(slope - d) < .05 * abs(d) + 1e-6
    return ("To rise" if slope < 0 else "To fall").__eq__, [d, o.dA(l)[i, j], o.slope(l)[i, j], i, j]


def twice(o, card, l):
    cell = places(card.sees)[0]
    A, delta = (np.vstack([a, a]) for a in (o.A(l - 1), o.delta(l)))
    gradient = np.einsum("ik,ij->kj", A, delta, optimize=True) if card.step[:2] == "dW" else delta.sum(axis=0)
    doubled = gradient / (len(A) if o.network.reduction == "mean" else 1)
    once = o.dW(l) if card.step[:2] == "dW" else o.db(l)
    ratio = np.linalg.norm(doubled) / np.linalg.norm(once)
    right = "It becomes twice as large" if ratio > 1.5 else "It stays the same"
    assert min(abs(ratio - 2), abs(ratio - 1)) < 1e-6
    return right.__eq__, [doubled[cell], once[cell], o.m, 2 * o.m]


def transposed(o, card, l):
    (k, j) = places(card.sees)[0]
    i = (examples(next(c.why for c in card.choices if c.right)) or [0])[0]
    A, delta = o.A(l - 1), o.delta(l)
    term = A[i, k] * delta[i, j]
    assert abs(o.dW(l)[k, j] - sum(A[n, k] * delta[n, j] for n in range(o.m)) / o.over) < 1e-9 * (1 + abs(term))
    means = A[:, k].mean() * delta[:, j].mean() * o.m / o.over
    return lambda text: text.startswith("Each weight’s slope is its input"), [
        A[i, k], delta[i, j], term, o.dW(l)[k, j], means, o.m, *A.shape, *delta.shape, *o.W(l).shape, i]


def left(o, card, l):
    last, here = (np.mean([abs(d) for row in o.delta(n) for d in row]) for n in (o.L, l))
    ratio = last / here
    slopes = [o.walk.grads.slope[n - 1].mean() for n in range(l, o.L)]

    def right(text):
        implied = 1 if text == "About as large" else value(text) if "smaller" in text else 1 / value(text)
        return .79 < ratio / implied < 1.26 if implied == 1 else .94 < ratio / implied < 1.06
    return right, [last, here, ratio, 1 / ratio, *slopes, *(o.slope(n, np.linspace(-1, 1, 201)).max()
                                                            for n in range(l, o.L))]


def zeros(o, card, l):
    if not o.images:
        (a, j), (b, _) = places(card.question)
        step, found = 1e-6, []
        for k in (a, b):
            moved = [o.walk.before.copy() for _ in range(2)]
            moved[0].layers[0].W[k, j] += step
            moved[1].layers[0].W[k, j] -= step
            up, down = (Other(replace(o.walk, before=n)).loss_after(0) for n in moved)
            found.append((up - down) / (2 * step))
        ratio = found[0] / found[1]
        weights = o.W(1)[a, j] / o.W(1)[b, j]
        return (lambda text: abs((1 if text == "The same" else value(text)) - ratio) < .02 * ratio), [
            *o.X[0], *found, ratio, weights, a, b, j, o.delta(1)[0, j]]
    blank = sum(not any(o.walk.images[i, p] for i in range(o.m)) for p in range(784))
    of_one = int((o.walk.images == 0).sum(axis=1)[examples(str(card.choices))[0]]) if "in example" in str(
        card.choices) else blank
    pool = [blank, 784, 784 - blank, of_one, of_one - blank, blank * o.W(1).shape[1], np.abs(o.delta(1)).mean(), 0, 1,
            o.m, *examples(str(card.choices))]
    return lambda text: text.startswith(f"{blank}:"), pool


def turn(o, card, l):
    E, E_new = o.loss_after(0), o.loss_after(1)
    return ("Fall" if E_new < E else "Rise").__eq__, [E, E_new, o.walk.learning_rate, 0]


def way(o, card, l):
    cell, alpha = places(card.question)[0], o.walk.learning_rate
    g = (o.db(l) if card.step[0] == "b" else o.dW(l))[cell]

    def right(text):
        return not text.startswith("Nothing") and reads(text, alpha * abs(g)) and ("rises" in text) == (g < 0)
    return right, [g, alpha, alpha * g]


def alpha(o, card, l):
    with np.errstate(all="ignore"):
        E, E_new, far = map(o.loss_after, (0, 1, 10))
    low, high = sorted((E, E_new))
    right = "Above" if not far <= high else "Between" if far > low else "Below"
    return lambda text: text.startswith(right), [E, E_new, far, o.walk.learning_rate, 10 * o.walk.learning_rate]


def after(o, card, l):
    before, now = o.walk.passed.output, o.walk.passed_after.output
    pool = [o.m, o.loss_after(0), o.loss_after(1)]
    if "read right" in card.question:
        had, has = (sum(max(range(10), key=row.__getitem__) == label for row, label in zip(A, o.walk.labels))
                    for A in (before, now))
        changed = sum(a.tolist().index(a.max()) != b.tolist().index(b.max()) for a, b in zip(before, now))
        right = f"More than {had}" if has > had else f"Still {had}" if has == had else f"Fewer than {had}"
        return right.__eq__, [*pool, had, has, changed]
    if o.m > 1:
        fell = sum(b < a for a, b in zip(o.losses(None, o.A(o.L)), o.losses(*o.outputs(1))))
        right = "For all" if fell == o.m else "For most" if fell * 2 > o.m else "For fewer"
        return lambda text: text.startswith(right), [*pool, fell]
    gaps, gaps_now = (np.abs(A[0] - o.Y[0]) for A in (o.A(o.L), o.outputs(1)[1]))
    nearer = sum(b < a for a, b in zip(gaps, gaps_now))
    right = "All" if nearer == len(gaps) else "Some" if nearer else "None of them"
    return lambda text: text.startswith(right), [*pool, nearer, len(gaps), *gaps, *gaps_now, *range(len(gaps))]


ORACLES = {"shape": shape, "flat": flat, "softmax": softmax, "loss": loss, "sign": sign, "saturated": saturated,
           "alike": alike, "pull": pull, "updated": updated, "meaning": meaning, "twice": twice,
           "transposed": transposed, "left": left, "zeros": zeros, "turn": turn, "way": way, "alpha": alpha,
           "after": after}


def quoted(found, pool):
    """Whether a number is one of the pool, to the digits it is written with."""
    return any(abs(abs(found) - abs(of)) <= .006 * abs(of) + 2e-7 or
               (abs(found) == float(f"{abs(of):.2g}")) for of in pool)


@pytest.mark.parametrize("topic", ORACLES)
def test_exactly_one_choice_is_right_and_another_formulation_says_which(topic):
    met = 0
    for case, card in every_card():
        if card.topic != topic:
            continue
        is_right, pool = ORACLES[topic](other(case), card, walk_of(case).step(card.step).layer)
        found = [choice.text for choice in card.choices if is_right(choice.text)]
        assert found == [choice.text for choice in card.choices if choice.right], (case, card)
        pool = [*pool, *(int(n) for text in (card.question, card.sees) for n in re.findall(r"\d+", text))]
        for choice in card.choices:
            for number in numbers_of(choice.why):
                assert quoted(number, pool), (case, number, choice, card.question, pool)
        met += 1
    assert met >= 4


def test_there_is_an_oracle_for_each_topic():
    assert set(ORACLES) == {topic.key for topic in TOPICS}


def sentences(text):
    return len(re.findall(r"[.?](?= |$)", text))


def check_words(asked):
    texts = [asked.question, asked.sees, *(choice.text for choice in asked.choices),
             *(choice.why for choice in asked.choices)]
    for text in texts:
        plain = "".join(part for kind, part in runs(text) if kind == "text")
        assert text == text.strip() and "  " not in text and text[:1] not in ("—", ",", ".")
        assert not re.search(r"[{}<>$\\_^]|None\b(?! of them)|nan|inf\b|True|False|e[-+]\d", plain), text
        assert text.count("$") % 2 == 0 and text.count("(") == text.count(")"), text
        assert not re.search(r"<\w+>", text), text
    assert 2 <= len(asked.choices) <= 4
    assert len({choice.text for choice in asked.choices}) == len(asked.choices)
    assert asked.question[-1] == "?"
    for choice in asked.choices:
        assert choice.why[-1] == "." and 1 <= sentences(choice.why) <= 2, choice.why
        assert choice.text[-1] != "."
        assert "should" not in choice.why or " not " in choice.why, choice.why


def test_the_words_of_every_card_are_in_order():
    for _, card in every_card():
        check_words(card)
        assert sentences(card.question) <= 2 and sentences(card.sees) == 1


def test_a_wrong_choice_stands_for_a_misconception_and_every_misconception_has_its_source():
    stood_for = {choice.misconception for _, card in every_card() for choice in card.choices if not choice.right}
    assert stood_for <= set(MISCONCEPTIONS)
    assert all(known.belief[-1] == "." and known.source for known in MISCONCEPTIONS.values())
    assert {"updated weights", "inverse", "own weights", "batch averaged", "cancelling", "one example",
            "slope at the output", "large error", "backpropagation moves", "sum or mean", "order", "every example",
            "accuracy follows", "slope is a target"} <= stood_for


def test_error_is_the_word_for_the_outputs_minus_the_targets_only():
    for _, card in every_card():
        for choice in card.choices:
            assert "error" not in choice.why or card.topic == "loss", choice.why


@pytest.mark.parametrize("case, least", [(("deep", "best", 0, False), 14), (("deep", "best", 0, True), 13),
                                         (("relu16", "best", 0, False), 12), (("online", "best", 0, False), 10),
                                         (("mazur", "source", 0, False), 9), (("hmkcode", "best", 0, False), 8)])
def test_there_are_about_fourteen_cards_and_fewer_on_short_networks(case, least):
    assert least <= len(cards_of(case)) <= 16


def test_cards_stand_at_steps_of_the_walk_in_their_order():
    for case in CASES:
        keys = [step.key for step in walk_of(case).steps]
        found = cards_of(case)
        assert [keys.index(key) for key in found] == sorted(keys.index(key) for key in found)
        assert all(key == card.step for key, card in found.items())
        assert len({card.topic for card in found.values()}) == len(found)


def test_the_same_walk_has_the_same_cards_and_the_right_choice_has_no_place_of_its_own():
    case = ("deep", "best", 0, False)
    assert cards(walk_of(case), FIRST) == cards_of(case)
    where = [[choice.right for choice in card.choices].index(True) for card in cards_of(case).values()]
    assert {0, 1, 2, 3} <= set(where)
    share = np.mean([card.choices[0].right for _, card in every_card()])
    assert .15 < share < .45


def test_a_selection_is_asked_about_where_its_cell_is_clear():
    card = cards_of(("deep", "best", 0, False), ANOTHER)["delta3"]
    assert places(card.question) == [(3, 7)]


def test_a_loss_that_stands_still_or_is_no_number_is_not_asked_about():
    walk = walk_of(("deep", "best", 0, False))
    assert "W1_new" not in cards(replace(walk, E_new=walk.E), FIRST)
    assert not {"W1_new", "W2_new"} & set(cards(replace(walk, E_new=np.float32(np.nan)), FIRST))


def test_rising_losses_and_losses_beyond_all_bounds_have_their_cards():
    preset = PRESETS["deep"]
    walk = walk_of(("deep", "best", 0, True))
    far = take_walk(walk.before, walk.images, walk.Y, 30.0, walk.labels)
    assert far.E_new > far.E
    assert next(c for c in cards(far, FIRST)["W1_new"].choices if c.right).text == "Rise"
    linear = replace(OWN["leaky, linear"]).network(OWN["leaky, linear"].best, np.random.default_rng(0))
    wild = take_walk(linear, walk.images, walk.Y, 1e30, walk.labels)
    assert preset and "W1_new" not in cards(wild, FIRST)


def strings(part):
    """Every text of a pane; not the bytes of its arrays."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list | tuple):
        for one in part.values() if isinstance(part, dict) else part:
            yield from strings(one)


@pytest.mark.parametrize("case", [("deep", "best", 0, False), ("relu16", "best", 0, False)])
def test_the_number_that_is_right_was_not_on_the_screen_before(case):
    walk, seen = walk_of(case), ""
    for step in walk.steps:
        if step.key in cards_of(case) and step.key != "dW1":    # X says it once; 29 steps later it is asked again
            right = next(choice.text for choice in cards_of(case)[step.key].choices if choice.right)
            for number in re.findall(r"\d+\.\d+|\d{3,}(?=:)", right):
                assert not re.search(rf"(?<![\d.]){re.escape(number)}(?![\d])", seen), (step.key, number)
        seen += "\n".join(strings(pane(walk, Look(), step)))


def test_what_cannot_be_one_question_is_refused():
    right, wrong = Choice("a", True, "Yes."), Choice("b", False, "No.", "order")
    for choices in [(wrong,), (right, right), (right, replace(wrong, text="a")),
                    (right, replace(wrong, misconception="")), (right, replace(wrong, misconception="unheard of")),
                    (replace(right, misconception="order"), wrong)]:
        with pytest.raises(ValueError):
            Card("Which?", choices, step="S1", topic="shape")
