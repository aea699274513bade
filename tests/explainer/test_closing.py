"""The closing chain is one weight's own: each link is a cell of its step, and central differences give the same."""
from dataclasses import fields, replace
from functools import cache
from math import fsum, prod
from types import SimpleNamespace

import numpy as np
import pytest

from explainer import limits
from explainer.choice import Choice, Chosen, Look, after
from explainer.closing import MORE_STEPS, chain, closing, next_things
from explainer.inline import runs
from explainer.selection import Selection
from explainer.sentences import turn_of_the_loss
from mlp_core import forward, loss_per_example
from mlp_core.propagation import batch_loss
from tests.explainer.test_walkthrough import every_case, walk_of

STEP = 1e-6
SELECTIONS = [Selection(), Selection(3, 1, 0, 402), Selection(99, 63, 9, 300)]


@cache
def links_of(case, selection):
    return chain(walk_of(case, np.float64), selection)


def by_name(links):
    """The links by step, of two with one step the later under its key and a dash."""
    found = {}
    for link in links:
        found[link.step + "'" * (link.step in found)] = link
    return found


def nudged(walk, array, index, measure):
    """The central difference of a measure by one number of the network, which is left as it was."""
    old, values = array[index], []
    for step in (STEP, -STEP):
        array[index] = old + step
        values.append(measure(walk.before, forward(walk.before, walk.passed.A[0]), walk.Y))
    array[index] = old
    return (values[0] - values[1]) / (2 * STEP)


@every_case
def test_each_link_is_the_selected_cell_of_its_step_or_leads_to_it(case):
    walk = walk_of(case, np.float64)
    for selection in SELECTIONS:
        for name, link in by_name(links_of(case, selection)).items():
            step, at = walk.step(link.step), replace(selection, **link.select)
            cells = [panel.array[at.cell(panel)] for panel in step.panels if None not in at.cell(panel)]
            if name == "E":
                assert link.value == walk.losses[link.select["i"]]
            elif name != "dW1":
                assert link.value in cells, name


@every_case
def test_the_sums_and_products_come_to_the_links(case):
    for selection in SELECTIONS:
        for link in links_of(case, selection):
            size = fsum(map(abs, link.sum_of)) + 1e-300
            assert not link.product_of or prod(link.product_of) == pytest.approx(link.value, rel=1e-9, abs=1e-300)
            assert not link.sum_of or fsum(link.sum_of) == pytest.approx(link.value, rel=1e-9, abs=1e-12 * size)


@pytest.mark.parametrize("case", ["deep, best", "relu16, best", "mazur, source", "own relu, linear, sum",
                                  "own without hidden layers"])
def test_the_chain_comes_to_what_nudging_the_weight_gives(case):
    walk, selection = walk_of(case, np.float64), SELECTIONS[0]
    links, W = by_name(links_of(case, selection)), walk.layer(1).W
    i, at = links["E"].select["i"], selection.cell(walk.step("dW1").panels[-1])
    whole = nudged(walk, W, at, batch_loss)
    own = nudged(walk, W, at, lambda *of: loss_per_example(*of)[i]) / (walk.m if walk.before.reduction == "mean" else 1)
    assert links["dW1'"].value == pytest.approx(whole, rel=1e-5, abs=1e-9)
    assert links["dW1"].value == pytest.approx(own, rel=1e-5, abs=1e-9)
    assert links["W1_new"].value == pytest.approx(-walk.learning_rate * whole, rel=1e-5, abs=1e-9)
    assert links["W1_new'"].value == W[at] + links["W1_new"].value


@pytest.mark.parametrize("case", ["deep, best", "relu16, best", "mazur, source"])
def test_each_delta_on_the_way_is_what_nudging_the_sum_of_its_unit_gives(case):
    walk = walk_of(case, np.float64)
    for link in links_of(case, SELECTIONS[0]):
        if link.step.startswith("delta"):
            b, i = walk.layer(int(link.step[-1])).b, link.select["i"]
            own = nudged(walk, b, link.select["j"], lambda *of, i=i: loss_per_example(*of)[i])
            assert link.value == pytest.approx(own, rel=1e-5, abs=1e-9)


@every_case
def test_the_slope_comes_down_by_the_unit_that_sends_most(case):
    walk = walk_of(case, np.float64)
    units = {link.step: link.select["j"] for link in links_of(case, SELECTIONS[0]) if link.step.startswith("delta")}
    for l in range(1, walk.L):
        above, weights = walk.grads.delta[l][min(17, walk.m - 1)], walk.layer(l + 1).W[units[f"delta{l}"]]
        sent = [abs(d * w) for d, w in zip(above, weights)]
        assert sent[units[f"delta{l + 1}"]] == max(sent)


@every_case
def test_the_chain_follows_the_walk_from_the_input_to_the_new_weight(case):
    order = [step.key for step in walk_of(case).steps]
    for selection in SELECTIONS:
        links = links_of(case, selection)
        places = [order.index(link.step) for link in links]
        assert places == sorted(places) and (links[0].step, links[-1].step) == ("X", "W1_new")
        for link in links:
            text = "".join(part for _, part in runs(link.text))
            assert text[0].isupper() and text[-1] == "." and link.symbol.count("{") == link.symbol.count("}")
            assert "· −" not in text and set(link.select) <= {"i", "j", "k", "p"}


def test_what_comes_next_can_be_chosen_and_is_something_else():
    for choice in (Choice(), Choice(weights="trained"), Choice("mazur"), Choice("relu16", weights="run1-e3"),
                   Choice("own"), Choice(ahead=limits.AHEAD)):
        pages, known = set(), {field.name for of in (Choice, Look) for field in fields(of)}
        for thing in next_things(choice):
            assert set(thing.changes) <= known and thing.title and thing.page in ("one_batch", "train", "draw")
            assert thing.page != "one_batch" or after(Chosen(choice), **thing.changes).choice != choice
            pages.add(thing.page)
        assert pages >= {"train", "draw"}
    titles = [thing.title for thing in next_things(Choice())]
    assert len(titles) == 5 and "trained" in titles[0] and "Mazur" in titles[-1]
    assert after(Chosen(Choice()), **next_things(Choice())[1].changes).choice.ahead == MORE_STEPS
    assert after(Chosen(Choice(ahead=100)), **next_things(Choice())[0].changes).choice == Choice(weights="trained")


def test_the_closing_has_the_loss_before_and_after_and_says_what_it_did():
    walk = walk_of("mazur, source")
    found = closing(walk, Selection(), Choice("mazur"))
    assert (found.E, found.E_new) == pytest.approx((0.298371109, 0.291027774), abs=1e-9)
    assert "fell from 0.298371 to 0.291028" in found.sentence and found.links == chain(walk, Selection())


@pytest.mark.parametrize("E, E_new, says", [(3.0, 1.5, "fell from 3 to 1.5, by 1.5."),
                                            (1.0, 1.25, "rose from 1 to 1.25, by 0.25."),
                                            (2.0, float("inf"), "rose from 2 to infinity.")])
def test_the_turn_of_the_loss_has_its_size(E, E_new, says):
    assert says in turn_of_the_loss(SimpleNamespace(E=E, E_new=E_new))
