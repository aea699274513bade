"""What each source says at each step of the walk and, where it errs, what is right and the proof.

One TOML file a preset, named after it: its documents first, then its notes, the earlier shown before the later. A
source's own notation stands in `says` and `printed`, ours in `right`. A long text is broken over lines at will: they
are joined with spaces. A preset that is not in `DESCRIBED` has no notes, and the page says so.
"""
import re
import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path

from .. import shipped

FOLDER = Path(__file__).parent
DESCRIBED = "deep", "hmkcode", "mazur", "nielsen", "online", "own", "relu10", "relu16", "xor"   # each has its file
STEP = re.compile(r"X|E|E_new|(S|A|dA|delta|dW|db)[1-9]?|[Wb][1-9]?_new")   # as in the walk; no number: every layer
NO_DOCUMENT = "No source document describes this network."


@dataclass(frozen=True)
class Document:
    name: str                   # how the notes cite it: "MLP PDF"
    title: str
    kind: str                   # "blog post"
    author: str | None = None
    year: int | None = None
    url: str | None = None      # where possible of the very version that the notes quote

    def described(self):
        """Return the document in one sentence of Markdown, which leads there if the place is known."""
        title = f"[“{self.title}”]({self.url})" if self.url else f"“{self.title}”"
        by, year = f" by {self.author}" if self.author else "", f", {self.year}" if self.year else ""
        return f"{self.name}: {title}, {self.kind}{by}{year}."


@dataclass(frozen=True)
class SourceNote:
    steps: tuple                # where it belongs: "S2", "dW4", "W1_new"; "S" means every layer
    reference: str              # where to find it: "MLP PDF, eq. 2.11"; begins with a document's name
    says: str                   # Markdown: what the source gives for this step
    erratum: str | None = None  # the finding's key, where something is wrong, loose or left out
    printed: str | None = None  # Markdown: what is printed there
    right: str | None = None    # Markdown: what is right
    proof: str | None = None    # one sentence with the numbers that decide


def read(path):
    """Return a file's documents and its notes.

    Raises ValueError, which names the file and the note, for whatever is misspelt, missing or out of place.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name} is no TOML: {error}") from None
    if set(tables) != {"document", "note"} or not all(isinstance(table, list) for table in tables.values()):
        raise ValueError(f"{path.name} must hold [[document]] and [[note]]; it has {', '.join(tables) or 'nothing'}")
    documents = tuple(_built(Document, table, f"{path.name}, document {n}")
                      for n, table in enumerate(tables["document"], 1))
    names = tuple(document.name for document in documents)
    return documents, tuple(_note(table, f"{path.name}, note {n}", names) for n, table in enumerate(tables["note"], 1))


def _note(table, where, names):
    where = f"{where} ({table['reference']})" if "reference" in table else where
    note = _built(SourceNote, table, where)
    for step in note.steps:
        if not STEP.fullmatch(str(step)):
            raise ValueError(f"{where}: {step!r} is no step of the walk")
    if not note.reference.startswith(names):
        raise ValueError(f"{where}: the reference begins with no document of this file; there are {', '.join(names)}")
    if len({text is None for text in (note.erratum, note.printed, note.right, note.proof)}) > 1:
        raise ValueError(f"{where}: erratum, printed, right and proof come together or not at all")
    return note


def _built(kind, table, where):
    """Return the dataclass `kind`, made from a table with a value of the right type for each field it names."""
    known = {field.name: field for field in fields(kind)}
    values = {name: _plain(value) for name, value in table.items()}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"{where}: {name!r} is no field; there are {', '.join(known)}")
        if not value or not isinstance(value, known[name].type):
            raise ValueError(f"{where}: {name} cannot be {value!r}")
    for name, field in known.items():
        if field.default is MISSING and name not in values:
            raise ValueError(f"{where}: {name} is missing")
    return kind(**values)


def _plain(value):
    """Join a text's lines; make a list a tuple."""
    return " ".join(value.split()) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


_files = {preset: shipped.read(FOLDER / f"{preset}.toml", read) for preset in DESCRIBED}
DOCUMENTS = {preset: " ".join(document.described() for document in documents)
             for preset, (documents, _) in _files.items()}     # for a reader: which documents are meant
NOTES = {preset: notes for preset, (_, notes) in _files.items()}


def source_notes(preset, step, layer=None):
    """Return what the preset's source says at a step, most important first; layers count from 1.

    preset is a key of PRESETS or "own"; step is X, S, A, E, dA, delta, dW, db, W_new, b_new or E_new. There may be
    nothing to say, and a preset without a file has no notes at all.
    """
    name, _, ending = step.partition("_")
    place = step if layer is None else f"{name}{layer}{ending and '_' + ending}"
    return tuple(note for note in NOTES.get(preset, ()) if {place, step} & set(note.steps))


def cited(preset, notes):
    """Return in one sentence where a step of the preset is from, given its notes."""
    if preset not in NOTES:
        return NO_DOCUMENT
    if not notes:
        return "The source says nothing of this step."
    wrong = ", with what is wrong or loose there, and the proof" if any(note.erratum for note in notes) else ""
    return f"Source of this step: {notes[0].reference}{wrong}."
