"""A sheet to print: its numbers are those that somebody else works out, and a blank is told nowhere on its page."""
import base64
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from explainer.choice import Choice, Chosen, Look
from explainer.components.sheet import PAPERS, page
from explainer.datasets import embedded_sample
from explainer.deciding import Decided
from explainer.numbers import plain_number
from explainer.sheet import HOW, can_be_asked, key, sheets
from explainer.sheet_numbers import numbers_in
from explainer.toys import toy
from mlp_core.presets import PRESETS
from tests import oracles
from tests.explainer.test_pages import app
from tests.explainer.test_walkthrough import CASES, every_case, walk_of

TOYS = [net for net, preset in PRESETS.items() if preset.is_toy]
ABOVE = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
VOID = {"meta"}
GEOMETRY = {"x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "viewbox", "style", "href", "lspace"}
DECIMAL = re.compile(r"−?\d+\.\d+(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")


def view_of(net="deep", step="X", **choice):
    """A (Chosen, Walk), as the page has them."""
    chosen = Chosen(Choice(net, **choice), Look(step))
    return chosen, Decided(chosen.choice, embedded_sample()).walk()


def number(text):
    """Read a number as the sheet writes it."""
    mantissa, _, exponent = text.replace("−", "-").partition("·10")
    return float(mantissa) * 10.0 ** int(exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)


class Strict(HTMLParser):
    """What an HTML file says: its texts, comments and attributes; every tag must be closed in its turn."""

    def __init__(self, html):
        super().__init__()
        self.open, self.said, self.addresses, self.tables, self.tags = [], [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.open += [] if tag in VOID else [tag]
        self.said += [value for name, value in attributes if name not in GEOMETRY]
        self.addresses += [value for name, value in attributes if name in ("href", "src", "xlink:href", "srcset")]
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.said.append(data)
            if self.open and self.open[-1] in ("td", "th"):
                self.tables[-1][-1][-1] += data

    def handle_comment(self, data):
        self.said.append(data)


# A small example by hand

def by_definition(net, seed, setting):
    """{what the sheet calls a number: the number} of a whole step, in einsum and in other formulas than the core's."""
    preset = toy(net, seed)
    chosen = preset.setting(setting)
    X, Y = (np.array(part, np.float64) for part in preset.example)
    layers = [(np.array(W, np.float64), None if b is None else np.array(b, np.float64), f)
              for (W, b), f in zip(preset.weights, preset.activations)]
    found = {}

    def put(name, array):
        for place in np.ndindex(np.shape(array)):
            found[f"{name}[{', '.join(map(str, place))}]" if place else name] = float(array[place])

    def forward(layers):
        S, A = [], [X]
        for W, b, f in layers:
            S.append(np.einsum("ik,kj->ij", A[-1], W) + (0 if b is None else b))
            A.append(oracles.activation(f, S[-1]))
        return S, A
    (S, A), L, new = forward(layers), len(layers), []
    losses = .5 * np.einsum("ij,ij->i", A[-1] - Y, A[-1] - Y)
    delta = None
    for l in range(L, 0, -1):
        W, b, f = layers[l - 1]
        up = str(l).translate(ABOVE)
        dA = A[-1] - Y if l == L else np.einsum("in,jn->ij", delta, layers[l][0])
        slope = oracles.slope(f, S[l - 1])
        delta = dA * slope
        dW, db = np.einsum("ik,ij->kj", A[l - 1], delta), delta.sum(axis=0)
        for name, array in ((f"S{up}", S[l - 1]), (f"A{up}", A[l]), (f"∂Eᵢ/∂A{up}", dA), (f"f′(S{up})", slope),
                            (f"δ{up}", delta), (f"∇W{up}", dW), (f"W{up}′", W - chosen.learning_rate * dW)):
            put(name, array)
        learns = b is not None and not chosen.frozen_biases
        if b is not None:
            put(f"∇b{up}", db)
        if learns:
            put(f"b{up}′", b - chosen.learning_rate * db)
        new.insert(0, (W - chosen.learning_rate * dW, b - chosen.learning_rate * db if learns else b, f))
    after = forward(new)[1][-1]
    losses_new = .5 * np.einsum("ij,ij->i", after - Y, after - Y)
    put(f"A{str(L).translate(ABOVE)}′", after)
    for prime, each in (("", losses), ("′", losses_new)):
        put(f"E{prime}", np.array(each.sum()))
        if len(X) > 1:
            put(f"Eᵢ{prime}", each)
    return found


@pytest.mark.parametrize("net, setting", [(net, setting) for net in TOYS for setting in ("source", "best")
                                          if setting == "best" or PRESETS[net].source is not PRESETS[net].best])
def test_the_key_has_exactly_the_answers_of_each_seed(net, setting):
    found = sheets(*view_of(net, setting=setting), "hand", 12)
    tables = Strict(page(found, "answers")).tables[-2:]     # ten seeds, and two
    seen = []
    for head, *rows in tables:
        for column, seed in enumerate(head[1:], 1):
            expected = by_definition(net, int(seed), setting)
            assert [row[0] for row in rows] == [name for name, _ in key(found)] and len(rows) == len(expected)
            for row in rows:
                assert number(row[column]) == pytest.approx(expected[row[0]], rel=6e-5, abs=1e-12), (seed, row[0])
            seen.append(int(seed))
    assert seen == list(range(1, 13)) == [sheet.seed for sheet in found]


def test_the_seeds_of_the_sheets_are_those_of_the_address():
    found = sheets(*view_of("mazur", "delta1"), "hand", 3, "http://here/")
    assert [sheet.link for sheet in found] == [
        f"http://here/?net=mazur&numbers={seed}&step=S1&i=17&j=4&hand=everything" for seed in (1, 2, 3)]
    for sheet in found:
        X, W1 = (next(table for table in sheet.given if table.name == name) for name in ("X", "W¹"))
        assert [n.value for n in numbers_in(X)] == list(toy("mazur", sheet.seed).example[0][0])
        assert [n.value for n in numbers_in(W1)] == list(np.ravel(toy("mazur", sheet.seed).weights[0][0]))


def test_a_level_of_covering_leaves_what_comes_before_it_on_the_sheet():
    chosen, walk = view_of("mazur")
    phases = {}
    for level in ("the update", "the way back", "everything"):
        sheet, = sheets(replace(chosen, look=Look(hand=level)), walk, "hand")
        asked = {block.key for block in sheet.blocks for table in block.tables
                 for entry in numbers_in(table) if entry.state == "asked"}
        phases[level] = {walk.step(key).phase for key in asked}
        assert f"hand={level.replace(' ', '%20')}" in sheet.link and leaks(page([sheet], "blanks"), [sheet]) == []
        assert all(entry.state != "copied" for entry in sheet.numbers)
    assert phases["the update"] == {"update", "after"} and "forward" not in phases["the way back"]
    assert "forward" in phases["everything"] and "loss" in phases["everything"]


def test_mazurs_own_numbers_are_on_the_worked_sheet():
    said = " ".join(Strict(page(sheets(*view_of("mazur"), "hand"), "worked")).said)
    for printed in (0.59327, 0.75137, 0.29837, 0.082167, 0.35892, 0.14978):      # of his post, to five digits
        assert str(printed) in said, printed


# Any step of any network

def near(text, value, digits=4, at=0.0):
    """Whether a number of the sheet is this one, worked out from others that were rounded to so many digits."""
    return number(text.text) == pytest.approx(value, rel=4 * 10 ** (1 - digits), abs=1e-9 + 4 * 10 ** (1 - digits) * at)


def named(table):
    found = {}
    for entry in numbers_in(table):
        found.setdefault(entry.name, []).append(entry)
    return found


def shown(entry):
    return number(entry.text)


def a_sum(walk, step, sheet):
    table, = sheet.blocks[0].tables
    *terms, total = [row for row in table.rows[1:]]
    parts = [shown(row[-1]) for row in terms]
    assert near(total[-1], sum(parts) / step.scale, at=max(map(abs, parts)) * len(parts) / step.scale)
    for row in terms:
        *factors, product = [entry for entry in row if not isinstance(entry, str)]
        if len(factors) == 2:
            assert near(product, shown(factors[0]) * shown(factors[1])) and product.state == "asked"


def an_element(walk, step, sheet):
    table = named(sheet.blocks[0].tables[0])
    result, f = table[step.result_name], walk.layer(step.layer).activation
    for n, entry in enumerate(result):
        S = np.array([[walk.passed.S[step.layer - 1][entry.row, entry.column]]], np.float64)
        if step.topic == "A":
            assert near(entry, oracles.activation(f, S)[0, 0], at=1e-3)
        elif step.topic == "delta" and f"slope{step.layer}" in table:
            slope = table[f"slope{step.layer}"][n]
            assert near(slope, oracles.slope(f, S)[0, 0], at=1e-3) and slope.state == "asked"
            assert near(entry, shown(table[f"dA{step.layer}"][n]) * shown(slope))
        else:
            A, Y = (shown(table[name][n]) for name in (f"A{walk.L}", "Y"))
            factor = 2 if walk.before.loss == "squared_error" else 1
            assert near(entry, factor * (A - Y), at=1e-3)


def a_softmax(walk, step, sheet):
    *powers, total = named(sheet.blocks[0].tables[0])[f"{step.key} power"]
    S = [shown(n) for n in named(sheet.blocks[0].tables[0])[f"S{step.layer}"]]
    for n, (entry, power) in enumerate(zip(named(sheet.blocks[0].tables[0])[step.result_name], powers)):
        assert near(power, np.exp(S[n] - max(S)), 3) and near(entry, shown(power) / shown(total))


def a_loss(walk, step, sheet):
    found = {}
    for table in sheet.blocks[0].tables:
        found |= named(table)
    own, = found["E_i_new" if step.phase == "after" else "E_i"]
    if walk.before.loss == "cross_entropy":
        if step.panels[0].name in found:
            probability, = found[step.panels[0].name]
            assert near(own, -np.log(shown(probability)), at=1e-3)
        else:       # rounded to 0
            assert near(own, shown(found[f"{step.key} ln"][0]) - shown(found[step.undrawn[0].name][0]))
    else:
        squares = found[f"{step.key} square"]
        for A, Y, square in zip(found[step.panels[0].name], found["Y"], squares):
            assert near(square, (shown(A) - shown(Y)) ** 2, at=1e-3)
        half = .5 if walk.before.loss == "half_squared_error" else 1
        assert near(own, half * sum(map(shown, squares)))
    if walk.m > 1:
        total, rest = found[step.key][0], found[f"{step.key} rest"][0]
        assert near(total, (shown(own) + shown(rest)) / step.scale)


def an_update(walk, step, sheet):
    table, old = named(sheet.blocks[0].tables[0]), step.panels[0].name
    for before, gradient, change, new in zip(*(table[name] for name in (
            old, f"d{old}", f"change_{old}", f"{old}_new")), strict=True):
        assert near(change, -walk.learning_rate * shown(gradient))
        assert near(new, shown(before) + shown(change), at=abs(shown(before)))


def a_pixel(walk, step, sheet):
    table = named(sheet.blocks[0].tables[0])
    assert all(near(X, shown(pixel) / 255) for pixel, X in zip(table["images"], table["X"], strict=True))


BY_KIND = {"product": a_sum, "column_sum": a_sum, "elementwise": an_element, "rowwise": a_softmax, "loss": a_loss,
           "update": an_update, "input": a_pixel}


def chosen_for(case, step="X"):
    net = case.partition(",")[0]
    return Chosen(Choice(net if net in PRESETS else "own"), Look(step))


@every_case
def test_who_works_with_the_given_numbers_finds_those_that_are_asked(case):
    walk = walk_of(case)
    if CASES[case][0].is_toy:
        return      # every number of these is compared above
    for step in walk.steps:
        sheet, = sheets(chosen_for(case, step.key), walk, "step")
        assert sheet.asked and sheet.title == step.title
        BY_KIND[step.kind](walk, step, sheet)


@pytest.mark.parametrize("case", [f"{net}, {preset.shown_first}" for net, preset in PRESETS.items()]
                         + ["relu16, source", "own without hidden layers", "own linear, relu"])
def test_every_step_and_the_way_make_a_file_that_is_whole_by_itself(case):
    walk = walk_of(case)
    views = [(chosen_for(case, step.key), "step") for step in walk.steps] + [(chosen_for(case), "way")]
    views += [(chosen_for(case), "hand")] if CASES[case][0].is_toy else []
    for n, (chosen, what) in enumerate(views):
        how = list(HOW)[n % len(HOW)] if what == "step" else "answers"
        html = page(sheets(chosen, walk, what, base="http://127.0.0.1:8501/"), how)
        read = Strict(html)
        assert all(address.startswith("data:image/png;base64,") for address in read.addresses)
        assert not {"script", "link", "iframe", "img", "a"} & set(read.tags)
        assert "@import" not in html and "url(" not in html and html.count("http") == 1 + (how == "answers")


# What is blank is blank

def leaks(html, found):
    """The answers that are told on a page, rounded to any number of digits from three on."""
    said = {text for part in Strict(html).said for text in DECIMAL.findall(part or "")}
    said -= {n.text for sheet in found for n in sheet.numbers if n.state == "given"}
    said -= {n.text for sheet in found for table in sheet.given for n in numbers_in(table)}
    return [n.text for sheet in found for n in sheet.asked
            if said & {n.text, *(plain_number(n.value, digits) for digits in range(3, 10))}]


@pytest.mark.parametrize("net, step, what", [
    ("deep", "dW2", "step"), ("deep", "E", "step"), ("relu16", "A3", "step"), ("online", "delta1", "step"),
    ("deep", "X", "way"), ("relu10", "X", "way"), ("nielsen", "X", "way"), ("mazur", "delta1", "step"),
    ("mazur", "X", "way"), ("xor", "X", "way"), *((net, "X", "hand") for net in TOYS)])
def test_no_answer_is_told_on_a_page_with_blanks(net, step, what):
    found = sheets(*view_of(net, step), what)
    assert leaks(page(found, "blanks"), found) == []
    assert len(leaks(page(found, "worked"), found)) >= .8 * len([n for n in found[0].asked if "." in n.text]) > 0
    assert page(found, "blanks") in page(found, "answers").replace(
        page(found, "answers").partition('<section class="sheet answers')[2], "").replace(
        '<section class="sheet answers', "</body></html>\n")


def test_no_sheet_of_many_tells_its_answers_before_the_key():
    for net in TOYS:
        found = sheets(*view_of(net), "hand", 4)
        before, _, _ = page(found, "answers").partition("The key")
        for n, part in enumerate(before.split('<section class="sheet by-hand')[1:]):
            html = part.partition(">")[2].rpartition("</section>")[0]
            assert leaks(html, [found[n]]) == []
        assert before.count("<section") == 5


def test_the_right_choice_is_marked_only_where_it_is_worked_and_told_in_the_answers():
    found = sheets(*view_of(), "way")
    cards = [block.question for block in found[0].blocks if block.question]
    blank, answers, worked = (page(found, how) for how in ("blanks", "answers", "worked"))
    assert len(cards) > 5 and "☒" not in blank and worked.count("☒") == len(cards)
    assert blank.count("☐") == sum(len(card.choices) for card in cards)
    right = [next("abcd"[n] for n, choice in enumerate(card.choices) if choice.right) for card in cards]
    assert re.findall(r"<p><b>Question\.</b> ([a-d])\)", answers) == right
    assert all(max(choice.why.split("$"), key=len) not in blank for card in cards for choice in card.choices)


def test_what_was_asked_is_copied_further_down_and_asked_once():
    sheet, = sheets(*view_of(), "way")
    asked = [n.cell for n in sheet.asked]
    assert len(set(asked)) == len(asked)
    seen = set()
    for block in sheet.blocks:
        for entry in (entry for table in block.tables for entry in numbers_in(table)):
            assert (entry.state == "copied") == (entry.cell in seen)
        seen |= {n.cell for table in block.tables for n in numbers_in(table) if n.state == "asked"}


# The pictures

def pictures_in(html):
    return [Image.open(io.BytesIO(base64.b64decode(text)))
            for text in re.findall(r'href="data:image/png;base64,([^"]+)"', html)]


def test_a_matrix_is_a_picture_in_which_more_is_lighter_without_colour_too():
    (chosen, walk), (rows, columns) = view_of("deep", "dW2"), (64, 32)
    found = sheets(chosen, walk, "step")
    worked = pictures_in(page(found, "worked"))
    *_, picture, digit = worked         # a legend and a matrix each, and the digit
    grey = np.asarray(picture.convert("RGB").convert("L"), int)
    down, across = grey.shape[0] // rows, grey.shape[1] // columns
    cells = grey[down // 2::down, across // 2::across]
    assert cells.shape == (rows, columns) and np.ptp(cells) > 100
    assert (np.diff(cells.ravel()[np.argsort(walk.grads.dW[1], axis=None)]) >= -1).all()
    assert picture.width / found[0].blocks[0].panels[-1].width * 25.4 > 200       # dots an inch
    side = np.asarray(digit).shape[0] // 28
    assert np.array_equal(255 - np.asarray(digit)[::side, ::side].ravel(), walk.images[17])
    assert len(worked) == 7 and len(pictures_in(page(found, "blanks"))) == 5      # without the result and its legend


def test_a_step_that_ends_in_infinity_makes_its_sheets():
    chosen, walk = view_of("relu10", alpha=1e30)
    assert not np.isfinite(walk.E_new)
    for what, step in (("step", "E_new"), ("step", "W1_new"), ("way", "X")):
        for how in HOW:
            Strict(page(sheets(replace(chosen, look=Look(step)), walk, what), how))


@pytest.mark.parametrize("choice, words", [
    (Choice(), "untrained"), (Choice(weights="run2-e15", ahead=3), "run 2, epoch 15, 3 steps later"),
    (Choice(weights="run12-b4"), "run 12, batch 4"), (Choice(weights="trained"), "trained"),
    (Choice("mazur"), "as given")])
def test_the_head_says_whose_weights_these_are(choice, words):
    walk = walk_of("mazur, best" if choice.net == "mazur" else "deep, best")
    sheet, = sheets(Chosen(choice, Look("S1")), walk, "step")
    assert dict(sheet.facts)["Weights"] == words


# The dialog

@pytest.mark.usefixtures("no_data_of_this_machine")
@pytest.mark.parametrize("address, offered", [
    ("step=dW2", ["step", "way"]), ("net=mazur&step=S1", ["step", "way", "hand"]), ("step=open", ["way"])])
def test_the_dialog_offers_what_the_view_can_be(address, offered):
    at = app(address)
    at.session_state["session"].dialog = "share"
    at.run()
    kept = at.session_state["session"]
    assert can_be_asked(kept.chosen, kept.walk[1]) == offered and not at.exception
    assert len(at.selectbox(key="sheet_what").options) == len(offered)
    assert at.selectbox(key="sheet_paper").options == list(PAPERS)
    if "hand" in offered:
        at.selectbox(key="sheet_what").set_value("hand").run()
        at.number_input(key="sheet_count").set_value(30).run()
        assert not at.exception


@pytest.mark.parametrize("paper", PAPERS)
def test_the_head_says_whose_numbers_these_are_and_the_paper_is_the_chosen_one(paper):
    chosen, walk = view_of("deep", "dW2", batch=3, seed=7)
    chosen = replace(chosen, look=Look("dW2", i=5, j=2))
    html = page(sheets(chosen, walk, "step", base="http://here/", data="my own digits"), "blanks", paper)
    said = " ".join(Strict(html).said)
    for part in ("784-64-32-16-10", "3 (100 training images)", "Seed 7", "unit j = 2", "my own digits", "Name", "Date",
                 "http://here/?net=deep&batch=3&seed=7&step=dW2&i=5&j=2"):
        assert part in re.sub(r"\s+", " ", said), part
    assert f"size: {PAPERS[paper]} portrait" in html
