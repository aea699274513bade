"""The formulas of each source document, in its own order and notation, and what came of checking them.

One TOML file a preset. Where a formula errs, what is printed, what is right and why are those of the note on its step
(sources/), so that the step and the Sources page say the same; its proof is a function of proofs/.
"""
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from .. import shipped
from ..proofs import PROOFS
from ..sources import NOTES, SourceNote, source_notes

KINDS = {"right": "✓", "wrong": "✗", "contradictory": "≠", "loose": "~", "left out": "…"}     # and their signs
EQUATION = re.compile(r"eq\. (\d\.\d+)")


@dataclass(frozen=True)
class Formula:
    key: str            # in the address: "2.5"; of one document the only one with it
    section: str
    shows: str          # Markdown, short: the formula as the document has it
    kind: str           # a key of KINDS
    step: str           # the key of our step: "dA4"
    erratum: str = ""   # of the note that says what is wrong
    proof: str = ""     # its key in PROOFS of the preset; empty: nothing to run
    only: str = ""      # the document that alone has it, a key of DOCUMENTS; empty: all of the preset
    printed: str = ""
    right: str = ""
    why: str = "Right as printed."

    @property
    def sign(self):
        return KINDS[self.kind]


def _read(path):
    return tuple(_with_its_note(path.stem, Formula(**{name: " ".join(text.split()) for name, text in table.items()}))
                 for table in tomllib.loads(path.read_text(encoding="utf-8"))["formula"])


def _with_its_note(preset, formula):
    if not formula.erratum:
        return formula
    found = note_of(preset, formula)
    values = vars(formula) | {"printed": found.printed, "right": found.right, "why": found.proof}
    return Formula(**values | {"proof": formula.proof or (formula.erratum in PROOFS[preset]) * formula.erratum})


def note_of(preset, formula):
    """Return the SourceNote that says what is wrong with a formula, at the formula's own step.

    Raises ValueError where there is none.
    """
    for note in _notes_at(preset, formula.step):
        if note.erratum == formula.erratum:
            return note
    raise ValueError(f"{preset}.toml, formula {formula.key}: no note {formula.erratum} at the step {formula.step}")


def _notes_at(preset, step) -> tuple[SourceNote, ...]:
    topic, layer, new = re.fullmatch(r"([A-Za-z]+)(\d?)(_new)?", step).groups()
    return source_notes(preset, topic + (new or ""), int(layer) if layer else None)


LISTED = "deep", "online", "relu10", "relu16"     # the presets whose documents' formulas are listed: each has its file
FORMULAS = {preset: shipped.read(Path(__file__).with_name(f"{preset}.toml"), _read) for preset in LISTED}


def formula_of(preset, note):
    """Return the Formula that a note of a step is about, or None: by what is wrong, else by its number or its step."""
    every = FORMULAS.get(preset, ())
    if note.erratum:
        same = [formula for formula in every if formula.erratum == note.erratum]
        return next((formula for formula in same if note_of(preset, formula) is note), same[0] if same else None)
    number = EQUATION.search(note.reference)
    numbered = [formula for formula in every if number and re.split("-", formula.key)[0] == number[1]]
    placed = [formula for formula in numbered or every
              if any(formula.step == step or formula.step.rstrip("123456789") == step for step in note.steps)]
    return (placed or numbered or [None])[0]


assert set(FORMULAS) <= set(NOTES)
