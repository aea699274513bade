"""Every step has its sources, and every formula called wrong is run: it fails, and the right one is the slope.

The expected slopes are central differences of losses written here; nothing is taken from mlp_core's backward.
"""
import math
import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest

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


# The proofs: what they are run on

def proofs(erratum):
    """Return what the screen shows as proof of an erratum, wherever it stands."""
    return " ".join(note.proof for note in EVERY_NOTE if note.erratum == erratum)


def text(number, digits):
    return f"{number:.{digits}f}".replace("-", "−")


def central_difference(E, array, step=1e-5):
    """Return E's slope by every number of `array`, each nudged both ways and put back."""
    slope = np.empty_like(array)
    for at in np.ndindex(array.shape):
        old = array[at]
        array[at] = old + step
        above = E()
        array[at] = old - step
        below = E()
        array[at] = old
        slope[at] = (above - below) / (2 * step)
    return slope


def sigmoid(S):
    return 1 / (1 + np.exp(-S))


def sigmoid_slope(S):
    return sigmoid(S) * (1 - sigmoid(S))


def softmax(S):
    e = np.exp(S - S.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def relu(S):
    return np.maximum(S, 0)


def is_the_slope(gradient, slope):
    return gradient.shape == slope.shape and np.allclose(gradient, slope, rtol=1e-6, atol=1e-8)


class FourSigmoidLayers:
    """The network of the MLP README and PDF with fewer units; W[1], S[1], A[1] belong to layer 1, A[0] is X."""

    def __init__(self, sizes=(7, 6, 5, 4, 3), m=8, seed=0):
        rng = np.random.default_rng(seed)
        self.W = [None, *(rng.normal(size=shape) for shape in zip(sizes, sizes[1:]))]
        self.b = [None, *(rng.normal(size=n) for n in sizes[1:])]
        self.X = rng.uniform(size=(m, sizes[0]))
        self.Y = np.eye(sizes[-1])[rng.integers(sizes[-1], size=m)]
        self.run()

    def run(self):
        self.S, self.A = [None], [self.X]
        for W, b in zip(self.W[1:], self.b[1:]):
            self.S.append(self.A[-1] @ W + b)
            self.A.append(sigmoid(self.S[-1]))
        return self.A[-1]

    def slope(self, array, reduction=np.sum):
        """Return the central difference of the loss, ½Σ(A − Y)² over the batch, by every number of `array`."""
        slope = central_difference(lambda: reduction(0.5 * ((self.run() - self.Y) ** 2).sum(axis=1)), array)
        self.run()
        return slope

    def deltas(self, turned=np.transpose):
        """Return delta[1] to delta[4] by the corrected rule, with W transposed, or turned as told."""
        delta = [None] * 4 + [(self.A[4] - self.Y) * sigmoid_slope(self.S[4])]
        for l in (3, 2, 1):
            delta[l] = (delta[l + 1] @ turned(self.W[l + 1])) * sigmoid_slope(self.S[l])
        return delta


@pytest.fixture
def net():
    return FourSigmoidLayers()


class Blog:
    """The example 5-3-3-2 of l1g4v’s post, in its columns: a[l] = f(w[l] a[l-1] + b[l]), ½Σ(y − a)²."""

    def __init__(self):
        rng, sizes = np.random.default_rng(0), (5, 3, 3, 2)
        self.w = [None, *(rng.normal(size=(n, n_before)) for n_before, n in zip(sizes, sizes[1:]))]
        self.b = [None, *(rng.normal(size=(n, 1)) for n in sizes[1:])]
        self.x, self.y = rng.uniform(size=(5, 1)), np.array([[1.0], [0.0]])

    def run(self, a2=None):
        """Return a[0] to a[3], with the second hidden layer's values set to a2 if given."""
        a = [self.x]
        for l in (1, 2, 3):
            a.append(sigmoid(self.w[l] @ a[-1] + self.b[l]))
            if l == 2 and a2 is not None:
                a[2] = a2
        return a

    def cost(self, a2=None):
        return 0.5 * ((self.y - self.run(a2)[3]) ** 2).sum()

    def deltas(self, error):
        """Return delta[1] to delta[3] for a given dC/da of the output."""
        a = self.run()
        delta = [None, None, None, error * a[3] * (1 - a[3])]
        for l in (2, 1):
            delta[l] = (self.w[l + 1].T @ delta[l + 1]) * a[l] * (1 - a[l])
        return delta


@pytest.fixture
def blog():
    return Blog()


class Mazur:
    """Mazur's 2-2-2 example with his published numbers, rows as examples."""
    X, Y = np.array([[.05, .10]]), np.array([[.01, .99]])
    b1, b2 = np.array([.35, .35]), np.array([.60, .60])

    def __init__(self):
        self.W1, self.W2 = np.array([[.15, .25], [.20, .30]]), np.array([[.40, .50], [.45, .55]])

    def E(self):
        return 0.5 * ((sigmoid(sigmoid(self.X @ self.W1 + self.b1) @ self.W2 + self.b2) - self.Y) ** 2).sum()

    def train(self, rounds, in_sequence):
        """Update the weights `rounds` times; in_sequence uses the new W2 for layer 1's gradient."""
        for _ in range(rounds):
            A1 = sigmoid(self.X @ self.W1 + self.b1)
            A2 = sigmoid(A1 @ self.W2 + self.b2)
            delta2 = (A2 - self.Y) * A2 * (1 - A2)
            W2_new = self.W2 - 0.5 * A1.T @ delta2
            self.delta1 = (delta2 @ (W2_new if in_sequence else self.W2).T) * A1 * (1 - A1)
            self.dW1, self.outputs = self.X.T @ self.delta1, A2
            self.W1, self.W2 = self.W1 - 0.5 * self.dW1, W2_new
        return self


# The MLP README and PDF

def test_A4b_nine_entries_have_no_place_for_the_digit_9():
    printed = "1 0 0 0 0 0 0 0 0".split()
    assert len(printed) == 9
    with pytest.raises(IndexError):
        printed[9] = "1"


def test_A5_the_printed_normalisation_gives_1_for_every_pixel_and_the_right_one_spans_0_to_1():
    x = np.array([0.0, 51.0, 255.0])
    assert (x.max() - x.min()) / x.max() == 1
    assert ((x - x.min()) / (x.max() - x.min())).tolist() == [0, 0.2, 1] == (x / 255).tolist()


def test_A6_eight_bit_integers_wrap_around_and_floats_do_not():
    black = np.array([0], np.uint8)
    assert text(((black - 255) / 255)[0], 4) == "0.0039" in proofs("A6")
    assert ((black.astype(np.float32) - 255) / 255)[0] == -1


def test_A8_the_printed_shapes_would_need_hundreds_of_gigabytes():
    printed, right = [600 * 100 * 784 * n * 8 / 1e9 for n in (784, 10)], [600 * 100 * n * 8 / 1e9 for n in (784, 10)]
    for number, digits in zip(printed + right, (1, 2, 3, 4)):
        assert f"{text(number, digits)} GB" in proofs("A8")


def test_A10_25_biases_do_not_fit_64_units_and_64_do():
    S = np.zeros((100, 784)) @ np.zeros((784, 64))
    with pytest.raises(ValueError):
        S + np.zeros(25)
    assert (S + np.zeros(64)).shape == (100, 64)


def test_A12_the_products_of_1_4_and_2_11_are_not_the_same_kind():
    with pytest.raises(ValueError):
        np.zeros((100, 784)) * np.zeros((784, 64))
    with pytest.raises(ValueError):
        np.zeros((100, 10)) @ np.zeros((100, 10))


def test_A13_the_difference_has_slope_1_and_the_half_squared_error_has_slope_A_minus_Y(net):
    A = net.run().copy()
    assert is_the_slope(np.ones_like(A), central_difference(lambda: (A - net.Y).sum(), A))
    assert not np.allclose(A - net.Y, 1)
    assert is_the_slope(A - net.Y, central_difference(lambda: 0.5 * ((A - net.Y) ** 2).sum(), A))


@pytest.mark.parametrize("n, ratio", [(1000, 0.002), (100, 0.02)])
def test_A13b_the_reported_mse_has_another_slope_than_the_one_used(n, ratio):
    rng = np.random.default_rng(0)
    A, Y = rng.uniform(size=(100, 10)), np.eye(10)[rng.integers(10, size=100)]
    slope = central_difference(lambda: ((Y - A) ** 2).sum() / n, A)
    assert not np.allclose(slope, A - Y)
    assert np.allclose(slope, ratio * (A - Y), atol=1e-7)
    assert f"{ratio:.4f} " in proofs("A13b")


def test_A14_the_order_of_2_10_has_no_shape_and_the_order_of_2_12_is_the_slope(net):
    with pytest.raises(ValueError):
        ((net.A[4] - net.Y) * sigmoid_slope(net.S[4])) @ net.A[3].T
    assert is_the_slope(net.A[3].T @ ((net.A[4] - net.Y) * sigmoid_slope(net.S[4])), net.slope(net.W[4]))


def test_A15_the_factors_of_the_scalar_chain_rule_fit_only_transposed_and_on_their_sides(net):
    delta = net.deltas()
    with pytest.raises(ValueError):
        delta[4] @ net.W[4]
    with pytest.raises(ValueError):
        net.A[3] @ delta[4]


def test_A16_the_printed_end_of_the_hidden_delta_has_no_shape_and_the_right_rule_is_the_slope(net):
    delta4 = net.deltas()[4]
    with pytest.raises(ValueError):
        net.W[3].T * sigmoid_slope(net.S[3])
    with pytest.raises(ValueError):
        (delta4 @ net.W[3].T) * sigmoid_slope(net.S[3])
    delta3 = (delta4 @ net.W[4].T) * sigmoid_slope(net.S[3])
    assert is_the_slope(net.A[2].T @ delta3, net.slope(net.W[3]))
    delta = net.deltas()
    assert is_the_slope(net.X.T @ delta[1], net.slope(net.W[1]))


def test_A17_the_printed_transpose_of_w_L2_does_not_fit_delta_2_and_the_true_one_does():
    delta2, W2 = np.zeros((100, 32)), np.zeros((64, 32))
    with pytest.raises(ValueError):
        delta2 @ np.zeros((64, 784))
    assert W2.T.shape == (32, 64) and (delta2 @ W2.T).shape == (100, 64)


def test_A18_six_columns_of_delta_3_do_not_fit_and_sixteen_do():
    W3 = np.zeros((32, 16))
    with pytest.raises(ValueError):
        np.zeros((100, 6)) @ W3.T
    assert (np.zeros((100, 16)) @ W3.T).shape == (100, 32)


def test_A19_a_rotated_matrix_gives_wrong_slopes_where_the_transpose_gives_the_right_ones():
    net = FourSigmoidLayers(sizes=(5, 5, 5, 5, 5))
    right = net.slope(net.W[3])
    assert is_the_slope(net.A[2].T @ net.deltas()[3], right)
    for quarter_turns in (1, -1):
        wrong = net.A[2].T @ net.deltas(partial(np.rot90, k=quarter_turns))[3]
        assert text(np.abs(wrong - right).max(), 3) in proofs("A19")
    assert text(np.abs(right).max(), 3) in proofs("A19")


def test_A20_delta_has_no_shape_for_a_bias_gradient_and_its_column_sums_are_the_slope(net):
    delta = net.deltas()
    for l in (1, 2, 3, 4):
        right = net.slope(net.b[l])
        assert delta[l].shape != net.b[l].shape
        assert is_the_slope(delta[l].sum(axis=0), right)
        assert is_the_slope(delta[l].mean(axis=0), right / len(net.X))


def test_A21_inputs_and_weights_set_to_zero_give_a_wrong_bias_gradient():
    mazur = Mazur()
    A1 = sigmoid(mazur.X @ mazur.W1 + mazur.b1)
    b2 = mazur.b2.copy()
    S2 = A1 @ mazur.W2 + b2
    right = central_difference(lambda: 0.5 * ((sigmoid(A1 @ mazur.W2 + b2) - mazur.Y) ** 2).sum(), b2)
    error = sigmoid(S2) - mazur.Y
    assert is_the_slope((error * sigmoid_slope(S2)).sum(axis=0), right)
    printed = (error * sigmoid_slope(0 * A1 @ (0 * mazur.W2) + b2)).sum(axis=0)
    assert text(printed[0], 9) in proofs("A21") and text(right[0], 9) in proofs("A21")
    assert text(S2[0, 0], 9) in proofs("A21") and text((S2 - b2)[0, 0], 9) in proofs("A21")


def test_A22_the_gradients_are_those_of_the_summed_loss_and_m_times_those_of_the_mean(net):
    printed = net.A[3].T @ net.deltas()[4]
    assert is_the_slope(printed, net.slope(net.W[4]))
    assert is_the_slope(printed / len(net.X), net.slope(net.W[4], reduction=np.mean))


def test_A24_updating_the_last_layer_first_gives_the_layer_before_it_a_wrong_slope():
    right, wrong, mazur = Mazur().train(1, False), Mazur().train(1, True), Mazur()
    assert is_the_slope(right.dW1, central_difference(mazur.E, mazur.W1))
    assert not np.allclose(wrong.dW1, right.dW1, rtol=0.1)
    for number in (right.dW1[0, 0], wrong.dW1[0, 0], right.delta1[0, 0], wrong.delta1[0, 0]):
        assert text(number, 9) in proofs("A24")


def test_A24_in_four_layers_too_the_old_weights_give_the_slope_and_the_new_ones_do_not(net):
    right, delta4 = net.slope(net.W[3]), net.deltas()[4]
    W4_new = net.W[4] - 0.1 * net.A[3].T @ delta4
    slopes = [net.A[2].T @ ((delta4 @ W4.T) * sigmoid_slope(net.S[3])) for W4 in (net.W[4], W4_new)]
    assert is_the_slope(slopes[0], right) and not np.allclose(slopes[1], right, rtol=0.01)


def test_A26_the_printed_sigmoid_warns_and_is_still_right():
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert sigmoid(np.array([-710.0]))[0] == 0
    sigmoid(np.array([-709.0]))


# l1g4v’s post

def test_B1_the_printed_cost_has_the_slope_minus_one_half_whatever_the_output_is():
    a, y = np.array([0.2, 0.7]), np.array([1.0, 0.0])
    assert is_the_slope(np.full(2, -0.5), central_difference(lambda: 0.5 * (y - a).sum(), a))
    assert is_the_slope(a - y, central_difference(lambda: 0.5 * ((y - a) ** 2).sum(), a))


def test_B2_with_the_printed_sign_the_loss_rises_and_with_the_right_one_it_falls():
    after = []
    for sign in (-1, 1):
        blog = Blog()
        before, a, y = blog.cost(), blog.run()[3].copy(), blog.y
        slope = central_difference(lambda y=y, a=a: 0.5 * ((y - a) ** 2).sum(), a)
        assert is_the_slope(sign * (a - y), slope) == (sign == 1)
        for _ in range(60):
            a = blog.run()
            delta = blog.deltas(sign * (a[3] - y))
            for l in (1, 2, 3):
                blog.w[l] -= 0.5 * delta[l] @ a[l - 1].T
                blog.b[l] -= 0.5 * delta[l]
        after.append(blog.cost())
    assert after[0] > before > after[1]
    assert all(text(number, 3) in proofs("B2") for number in (before, *after))


def test_B3_delta_3_gives_a_gradient_of_another_shape_than_w_2_and_delta_2_gives_the_slope(blog):
    a, delta = blog.run(), blog.deltas(blog.run()[3] - blog.y)
    slope = central_difference(blog.cost, blog.w[2])
    assert (delta[3] @ a[1].T).shape == (2, 3) != blog.w[2].shape
    assert is_the_slope(delta[2] @ a[1].T, slope)


def test_B4_one_path_is_not_the_slope_by_a_hidden_unit_and_the_sum_over_all_outputs_is(blog):
    a2, delta3 = blog.run()[2].copy(), blog.deltas(blog.run()[3] - blog.y)[3]
    slope = central_difference(lambda: blog.cost(a2), a2)
    one_path = blog.w[3][0] * delta3[0, 0]
    assert is_the_slope(blog.w[3].T @ delta3, slope)
    assert not np.allclose(one_path, slope[:, 0], rtol=0.1)
    assert all(text(number, 3) in proofs("B4") for number in (*slope[:, 0], *one_path))


def test_B5_the_diagonal_of_softmax_is_not_the_slope_of_cross_entropy_and_a_minus_y_is():
    a, y = np.array([.271, .060, .447, .222]), np.array([0.0, 0, 1, 0])
    z = np.log(a)
    slope = central_difference(lambda: -(y * np.log(np.exp(z) / np.exp(z).sum())).sum(), z)
    assert is_the_slope(a - y, slope)
    assert not np.allclose(y * (a - y), slope, atol=0.05)
    assert "(.271, .060, −.553, .222)" in proofs("B5") and slope.round(3).tolist() == [.271, .060, -.553, .222]
    assert "(0, 0, −.553, 0)" in proofs("B5") and (y * (a - y)).round(3).tolist() == [0, 0, -.553, 0]


def test_C3_with_softmax_the_half_squared_error_does_not_have_the_slope_a_minus_y():
    a, y = np.array([.271, .060, .447, .222]), np.array([0.0, 0, 1, 0])
    z = np.log(a)
    slope = central_difference(lambda: 0.5 * ((np.exp(z) / np.exp(z).sum() - y) ** 2).sum(), z)
    assert slope.round(3).tolist() == [.106, .011, -.193, .076] and "(.106, .011, −.193, .076)" in proofs("C3")
    assert not np.allclose(slope, a - y, atol=0.04)


def test_B6_at_0_a_central_difference_of_relu_is_one_half():
    S = np.zeros(1)
    assert central_difference(lambda: relu(S).sum(), S)[0] == 0.5


def test_B7_the_words_and_the_matrices_give_different_units():
    wa, b = -1.0, 0.5
    assert relu(wa) + b == 0.5 and relu(wa + b) == 0
    assert "the words give 0.5 and the matrices give 0" in proofs("B7")


def test_B14_given_a_whole_batch_the_blogs_bias_gradient_keeps_its_columns():
    d_cost = np.zeros((10, 100))
    assert ((1 / d_cost.shape[1]) * d_cost).shape == (10, 100)
    assert d_cost.mean(axis=1, keepdims=True).shape == (10, 1)


def test_B15_turning_three_times_and_mirroring_is_the_transpose_and_turning_alone_is_not():
    A = np.arange(9).reshape(3, 3)
    assert (np.fliplr(np.rot90(A, 3)) == A.T).all()
    assert (np.rot90(A, 3) != A.T).any()


def test_B16_the_rule_above_one_half_can_answer_nothing_where_argmax_answers():
    A = np.array([0.4, 0.35, 0.25])
    assert np.flatnonzero(A > 0.5).size == 0 and A.argmax() == 0


def test_B19_through_the_probability_the_loss_is_lost_and_from_the_sums_it_is_exact():
    z, y = np.array([1000.0, 0.0]), np.array([0.0, 1.0])
    a = softmax(z)
    with np.errstate(divide="ignore"):
        assert -np.log(a)[1] == np.inf
    assert text(-np.log(max(a[1], 1e-12)), 1) == "27.6"
    assert z.max() + np.log(np.exp(z - z.max()).sum()) - (y * z).sum() == 1000 + math.log1p(math.exp(-1000))


# The NumPy-only README

class OneReluLayer:
    """The NumPy-only README’s network, small, in columns as it writes them; cross-entropy, mean over m examples."""

    def __init__(self):
        rng, self.m = np.random.default_rng(0), 7
        self.W = [None, rng.normal(size=(4, 5)), rng.normal(size=(3, 4))]
        self.b = [None, rng.normal(size=(4, 1)), rng.normal(size=(3, 1))]
        self.X, self.Y = rng.uniform(size=(5, self.m)), np.eye(3)[rng.integers(3, size=self.m)].T

    def run(self):
        Z1 = self.W[1] @ self.X + self.b[1]
        return Z1, softmax((self.W[2] @ relu(Z1) + self.b[2]).T).T

    def loss(self):
        return -(self.Y * np.log(self.run()[1])).sum() / self.m


def test_C1_a_sum_over_everything_is_no_bias_gradient_and_a_sum_over_the_examples_is_the_slope():
    net = OneReluLayer()
    Z1, A2 = net.run()
    dZ2 = A2 - net.Y
    dZ1 = (net.W[2].T @ dZ2) * (Z1 > 0)
    for l, dZ in ((2, dZ2), (1, dZ1)):
        slope = central_difference(net.loss, net.b[l])
        assert is_the_slope(dZ.sum(axis=1, keepdims=True) / net.m, slope)
        assert not np.allclose(dZ.sum() / net.m, slope, atol=0.01)
    assert abs(dZ2.sum()) < 1e-14


def test_C2_a_flat_bias_does_not_fit_columns_and_a_column_does():
    Z = np.zeros((10, 784)) @ np.zeros((784, 100))
    with pytest.raises(ValueError):
        Z + np.zeros(10)
    assert (Z + np.zeros((10, 1))).shape == (10, 100)


def test_C4_softmax_as_printed_is_not_a_number_and_shifted_it_is_right():
    z = np.array([1000.0, 1001.0])
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.isnan(np.exp(z) / np.exp(z).sum()).all()
    right = np.exp([-1.0, 0.0]) / (1 + math.exp(-1))
    assert np.allclose(softmax(z), right, rtol=1e-15)
    assert ", ".join(text(a, 3) for a in right) in proofs("C4")


# MarkoMile’s notebook

def test_D1_the_factor_2_is_the_slope_of_its_own_loss_and_not_of_the_mlp_pdfs():
    rng = np.random.default_rng(0)
    A, Y = rng.uniform(size=(1, 10)), np.eye(10)[[3]]
    assert is_the_slope(2 * (A - Y), central_difference(lambda: ((A - Y) ** 2).sum(), A))
    half = central_difference(lambda: 0.5 * ((A - Y) ** 2).sum(), A)
    assert is_the_slope(A - Y, half) and is_the_slope(0.01 * 2 * (A - Y), 0.02 * half)


def test_D2_the_prepared_slopes_are_the_transposes_of_those_assigned():
    assigned = np.dot(np.zeros(16).reshape(16, 1), np.zeros(784).reshape(1, 784))
    assert assigned.shape == (16, 784) == np.zeros((784, 16)).T.shape


def test_D6_with_20_neurons_the_literal_16_fails_and_the_constant_does_not():
    HIDDEN_LAYER_NEURONS = 20
    hidden = np.zeros(HIDDEN_LAYER_NEURONS)
    with pytest.raises(ValueError) as error:
        hidden.reshape(1, 16)
    assert str(error.value) in proofs("D6")
    assert hidden.reshape(1, HIDDEN_LAYER_NEURONS).shape == (1, 20)


def test_D9_the_accuracy_prints_with_the_noise_of_floats():
    assert f"{0.921 * 100}" in proofs("D9")


# The worked examples

def test_M1_the_published_first_error_comes_from_updating_as_one_goes():
    right, wrong = Mazur().train(1, in_sequence=False), Mazur().train(1, in_sequence=True)
    note = next(note for note in EVERY_NOTE if note.erratum == "M1")
    assert text(wrong.E(), 9) == note.printed == "0.291027924"
    assert text(right.E(), 9) == "0.291027774" == note.right[:11]


def test_M1_the_gradient_from_the_old_weights_is_the_slope_and_the_other_is_not():
    mazur = Mazur()
    slope = central_difference(mazur.E, mazur.W1)
    assert is_the_slope(Mazur().train(1, in_sequence=False).dW1, slope)
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
