"""What a link brings along comes back to the bit; what it cannot bring becomes one sentence."""
import base64
import io
import zlib
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from PIL import Image

from explainer.address import from_address, to_address
from explainer.choice import Choice, Chosen, Look, NextRun
from explainer.links import (
    Linked,
    LinkedDrawing,
    LinkedRun,
    fingerprint,
    fingerprint_of_data,
    is_of_this_machine,
    link,
    linked_run,
    read,
    too_long,
    without_the_run,
    written,
)
from explainer.qr import qr_code
from explainer.recipes import Recipe, chosen_recipe
from explainer.runs import Run, worked_example
from mlp_core.data import Dataset
from mlp_core.presets import PRESETS

CHOSEN = [Chosen(Choice(net, setting), next_run=next_run) for net in PRESETS for setting in ("best", "source")
          for next_run in (NextRun(), NextRun(0.123456789, 7, 3, True), NextRun(falling=False))]
CHOSEN += [Chosen(Choice("own", hidden=hidden, act="relu", out=out, loss=loss, red=red, seed=11, init=init))
           for hidden in ("", "64, 32", "7-7 7") for out, loss in (("softmax", "cross_entropy"),
                                                                   ("linear", "squared_error"))
           for red in ("sum", "mean") for init in ("", "glorot", "zeros")]
CHOSEN += [Chosen(Choice("mazur", "best", numbers=123, edits="W1.0.1~-0.25_X.0.0~1", seed=5)),
           Chosen(Choice("relu16", "source", seed=999_999_999, init="he"), next_run=NextRun(epochs=2))]


def again(linked):
    """What comes out of a link's own text: through the whole URL, as a browser takes it apart."""
    parameters = dict(parse_qsl(urlsplit(link("http://school.example:8501/train", written(linked))).query,
                                keep_blank_values=True))
    return read(parameters)


@pytest.mark.parametrize("until, moment", [("", "e3"), ("b1200", "b20"), ("e2", "e2")])
def test_every_recipe_comes_back_from_a_link_with_its_moment(until, moment):
    for chosen in CHOSEN:
        run = LinkedRun(chosen_recipe(chosen), moment, until, "0123abcd")
        found, sentences = again(Linked(run))
        assert sentences == [] and found.run.recipe.choices == run.recipe.choices
        assert replace(found.run, recipe=run.recipe) == run


def test_a_run_of_a_link_has_the_same_bits_at_every_moment():
    recipe = Recipe("xor", PRESETS["xor"], "best", replace(PRESETS["xor"].best, epochs=30, learning_rate=0.7), 3)
    runs = [Run(n, recipe, worked_example(recipe.preset)) for n in (1, 2)]
    while not runs[0].ended:
        runs[0].advance()
    found = again(Linked(linked_run(runs[0], runs[0].moments[4])))[0].run
    assert (found.until, found.moment) == ("", runs[0].moments[4].key)
    other = Run(2, found.recipe, worked_example(found.recipe.preset))
    while not other.ended:
        other.advance()
    assert [m.key for m in other.moments] == [m.key for m in runs[0].moments]
    for mine, theirs in zip(runs[0].moments, other.moments):
        assert mine.weights.tobytes() == theirs.weights.tobytes()
    assert found.weights == fingerprint(other.moments[4].weights) != fingerprint(other.moments[5].weights)


def test_a_run_that_has_not_ended_says_how_far_it_is_and_one_from_a_file_has_no_link():
    recipe = Recipe("xor", PRESETS["xor"], "best", PRESETS["xor"].best)
    run = Run(1, recipe, worked_example(recipe.preset))
    for _ in range(3):
        run.advance()
    run.mark()
    assert linked_run(run, run.moments[0]).until == run.moments[-1].key == "e3"
    loaded = Run(2, replace(recipe, start=run.network), worked_example(recipe.preset))
    assert linked_run(loaded, loaded.moments[0]) is None


def test_a_moment_that_was_marked_by_a_pause_is_recorded_again_on_the_way():
    recipe = Recipe("own", PRESETS["xor"], "best", replace(PRESETS["xor"].best, batch_size=1, epochs=2000), 0)
    run = Run(1, recipe, worked_example(recipe.preset))
    run.wanted = {"e777"}
    for _ in range(2000):
        run.advance()
    assert run.moment("e777") and run.is_at("e2000") and not run.is_at("e1999")


@pytest.mark.parametrize("digit, prepared", [(None, True), (0, False), (9, True)])
def test_a_drawing_comes_back_pixel_by_pixel(digit, prepared):
    rng = np.random.default_rng(0)
    for image in (np.eye(28, dtype=np.uint8).ravel() * 255, rng.integers(0, 256, 784, np.uint8)):
        found, sentences = again(Linked(drawing=LinkedDrawing(image, digit, prepared)))
        assert sentences == [] and np.array_equal(found.drawing.image, image)
        assert (found.drawing.digit, found.drawing.prepared) == (digit, prepared)


def test_the_rest_of_the_address_and_what_a_link_brings_do_not_mix():
    linked = Linked(LinkedRun(chosen_recipe(CHOSEN[0]), "e1", "", "0" * 8),
                    LinkedDrawing(np.ones(784, np.uint8), 3, True), "deadbeef")
    for chosen in CHOSEN:
        parameters = to_address(chosen) | written(linked)
        assert len(parameters) == len(to_address(chosen)) + 4
        assert from_address(parameters) == (chosen, [])
        assert read(parameters)[0].data == "deadbeef"


def squeezed(content):
    return base64.urlsafe_b64encode(zlib.compress(content, 9, -15)).decode().rstrip("=")


DAMAGED = [
    *({"run": text} for text in (
        "", "*", "net.relu16", "net.unknown*moment.e1*is.00000000", "net.deep*moment.x*is.00000000",
        "net.deep*moment.e1*is.xyz", "net.deep*moment.e1*is.00000000*on.1", "net.deep*moment.e1*until.7*is.00000000",
        "net.deep*epochs.0*moment.e1*is.00000000",
        "net.deep*epochs.99999999*moment.e1*is.00000000", "net.deep*learning_rate.nan*moment.e1*is.00000000",
        "net.deep*batch_size.-1*moment.e1*is.00000000", "net.own*hidden.1e9*moment.e1*is.00000000",
        "net.mazur*edits.W9*moment.e1*is.00000000", "net.deep*moment.e1*is.00000000" + "*x.1" * 700,
        "net.深い*moment.e1*is.00000000")),
    *({"drawing": text} for text in (
        "", "A", "!!!!", "深い", squeezed(b""), squeezed(bytes(784)), squeezed(b"x" * 783), squeezed(b"x" * 785),
        squeezed(b"x" * 784)[:-3], squeezed(b"x" * 784) + "AAAA", squeezed(bytes(10 ** 6)), "A" * 10 ** 6)),
    *({"data": text} for text in ("", "1234567", "123456789", "ABCDEF00", "x" * 8))]


@pytest.mark.parametrize("parameters", DAMAGED, ids=lambda parameters: str(parameters)[:40])
def test_what_is_damaged_is_left_out_with_one_sentence(parameters):
    found, sentences = read(parameters)
    assert found == Linked() and len(sentences) == 1
    assert sentences[0].endswith(".") and len(sentences[0]) < 300


def test_any_mutated_link_is_read_or_gets_a_sentence():
    rng, linked = np.random.default_rng(1), Linked(LinkedRun(chosen_recipe(CHOSEN[1]), "e1", "e2", "0" * 8),
                                                   LinkedDrawing(np.arange(784, dtype=np.uint8), 3, True), "deadbeef")
    whole = written(linked)
    for _ in range(300):
        name = str(rng.choice(["run", "drawing", "data"]))
        text, at = whole[name], int(rng.integers(len(whole[name])))
        text = text[:at] + str(rng.choice(list("*.~-_09azE%é"))) + text[at + int(rng.integers(3)):]
        found, sentences = read(whole | {name: text})
        assert (getattr(found, name) is None or getattr(found, name) == "") == bool(sentences)


def test_a_digit_that_is_none_is_no_reason_to_lose_the_drawing():
    drawing = written(Linked(drawing=LinkedDrawing(np.ones(784, np.uint8), 3, True)))
    for digit in ("10", "-1", "x", "٣", ""):
        assert read(drawing | {"digit": digit})[0].drawing.digit is None


def test_what_takes_long_is_not_trained_because_a_link_says_so():
    source = Recipe("relu16", PRESETS["relu16"], "source", PRESETS["relu16"].source)
    assert "10,000 epochs" in too_long(LinkedRun(source, "e5", "", ""), 60_000)
    for until in ("e0", "e5", "b5"):
        assert too_long(LinkedRun(source, "e0", until, ""), 60_000) == ""
    for preset in PRESETS.values():
        if preset.best.epochs < 100:
            assert too_long(LinkedRun(Recipe("x", preset, "best", preset.best), "e1", "", ""), 5_000) == ""


def test_data_have_one_fingerprint_and_a_changed_pixel_or_label_another():
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (10, 784), np.uint8), rng.integers(0, 10, 10).astype(np.uint8)
    other, one_off = images.copy(), labels.copy()
    other[3, 7] ^= 1
    one_off[0] = (one_off[0] + 1) % 10
    sets = [Dataset(images, labels, None, None, "a"), Dataset(images.copy(), labels, None, None, "b"),
            Dataset(other, labels, None, None, "c"), Dataset(images, one_off, None, None, "d"),
            Dataset(images, labels, images, labels, "e")]
    prints = [fingerprint_of_data(dataset) for dataset in sets]
    assert prints[0] == prints[1] and len(set(prints)) == 4
    assert prints[0] == f"{zlib.crc32(images.tobytes() + labels.tobytes()):08x}"


def test_a_link_has_the_host_and_page_and_says_whose_machine_it_is():
    assert link("https://a.example/train?x=1#y", {"net": "own", "hidden": "64, 32"}) == \
        "https://a.example/train?net=own&hidden=64,%2032"
    assert link("https://a.example", {"net": "xor"}) == "https://a.example/?net=xor"
    for address in ("http://localhost:8501/", "http://127.0.0.1:1/", "http://[::1]:1/", ""):
        assert is_of_this_machine(address), address
    assert not is_of_this_machine("http://192.168.0.7:8501/") and not is_of_this_machine("https://127.example/")


def test_weights_that_only_a_session_has_are_not_asked_for():
    for weights, left in (("run2-e5", "untrained"), ("taught", "untrained"), ("trained", "trained")):
        assert without_the_run(Chosen(Choice(weights=weights))).choice.weights == left


def test_answers_are_hidden_with_the_guide_on_and_both_can_be_hidden():
    for text, hide in (("answers", "answers"), ("settings,answers", "answers,settings"), ("settings", "settings")):
        chosen, sentences = from_address({"hide": text})
        assert sentences == [] and chosen.look.hide == hide and chosen.look.guide == ("answers" in hide)
        assert from_address(to_address(chosen)) == (chosen, [])
        assert [chosen.look.hides(what) for what in ("answers", "settings")] == ["answers" in hide, "settings" in hide]
    for text in ("", "all", "answers,", "answers settings"):
        chosen, sentences = from_address({"hide": text})
        assert chosen.look == Look() and len(sentences) == 1


def test_what_is_set_for_the_next_run_has_an_address_and_limits():
    for next_run in (NextRun(0.25, 64, 9, True), NextRun(falling=False), NextRun(epochs=1_000_000)):
        assert from_address(to_address(Chosen(next_run=next_run))) == (Chosen(next_run=next_run), [])
    for name, text in (("epochs", "0"), ("epochs", "1000001"), ("epochs", "1e3"), ("batch_size", "0"),
                       ("learning_rate", "0"), ("learning_rate", "nan"), ("falling", "2")):
        chosen, sentences = from_address({name: text})
        assert chosen == Chosen() and len(sentences) == 1 and f"{name}={text}" in sentences[0]


FINDER = np.pad(np.pad(np.pad(np.zeros((3, 3), bool), 1, constant_values=True), 1), 1, constant_values=True)     # light


def test_the_qr_code_is_a_picture_with_its_quiet_zone_and_finders_and_what_is_too_long_has_none():
    for length in (10, 300, 2900):
        light = np.array(Image.open(io.BytesIO(qr_code("http://a.example/?" + "x" * length))).convert("L")) > 127
        first, dark = np.argwhere(~light)[0], ~light.all(axis=0)
        scale = int(np.argmax(light[first[0], first[1]:])) // 7     # the finder's edge is seven modules long
        assert light.shape[0] == light.shape[1] and tuple(first) == (4 * scale, 4 * scale)
        modules = light[::scale, ::scale][4:-4, 4:-4]
        assert (len(modules) - 17) % 4 == 0 and dark.sum() == scale * len(modules)
        for corner in (modules[:8, :8], modules[:8, ::-1][:, :8], modules[::-1][:8, :8]):
            assert np.array_equal(corner, FINDER[1:, 1:])
    assert qr_code("x" * 3000) is None
