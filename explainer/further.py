"""What there is to read beyond a step: its derivation, and what its source says. Blocks, as inline.py makes them."""
from . import prose
from .inline import blocks, runs
from .sources import DOCUMENTS, NO_DOCUMENT, cited, source_notes


def further(net, step):
    """Return [(what it is called, its blocks)] of a step of the network `net`, a key of PRESETS or "own"."""
    return [("Derivation", blocks(prose.derivation(step.prose))), ("In the source", in_the_source(net, step))]


def in_the_source(net, step):
    """Each note on the step in its turn, an erratum as a table ("table", [line, …]) of cells, each a list of runs."""
    notes = source_notes(net, step.topic, step.layer)
    documents = [("small", runs(DOCUMENTS[net]))] if net in DOCUMENTS else []
    return [*documents, *(block for note in notes for block in _note(note)),
            ("small", runs(cited(net, notes) if documents else NO_DOCUMENT))]


def _note(note):
    said = [("paragraph", runs(f"**{note.reference}.** {note.says}"))]
    if note.erratum:
        cells = [note.printed, note.right, note.proof]
        said.append(("table", [[runs(text) for text in line] for line in (["printed", "right", "proof"], cells)]))
    return said
