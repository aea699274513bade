"""A session as a file: what of it is saved, and what of such files is opened beside what is here."""
import streamlit as st

from explainer import links, outside, resources
from explainer import session as ui
from explainer.limits import MOST_NOTES
from explainer.recipes import adopted
from explainer.session_file import read, reopened, save, too_large

DRAWINGS, NOTES = "drawings", "notes"


def files():
    """Saving at the left, opening at the right."""
    left, right = st.columns(2, gap="large")
    with left:
        saving()
    with right:
        opening()


def popover():
    """The same on the Draw page, which has no view of files."""
    with st.popover("Session as a file", key="session_popover", icon=":material/folder_open:", on_change="rerun",
                    help="Save the drawings that were kept, the runs and notes, or open such a file.") as opened:
        if opened.open:
            files()


def saving():
    """Choose what goes into the file, write notes, and save."""
    kept, trainer = ui.session(), resources.trainer()
    names = {f"run {run.number}": run.name for run in trainer.runs}
    names |= {DRAWINGS: _counted(len(kept.drawing.gallery), "drawing")} if kept.drawing.gallery else {}
    names[NOTES] = "notes"
    st.markdown("**Save this session** as a file: runs with their weights and curves, drawings, notes")
    st.text_area("Notes", max_chars=MOST_NOTES, height=80, label_visibility="collapsed",
                 key=ui.shown("notes", kept.filing.notes), on_change=ui.keep(kept.filing, "notes"),
                 placeholder="Notes: your name, what you tried, what you found")
    if len(names) == 1 and not kept.filing.notes:
        st.caption("There is nothing to save yet: train a run, keep a drawing, or write a note.")
        return
    chosen = st.pills("What is saved", list(names), format_func=names.get, selection_mode="multi", default=list(names),
                      key=f"saved_{'_'.join(names)}", label_visibility="collapsed")
    every = st.toggle("the weights of every moment", True, key="every_moment",
                      help="Off: of each run its first, best and last weights. The file is smaller then.")
    runs = [run for run in trainer.runs if f"run {run.number}" in chosen]

    def content():      # of the moment of the click: it ends the typing of a note
        return save(runs, kept.drawing.gallery if DRAWINGS in chosen else (),
                    kept.filing.notes if NOTES in chosen else "", every)
    first_line = outside.name(kept.filing.notes.strip().partition("\n")[0], "session")
    if refused := too_large(runs, every):
        st.caption(outside.markdown(f"{refused}."))
    st.download_button("Session (.zip)", content, f"{first_line}.zip", "application/zip",
                       key="save_session", on_click="ignore", disabled=not chosen or bool(refused))


def _counted(count, what):
    return f"{count:,} {what}{'s' * (count != 1)}"


def opening():
    """Choose files, then what of them comes in."""
    st.markdown("**Open** sessions that were saved here, yours or somebody else’s, to compare them")
    st.file_uploader("Sessions (.zip)", type="zip", accept_multiple_files=True, key="session_files",
                     label_visibility="collapsed", on_change=take)
    filing = ui.session().filing
    for sentence in filing.refused:
        st.error(outside.markdown(sentence))
    if not filing.opened:
        return
    contents = {(n, what): f"{title} of {name}" if len(filing.opened) > 1 else title
                for n, (name, stored) in enumerate(filing.opened) for what, title in contained(stored)}
    chosen = st.pills("What is opened", list(contents), format_func=contents.get, selection_mode="multi",
                      default=list(contents), key=f"opened_{filing.count}", label_visibility="collapsed")
    st.button("Open these", key="open_session", on_click=take_in, args=(chosen,), disabled=not chosen, type="primary")


def contained(stored):
    """Return [(what, its title)] of what is in a file."""
    runs = [(number, run.name) for number, run in enumerate(stored.runs)]
    return [*runs, *[(DRAWINGS, _counted(len(stored.drawings), "drawing"))] * bool(stored.drawings),
            *[(NOTES, "notes")] * bool(stored.notes)]


def take():
    """Read the files; one that is no session becomes a sentence."""
    filing = ui.session().filing
    filing.opened, filing.refused, filing.count = (), (), filing.count + 1
    for file in ui.sent("session_files") or ():
        name = outside.name(file.name.removesuffix(".zip"), "a file", 30)
        try:
            filing.opened = (*filing.opened, (name, read(file.getvalue())))
        except ValueError as error:
            filing.refused = (*filing.refused, f"{name}: {error}. Nothing of it was opened.")


def take_in(chosen):
    """Runs come in as further runs, drawings into the gallery, notes below the notes."""
    kept, trainer = ui.session(), resources.trainer()
    for n, (name, stored) in enumerate(kept.filing.opened):
        for number, run in enumerate(stored.runs):
            if (n, number) in chosen:
                trainer.add(made_again(run, name))
        if (n, DRAWINGS) in chosen:
            kept.drawing.gallery = (*kept.drawing.gallery, *stored.drawings)
        if (n, NOTES) in chosen:
            notes = f"{kept.filing.notes}\n\nFrom {name}:\n{stored.notes}" if kept.filing.notes else stored.notes
            kept.filing.notes = notes[:MOST_NOTES]
    if any(isinstance(what, int) for _, what in chosen) and trainer.state != "running":
        kept.training.back_to, kept.training.panel = None, "runs"
        kept.chosen, kept.notices = adopted(kept.chosen, trainer.current.recipe), []
    kept.filing.opened = ()


def made_again(stored, name):
    """Return the Run of a StoredRun of the file of this name."""
    material = resources.learnt_from(stored.recipe.preset)
    here = links.fingerprint_of_data(material.dataset) if material.dataset else ""
    return reopened(stored, material, name, here == stored.data)
