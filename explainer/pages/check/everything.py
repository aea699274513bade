"""All of them: every layer against central differences, the trainer, TensorFlow and the printed numbers."""
import streamlit as st

from explainer import outside, published, resources
from explainer import session as ui
from explainer.checking import WHY_THIS_TOLERANCE, same_as_training
from explainer.notation import symbol
from explainer.numbers import plain_number

SIGNS = {"agrees": "✓ agrees", "differs": "✗ differs", "shape": "✗ wrong shape", "missing": "✗ not reached",
         "too small": "too small to tell", "corner": "at a corner"}


def part(walk):
    left, right = st.columns([6, 5], gap="medium")
    with left:
        st.markdown("**Backpropagation and central differences**, ε = 10⁻⁵")
        table(resources.check().compare())
        st.caption(f"Tolerance 10⁻⁶. {WHY_THIS_TOLERANCE}")
        gap = resources.check().gap
        st.caption(resources.check().precision + (f" The walk’s own gradients are at most {plain_number(gap, 1)} of a "
                                                  "matrix’s largest number away from these." if gap else ""))
        if published.beside(ui.session().chosen.choice.net, walk) and ui.session().chosen.choice.net == "mazur":
            programs()
    with right:
        update(walk)
        tensorflow()
        printed(walk)


def table(compared):
    """One line for each W and b, from the output layer back."""
    lines = ["| gradient | numbers | nudged | largest difference | verdict |", "|:--|--:|:--|--:|:--|"]
    for one in sorted(compared, key=lambda one: (-one.layer, one.name)):
        ways = "one by one" if one.one_by_one else f"all at once, {one.ways} ways"
        error = plain_number(one.largest, 2) if one.verdict in ("agrees", "differs") else "–"
        lines.append(f"| ∇{symbol(one.name[0], one.layer).text} | {one.size:,} | {ways} | {error} | "
                     f"{SIGNS[one.verdict]} |")
    st.markdown("\n".join(lines))
    for words in dict.fromkeys(one.words for one in compared if one.verdict not in ("agrees", "differs")):
        st.caption(words)


def update(walk):
    found = same_as_training(walk)
    same, count = all(one.same for one in found), sum(one.size for one in found)
    st.markdown(f"**The walk’s update and the trainer’s.** {'✓' if same else '✗'} " + (
        f"All {count:,} numbers are the same, to the last bit." if same else
        f"{', '.join(one.name for one in found if not one.same)} differ in their last bits."))


def tensorflow():
    job = resources.tape_job()

    @st.fragment(run_every=.5 if job.state == "running" else None)
    def panel():
        st.markdown("**TensorFlow’s GradientTape**")
        if job.state == "running":
            st.button("Stop", key="stop_tape", on_click=job.stop)
            st.caption(f"{outside.markdown(job.message)} ({job.seconds:.0f} s)")
        else:
            st.button("Ask TensorFlow", key="ask_tape", on_click=job.start, disabled=job.state == "done")
            if job.message:
                st.caption(outside.markdown(job.message))
        if ui.session().checking.tape_was != job.state:
            ui.session().checking.tape_was = job.state
            st.rerun()
    panel()


def printed(walk):
    rows = published.beside(ui.session().chosen.choice.net, walk)
    if not rows:
        return
    net = ui.session().chosen.choice.net
    agreeing = sum(row.agrees for row in rows)
    st.markdown(f"**The numbers that are printed.** {agreeing} of {len(rows)} are ours, to their last digit.")
    lines = ["| number | printed | ours |", "|:--|:--|:--|"]
    lines += [f"| {row.printed.name} | {row.printed.published} | {'✓' if row.agrees else '✗'} {row.ours:.10g} |"
              for row in rows]
    with st.container(height=230):
        st.markdown("\n".join(lines))
    notes = [f"{row.printed.published}: {row.note}." for row in rows if row.note]
    st.caption(" ".join([*notes, published.AFTER[net]]))
    if net == "mazur":
        st.caption(published.TWO_PROGRAMS)


def programs():
    """The two programs behind Mazur's post, and ours with biases that learn: their losses after so many steps."""
    kept = ui.session().checking
    st.markdown("**The two programs behind the post**")
    if not kept.programs and st.button("Run them", key="programs", help="Three times 10,000 steps, a few seconds."):
        with st.spinner("Three times 10,000 steps of training, a few seconds."):
            kept.programs = [published.losses(program, published.UPDATES) for program in published.PROGRAMS]
        st.rerun()
    if kept.programs:
        lines = ["| steps | " + " | ".join(program.title for program in published.PROGRAMS) + " |",
                 "|--:|" + ":--|" * len(published.PROGRAMS)]
        lines += [f"| {k:,} | " + " | ".join(
            f"**{loss[k]:.10f}**" if k in program.printed else f"{loss[k]:.10f}"
            for program, loss in zip(published.PROGRAMS, kept.programs)) + " |" for k in published.UPDATES]
        st.markdown("\n".join(lines))
        st.caption("What the post prints is bold.")
