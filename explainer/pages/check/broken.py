"""Broken on purpose: one mistake in the backward pass, asked about first, then shown, checked and trained with."""
import streamlit as st

from explainer import outside, resources
from explainer import session as ui
from explainer.broken import MISTAKES, checked, differences, offered
from explainer.cards.mistake import what_will_go_wrong
from explainer.components.mount import show_figures
from explainer.figures import checks
from explainer.numbers import plain_number
from explainer.pages.check.everything import SIGNS
from explainer.training_broken import trained


def part(walk):
    keys, look = offered(walk), ui.session().chosen.look
    key = look.mistake if look.mistake in keys else keys[0]
    of, check = resources.broken_walk(key)
    compared = checked(check, of)
    _, right, wrong = of.mistake.lines(walk)
    left, middle = st.columns([5, 6], gap="medium")
    with left:
        st.selectbox("Mistake", keys, format_func=lambda key: MISTAKES[key].title, key=ui.shown("mistake", key),
                     on_change=ui.follow("mistake"), label_visibility="collapsed")
        st.code(f"{wrong}    # wrong\n{right}    # right", language="python", wrap_lines=True)
        answered = question(key, what_will_go_wrong(of, compared))
    if answered:
        with left:
            found = training(key)
        with middle:
            shown(of, compared)
            curves(key, found)


def question(key, asked):
    """Ask first; return whether it was answered."""
    given, name = ui.session().checking.answers, (ui.session().walks, key)
    st.markdown(asked.question)
    texts = [choice.text for choice in asked.choices]
    st.radio("Answer", range(len(texts)), format_func=texts.__getitem__, label_visibility="collapsed",
             disabled=name in given, key=ui.shown(f"answer_{key}", given.get(name)),
             on_change=lambda: given.setdefault(name, ui.value(f"answer_{key}")))
    if name not in given:
        st.caption("What differs is shown once you have answered.")
        return False
    choice = asked.choices[given[name]]
    st.markdown(f"{'✓' if choice.right else '✗'} {choice.why}")
    return True


def shown(of, compared):
    """Which matrices differ, one of them beside the right one, and the check."""
    found = differences(of)
    if of.p.stopped:
        st.markdown(f"NumPy stops at `{of.p.at}`: “{outside.markdown(of.p.stopped)}”")
    if not found:
        st.markdown(of.mistake.harmless if not of.p.stopped else "What was worked out before that is right.")
    else:
        names = {one.key: one for one in found}
        picked = ui.session().checking.matrix if ui.session().checking.matrix in names else found[0].key
        st.selectbox("1 matrix differs" if len(found) == 1 else f"{len(found)} matrices differ", list(names),
                     key=ui.shown("matrix", picked), format_func=lambda key: _title(names[key]),
                     on_change=ui.keep(ui.session().checking, "matrix"))
        one = names[picked]
        if figure := checks.three(one):
            show_figures("three", [figure], legend=False, token=f"three-{ui.session().walks}-{of.key}-{picked}",
                         alts=[f"{one.name}: right, with the mistake, and the difference"])
        else:
            st.markdown(f"It has the shape {one.wrong.shape}; the right one has {one.right.shape}.")
    verdicts(compared)


def _title(one):
    return f"{one.name}, " + ("in another shape" if one.apart is None else f"by up to {plain_number(one.largest, 2)}")


def verdicts(compared):
    """What the check says: a column for each layer, from the output back."""
    by_name = {one.name: one for one in compared}
    layers = range(max(one.layer for one in compared), 0, -1)

    def cell(which, l):
        one = by_name.get(f"{which}{l}")
        if one is None:
            return ""
        return SIGNS[one.verdict] + (f" by {plain_number(one.largest, 2)}" if one.verdict == "differs" else "")
    lines = ["| the check | " + " | ".join(f"layer {l}" for l in layers) + " |", "|:--|" + ":--|" * len(layers)]
    lines += [" | ".join([f"| ∇{which}", *(cell(which, l) for l in layers)]) + " |" for which in "Wb"
              if any(one.name[0] == which for one in compared)]
    st.markdown("\n".join(lines))


def training(key):
    """The button that trains with the mistake; return the Trained, once there is one."""
    done, choice = ui.session().checking.trained, ui.session().chosen.choice
    preset = choice.preset()
    name = (choice.net, preset.sizes, preset.activations, preset.loss, choice.numbers, choice.edits, key)
    st.button("Train 3 epochs with it", key="train_broken", disabled=name in done,
              help="With the mistake and without it, on images that ship with the project, or the example’s numbers.",
              on_click=lambda: done.setdefault(name, trained(preset, key)))
    if name in done:
        st.markdown(done[name].words)
    return done.get(name)


def curves(key, found):
    if found:
        show_figures("epochs", [checks.epochs(found)], legend=False,
                     token=f"epochs-{ui.session().chosen.choice.net}-{key}",
                     alts=["Three epochs without the mistake and with it"])
