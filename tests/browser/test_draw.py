"""A hand at the pad: with mouse, finger, keys or a file, what is drawn there is read, kept, walked and taught."""
import io
import time

import numpy as np
import pytest
from PIL import Image, ImageDraw

pytestmark = pytest.mark.browser

DIGITS = {      # strokes as corners, on a pad of 280×280
    1: [[(150, 35), (140, 145), (132, 245)]],
    0: [[(140 + 70 * np.sin(t), 140 - 95 * np.cos(t)) for t in np.linspace(0, 2 * np.pi, 25)]],
    7: [[(70, 60), (205, 60), (160, 150), (125, 240)]],
}
BLANK = "nothing is drawn yet, so there is nothing to read"

SETTLED = """() => {
  const app = document.querySelector("[data-testid=stApp]"), pad = document.querySelector(".pad")?.pad
  return pad && !pad.dirty && pad.acked >= pad.seq && document.querySelector(".bars").dataset.seq >= pad.seq
    && app.dataset.testScriptState === "notRunning" && !document.querySelector("[data-stale=true]")
}"""
INK = """() => {
  const canvas = document.querySelector(".pad canvas"), { width, height } = canvas
  return canvas.getContext("2d").getImageData(0, 0, width, height).data.filter((v, n) => n % 4 === 3 && v > 127).length
}"""


class Pad:
    """The Draw page in a reader's browser."""

    def __init__(self, reader):
        self.reader, self.page = reader, reader.page
        self.page.goto(f"{reader.url}/draw")
        self.settle()

    def settle(self):
        """Wait until everything that was drawn has been read, and the page stands still."""
        self.page.wait_for_function(SETTLED)

    # What one does

    def spot(self, x, y):
        box = self.page.locator(".pad canvas").bounding_box()
        return box["x"] + x * box["width"] / 280, box["y"] + y * box["height"] / 280

    def mouse(self, stroke, lift=True):
        """Draw a stroke with the mouse."""
        self.page.locator(".pad canvas").scroll_into_view_if_needed()
        self.page.mouse.move(*self.spot(*stroke[0]))
        self.page.mouse.down()
        for point in stroke[1:]:
            self.page.mouse.move(*self.spot(*point), steps=8)
        if lift:
            self.page.mouse.up()
            self.settle()

    def touch(self, stroke):
        """Draw a stroke with a finger."""
        self.page.locator(".pad canvas").scroll_into_view_if_needed()
        swipe(self.page, [self.spot(x, y) for x, y in stroke])
        self.settle()

    def tool(self, name):
        self.page.locator(f".pad button[data-do={name}]").click()
        self.settle()

    def keys(self, *keys):
        """Press keys while the pad has the focus."""
        self.page.locator(".pad canvas").focus()
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def press(self, key):
        """Press one of Streamlit's buttons."""
        self.page.locator(f".st-key-{key} button:visible").click()
        self.settle()

    def say(self, digit):
        """Say what the drawing is."""
        self.page.locator(".st-key-ui_label button").nth(digit).click()
        self.page.locator(".st-key-teach_1 button:enabled:visible").wait_for()
        self.settle()

    def give(self, name, content):
        """Choose a picture from a file."""
        field = self.page.locator("input[type=file][accept*=png]")
        if not field.count():
            self.page.get_by_role("button", name="Picture file").click()
        field.set_input_files({"name": name, "mimeType": "image/png", "buffer": content})

    # What one sees

    @property
    def answer(self):
        """The answer that the bars show, or None."""
        text = self.page.locator(".bars").get_attribute("data-answer")
        return int(text) if text else None

    @property
    def said(self):
        """What the bars say to who cannot see them."""
        return self.page.locator(".bars").get_attribute("aria-label")

    @property
    def outputs(self):
        return self.page.locator(".bars span").all_inner_texts()

    @property
    def ink(self):
        """How many pixels of the pad have ink."""
        return self.page.evaluate(INK)

    def reads(self, digit):
        """Wait for the heading, and compare the bars with it."""
        self.page.get_by_role("heading", name=f"It reads a {digit}").wait_for()
        self.settle()
        assert self.answer == digit and f"says {digit}," in self.said
        assert max(range(10), key=lambda n: float(self.outputs[n])) == digit
        assert self.page.locator(".bars .answer b").all_inner_texts() == [str(digit)]

    def is_blank(self):
        self.page.get_by_text("Draw a digit", exact=True).wait_for()
        self.settle()
        assert self.answer is None and self.said == BLANK and self.ink == 0
        assert self.outputs == [""] * 10 and self.page.locator(".pad .hint").is_visible()


def swipe(page, points, pause=0.016):
    """Move a finger over the screen along the corners."""
    to = page.context.new_cdp_session(page)

    def send(kind, *at):
        to.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in at]})
        time.sleep(pause)
    send("touchStart", points[0])
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        for t in np.linspace(0, 1, 9)[1:]:
            send("touchMove", (x0 + t * (x1 - x0), y0 + t * (y1 - y0)))
    send("touchEnd")
    to.detach()


def scrolled(page):
    return page.evaluate("[document.querySelector('[data-testid=stMain]').scrollTop, scrollY, scrollX]")


@pytest.fixture
def pad(reader):
    return Pad(reader)


def picture(digit):
    """A PNG of a digit, dark on white, drawn without a browser."""
    image = Image.new("L", (300, 300), 255)
    for stroke in DIGITS[digit]:
        ImageDraw.Draw(image).line([tuple(point) for point in stroke], fill=20, width=24, joint="curve")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_digits_drawn_with_the_mouse_are_named(pad):
    pad.is_blank()
    for digit, strokes in DIGITS.items():
        for stroke in strokes:
            pad.mouse(stroke)
        pad.reads(digit)
        pad.tool("clear")
        pad.is_blank()


def test_digits_drawn_with_a_finger_are_named_and_the_page_stays_under_it(finger):
    pad = Pad(finger)
    for digit, strokes in DIGITS.items():
        pad.page.locator(".pad canvas").scroll_into_view_if_needed()
        before = scrolled(pad.page)
        for stroke in strokes:
            pad.touch(stroke)
        assert scrolled(pad.page) == before
        pad.reads(digit)
        pad.page.locator(".pad button[data-do=clear]").tap()
        pad.is_blank()
    pad.touch(DIGITS[1][0])
    pad.reads(1)        # there is something below the pad now, and beside it a finger scrolls as ever
    before = scrolled(pad.page)
    box = pad.page.locator(".pad .bars").bounding_box()
    swipe(pad.page, [(box["x"] + 60, box["y"] + box["height"] - 5), (box["x"] + 60, box["y"] - 100)])
    pad.page.wait_for_timeout(300)
    assert scrolled(pad.page) != before


def test_the_bars_move_while_the_pen_is_down(pad):
    corners, seen = DIGITS[7][0], []
    pad.mouse(corners[:2], lift=False)
    for point in corners[2:]:
        pad.page.wait_for_function("document.querySelector('.bars').dataset.answer !== ''")
        pad.page.wait_for_function(SETTLED)
        seen.append(pad.outputs)
        pad.page.mouse.move(*pad.spot(*point), steps=8)
    pad.settle()
    seen.append(pad.outputs)
    assert len(set(map(tuple, seen))) == len(seen) == 3
    assert pad.answer == 7
    assert pad.page.get_by_role("heading", name="It reads").count() == 0      # what is explained waits for the pen
    pad.page.mouse.up()
    pad.reads(7)


def test_undo_takes_the_last_stroke_back_and_clear_all(pad):
    pad.mouse(DIGITS[1][0])
    pad.reads(1)
    one, ink = pad.outputs, pad.ink
    pad.mouse([(60, 60), (220, 60)])
    assert pad.outputs != one and pad.ink > ink
    pad.tool("undo")
    pad.reads(1)
    assert pad.outputs == one and pad.ink == ink
    pad.tool("undo")
    pad.is_blank()
    pad.tool("undo")        # of nothing
    pad.is_blank()
    pad.mouse(DIGITS[0][0])
    pad.mouse([(60, 60), (220, 60)])
    both, ink = pad.outputs, pad.ink
    pad.tool("clear")
    pad.is_blank()
    pad.tool("clear")       # of nothing
    pad.tool("undo")
    pad.settle()
    assert (pad.outputs, pad.ink) == (both, ink)


def test_the_eraser_takes_ink_away_and_the_brush_comes_back(pad):
    pad.mouse(DIGITS[1][0])
    one = pad.outputs
    pad.mouse([(60, 150), (220, 150)])
    assert pad.outputs != one
    ink = pad.ink
    pad.tool("eraser")
    pad.mouse([(60, 150), (110, 150)])
    assert 0 < pad.ink < ink
    pad.mouse([(60, 150), (220, 150)])
    pad.mouse(DIGITS[1][0])
    pad.page.get_by_text("Draw a digit", exact=True).wait_for()
    assert pad.answer is None and pad.said == BLANK and pad.ink == 0
    pad.tool("brush")
    pad.mouse(DIGITS[7][0])
    pad.reads(7)


def test_a_digit_is_drawn_with_the_keys(pad):
    up, down = ["ArrowUp"] * 12, ["ArrowDown"] * 24
    pad.keys(*up, "Space", *down, "Space")
    pad.reads(1)
    ink = pad.ink
    pad.keys("ArrowLeft", "ArrowLeft")      # the pen is lifted
    assert pad.ink == ink
    pad.keys("z")
    pad.is_blank()
    pad.keys("Space", "ArrowUp", "Space", "Delete")
    pad.is_blank()
    pad.keys("e")
    assert pad.page.locator(".pad [aria-pressed=true]").all_inner_texts() == ["Eraser"]
    pad.keys("b")
    assert pad.page.locator(".pad [aria-pressed=true]").all_inner_texts() == ["Brush"]


def test_a_larger_brush_leaves_more_ink(pad):
    pad.mouse([(60, 140), (220, 140)])
    usual = pad.ink
    assert usual == pytest.approx(160 * 22 + np.pi * 11 ** 2, rel=.05)     # a line with round ends
    pad.tool("clear")
    pad.page.locator(".pad input").fill("44")
    pad.mouse([(60, 140), (220, 140)])
    assert pad.ink == pytest.approx(160 * 44 + np.pi * 22 ** 2, rel=.05)
    pad.tool("clear")
    pad.keys(*["-"] * 30)
    assert pad.page.locator(".pad input").input_value() == "8"
    pad.mouse([(60, 140), (220, 140)])
    assert pad.ink == pytest.approx(160 * 8 + np.pi * 4 ** 2, rel=.05)


def test_a_picture_from_a_file_is_read_and_rubbish_gets_a_sentence(pad):
    pad.mouse(DIGITS[1][0])
    pad.reads(1)
    one, ink = pad.outputs, pad.ink
    pad.give("notes.png", b"these are no pixels")
    pad.page.get_by_text("notes.png: this file is no picture").wait_for()
    assert pad.page.get_by_text("The drawing stays as it was.").is_visible()
    pad.settle()
    assert (pad.outputs, pad.ink, pad.answer) == (one, ink, 1)
    pad.give("seven.png", picture(7))
    pad.reads(7)
    assert pad.page.get_by_text("notes.png: this file").count() == 0
    seven = pad.ink
    assert seven > 0            # the pad shows what is read
    pad.page.keyboard.press("Escape")
    pad.tool("undo")
    pad.reads(1)
    assert (pad.outputs, pad.ink) == (one, ink)     # the drawing is back
    pad.tool("clear")
    pad.is_blank()
    pad.mouse(DIGITS[0][0])
    pad.reads(0)


def test_a_digit_is_walked_as_example_0_of_its_batch(pad):
    pad.mouse(DIGITS[7][0])
    pad.reads(7)
    pad.page.locator(".st-key-filmstrip .plot .heatmaplayer image").first.wait_for()
    seen = pad.reader.plot("[...gd.data.at(-1).z].map((row) => [...row])", "filmstrip")
    pad.page.get_by_role("button", name="Walk this digit").click()
    pad.reader.settle()
    address = pad.reader.address
    assert (address["part"], address["weights"], address["net"], address["i"]) == ("drawing", "trained", "deep", "0")
    row = pad.reader.plot("[...gd.data.find((t) => t.name === 'X').z[0]]")
    np.testing.assert_allclose(row, np.ravel(seen), atol=1e-6)
    assert pad.reader.step == "X"
    pad.reader.press("ArrowRight")
    assert pad.reader.step == "S1" and pad.reader.address["part"] == "drawing"


def test_a_step_is_taught_and_taken_back(pad):
    pad.mouse(DIGITS[1][0])
    pad.mouse([(60, 60), (220, 60)])        # a T: no digit is sure, or the slope of a saturated sigmoid teaches nothing
    before = pad.outputs
    other = sorted(range(10), key=lambda n: float(before[n]))[-2]
    assert pad.page.get_by_role("button", name="Teach: 1 step").is_disabled()
    pad.say(other)
    pad.press("teach_1")
    pad.page.get_by_text("What it cost").wait_for()
    pad.settle()
    after = pad.outputs
    assert float(after[other]) > float(before[other]), before
    told = pad.page.get_by_text(f"its output for {other} went from").inner_text()
    assert f"from {before[other]} to {after[other]}." in told
    pad.press("unteach")
    pad.page.get_by_text("What it cost").wait_for(state="detached")
    pad.settle()
    assert pad.outputs == before


def a_row():
    """A PNG of a 7, a 1 and a 0 side by side, dark on white."""
    image = Image.new("L", (900, 300), 255)
    for n, digit in enumerate((7, 1, 0)):
        for stroke in DIGITS[digit]:
            ImageDraw.Draw(image).line([(x + 300 * n, y) for x, y in stroke], fill=20, width=24, joint="curve")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_among_several_digits_a_click_or_the_keys_choose_one(pad):
    pad.give("row.png", a_row())
    pad.reads(1)
    pad.page.keyboard.press("Escape")
    pad.page.get_by_role("heading", name="3 digits: 7 1 0").wait_for()
    row = pad.page.locator(".st-key-digits .plot")
    row.scroll_into_view_if_needed()
    pad.reader.wait_for_plot("gd?.querySelector('.heatmaplayer image')", "digits")
    box, place = row.bounding_box(), pad.reader.plot("""(() => { const { xaxis: x, yaxis: y } = gd._fullLayout
      return [x._offset + x.l2p(14), y._offset + y.l2p(14)] })()""", "digits")
    pad.page.mouse.click(box["x"] + place[0], box["y"] + place[1])
    pad.reads(7)
    pad.page.locator(".st-key-digits .plot").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Enter"):     # the first one goes to the first
        pad.page.keyboard.press(key)
    pad.reads(0)


def test_a_click_in_the_gallery_brings_a_drawing_back(pad):
    for digit in (1, 0):
        pad.mouse(DIGITS[digit][0])
        pad.reads(digit)
        if digit == 1:
            pad.say(7)
        pad.press("keep")
        pad.tool("clear")
    pad.is_blank()
    gallery = pad.page.locator(".st-key-gallery_images .plot")
    gallery.scroll_into_view_if_needed()
    pad.reader.wait_for_plot("gd?.querySelector('.heatmaplayer image')", "gallery_images")
    box, place = gallery.bounding_box(), pad.reader.plot("""(() => { const { xaxis: x, yaxis: y } = gd._fullLayout
      return [x._offset + x.l2p(0), y._offset + y.l2p(0)] })()""", "gallery_images")
    pad.page.mouse.click(box["x"] + place[0] + 20, box["y"] + place[1] + 20)
    pad.reads(1)
    assert pad.page.locator(".st-key-ui_label [aria-checked=true]").all_inner_texts() == ["7"]      # as it was said


def test_a_drawing_is_still_there_when_one_comes_back(pad):
    pad.mouse(DIGITS[1][0])
    pad.mouse([(60, 60), (220, 60)])
    pad.settle()
    outputs, ink = pad.outputs, pad.ink
    for other, sign in (("Train", ".st-key-start"), ("One batch", ".pane.shown")):
        pad.page.get_by_role("link", name=other).click()
        pad.page.locator(sign).first.wait_for()
        pad.page.get_by_role("link", name="Draw").click()
        pad.page.locator(".bars[data-seq]").wait_for()
        pad.settle()
        assert (pad.outputs, pad.ink) == (outputs, ink)
    pad.tool("undo")        # its strokes are there as well
    pad.reads(1)
    pad.tool("clear")
    pad.mouse(DIGITS[0][0])
    pad.reads(0)


def test_two_browsers_see_nothing_of_each_others_drawing(reader, stranger):
    one = Pad(reader)
    one.mouse(DIGITS[1][0])
    one.reads(1)
    outputs, other = one.outputs, Pad(stranger)
    other.is_blank()
    other.mouse(DIGITS[0][0])
    other.reads(0)
    one.page.bring_to_front()
    assert one.outputs == outputs
    one.keys("b")           # ask its server again
    one.reads(1)
