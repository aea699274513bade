"""A document's formulas in its own order: as printed, as it should be, why, and the proof on a button."""
import time

import streamlit as st

from explainer import session as ui
from explainer.documents import SYSTEMS
from explainer.formulas import FORMULAS, KINDS, note_of
from explainer.pages import shared
from explainer.proofs import PROOFS

MEANING = {"right": "right", "wrong": "wrong", "contradictory": "two places disagree", "loose": "loose",
           "left out": "left out"}


def part(source):
    preset = SYSTEMS[source].preset
    every = [formula for formula in FORMULAS[preset] if formula.only in ("", source)]
    shown = _shown(every)
    sections(every, shown)
    left, right = st.columns([5, 7], gap="medium")
    with left:
        listed(every, shown)
    with right:
        one(source, preset, shown, every)


def _shown(every):
    """The formula of the address, else the first; an unknown one is told."""
    asked = ui.session().chosen.look.formula
    found = next((formula for formula in every if formula.key == asked), None)
    if asked and not found:
        ui.session().notices = [f"This document has no formula {asked}. Its first one is shown."]
    return found or every[0]


def sections(every, shown):
    """The document's sections; another one begins with its first formula."""
    names = list(dict.fromkeys(formula.section for formula in every))
    st.segmented_control("Section", names, required=True, key=ui.shown("section", shown.section),
                         label_visibility="collapsed", on_change=lambda: ui.change(formula=next(
                             formula.key for formula in every if formula.section == ui.value("section"))))


def listed(every, shown):
    """The section's formulas in their order, each with its sign."""
    here = {formula.key: formula for formula in every if formula.section == shown.section}
    st.radio("Formula", list(here), format_func=lambda key: f"{here[key].sign} {_number(key)}{here[key].shows}",
             key=ui.shown("formula", shown.key), on_change=ui.follow("formula"), label_visibility="collapsed")
    st.caption(" · ".join(f"{sign} {MEANING[kind]}" for kind, sign in KINDS.items()))


def _number(key):
    number = key.partition("-")[0]
    return f"{number}  " if number[0].isdigit() else ""


def one(source, preset, formula, every):
    """What is printed beside what is right, why, the proof, and the ways on."""
    note = note_of(preset, formula) if formula.erratum else None
    st.markdown(f"**{formula.sign} {MEANING[formula.kind]}.** " + (
        f"{note.reference}" + (f": {note.says}" if formula.shows not in note.says else ".") if note else ""))
    printed, right = st.columns(2, gap="small")
    with printed, st.container(border=True, key="as_printed", height="stretch"):
        st.caption("As printed")
        st.markdown(formula.shows)
        if formula.printed and not same(formula.shows, formula.printed):
            st.markdown(formula.printed)
    with right, st.container(border=True, key="as_it_should", height="stretch"):
        st.caption("As it should be")
        st.markdown(formula.right or "The same.")
    st.markdown(f"**Why.** {formula.why}")
    with st.container(horizontal=True, gap="small", key="formula_buttons"):
        done = ui.session().reading.proved
        name = (preset, formula.proof)
        if formula.proof:
            st.button("Prove it again" if name in done else "Prove it", key="prove", type="primary",
                      on_click=prove, args=name)
        st.button("The step of the walk", key="to_step", icon=":material/footprint:", on_click=to_step,
                  args=(preset, formula.step), help="Where the walk does this: its matrices with all their numbers.")
        at = every.index(formula)
        for word, to in (("Previous", at - 1), ("Next", at + 1)):
            st.button(word, key=f"formula_{word.lower()}", disabled=not 0 <= to < len(every),
                      on_click=lambda to=to: ui.change(formula=every[to].key))
    if not formula.proof:
        st.caption("There is nothing to compute here: reading it is enough.")
    elif name in done:
        verdict(*done[name])
    if source == "readme":
        st.caption("The README has its formulas as pictures. They are read in the PDF, which has the same text.")


def same(shows, printed):
    """Whether one of two texts says all that the other does, whatever the spaces in their formulas."""
    shows, printed = (text.replace(" ", "").strip("$`“”") for text in (shows, printed))
    return shows in printed or printed in shows


def prove(preset, key):
    """Run a proof now; a callback."""
    began = time.perf_counter()
    claims = PROOFS[preset][key]()
    ui.session().reading.proved[preset, key] = claims, time.perf_counter() - began


def verdict(claims, seconds):
    holding = sum(claim.holds for claim in claims)
    st.markdown(f"**{'✓ Proved' if holding == len(claims) else '✗ Not proved'}.** {holding} of {len(claims)} hold, "
                f"computed just now in {max(seconds, .01):.2f} s.\n" + "\n".join(
                    f"* {'✓' if claim.holds else '✗'} {claim.says}" for claim in claims))


def to_step(preset, step):
    """Leave for a step of the walk; the reader's own walk stays, if it is of this network."""
    same = ui.session().chosen.choice.net == preset
    ui.change(**{} if same else {"net": preset}, step=step)
    shared.leave_for("one_batch")

