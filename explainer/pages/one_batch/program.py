"""The step on the screen, or the whole walk, as a program to take along: its choices, a look at it, and the file."""
from functools import partial

import streamlit as st

from explainer import program_files
from explainer import session as ui
from explainer.pages import shared
from explainer.program import has_blanks

LINES = 10      # of the program that are shown at once
WHOLE, BLANKS = "The whole walk", "With blanks"
WHAT = {"Complete": "Each statement of the screen, with a check of the number that the screen shows.",
        BLANKS: "The expressions are left for you to write; the check after each says whether yours is right."}
WEIGHTS = {"trained": "trained, as they ship with this program", "taught": "taught on the Draw page"}
PART = {"train": "training batch {} of {:,}", "test": "test batch {} of {:,}",
        "drawing": "a drawing, and the other images of training batch {} of {:,}"}


def program(chosen, walk):
    """A script or a notebook, complete or with blanks; all of it in one zip."""
    look, steps = chosen.look, {step.key for step in walk.steps}
    with st.container(horizontal=True, gap="small"):
        what = _one_of("what", ["This step"] * (look.step in steps) + [WHOLE])
        kind = _one_of("kind", [kind.capitalize() for kind in program_files.KINDS]).lower()
        whole = what == WHOLE
        variant = _one_of("variant", list(WHAT) if has_blanks(walk, look.step, whole) else ["Complete"])
    blanks = variant == BLANKS
    stem = program_files.name(chosen.choice.net, look.step, whole, blanks)
    package = partial(program_files.package, walk, look.selection, look.step, head(chosen, walk), stem, kind, whole,
                      blanks)
    st.download_button(f"Download {stem}.zip", package, f"{stem}.zip", "application/zip", key="save_program",
                       on_click="ignore", type="primary")
    st.caption(f"{WHAT[variant]} The {kind} needs NumPy alone; what it starts from is in the zip.")
    lines = program_files.statements(walk, look.selection, look.step, whole, blanks).splitlines()
    st.code("\n".join(lines[:LINES] + ["…"] * (len(lines) > LINES)), "python", wrap_lines=True)


def _one_of(name, options):
    return st.segmented_control(name.capitalize(), options, default=options[0], required=True,
                                key=f"program_{name}", label_visibility="collapsed")


def head(chosen, walk):
    """[(what, text)]: which walk it is, and the address of this very view."""
    decided = ui.session().walk[0]
    batch = "the example’s own numbers" if chosen.choice.preset().is_toy else \
        f"{PART[chosen.choice.part].format(decided.choice.batch, decided.batches)}, {walk.m} images"
    run = decided.run and f"of {decided.run.name}, {decided.moment.title}"
    untrained = "the example’s own" if chosen.choice.preset().is_toy else "untrained"
    ahead = f", and {chosen.choice.ahead} steps of training later" if chosen.choice.ahead else ""
    weights = (run or WEIGHTS.get(chosen.choice.weights, untrained)) + ahead
    return [("Network", shared.foot(chosen.choice, walk)), ("Batch", batch), ("Weights", weights),
            ("View", shared.link())]
