"""The view of the step that is shown, and what lies ahead of it; and what the reader did there."""
from dataclasses import replace
from functools import partial

import streamlit as st

from explainer import limits, outside, resources
from explainer import session as ui
from explainer.address import READERS, consistent
from explainer.by_hand import LEVELS
from explainer.cards import cards
from explainer.choice import Look
from explainer.components import messages
from explainer.components.mount import show_ahead, show_view
from explainer.ends import closing_pane, opening_pane
from explainer.map import network_map
from explainer.pages import shared
from explainer.pages.one_batch.dialogs import DIALOGS
from explainer.shipped import Damaged
from explainer.toys import edit, numbers
from explainer.view import ALL_DIGITS, DIGITS, pane
from explainer.way import CLOSING, OPENING, beside, stops
from explainer.work import at_work


@st.fragment
def step():
    """The view and what lies ahead of it: another step or cell makes this again, and not the page around it."""
    kept = ui.session()
    try:
        with at_work():
            chosen, walk = resources.walk()
            if kept.around != around(chosen, walk):
                st.rerun()
            resources.write_address()
            with st.container(gap=None):
                view(chosen, walk)
                ahead(chosen, walk)
            kept.told = False
    except Damaged as reason:
        st.error(outside.markdown(reason))


def surrounded(chosen, walk):
    """Keep what the page around the view has shown."""
    ui.session().around = around(chosen, walk)


def around(chosen, walk):
    """What the page around the view depends on; another step or cell changes nothing of it, nor does another α."""
    kept = ui.session()
    return (replace(chosen.choice, alpha=None), chosen.look.hide, [bool(stop) for stop in beside(walk, chosen.look)],
            kept.dialog, kept.leave, tuple(kept.notices))


def view(chosen, walk):
    kept, step = ui.session(), chosen.look.step
    header = {"id": name(chosen.look, step), "seq": kept.seq, "map": network_map(walk),
              "stops": stops(walk, chosen.look),
              **{switch: getattr(chosen.look, switch) for switch in ("short", "present", "guide")},
              "net": chosen.choice.net, "toy": toy(chosen), "hides": chosen.look.hide.split(","),
              "foot": shared.foot(chosen.choice, walk)}
    show_view(kept.shelf, header, {header["id"]: maker(chosen, walk, step)}, keep(chosen, walk), told, missing)


def toy(chosen):
    """What only a worked example has: results to cover, and numbers to change; None for another network."""
    if not chosen.choice.preset().is_toy:
        return None
    return {"levels": list(LEVELS), "level": chosen.look.hand, "seed": chosen.choice.numbers,
            "numbers": numbers(chosen.choice.preset())}


def ahead(chosen, walk):
    """The steps before and after, which the browser draws unseen."""
    makers = {name(chosen.look, step): maker(chosen, walk, step) for step in neighbours(chosen, walk)}
    show_ahead(ui.session().shelf, makers, keep(chosen, walk))


def neighbours(chosen, walk):
    """The next stop and the one before, as far as there are any."""
    return [key for key in reversed(beside(walk, chosen.look)) if key]


def keep(chosen, walk):
    return [name(chosen.look, step) for step in (chosen.look.step, *neighbours(chosen, walk))]


def name(look, step):
    """The id of a pane: the walk, the selection and the switches, then the step."""
    switches = "".join({True: "1", False: "0", None: "-"}[on]
                       for on in (look.pictures, look.marked, look.same_scale, look.guide))
    if look.hide:
        switches += look.hide
    if look.hand != Look.hand:
        switches += f"{list(LEVELS).index(look.hand)}-{ui.session().typings}"
    return f"{ui.session().walks}.{look.i}.{look.j}.{look.k}.{look.p}.{switches}:{step}"


def maker(chosen, walk, step):
    """A function that makes the pane, or takes the one that was made for another session."""
    return partial(resources.pane, replace(chosen.look, step=step), partial(made, chosen, walk, step))


def made(chosen, walk, step):
    if step == OPENING:
        return opening_pane(walk, chosen.choice)
    if step == CLOSING:
        return closing_pane(walk, chosen.look.selection, chosen.choice)
    setting, toy = chosen.choice.settings(), chosen.choice.preset().is_toy
    grain = setting.learning_rate / 20      # up to ten times the setting's, as a card asks
    rates = {"least": min(grain, walk.learning_rate), "most": max(200 * grain, walk.learning_rate), "grain": grain}
    card = cards_of(walk, chosen.look.selection).get(step) if chosen.look.guide else None
    return pane(walk, chosen.look, walk.step(step), chosen.choice.net, ALL_DIGITS if toy else DIGITS,
                setting.learning_rate, rates, card, ui.session().typed)


def cards_of(walk, selection):
    """The cards of a walk, kept until the walk or the selection is another."""
    kept = ui.session()
    if kept.cards is None or kept.cards[0] is not walk or kept.cards[1] != selection:
        kept.cards = walk, selection, cards(walk, selection)
    return kept.cards[2]


def told():
    """The view tells what the reader changed: a step, a cell, a switch, α; what cannot be is passed over."""
    kept = ui.session()
    if (message := messages.told(ui.sent("view").told, kept.seq)) is None:
        return
    kept.seq, fields, places = message
    changes = {}
    for field, text in fields.items():
        try:
            changes[field] = READERS[field](text)
        except (KeyError, ValueError):
            continue
    ui.change(**changes)
    kept.chosen = replace(kept.chosen, choice=consistent(kept.chosen.choice)[0])
    for (kind, *place), text in places.items():
        _filled_in(kind, place, text)
    if fields.get("page") in shared.PAGES:
        kept.leave = fields["page"]
    if fields.get("dialog") in DIALOGS:
        kept.dialog = fields["dialog"]


def _filled_in(kind, place, text):
    """A number typed for a cell: worked out by hand, or one of the numbers that the example starts from."""
    kept = ui.session()
    if kind == "typed" and len(kept.typed) < limits.TYPED:
        kept.typed[tuple(place)] = text
        kept.typings, kept.told = kept.typings + 1, True
    if kind == "edit":
        try:
            ui.change(edits=edit(kept.chosen.choice, *place, text))
        except ValueError as error:
            kept.notices, kept.told = [f"{str(error)[:1].upper()}{str(error)[1:]}; nothing was changed."], True


def missing():
    """The browser lacks what it should have: everything is sent again."""
    ui.session().shelf.forget()
    ui.session().told = True
