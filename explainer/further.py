"""What there is to read beyond a step: its derivation, and what its source says. Blocks, as inline.py makes them."""
from . import prose
from .documents import SYSTEMS
from .formulas import formula_of
from .inline import blocks, runs
from .sources import DOCUMENTS, NO_DOCUMENT, cited, source_notes


def further(net, step):
    """Return [(what it is called, its blocks)] of a step of the network `net`, a key of PRESETS or "own"."""
    return [("Derivation", blocks(prose.derivation(step.prose))), ("In the source", in_the_source(net, step))]


def in_the_source(net, step):
    """Each note on the step in its turn, an erratum as a table ("table", [line, …]) of cells, each a list of runs."""
    notes = source_notes(net, step.topic, step.layer)
    documents = [("small", runs(DOCUMENTS[net]))] if net in DOCUMENTS else []
    return [*documents, *(block for note in notes for block in _note(net, note)),
            ("small", runs(cited(net, notes) if documents else NO_DOCUMENT))]


def on_the_sources_page(net, note):
    """Return what to change so that the Sources page shows what a note is about, or None: it is of no such document."""
    key = next((key for key, one in SYSTEMS.items() if one.preset == net and note.reference.startswith(one.name)), None)
    if key is None:
        return None
    formula = formula_of(net, note)
    if formula and formula.only:
        key = formula.only
    return {"page": "sources", "source": key, "about": "formulas", "formula": formula.key if formula else ""}


def _note(net, note):
    place = on_the_sources_page(net, note)
    link = [("text", " "), ("go", ["In Sources", place])] if place else []
    said = [("paragraph", [*runs(f"**{note.reference}.** {note.says}"), *link])]
    if note.erratum:
        cells = [note.printed, note.right, note.proof]
        said.append(("table", [[runs(text) for text in line] for line in (["printed", "right", "proof"], cells)]))
    return said
