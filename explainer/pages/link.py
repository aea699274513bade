"""The link to what is on the screen, with everything that another machine needs to show the same."""
from dataclasses import replace
from functools import partial

import streamlit as st

from explainer import links, resources
from explainer import session as ui
from explainer.address import to_address
from explainer.choice import HIDDEN
from explainer.components.mount import picture
from explainer.qr import qr_code

SWITCHES = {    # {what: (label, what it does)}
    "answers": ("hide answers", "Whoever opens the link gets the questions and tasks, and no answer before their own: "
                                "no matrices as files, no key of the test."),
    "settings": ("hide settings", "Whoever opens the link can change neither the network nor its settings."),
    "present": ("present", "The link opens as for a room: larger, and nothing but the walk.")}
COURTESY = "Hidden is not locked away: whoever changes the address, or looks around, can find it."
SAID = {"answers": COURTESY, "present": "Presenting takes the short way: twelve stops instead of every step."}
OF_A_LESSON = ("A link cannot hold what a lesson taught; opened elsewhere, the network is untrained.")
FROM_A_FILE = ("A link cannot hold a network from a file; opened elsewhere, the network is untrained. Train has "
               "**save and load** for that.")


def popover(page, linked=None):
    """The link of the Train or Draw page, worked out when it is asked for."""
    with st.popover("Link", key="link", icon=":material/link:", on_change="rerun",
                    help="A link to what is on the screen, to copy or as a QR code.") as opened:
        if opened.open:
            panel(page, *(linked or (lambda: (links.Linked(), "")))(), ("answers", "settings"))


def of_the_walk(chosen):
    """Return (Linked, what it cannot hold): the run and the drawing of the walk."""
    linked = resources.of_the_walk()
    missing = FROM_A_FILE * bool(chosen.choice.of_run and linked.run is None)
    return linked, OF_A_LESSON if chosen.choice.weights == "taught" else missing


def panel(page, linked, missing, switches):
    """The link with a button that copies it, what it is to show, and its QR code."""
    chosen = _as_opened(_switched(ui.session().chosen, switches), page, linked)
    address = links.link(st.context.url or "", to_address(chosen) | links.written(_with_the_data(linked, chosen)))
    with st.container(key="link_text"):
        st.code(address, language=None, wrap_lines=True)
    words, beside = st.columns([1, 1], gap="medium")
    with words:
        st.caption(" ".join(filter(None, [missing, _what_it_holds(linked), _who_can_open(address)])))
    with beside:
        if code := qr_code(address):
            picture(code, "The link as a QR code", 260)
        else:
            st.caption("The link is too long for a QR code.")


def _switched(chosen, switches):
    """What the link hides and how it opens; where something is hidden already, it stays so."""
    look = chosen.look
    if look.hide:
        return chosen
    wanted = ui.session().filing.link
    with st.container(horizontal=True, gap="medium"):
        for name in switches:
            label, text = SWITCHES[name]
            st.toggle(label, key=ui.shown(f"link_{name}", name in wanted), help=text,
                      on_change=partial(wanted.symmetric_difference_update, {name}))
    on = wanted.intersection(switches)
    if said := " ".join(text for name, text in SAID.items() if name in on):
        st.caption(said)
    hide = ",".join(name for name in HIDDEN if name in on)
    return replace(chosen, look=replace(look, hide=hide, present="present" in on,
                                        guide=look.guide or "answers" in on))


def _as_opened(chosen, page, linked):
    """Weights that the link does not hold are not asked for."""
    if page in ("one_batch", "check") and linked.run:
        return chosen
    of_this_run = linked.run and chosen.choice.of_run and resources.trainer().current and (
        chosen.choice.of_run[0] == resources.trainer().current.number)
    return chosen if of_this_run else links.without_the_run(chosen)


def _with_the_data(linked, chosen):
    """The fingerprint of the data, wherever images are part of what is shown."""
    images = linked.drawing or not (linked.run.recipe.preset if linked.run else chosen.choice.preset()).is_toy
    return replace(linked, data=links.fingerprint_of_data(resources.dataset())) if images else linked


def _what_it_holds(linked):
    if linked.run is None:
        return ""
    epochs = linked.run.recipe.setting.epochs
    return (f"It holds the run as its recipe: whoever opens it trains it again, {epochs:,} epoch{'s' * (epochs != 1)} "
            "or as far as it had got, and is told if not every bit is the same.")


def _who_can_open(address):
    if links.is_of_this_machine(address):
        return (f"It works on this machine only. On another one, start the app there and write its address in the "
                f"place of `{links.host_of(address)}`.")
    return "It works wherever this address of the app can be reached."


def walk_link(chosen, walk):
    """The section of the walk's dialog."""
    panel("one_batch", *of_the_walk(chosen), tuple(SWITCHES))


def of_a_run(run, moment):
    """Return (Linked, what it cannot hold) of the Train page."""
    if run is None:
        return links.Linked(), ""
    found = links.linked_run(run, moment or run.moments[-1])
    return links.Linked(found), "" if found else FROM_A_FILE


def of_a_drawing(asked, reading):
    """Return (Linked, what it cannot hold) of the Draw page: what is on the pad, and the run that reads it."""
    run, missing, page = None, OF_A_LESSON if asked.lessons else "", ui.session().drawing
    name, _, key = asked.choice.partition("-")
    if key:
        found = resources.trainer().find(int(name.removeprefix("run")))
        run = links.linked_run(found, found.moment(key))
        missing = missing or ("" if run else FROM_A_FILE)
    image = None if reading is None else links.LinkedDrawing(
        reading.image, None if page.label is None else int(page.label), page.prepare)
    return links.Linked(run, image), missing
