"""The Draw page reads, explains, teaches, keeps and walks the picture it was given, with plain NumPy's numbers."""
import base64
import io
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from explainer.datasets import default_network, embedded_sample
from explainer.gallery import Kept, archive, sheet
from explainer.incoming.known import FASHION
from explainer.links import read
from explainer.numbers import called
from explainer.pages.draw import pad
from explainer.pages.draw.asking import words_of
from explainer.preparation import prepare, shrunk, stations
from explainer.reading import teach
from explainer.session import session
from mlp_core import load_network, save_network
from mlp_core.data import one_hot, read_npz
from mlp_core.presets import PRESETS, own_preset
from tests.explainer.test_pages import (
    address_of,
    app,
    assert_fine,
    assert_next_leads_through,
    assert_shows,
    do,
    engine,
    npz,
    sent,
)
from tests.explainer.test_reading import plain_forward

pytestmark = pytest.mark.usefixtures("no_data_of_this_machine")
NOTHING = "nothing is drawn yet"


def pad_of(image):
    """A drawing on the pad: the digit of a (784,) image, four times as large."""
    ink = np.zeros((140, 140), np.uint8)
    ink[14:126, 14:126] = np.kron(image.reshape(28, 28), np.ones((4, 4), np.uint8))
    return ink


def drawing(at):
    """What the Draw page keeps in this session."""
    return at.session_state["session"].drawing


def draw(at, ink):
    drawing(at).picture, drawing(at).label = ink, None
    return at.run()


def draw_page(ink=None, uploaded=None):
    at = app()
    at.session_state["session"].data.uploaded = uploaded
    at.switch_page("explainer/pages/draw/page.py").run()
    return at if ink is None else draw(at, ink)


def click(at, key):
    return at.button(key=key).click().run()


def say(at, digit):
    """Say what the drawing is."""
    return at.segmented_control(key="ui_label").set_value(digit).run()


def give(at, name, content, key="picture_file"):
    at.file_uploader(key=key).set_value([(name, content, "application/octet-stream")])
    return at.run()


def png(grey):
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "PNG")
    return file.getvalue()


def seen(ink):
    """(784,) bytes that the network gets of a drawing."""
    return np.rint(prepare(ink).ravel() * 255).astype(np.uint8)


def image(at):
    """(784,) what the filmstrip ends with, as bytes."""
    return np.rint(sent(at, "filmstrip")["figures"][0]["data"][-1]["z"].ravel() * 255).astype(np.uint8)


def assert_reads(at, network, pixels):
    """The bars, the heading, the filmstrip's end and the layers are this network's, worked out by plain NumPy."""
    assert_fine(at)
    _, A = plain_forward(network, pixels / 255)
    bars = sent(at, "pad")
    np.testing.assert_allclose(bars["outputs"], A, atol=1e-5)
    answer, following = np.argsort(-A)[:2]
    assert bars["answer"] == answer
    heading, = (m.value for m in at.markdown if "It reads a" in m.value)
    assert f"It reads {'an' if answer == 8 else 'a'} {answer}" in heading
    assert f"next: {following}" in heading and f"{A[answer]:.3f}" in heading
    doubted = any(c.value.startswith("Do not trust") for c in at.caption)
    assert ("is not sure" in heading) == (A[answer] <= .5 or doubted)
    np.testing.assert_array_equal(image(at), pixels)
    np.testing.assert_allclose(sent(at, "layers")["figures"][0]["data"][-1]["z"][0], A, atol=1e-5)


FOUR, TWO = embedded_sample().images[0], embedded_sample().images[1]


# Reading

def test_an_empty_pad_says_so_and_nothing_is_read():
    at = draw_page()
    assert_fine(at)
    assert "Draw" in at.info[0].value and [m.value for m in at.markdown][-1] == "# Draw a digit"
    bars = sent(at, "pad")
    assert bars["outputs"] is None and bars["answer"] is None and NOTHING in bars["blank"]
    assert [e.key for e in at.get("bidi_component")] == ["plotly_js", "pad", "tab"]  # and no figure
    assert not any("It reads" in m.value for m in at.markdown)
    assert {b.key for b in at.button} & {"walk_digit", "keep", "teach_1"} == set()


def test_a_pad_wiped_clean_is_an_empty_pad():
    at = draw_page(np.zeros((140, 140), np.uint8))
    assert_fine(at)
    assert at.info and sent(at, "pad")["outputs"] is None


@pytest.mark.parametrize("row", range(5))
def test_a_digit_drawn_like_one_of_the_sample_is_read_as_that_one(row):
    digit, label = embedded_sample().images[row], embedded_sample().labels[row]
    at = draw_page(pad_of(digit))
    assert_reads(at, default_network(), seen(pad_of(digit)))
    assert sent(at, "pad")["answer"] == label
    assert np.corrcoef(image(at), digit)[0, 1] > .95     # and looks as it does there


def test_another_drawing_is_another_reading():
    at = draw_page(pad_of(FOUR))
    assert_reads(draw(at, pad_of(TWO)), default_network(), seen(pad_of(TWO)))
    draw(at, None)
    assert at.info and sent(at, "pad")["outputs"] is None


def test_what_spoke_for_the_answer_adds_up_to_first_order():
    at = draw_page(pad_of(FOUR))
    pixels, network = seen(pad_of(FOUR)) / 255, default_network()
    _, A = plain_forward(network, pixels)
    for trace, unit in zip(sent(at, "why")["figures"][0]["data"], np.argsort(-A)[:2]):
        terms = trace["z"].ravel()
        for pixel in np.argsort(-np.abs(terms))[:5]:
            nudge = 1e-5 * np.eye(784)[pixel]
            slope = (plain_forward(network, pixels + nudge)[0] - plain_forward(network, pixels - nudge)[0])[unit] / 2e-5
            assert terms[pixel] == pytest.approx(slope * pixels[pixel], rel=1e-3)


def test_the_nearest_mistake_that_is_shown_is_one():
    at = draw_page(pad_of(FOUR))
    *_, change, changed = (trace["z"].ravel() for trace in sent(at, "why")["figures"][0]["data"])
    answer = plain_forward(default_network(), changed)[1].argmax()
    caption, = (c.value for c in at.caption if "nearest mistake" in c.value)
    length, whole = map(float, re.search(r"length ([\d.]+) .* has ([\d.]+)\)", caption).groups())
    assert caption.endswith(f"read as a {answer}.") and answer != sent(at, "pad")["answer"]
    lengths = np.linalg.norm(change), np.linalg.norm(seen(pad_of(FOUR)) / 255)
    assert (length, whole) == pytest.approx(lengths, abs=.006)


def test_without_the_preparation_the_picture_is_just_shrunk():
    at = draw_page(np.roll(pad_of(TWO), (20, -25), (0, 1)))
    ink = drawing(at).picture
    prepared = image(at)
    at.toggle(key="ui_prepared").set_value(False).run()
    raw = np.rint(shrunk(ink).ravel() * 255).astype(np.uint8)
    assert_reads(at, default_network(), raw)
    assert not np.array_equal(raw, prepared)
    block = ink.reshape(28, 5, 28, 5).mean(axis=(1, 3)).ravel()
    assert np.corrcoef(raw, block)[0, 1] > .999
    at.toggle(key="ui_prepared").set_value(True).run()
    np.testing.assert_array_equal(image(at), prepared)


# A picture from a file

def test_a_picture_from_a_file_is_read_instead_of_the_drawing():
    at, dark_on_white = draw_page(pad_of(FOUR)), 255 - pad_of(TWO)
    give(at, "two.png", png(dark_on_white))
    assert_reads(at, default_network(), seen(dark_on_white))
    assert sent(at, "pad")["answer"] == 2 and sent(at, "pad")["reset"] == 1      # and the strokes go
    np.testing.assert_array_equal(image(at), seen(pad_of(TWO)))


@pytest.mark.parametrize("name, content", [
    ("notes.png", b"these are no pixels"), ("empty.png", b""), ("cut.png", png(pad_of(TWO))[:200]),
    ("dot.png", png(np.zeros((3, 3), np.uint8))), ("white.png", png(np.full((50, 50), 255, np.uint8))),
])
def test_a_file_that_shows_no_digit_gets_a_sentence_and_the_drawing_stays(name, content):
    at = draw_page(pad_of(FOUR))
    give(at, name, content)
    assert not at.exception and len(at.error) == 1
    assert at.error[0].value.startswith(name) and re.search(r"[Tt]he drawing stays.*\.$", at.error[0].value)
    np.testing.assert_array_equal(drawing(at).picture, pad_of(FOUR))
    np.testing.assert_array_equal(image(at), seen(pad_of(FOUR)))


def test_the_sentence_about_a_file_goes_when_a_better_one_comes():
    at = give(draw_page(), "notes.png", b"these are no pixels")
    assert at.error
    assert_reads(give(at, "two.png", png(pad_of(TWO))), default_network(), seen(pad_of(TWO)))


def a_row(*images):
    """Dark on white: the digits of (784,) images side by side."""
    return 255 - np.hstack([pad_of(image) for image in images])


def test_of_several_digits_all_are_read_and_another_one_can_be_chosen(monkeypatch):
    at = give(draw_page(), "row.png", png(a_row(FOUR, TWO, FOUR)))
    assert any(m.value == "## 3 digits: 4 2 4" for m in at.markdown) and sent(at, "pad")["answer"] == 2
    assert any("There are 3 digits on this picture. The second is read" in c.value for c in at.caption)
    assert sent(at, "digits")["figures"][0]["data"][0]["meta"]["spoken"] == ["a 4", "a 2, read", "a 4"]
    first, *_ = sent(at, "filmstrip")["figures"]
    assert len(first["layout"]["shapes"]) == 3 + 1      # a frame around each, and one around what is read
    say(at, 2)
    kept = drawing(at)
    monkeypatch.setattr("streamlit.session_state", {"session": at.session_state["session"]})
    pad.choose(0)
    monkeypatch.undo()
    at.run()
    assert drawing(at) is kept and kept.label is None       # it was said of another one
    assert sent(at, "pad")["answer"] == 4
    assert any("The first is read" in c.value for c in at.caption)
    assert np.corrcoef(image(at), FOUR)[0, 1] > .9


def test_one_digit_alone_leaves_nothing_to_choose():
    at = give(draw_page(), "two.png", png(a_row(TWO)))
    assert "digits" not in [e.key for e in at.get("bidi_component")]


def test_a_dot_and_a_heic_photo_get_a_sentence():
    dot = np.full((200, 200), 255, np.uint8)
    dot[95:105, 95:105] = 0
    at = give(draw_page(), "dot.png", png(dot))
    assert "is a dot, which is no digit's shape" in at.error[0].value and sent(at, "pad")["outputs"] is None
    at = give(at, "photo.heic", b"\0\0\0\x18ftypheic" + bytes(40))
    assert "save it as JPEG first" in at.error[0].value


def test_a_dot_on_the_pad_is_read_but_said_to_be_no_digit():
    dot = np.zeros((140, 140), np.uint8)
    dot[60:71, 60:71] = 255
    assert any("A dot is no digit's shape" in c.value for c in draw_page(dot).caption)


def test_an_answer_that_small_changes_overturn_is_doubted_with_what_they_make_of_it():
    """A 1 with a long upstroke, of which MNIST has hardly any."""
    one = Image.new("L", (280, 280), 255)
    ImageDraw.Draw(one).line([(102, 100), (160, 40), (160, 225)], 0, 18, "curve")
    at = give(draw_page(), "one.png", png(np.asarray(one)))
    heading, = (m.value for m in at.markdown if "It reads a" in m.value)
    told, = (c.value for c in at.caption if c.value.startswith("Do not trust the"))
    assert "is not sure" in heading and re.search(r"as an? \d when it is a little [a-z ,]+", told)


# Teaching

def cost(at):
    """[steps, α, label, its output before, after, how many images, of which part, % right before, after]."""
    told, = (c.value for c in at.caption if "What it cost" in c.value)
    number = r"([\d.,e-]*\d)"
    found = re.match(rf"(One|\d+) gradient steps? with α = {number} .* output for (\d) went from {number} to "
                     rf"{number}\. .*of the {number} (test|training) images.* read {number}\s% right before, "
                     rf"{number}\s% after", told)
    return [1 if v == "One" else v if v in ("test", "training") else float(v.replace(",", "")) for v in found.groups()]


def right(network, images, labels):
    """The share of images read right, in per cent."""
    A = images / 255
    for layer in network.layers:
        A = 1 / (1 + np.exp(-(A @ layer.W + layer.b)))
    return 100 * (A.argmax(axis=1) == labels).mean()


@pytest.mark.parametrize("button, steps", [("teach_1", 1), ("teach_10", 10)])
def test_a_lesson_says_what_it_changed_and_what_it_cost(button, steps):
    at, network, sample = draw_page(pad_of(FOUR)), default_network(), embedded_sample()
    assert at.button(key=button).disabled and at.button(key="unteach").disabled
    say(at, 9)
    click(at, button)
    pupil = teach(network, seen(pad_of(FOUR)), one_hot([9], dtype=np.float32), 0.1, steps)
    assert_reads(at, pupil, seen(pad_of(FOUR)))
    before, after = (plain_forward(n, seen(pad_of(FOUR)) / 255)[1][9] for n in (network, pupil))
    shares = [right(n, sample.images, sample.labels) for n in (network, pupil)]
    assert cost(at)[:3] == [steps, .1, 9] and cost(at)[5:7] == [5000, "training"]
    assert cost(at)[3:5] == pytest.approx([before, after], abs=6e-4)
    assert cost(at)[7:] == pytest.approx(shares, abs=.021)      # one image in 5,000 may be a tie
    bars = sent(at, "lesson_bars")["figures"][0]["data"]
    assert [bar["y"][9] for bar in bars] == pytest.approx([before, after], abs=1e-4)


def test_where_there_are_test_images_the_cost_is_counted_on_them():
    dataset = read_npz(npz(300, 40), "random")
    at = click(say(draw_page(pad_of(FOUR), uploaded=dataset), 4), "teach_10")
    pupil = teach(default_network(), seen(pad_of(FOUR)), one_hot([4], dtype=np.float32), 0.1, 10)
    shares = [right(n, dataset.test_images, dataset.test_labels) for n in (default_network(), pupil)]
    assert cost(at)[5:7] == [40, "test"] and cost(at)[7:] == pytest.approx(shares, abs=.006)


def test_lessons_follow_each_other_and_are_taken_back_one_by_one():
    at, network, ink = say(draw_page(pad_of(TWO)), 7), default_network(), pad_of(TWO)
    once = teach(network, seen(ink), one_hot([7], dtype=np.float32), 0.1, 1)
    twice = teach(once, seen(ink), one_hot([7], dtype=np.float32), 0.1, 10)
    assert_reads(click(at, "teach_1"), once, seen(ink))
    assert_reads(click(at, "teach_10"), twice, seen(ink))
    assert_reads(click(at, "unteach"), once, seen(ink))
    assert_reads(click(at, "unteach"), network, seen(ink))
    assert at.button(key="unteach").disabled and not any("What it cost" in c.value for c in at.caption)


def test_a_taught_copy_is_named_as_such_and_one_click_leads_back_to_the_original():
    at, ink = say(draw_page(pad_of(TWO)), 7), pad_of(TWO)
    assert "original" not in {button.key for button in at.button}
    click(click(at, "teach_1"), "teach_10")
    assert any("a copy, taught 2 lessons" in m.value for m in at.markdown)
    draw(at, None)
    assert any("a copy, taught 2 lessons" in m.value for m in at.markdown)      # with a blank pad, too
    click(draw(at, ink), "original")
    assert_reads(at, default_network(), seen(ink))
    assert not any("a copy" in m.value for m in at.markdown) and at.button(key="unteach").disabled


def test_what_a_lesson_changed_is_told_beside_its_own_drawing_only():
    at = click(say(draw_page(pad_of(TWO)), 7), "teach_1")
    assert any("What it cost" in c.value for c in at.caption)
    draw(at, pad_of(FOUR))
    assert not any("What it cost" in c.value for c in at.caption) and not at.button(key="unteach").disabled
    draw(at, pad_of(TWO))
    assert any("What it cost" in c.value for c in at.caption)


def test_the_second_lesson_says_what_the_network_read_before_both():
    at, sample = click(say(draw_page(pad_of(TWO)), 7), "teach_1"), embedded_sample()
    at.number_input(key="ui_lesson_rate").set_value(5.0).run()
    click(at, "teach_10")
    told, = (c.value for c in at.caption if "What it cost" in c.value)
    share = float(re.search(r"before all 2 lessons ([\d.]+) %", told)[1])
    assert share == pytest.approx(right(default_network(), sample.images, sample.labels), abs=.021)
    assert share > cost(at)[8] + 1      # such a lesson costs a lot


def test_who_walks_a_digit_without_saying_what_it_is_is_told_the_target():
    at = draw_page(pad_of(FOUR))
    click(at, "walk_digit")
    assert_fine(at, "its target is what the network reads")
    assert " 4." in at.warning[0].value
    at = say(draw_page(pad_of(FOUR)), 9)
    click(at, "walk_digit")
    assert_fine(at)


def test_a_picture_from_a_file_is_shown_as_bright_as_it_is_and_lies_on_the_pad():
    dark_on_white = 255 - pad_of(FOUR)
    at = give(draw_page(), "four.png", png(dark_on_white))
    first, ink, *_ = sent(at, "filmstrip")["figures"][0]["data"]
    np.testing.assert_allclose(first["z"], dark_on_white / 255, atol=1e-6)
    assert first["colorscale"] == [[0, "#000000"], [1, "#ffffff"]] and not first["autocolorscale"]
    assert ink["autocolorscale"]
    mark, = sent(at, "pad")["strokes"]
    laid = np.frombuffer(base64.b64decode(mark["picture"]), np.uint8).reshape(140, 140)
    np.testing.assert_array_equal(laid, pad_of(FOUR))


def test_the_strip_shows_only_what_was_done():
    at = draw_page(pad_of(FOUR))
    assert len(sent(at, "filmstrip")["figures"][0]["data"]) == 4
    at.toggle(key="ui_prepared").set_value(False).run()
    assert len(sent(at, "filmstrip")["figures"][0]["data"]) == 2


def test_a_drawing_from_the_gallery_comes_back_with_its_label(monkeypatch):
    at = click(say(draw_page(pad_of(FOUR)), 9), "keep")
    kept = drawing(at).gallery
    monkeypatch.setattr("streamlit.session_state", {})
    pad.show(kept[0].image.reshape(28, 28), stations(kept[0].image.reshape(28, 28)), kept[0].label)
    shown = session().drawing
    assert shown.label == 9 and np.array_equal(shown.picture.ravel(), seen(pad_of(FOUR)))


@pytest.mark.parametrize("output, times", [("softmax", 1e37), ("linear", 1e37), ("sigmoid", 1e38)])
def test_outputs_that_are_no_numbers_are_no_answer_and_the_page_says_so(monkeypatch, output, times):
    preset = own_preset((32,), "relu", output)
    network = preset.network(preset.best, np.random.default_rng(0))
    with np.errstate(over="ignore"):
        for layer in network.layers:
            layer.W *= np.float32(times)
    monkeypatch.setattr("explainer.resources.default_network", lambda: network)
    at = draw_page(pad_of(embedded_sample().images[0]))
    assert not at.exception and "no finite numbers" in at.warning[0].value
    assert at.markdown[1].value == "# Draw a digit" and "teach_1" not in [button.key for button in at.button]


def test_the_learning_rate_of_the_lesson_is_the_readers():
    at = say(draw_page(pad_of(TWO)), 7)
    at.number_input(key="ui_lesson_rate").set_value(0.5).run()
    click(at, "teach_1")
    assert cost(at)[1] == .5
    pupil = teach(default_network(), seen(pad_of(TWO)), one_hot([7], dtype=np.float32), 0.5, 1)
    assert_reads(at, pupil, seen(pad_of(TWO)))


def test_what_a_drawing_is_must_be_said_anew_for_a_picture_from_a_file():
    at = say(draw_page(pad_of(TWO)), 7)
    assert not at.button(key="teach_1").disabled
    give(at, "four.png", png(pad_of(FOUR)))
    assert at.button(key="teach_1").disabled


# Keeping

def test_kept_drawings_are_in_the_gallery_and_in_both_files():
    at = click(draw_page(pad_of(FOUR)), "keep")
    click(say(draw(at, pad_of(TWO)), 7), "keep")
    assert_fine(at)
    shown = sent(at, "gallery_images")["figures"][0]
    assert {"read: 4", "7, read: 2"} <= {note["text"] for note in shown["layout"]["annotations"]}
    images = np.stack([seen(pad_of(FOUR)), seen(pad_of(TWO))])
    kept = drawing(at).gallery
    with np.load(io.BytesIO(archive(kept))) as file:
        assert sorted(file.files) == ["answers", "x", "y"] and file["x"].dtype == np.uint8
        np.testing.assert_array_equal(file["x"], images.reshape(2, 28, 28))
        assert file["y"].tolist() == [-1, 7] and file["answers"].tolist() == [4, 2]
    page = np.asarray(Image.open(io.BytesIO(sheet(kept))))[2::4, 2::4]
    assert page.shape == (30, 60)
    for n in range(2):
        np.testing.assert_array_equal(page[1:29, 30 * n + 1:30 * n + 29], 255 - images[n].reshape(28, 28))
    click(at, "empty_gallery")
    assert_fine(at)
    assert not any("Gallery" in m.value for m in at.markdown)


def test_a_sheet_of_many_drawings_has_ten_in_a_row():
    rng = np.random.default_rng(81)
    kept = [Kept(rng.integers(0, 256, 784, np.uint8), n % 10, 0) for n in range(23)]
    page = np.asarray(Image.open(io.BytesIO(sheet(kept))))[2::4, 2::4]
    assert page.shape == (90, 300)
    for n, drawn in enumerate(kept):
        top, left = 30 * (n // 10) + 1, 30 * (n % 10) + 1
        np.testing.assert_array_equal(page[top:top + 28, left:left + 28], 255 - drawn.image.reshape(28, 28))
    assert (page[61:, 91:] == 255).all()


# Walking

def walk_of(pixels, digit, network, net="deep"):
    """The walk through a batch whose example 0 is the drawing."""
    sample = embedded_sample()
    images, labels = sample.images.copy(), sample.labels.copy()
    images[0], labels[0] = pixels, digit
    return engine(net, data=(images, labels), network=network)


def assert_walks(at, walk):
    assert_next_leads_through(do(at.switch_page("explainer/pages/one_batch/page.py").run(), pictures=False), walk)


def test_a_drawing_is_walked_as_example_0_with_the_label_it_was_given():
    at = click(say(draw_page(pad_of(TWO)), 7), "walk_digit")
    address = address_of(at)
    assert np.array_equal(read({"drawing": address.pop("drawing")})[0].drawing.image, seen(pad_of(TWO)))
    assert address == {"net": "deep", "weights": "trained", "part": "drawing", "step": "X", "i": "0", "j": "4",
                       "guide": "1", "digit": "7"}      # guided as on a first visit
    assert_walks(at, walk_of(seen(pad_of(TWO)), 7, default_network()))


def test_a_drawing_that_nobody_named_is_walked_as_what_it_was_read_as():
    at = click(draw_page(pad_of(FOUR)), "walk_digit")
    assert_shows(at, walk_of(seen(pad_of(FOUR)), 4, default_network()).step("X"))


def test_a_taught_network_is_walked_as_it_was_taught():
    at = click(click(say(draw_page(pad_of(TWO)), 7), "teach_10"), "walk_digit")
    pupil = teach(default_network(), seen(pad_of(TWO)), one_hot([7], dtype=np.float32), 0.1, 10)
    assert address_of(at)["weights"] == "taught"
    assert_walks(at, walk_of(seen(pad_of(TWO)), 7, pupil))


def test_a_worked_example_takes_no_notice_of_the_drawing():
    at = click(draw_page(pad_of(FOUR)), "walk_digit")
    at.switch_page("explainer/pages/one_batch/page.py").run()
    at.selectbox(key="ui_net").set_value("mazur").run()
    assert_fine(at)
    assert_shows(at, engine("mazur").step("X"))
    at.selectbox(key="ui_net").set_value("relu16").run()
    assert_shows(at, walk_of(seen(pad_of(FOUR)), 4, None, "relu16").step("X"))


def test_the_next_drawing_takes_the_place_of_the_one_that_was_walked():
    at = click(draw_page(pad_of(FOUR)), "walk_digit")
    at.switch_page("explainer/pages/draw/page.py").run()
    click(draw(at, pad_of(TWO)), "walk_digit")
    assert_shows(at, walk_of(seen(pad_of(TWO)), 2, default_network()).step("X"))


def test_a_lesson_taken_back_is_no_longer_walked():
    at = click(click(say(draw_page(pad_of(TWO)), 7), "teach_1"), "walk_digit")
    at.switch_page("explainer/pages/draw/page.py").run()
    click(at, "unteach")
    at.switch_page("explainer/pages/one_batch/page.py").run()
    assert_fine(at, "Nothing was taught")


def test_another_lesson_in_place_of_the_one_that_was_walked_is_walked():
    at = click(click(say(draw_page(pad_of(TWO)), 7), "teach_1"), "walk_digit")
    at.switch_page("explainer/pages/draw/page.py").run()
    click(click(at, "unteach"), "teach_10")
    at.switch_page("explainer/pages/one_batch/page.py").run()
    pupil = teach(default_network(), seen(pad_of(TWO)), one_hot([7], dtype=np.float32), 0.1, 10)
    assert_walks(at, walk_of(seen(pad_of(TWO)), 7, pupil))


@pytest.mark.parametrize("address, sentence", [
    ("weights=taught", "Nothing was taught to this network in this session"),
    ("part=drawing", "Nothing was drawn in this session"),
])
def test_an_address_of_a_drawing_or_a_lesson_says_in_another_session_that_it_is_not_there(address, sentence):
    at = app(f"net=deep&step=X&{address}")
    assert_fine(at, sentence)
    assert_shows(at, engine().step("X"))


# A network from a file

def saved(network):
    file = io.BytesIO()
    save_network(file, network)
    return file.getvalue()


def network_of(preset, seed=82):
    return preset.network(preset.best, np.random.default_rng(seed))


@pytest.mark.parametrize("net, preset", [*((net, PRESETS[net]) for net in ("nielsen", "relu16", "online")),
                                         ("own", own_preset((20, 12), "tanh", "softmax"))])
def test_a_network_from_a_file_reads_and_is_walked(net, preset):
    network = network_of(preset)
    at = give(draw_page(pad_of(FOUR)), "mine.npz", saved(network), "network_file")
    assert_reads(at, load_network(io.BytesIO(saved(network))), seen(pad_of(FOUR)))
    assert at.selectbox(key="ui_asked").value == "run1" and "mine" in at.selectbox(key="ui_asked").options
    click(say(at, 3), "walk_digit")
    assert address_of(at)["net"] == net
    assert_walks(at, walk_of(seen(pad_of(FOUR)), 3, network, preset))


def test_a_network_of_another_program_reads_once_it_is_said_what_its_file_does_not_say():
    network, file = network_of(own_preset((20,), "tanh", "softmax")), io.BytesIO()
    np.savez(file, *(part for layer in network.layers for part in (layer.W, layer.b)))
    at = give(draw_page(pad_of(FOUR)), "theirs.npz", file.getvalue(), "network_file")
    assert not at.exception and at.selectbox(key="ui_asked").value == "trained"
    for part, answer in (("hidden", "tanh"), ("output", "softmax"), ("pixels", "upright")):
        at.selectbox(key=f"ui_load_{part}").set_value(answer).run()
    click(at, "load")
    assert at.selectbox(key="ui_asked").value == "run1" and "theirs" in at.selectbox(key="ui_asked").options
    assert_reads(at, network, seen(pad_of(FOUR)))


def test_a_taught_network_from_a_file_is_walked_as_it_was_taught():
    network = network_of(PRESETS["nielsen"])
    at = say(give(draw_page(pad_of(FOUR)), "mine.npz", saved(network), "network_file"), 3)
    rate = at.number_input(key="ui_lesson_rate").value
    click(click(at, "teach_1"), "walk_digit")
    pupil = teach(network, seen(pad_of(FOUR)), one_hot([3], dtype=np.float32), rate, 1)
    assert_walks(at, walk_of(seen(pad_of(FOUR)), 3, pupil, PRESETS["nielsen"]))


@pytest.mark.parametrize("content", [b"no network", saved(network_of(own_preset((4,), n_in=9, n_out=10)))])
def test_a_file_that_is_no_network_for_mnist_gets_a_sentence_and_the_network_stays(content):
    at = give(draw_page(pad_of(FOUR)), "mine.npz", content, "network_file")
    assert not at.exception and at.error[0].value.startswith("mine.npz")
    assert at.selectbox(key="ui_asked").value == "trained"
    np.testing.assert_array_equal(image(at), seen(pad_of(FOUR)))


def test_a_lesson_without_measure_is_refused_in_a_sentence():
    network = network_of(own_preset((20,), "linear", "linear"))
    at = say(give(draw_page(pad_of(FOUR)), "mine.npz", saved(network), "network_file"), 3)
    at.number_input(key="ui_lesson_rate").set_value(1000.0).run()
    click(at, "teach_10")
    assert not at.exception and "beyond all bounds" in at.error[0].value
    assert at.button(key="unteach").disabled
    outputs = plain_forward(network, seen(pad_of(FOUR)) / 255)[1]
    np.testing.assert_allclose(sent(at, "pad")["outputs"], outputs, atol=1e-5)


def test_what_was_taught_to_another_network_is_not_walked_under_this_ones_name():
    at = click(say(draw_page(pad_of(TWO)), 7), "teach_1")       # to the network that ships
    give(at, "mine.npz", saved(network_of(PRESETS["nielsen"])), "network_file")
    click(click(at, "teach_1"), "walk_digit")                   # and then to another, which is walked
    at.switch_page("explainer/pages/draw/page.py").run()
    click(at, "unteach")                                        # its lesson goes; the first one's stays
    at.switch_page("explainer/pages/one_batch/page.py").run()
    assert not at.exception
    assert address_of(at).get("weights") != "taught" or address_of(at)["net"] == "deep"


def fashion():
    return replace(embedded_sample(), name="Fashion-MNIST", classes=FASHION)


def test_a_network_of_clothes_reads_clothes_and_never_a_digit():
    at = give(draw_page(pad_of(FOUR), fashion()), "mine.npz", saved(network_of(PRESETS["nielsen"])), "network_file")
    answer = int(plain_forward(network_of(PRESETS["nielsen"]), seen(pad_of(FOUR)) / 255)[1].argmax())
    told = [text.value for text in at.markdown]
    word = FASHION[answer]
    named = f"{'an' if word[0] in 'AEIOU' else 'a'} {word}"
    assert any(text.startswith(f"# It reads {named}") for text in told) and f"## Why {named}" in told
    assert at.segmented_control(key="ui_label").options == list(FASHION)
    assert not any(re.search(r"reads an? \d|Why an? \d", text) for text in told)


def test_labels_of_data_that_nobody_knows_are_classes():
    assert words_of(embedded_sample()) == tuple("0123456789") and words_of(fashion()) == FASHION
    unknown = words_of(replace(embedded_sample(), name=""))
    assert unknown == tuple(f"class {n}" for n in range(10))
    assert [called(words, 8) for words in (tuple("0123456789"), FASHION, unknown)] == ["an 8", "a Bag", "class 8"]


def test_where_settings_are_hidden_the_network_that_reads_stays_and_is_named():
    at = give(draw_page(pad_of(FOUR)), "mine.npz", saved(network_of(PRESETS["nielsen"])), "network_file")
    assert at.selectbox(key="ui_asked").value == "run1"
    chosen = at.session_state["session"].chosen
    at.session_state["session"].chosen = replace(chosen, look=replace(chosen.look, hide="settings"))
    at.run()
    assert not at.exception and drawing(at).asked == "run1"
    assert "ui_asked" not in {widget.key for widget in at.selectbox} and not at.select_slider
    assert not [widget for widget in at.get("file_uploader") if widget.key == "network_file"]
    assert any("mine" in text.value for text in at.markdown)
