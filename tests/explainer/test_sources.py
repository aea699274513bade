"""Every step has its sources, and every file of notes is as it should be; errors of worked examples are recomputed."""
import re
from pathlib import Path

import numpy as np
import pytest

from explainer.proofs.claim import central_difference
from explainer.proofs.networks import Mazur, sigmoid
from explainer.sources import (
    DOCUMENTS,
    NO_DOCUMENT,
    NOTES,
    SourceNote,
    cited,
    read,
    source_notes,
)
from mlp_core.presets import PRESETS

pytestmark = pytest.mark.filterwarnings("error")

LAYER_STEPS = ("S", "A", "dA", "delta", "dW", "db", "W_new", "b_new")
WHOLE_STEPS = ("X", "E", "E_new")
EVERY_PLACE = [(preset, step, layer) for preset in NOTES
               for layers in [len(PRESETS[preset].activations) if preset in PRESETS else 5]
               for step, layer in [*((step, None) for step in WHOLE_STEPS),
                                   *((step, l) for step in LAYER_STEPS for l in range(1, layers + 1))]
               if (preset, step) != ("own", "E")]       # the loss is the reader's own choice: nobody is cited for it
EVERY_NOTE = [note for notes in NOTES.values() for note in notes]

IN_THE_WALK = {
    "deep": "A1 A2 A3 A4 A4b A5 A6 A7 A8 A9 A10 A11 A12 A12b A12c A13 A13b A14 A15 A16 A17 A18 A19 A20 A21 A22 A23 "
            "A24 A25 A26 A27 A28 A29 A30 A31 A33",
    "relu16": "B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 B11 B12 B13 B14 B15 B16 B17 B18 B19 B20 B21 B24 B25",
    "relu10": "C1 C2 C3 C4 C5 C6 C7",
    "online": "D1 D2 D4 D6 D7 D8 D9 D10 D11 D12 D13",
    "mazur": "M1 M2",
    "hmkcode": "H1 H2",
}


# The notes

@pytest.mark.parametrize("preset, step, layer", EVERY_PLACE)
def test_every_step_of_a_described_preset_has_a_note(preset, step, layer):
    notes = source_notes(preset, step, layer)
    assert notes and all(isinstance(note, SourceNote) for note in notes)
    assert len(set(notes)) == len(notes)


def test_the_sources_of_this_project_are_described_and_nothing_that_is_not_there():
    described = {"deep", "relu16", "relu10", "online", "mazur", "hmkcode", "nielsen", "own"}
    assert described <= set(NOTES) <= {*PRESETS, "own"}


def test_every_note_can_be_reached():
    reached = {note for place in EVERY_PLACE for note in source_notes(*place)}
    assert not [note for note in EVERY_NOTE if note not in reached]


@pytest.mark.parametrize("note", EVERY_NOTE, ids=lambda note: f"{note.reference} {note.erratum or ''}")
def test_an_erratum_comes_with_what_is_printed_what_is_right_and_a_proof(note):
    assert note.reference and note.says
    given = [bool(text) for text in (note.erratum, note.printed, note.right, note.proof)]
    assert all(given) or not any(given)


@pytest.mark.parametrize("note", EVERY_NOTE, ids=lambda note: f"{note.reference} {note.erratum or ''}")
def test_every_text_is_short_and_its_formulas_are_well_formed(note):
    for text in filter(None, (note.says, note.printed, note.right, note.proof)):
        assert len(text) <= 260
        plain = re.sub(r"`[^`]*`", "", text)
        assert plain.count("$") % 2 == 0 and "!" not in plain
        for formula in re.findall(r"\$([^$]*)\$", plain):
            braces = re.sub(r"\\[{}]", "", formula)
            assert braces.count("{") == braces.count("}"), formula
            assert formula == formula.strip() and formula.isascii(), formula
        assert not set(re.sub(r"\$[^$]*\$", "", plain)) & set("\\*_"), text


@pytest.mark.parametrize("preset", IN_THE_WALK)
def test_every_erratum_of_a_step_stands_at_a_step(preset):
    placed = {note.erratum for note in NOTES[preset]} - {None}
    assert placed == set(IN_THE_WALK[preset].split())


@pytest.mark.parametrize("erratum, preset, step, layer", [
    ("A5", "deep", "X", None), ("A10", "deep", "S", 1), ("A13", "deep", "dA", 4), ("A14", "deep", "dW", 4),
    ("A16", "deep", "delta", 3), ("A17", "deep", "dA", 1), ("A18", "deep", "dA", 2), ("A19", "deep", "dA", 3),
    ("A20", "deep", "db", 1), ("A24", "deep", "W_new", 4), ("B3", "relu16", "dW", 2), ("B4", "relu16", "dA", 2),
    ("B5", "relu16", "delta", 3), ("C1", "relu10", "db", 2), ("D1", "online", "dA", 2), ("M1", "mazur", "E_new", None),
    ("H1", "hmkcode", "E_new", None)])
def test_an_erratum_stands_at_the_step_it_belongs_to(erratum, preset, step, layer):
    assert erratum in {note.erratum for note in source_notes(preset, step, layer)}


@pytest.mark.parametrize("erratum, layers", [("A16", {1, 2, 3}), ("A17", {1}), ("A18", {2}), ("A19", {1, 2, 3})])
def test_an_erratum_of_the_hidden_errors_stands_at_those_layers_only(erratum, layers):
    assert {l for l in range(1, 5) if erratum in {n.erratum for n in source_notes("deep", "dA", l)}} == layers


def test_sources_that_write_columns_say_so():
    for preset in ("relu16", "relu10", "online", "nielsen"):
        says = " ".join(note.says for note in source_notes(preset, "S", 1))
        assert "columns" in says and "transposed here" in says


# The files

PROJECT = Path(__file__).parents[2]
DOCUMENT = """
[[document]]
name = 'Ada’s post'
title = 'On Slopes'
kind = 'blog post'
"""
NOTE = r"""
[[note]]
steps = ['dW1', 'dW2']
reference = 'Ada’s post, eq. 7'
says = '''
$\nabla W$, with $f'$
on two lines'''
"""
FINDING = """erratum = 'Z1'
printed = 'one'
right = 'two'
proof = '1 + 1 = 2'
"""


def read_text(folder, text):
    path = folder / "ada.toml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def test_a_file_gives_its_documents_and_its_notes_with_their_lines_joined(tmp_path):
    (document,), (first, second) = read_text(tmp_path, DOCUMENT + NOTE + NOTE + FINDING)
    assert document.described() == "Ada’s post: “On Slopes”, blog post."
    assert first == SourceNote(("dW1", "dW2"), "Ada’s post, eq. 7", r"$\nabla W$, with $f'$ on two lines")
    assert (second.erratum, second.printed, second.right, second.proof) == ("Z1", "one", "two", "1 + 1 = 2")


def test_a_document_is_described_with_its_author_its_year_and_where_it_is(tmp_path):
    more = "author = 'Ada'\nyear = 1843\nurl = 'https://example.org/slopes'\n"
    (document,), _ = read_text(tmp_path, DOCUMENT + more + NOTE)
    assert document.described() == "Ada’s post: [“On Slopes”](https://example.org/slopes), blog post by Ada, 1843."


@pytest.mark.parametrize("text, told", [
    (DOCUMENT + NOTE + "says = ''\n", "ada.toml is no TOML: Cannot overwrite a value"),
    (DOCUMENT + NOTE.replace("'dW2']", "'dW2'"), "ada.toml is no TOML: "),
    (NOTE, "ada.toml must hold [[document]] and [[note]]; it has note"),
    (DOCUMENT + NOTE.replace("[[note]]", "[[notes]]"), "it has document, notes"),
    (DOCUMENT.replace("[[document]]", "[document]") + NOTE, "ada.toml must hold [[document]] and [[note]]"),
    (DOCUMENT.replace("kind", "sort") + NOTE, "ada.toml, document 1: 'sort' is no field; there are name, title, kind"),
    (DOCUMENT.replace("title = 'On Slopes'", "") + NOTE, "ada.toml, document 1: title is missing"),
    (DOCUMENT + "year = '1843'\n" + NOTE, "ada.toml, document 1: year cannot be '1843'"),
    (DOCUMENT + NOTE + NOTE.replace("says", "sayz"),
     "ada.toml, note 2 (Ada’s post, eq. 7): 'sayz' is no field; there are"),
    (DOCUMENT + NOTE.replace("reference = 'Ada’s post, eq. 7'", ""), "ada.toml, note 1: reference is missing"),
    (DOCUMENT + NOTE.replace("steps", "#"), "ada.toml, note 1 (Ada’s post, eq. 7): steps is missing"),
    (DOCUMENT + NOTE.replace("['dW1', 'dW2']", "'dW1'"), "(Ada’s post, eq. 7): steps cannot be 'dW1'"),
    (DOCUMENT + NOTE.replace("['dW1', 'dW2']", "[]"), "(Ada’s post, eq. 7): steps cannot be ()"),
    (DOCUMENT + NOTE.replace("dW2", "wD2"), "ada.toml, note 1 (Ada’s post, eq. 7): 'wD2' is no step of the walk"),
    (DOCUMENT + NOTE.replace("dW2", "X2"), "'X2' is no step of the walk"),
    (DOCUMENT + NOTE.replace("Ada’s post,", "Bob’s post,"),
     "begins with no document of this file; there are Ada’s post"),
    (DOCUMENT + NOTE + FINDING.replace("proof", "#"), "erratum, printed, right and proof come together or not at all"),
])
def test_a_misspelt_or_incomplete_file_is_refused_naming_the_file_and_the_note(tmp_path, text, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        read_text(tmp_path, text)


def test_a_preset_without_a_file_has_no_notes_and_a_plain_sentence(monkeypatch):
    monkeypatch.delitem(NOTES, "relu10")
    assert source_notes("relu10", "S", 1) == ()
    assert cited("relu10", ()) == NO_DOCUMENT == "No source document describes this network."


def test_a_step_of_which_the_source_says_nothing_gets_a_plain_sentence(monkeypatch):
    monkeypatch.setitem(NOTES, "relu10", ())
    assert cited("relu10", source_notes("relu10", "S", 1)) == "The source says nothing of this step."


def test_a_step_is_cited_by_its_first_note_with_a_word_on_what_is_wrong():
    assert cited("deep", source_notes("deep", "A", 2)[:1]) == "Source of this step: MLP PDF, eq. 1.7."
    wrong = "Source of this step: MLP PDF, before eq. 2.11, with what is wrong or loose there, and the proof."
    assert cited("deep", source_notes("deep", "dA", 3)) == wrong


@pytest.mark.parametrize("preset", NOTES)
def test_every_document_of_a_preset_is_described_and_cited(preset):
    documents, notes = read(PROJECT / "explainer" / "sources" / f"{preset}.toml")
    for document in documents:
        assert document.described() in DOCUMENTS[preset]
        assert any(note.reference.startswith(document.name) for note in notes)
        assert document.url is None or re.fullmatch(r"https?://\S+", document.url)


DANGLING = {    # names of documents and findings that no reader can look up
    "a number instead of a document's name": r"(?i)\bseeds? 00\d", "a list that is not here": r"\(bibliography\)",
    "a finding's bare key": r"(?i)\b(errata|erratum|finding|see|cf\.) [A-DHM]\d"}


@pytest.mark.parametrize("dangling, text", [
    (0, "seed 001, eq. 1"), (0, "Seeds 000 and 001"), (1, "his book (bibliography)"), (2, "(errata A16)"),
    (2, "below it (see A16 in “Four sigmoid layers”)")])
def test_this_check_sees_a_name_that_cannot_be_looked_up(dangling, text):
    found = [bool(re.search(pattern, text)) for pattern in DANGLING.values()]
    assert found == [n == dangling for n in range(3)]


@pytest.mark.parametrize("what", DANGLING)
def test_no_text_refers_to_what_a_reader_cannot_find(what):
    places = [PROJECT / "README.md", PROJECT / "streamlit_app.py", *(
        path for folder in ("explainer", "mlp_core", "benchmarks", "scripts", "tests")
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in {".py", ".toml", ".md", ".js", ".css"} and path != Path(__file__))]
    assert len(places) > 120
    assert [f"{path.relative_to(PROJECT)}: {found[0]}" for path in places
            if (found := re.search(DANGLING[what], path.read_text(encoding="utf-8")))] == []


# The worked examples; the proofs of the other sources are in test_proofs.py

def text(number, digits):
    return f"{number:.{digits}f}".replace("-", "−")


def test_M1_the_published_first_error_comes_from_updating_as_one_goes():
    right, wrong = Mazur().train(1, in_sequence=False), Mazur().train(1, in_sequence=True)
    note = next(note for note in EVERY_NOTE if note.erratum == "M1")
    assert text(wrong.E(), 9) == note.printed == "0.291027924"
    assert text(right.E(), 9) == "0.291027774" == note.right[:11]


def test_M1_the_gradient_from_the_old_weights_is_the_slope_and_the_other_is_not():
    mazur = Mazur()
    slope = central_difference(mazur.E, mazur.W1)
    assert np.allclose(Mazur().train(1, in_sequence=False).dW1, slope, rtol=1e-6, atol=1e-8)
    assert not np.allclose(Mazur().train(1, in_sequence=True).dW1, slope, rtol=0.1)


def test_M2_the_published_last_error_is_one_round_early_and_its_outputs_are_the_other_programs():
    note = next(note for note in EVERY_NOTE if note.erratum == "M2")
    right, wrong = Mazur().train(9_999, in_sequence=False), Mazur().train(10_000, in_sequence=True)
    assert text(right.E(), 10) == "0.0000351085" == note.printed[:12]
    right.train(1, in_sequence=False)
    assert text(right.E(), 10) == "0.0000351019" == note.right[:12]
    for mazur, shown in ((right, note.right), (wrong, note.printed)):
        outputs = sigmoid(sigmoid(mazur.X @ mazur.W1 + mazur.b1) @ mazur.W2 + mazur.b2)
        assert all(text(output, 9) in shown for output in outputs[0])


def test_H1_and_H2_the_second_forward_pass_is_not_what_the_pictures_say():
    X, W1, W2 = np.array([[2.0, 3.0]]), np.array([[.11, .12], [.21, .08]]), np.array([[.14], [.15]])
    delta2 = X @ W1 @ W2 - 1
    W1, W2 = W1 - 0.05 * X.T @ (delta2 @ W2.T), W2 - 0.05 * (X @ W1).T @ delta2
    first, second = (next(note for note in EVERY_NOTE if note.erratum == name) for name in ("H1", "H2"))
    hidden, prediction = X @ W1, X @ W1 @ W2
    assert first.right == f"{hidden[0, 0]:.6f} and {hidden[0, 1]:.7f}."
    assert text(2 * .12 + 3 * .23, 2) == "0.93" in first.proof
    assert text(prediction[0, 0], 9) in second.right and text(0.5 * (prediction[0, 0] - 1) ** 2, 9) in second.right
    rounded = X @ np.array([[.12, .13], [.23, .10]]) @ np.array([[.17], [.17]])
    assert text(rounded[0, 0], 4) in second.proof


def test_a_loss_that_the_reader_chose_is_not_said_to_be_from_a_document():
    assert not source_notes("own", "E") and cited("own", ()) == "The source says nothing of this step."
