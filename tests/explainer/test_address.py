"""Every state has an address and comes back from it; an address that asks for nonsense gets a sentence, no crash."""
from dataclasses import asdict, fields

import numpy as np
import pytest

from explainer import limits
from explainer.address import READERS, fitted, fitted_batch, from_address, to_address
from explainer.choice import PARTS, PLACES, Choice, Chosen, Look, NextRun, hidden_sizes
from explainer.notation import Symbol
from explainer.selection import Selection
from explainer.step import Axis, Matrix
from mlp_core.activations import ELEMENTWISE
from mlp_core.losses import OUTPUT_LOSSES
from mlp_core.network import INITIALISATIONS
from mlp_core.presets import PRESETS

DEEP = (784, 64, 32, 16, 10)
STEPS = ["X", "S1", "A1", "E", "delta4", "dW1", "E_new"]


def some_state(rng):
    """Any state that the screen can be in."""
    out, net = str(rng.choice(list(OUTPUT_LOSSES))), str(rng.choice([*PRESETS, "own"]))
    toy = net != "own" and PRESETS[net].is_toy
    choice = Choice(
        net, str(rng.choice(["", "best", "source"])), str(rng.choice(weights_of(net, rng))), str(rng.choice(PARTS)),
        int(rng.integers(1, 10 ** 6)), int(rng.integers(10 ** 9)), str(rng.choice(["", *INITIALISATIONS])),
        None if rng.random() < .3 else float(10 ** rng.uniform(-9, 3)),
        ", ".join(map(str, rng.integers(1, 785, rng.integers(0, 4)))),
        str(rng.choice(ELEMENTWISE)), out, str(rng.choice(OUTPUT_LOSSES[out])),
        str(rng.choice(["sum", "mean"])),
        int(rng.integers(10 ** 9)) * toy, str(rng.choice(["", "W1.0.1~-0.25", "X.0.0~1_Y.0.0~0.125"])) * toy,
        ahead=int(rng.integers(0, limits.AHEAD + 1)))
    return Chosen(choice, Look(
        str(rng.choice(["X", "dA3", "W1_new", "E_new"])),
        *map(int, rng.integers(0, (100, 64, 64, 784))),
        [None, True, False][rng.integers(3)], bool(rng.random() < .5)))


def state_with(**changes):
    """The first screen with these fields changed, and nothing that would follow from it."""
    mine = {place: {name: value for name, value in changes.items() if PLACES[name] == place}
            for place in ("choice", "look")}
    return Chosen(Choice(**mine["choice"]), Look(**mine["look"]))


def value_of(state, name):
    return getattr(getattr(state, PLACES[name]), name)


def weights_of(net, rng):
    """Whose weights a network can have: new ones, those that ship with the project, or any run's at any moment."""
    run = f"run{rng.integers(1, 10 ** 6)}-{rng.choice(list('eb'))}{rng.integers(10 ** 9)}"
    return ["untrained", run, "trained"] if net == "deep" else ["untrained", run]


def test_any_state_comes_back_from_its_address_as_it_was():
    rng = np.random.default_rng(0)
    for state in (some_state(rng) for _ in range(500)):
        address = to_address(state)
        assert all(isinstance(text, str) for text in address.values())
        assert from_address(address) == (state, [])


def test_each_field_alone_comes_back():
    state = some_state(np.random.default_rng(3))
    other = asdict(state.choice) | asdict(state.look)
    other |= {"numbers": 7, "edits": "W2.1.0~3_b2.0.0~-99.25"}
    for field in set(other) - {"weights", "out", "loss"}:
        state = state_with(**{field: other[field]} | ({"net": "xor"} if field in ("numbers", "edits") else {}))
        assert from_address(to_address(state)) == (state, []), field


def test_the_address_has_the_network_the_step_and_the_cell_and_else_only_what_differs():
    first = Chosen()
    assert to_address(first) == {"net": "deep", "step": "X", "i": str(first.look.i), "j": str(first.look.j)}
    state = state_with(net="nielsen", step="dW1", i=23, j=5, alpha=0.5, pictures=True, k=3)
    assert to_address(state) == {"net": "nielsen", "step": "dW1", "i": "23", "j": "5", "alpha": "0.5", "pictures": "1",
                                 "k": "3"}


@pytest.mark.parametrize("alpha, text", [(3.0, "3"), (1000.0, "1000"), (0.1, "0.1"), (0.1234567, "0.1234567"),
                                         (1e-7, "1e-07")])
def test_a_learning_rate_keeps_all_its_digits(alpha, text):
    assert to_address(state_with(alpha=alpha))["alpha"] == text


def test_an_empty_address_is_the_first_screen():
    assert from_address({}) == (Chosen(), [])


def test_names_that_mean_nothing_here_are_passed_over():
    others = {"utm_source": "mail", "": "", "epoch": "x", "I": "3", "view": "numbers"}
    assert from_address(others | {"i": "3"}) == (state_with(i=3), [])


def test_every_field_can_be_read_from_the_address():
    assert set(READERS) == {field.name for record in (Choice, Look, NextRun) for field in fields(record)}


NONSENSE = [
    *(("net", text) for text in ("unknown", "", "DEEP", "deep ", "../etc", "<b>x</b>", "n" * 10_000, "深い")),
    *(("setting", text) for text in ("", "worst")),
    *(("init", text) for text in ("", "Glorot", "xavier")), *(("weights", text) for text in (
        "", "mine", "run", "run1", "run-e1", "run1-", "run1-x2", "run1-e", "run1-e-1", "run1-e1.5", "run1-e1 ",
        "Run1-e1", "run1234567-e1", "run1-e1234567890", "run²-e1")),
    *(("part", text) for text in ("", "Test", "validation", "train ")),
    *((name, text) for name in ("batch", "seed", "i", "j", "k", "p", "numbers")
      for text in ("", "-1", "five", "1.5", "1e3", " 3", "3 ", "+3", "0x10", "٣", "３", "²", "½", "nan", "inf",
                   "None", "9" * 10, "9" * 10_000)),
    *(("alpha", text) for text in ("", "0", "-0.1", "0.0", "nan", "inf", "-inf", "1e400", "1001", "abc", "0,1",
                                   "1" * 10_000)),
    *((name, text) for name in ("pictures", "marked", "same_scale") for text in ("", "yes", "2", "True")),
    *(("hidden", text) for text in ("0", "785", "64,x", "1.5", "64 x", "²", "x", "1,1,1,1,1,1,1", "9" * 10_000)),
    *(("edits", text) for text in ("x", "_", "W1.0.1", "W1.0.1~", "W1.0.1~x", "W1.0.1~1_", "W1.0.1~1e3", "Z.0.0~1",
                                   "W1.0.1~101", "W1.0.1~nan", "W1.0.1~٣", "W1.0.10~1", "W1.0.1~1" * 1000)),
    *(("act", text) for text in ("", "softmax", "gelu")), *(("out", text) for text in ("", "gelu")),
    *(("loss", text) for text in ("", "hinge")), *(("red", text) for text in ("", "max")),
]


def assert_plain(sentence):
    """One sentence for a reader: a capital, a full stop, one line, and no words of Python's own errors."""
    assert sentence[0].isupper() and sentence.endswith(".") and "\n" not in sentence and len(sentence) < 260, sentence
    assert not any(word in sentence for word in ("Error", "Traceback", "literal", "int()", "Exceeds", "sys.")), sentence


def assert_usable(state):
    choice = state.choice
    network = choice.preset().network(choice.settings(), np.random.default_rng(0))
    assert choice.learning_rate > 0 and network.sizes == choice.preset().sizes
    assert isinstance(state.look.selection, Selection)


@pytest.mark.parametrize("name, text", NONSENSE, ids=lambda text: ascii(text)[1:12])
def test_nonsense_leaves_the_default_and_one_plain_sentence(name, text):
    state, sentences = from_address({name: text})
    assert value_of(state, name) == value_of(Chosen(), name)
    assert len(sentences) == 1 and name in sentences[0]
    assert_plain(sentences[0])
    assert_usable(state)


def test_each_piece_of_nonsense_gets_its_own_sentence_and_the_rest_is_kept():
    state, sentences = from_address({"net": "mazur", "i": "x", "seed": "7", "alpha": "nan", "marked": "1"})
    assert state == state_with(net="mazur", seed=7, marked=True) and len(sentences) == 2


@pytest.mark.parametrize("parameters, word", [
    ({"net": "deep", "numbers": "3"}, "worked example"), ({"net": "own", "edits": "X.0.0~1"}, "worked example"),
    ({"net": "mazur", "edits": "W3.0.0~1"}, "W3[0, 0]"), ({"net": "mazur", "edits": "W1.2.0~1"}, "W1[2, 0]"),
    ({"net": "hmkcode", "edits": "b1.0.0~1"}, "b1[0, 0]"), ({"net": "mazur", "edits": "X.1.0~1"}, "X[1, 0]")])
def test_numbers_that_this_network_has_no_place_for_are_left_out_with_a_sentence(parameters, word):
    state, (sentence,) = from_address(parameters)
    assert word in sentence and state == state_with(net=parameters["net"])
    assert_plain(sentence)
    assert_usable(state)


@pytest.mark.parametrize("out, loss", [(out, loss) for out in OUTPUT_LOSSES for loss in
                                       ("half_squared_error", "squared_error", "cross_entropy")
                                       if loss not in OUTPUT_LOSSES[out]])
def test_a_loss_that_does_not_go_with_the_output_is_replaced_by_one_that_does(out, loss):
    state, (sentence,) = from_address({"net": "own", "out": out, "loss": loss})
    assert state.choice.out == out and state.choice.loss in OUTPUT_LOSSES[out]
    assert out in sentence and loss in sentence
    assert_plain(sentence)
    assert_usable(state)


@pytest.mark.parametrize("net", sorted({*PRESETS, "own"} - {"deep"}))
def test_a_network_that_does_not_come_trained_is_shown_untrained(net):
    state, (sentence,) = from_address({"net": net, "weights": "trained"})
    assert state == state_with(net=net)
    assert_plain(sentence)


@pytest.mark.parametrize("net", [*PRESETS, "own"])
def test_the_weights_of_a_run_are_a_number_and_a_moment_for_every_network(net):
    state, sentences = from_address({"net": net, "weights": "run12-b200", "part": "test"})
    assert sentences == [] and state.choice.of_run == (12, "b200") and state.choice.part == "test"
    assert Choice().of_run is None and Choice(weights="trained").of_run is None


def test_no_text_whatever_raises():
    rng = np.random.default_rng(5)
    letters = list("0123456789-+.,eExX ×²٣½nfai\n\t\0%&=<>[]{}\\'\"深") + ["inf", "nan", "1e", "deep", "own", "32"]
    for _ in range(3000):
        names = rng.choice([*READERS, "other"], rng.integers(1, 5), replace=False)
        parameters = {str(name): "".join(rng.choice(letters, rng.integers(0, 6))) for name in names}
        state, sentences = from_address(parameters)
        assert len(sentences) <= len(parameters) + 1
        assert to_address(state)
        assert state.choice.learning_rate > 0 and hidden_sizes(state.choice.hidden) is not None


@pytest.mark.parametrize("changes, sizes, m, field, value", [
    ({"step": "S5"}, DEEP, 100, "step", "X"),
    ({"step": ""}, DEEP, 100, "step", "X"), ({"step": "s" * 5000}, DEEP, 100, "step", "X"),
    ({"i": 100}, DEEP, 100, "i", Look.i), ({"i": 5000}, DEEP, 100, "i", Look.i),
    ({"i": 1}, (2, 2, 2), 1, "i", 0), ({"j": 64}, DEEP, 100, "j", Look.j), ({"j": 9}, (2, 2, 1), 1, "j", 0),
    ({"p": 784}, DEEP, 100, "p", Look.p),
    ({"k": 784}, DEEP, 100, "k", Look.k), ({"k": 2}, (2, 2, 2), 1, "k", 0),
])
def test_what_this_walk_does_not_have_becomes_what_it_has_and_a_sentence(changes, sizes, m, field, value):
    look, sentences = fitted(Look(**changes), STEPS, sizes, m)
    assert getattr(look, field) == value
    assert len(sentences) == 1
    assert_plain(sentences[0])


@pytest.mark.parametrize("batch", [0, 51, 10 ** 9])
def test_a_batch_that_is_not_there_becomes_the_first_and_a_sentence(batch):
    choice, (sentence,) = fitted_batch(Choice(batch=batch), 50)
    assert choice == Choice() and "1 to 50" in sentence
    assert_plain(sentence)
    assert fitted_batch(Choice(batch=50), 50) == (Choice(batch=50), [])


def test_where_there_is_only_one_batch_the_sentence_says_so():
    choice, (sentence,) = fitted_batch(Choice(batch=2), 1)
    assert choice.batch == 1 and "only one" in sentence
    assert_plain(sentence)


@pytest.mark.parametrize("look, sizes, m", [
    (Look(), DEEP, 100), (Look(), (2, 2, 1), 1), (Look(i=99, j=63, k=63, p=783), DEEP, 100),
    (Look(k=1), (2, 2, 2), 1), (Look(), (784, 10), 1),
])
def test_what_is_there_or_was_never_asked_for_gets_no_sentence(look, sizes, m):
    assert fitted(look, STEPS, sizes, m)[1] == []


def test_a_fitted_state_lies_inside_the_walk_and_is_fitted_for_good():
    rng = np.random.default_rng(1)
    for state in (some_state(rng) for _ in range(300)):
        sizes, m = tuple(map(int, rng.integers(1, 100, 3))), int(rng.integers(1, 101))
        inside, _ = fitted(state.look, STEPS, sizes, m)
        assert inside.step in STEPS
        assert 0 <= inside.i < m and 0 <= inside.p < 784
        assert 0 <= inside.j < max(sizes[1:]) and 0 <= inside.k < max(sizes)
        assert fitted(inside, STEPS, sizes, m) == (inside, [])


@pytest.mark.parametrize("text, sizes", [
    ("64, 32", (64, 32)), ("", ()), (" ", ()), ("7", (7,)), ("64-32-16", (64, 32, 16)), ("16 16", (16, 16)),
    ("1,784,", (1, 784)), ("1,2,3,4,5,6", (1, 2, 3, 4, 5, 6)),
])
def test_hidden_sizes_are_read_as_one_writes_them(text, sizes):
    assert hidden_sizes(text) == sizes


@pytest.mark.parametrize("text", ["0", "785", "x", "64,x", "1.5", "1,2,3,4,5,6,7", "²", "9" * 5000])
def test_hidden_sizes_that_make_no_network_are_refused_in_words(text):
    with pytest.raises(ValueError, match="up to 6 whole numbers from 1 to 784"):
        hidden_sizes(text)


def matrix(shape, rows, columns):
    return Matrix("M", Symbol("M", "M"), np.zeros(shape), Axis(rows, ""), Axis(columns, ""), True, "weight")


@pytest.mark.parametrize("shape, rows, columns, place", [
    ((100, 64), "i", "j", (17, 40)), ((100, 784), "i", "p", (17, 300)), ((784, 64), "p", "j", (300, 40)),
    ((64, 32), "k", "j", (5, 31)), ((1, 10), None, "j", (None, 9)), ((10, 64), None, "j", (None, 40)),
    ((2, 2), "i", "j", (1, 1)),
])
def test_a_selection_is_a_cell_in_every_matrix_and_the_last_one_where_it_is_too_small(shape, rows, columns, place):
    assert Selection(i=17, j=40, k=5, p=300).cell(matrix(shape, rows, columns)) == place


def test_a_smaller_layer_does_not_change_the_selection_itself():
    selection = Selection(j=40)
    selection.cell(matrix((100, 10), "i", "j"))
    assert selection == Selection(j=40)
