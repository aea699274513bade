"""Pictures as phones take them: the digit is found on every paper and in every light, and on empty paper none.

What must come out is known from how a picture was made: which digits were written, and where lines and frames lie.
"""
import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from explainer.datasets import default_network, embedded_sample
from explainer.digits import box_of, digits_of
from explainer.doubt import ENOUGH, changed, misled
from explainer.frames import without_frames
from explainer.lines import without_lines
from explainer.paper import sheet_of
from explainer.pieces import pieces
from explainer.preparation import prepare, read_image, stations, with_digit
from explainer.reading import as_image, read
from explainer.strokes import TYPICAL, is_no_stroke, thickened, thickness
from tests.drawn_digits import SHAPES, drawings, ink, path
from tests.photographed_digits import CATEGORIES

NETWORK = default_network()


def answers(found):
    """What the network reads of each digit of a picture, in order."""
    return tuple(read(NETWORK, as_image(with_digit(found, n).final)).answer for n in range(len(found.masks)))


def written(digit, variant, side=280, height=.6, pen=.06):
    """Return (side, side) bytes: a digit, white on black, as the table has it."""
    strokes = [path(stroke) for stroke in SHAPES[digit][variant]]
    return np.asarray(ink([((stroke - .5) * height + .5) * side for stroke in strokes], side, pen * side))


# The made photos

@pytest.mark.parametrize("category", [name for name in CATEGORIES if name != "empty"])
def test_photos_are_read(category):
    """One of each category here; benchmarks/photos.py reads them all."""
    seed = 71, len(category), 0
    photo = CATEGORIES[category](category, 5, np.random.default_rng(seed))
    assert answers(stations(read_image(photo.content))) == photo.digits


@pytest.mark.parametrize("kind", range(10), ids=["plain", "ruled", "squared", "shadow", "glare", "on a desk",
                                                 "ruled, on a desk", "shadow and glare", "ruled, in a shadow", "noise"])
def test_on_empty_paper_there_is_no_ink(kind):
    assert stations(CATEGORIES["empty"]("empty", kind, np.random.default_rng((72, kind))).image).blank


# Several digits

def row_of(*digits):
    return np.hstack([written(digit, next(iter(SHAPES[digit])), 130) for digit in digits])


def test_several_digits_are_found_from_left_to_right_and_the_one_in_the_middle_is_read():
    found = stations(255 - row_of(4, 2, 7))
    assert answers(found) == (4, 2, 7) and found.chosen == 1
    for n, (top, bottom, left, right) in enumerate(found.boxes):
        assert 130 * n <= left < right <= 130 * (n + 1) and bottom - top == pytest.approx(80, abs=12)
    for n in range(3):
        alone = stations(255 - row_of(4, 2, 7)[:, 130 * n:130 * (n + 1)])
        np.testing.assert_allclose(with_digit(found, n).fitted, alone.fitted, atol=.02)


def test_rows_are_read_one_below_the_other():
    assert answers(stations(np.vstack([row_of(3, 9), row_of(7, 0)]))) == (3, 9, 7, 0)


def test_a_digit_of_several_strokes_is_one():
    for drawing in drawings(5)[::3]:
        grey = np.asarray(drawing.image) / 255
        assert len(digits_of(1 - grey if grey[0, 0] > .5 else grey)) == 1, drawing
    broken = np.zeros((100, 100))
    broken[10:45, 45:52] = broken[52:90, 44:51] = 1
    assert len(digits_of(broken)) == 1 and len(digits_of(np.hstack([broken, broken]))) == 2


def test_mnist_s_digits_are_one_each():
    images = embedded_sample().images[:400].reshape(-1, 28, 28) / 255
    assert np.mean([len(digits_of(image)) == 1 for image in images]) > .98


# Where the network's knowledge ends

def test_a_one_with_a_long_upstroke_is_not_read_for_sure():
    """Hardly any 1 of MNIST has one: whatever is read, small changes make another digit of it."""
    canvas = Image.new("L", (280, 280), 255)
    ImageDraw.Draw(canvas).line([(102, 100), (160, 40), (160, 225)], 0, 18, "curve")
    reading = read(NETWORK, as_image(prepare(canvas)))
    assert len(misled(NETWORK, reading)) >= ENOUGH


def test_what_is_read_right_is_seldom_doubted():
    data = embedded_sample()
    readings = [read(NETWORK, image) for image in data.images[:300]]
    doubted = [len(misled(NETWORK, reading)) >= ENOUGH for reading, label in zip(readings, data.labels)
               if reading.answer == label]
    assert np.mean(doubted) < .1


def test_the_changes_do_what_they_are_called():
    bar = np.zeros((28, 28))
    bar[6:22, 12:16] = 1
    made, rows = changed(bar), np.arange(28)
    assert made["thicker"].sum() > bar.sum() > made["thinner"].sum()
    assert made["wider"][14].sum() > bar[14].sum() > made["narrower"][14].sum()

    def drift(image):       # how far the ink goes to the right from top to bottom
        middle = image @ rows / np.maximum(image.sum(axis=1), 1e-9)
        return middle[19] - middle[8]
    assert drift(made["leaning to the right"]) < 0 < drift(made["leaning to the left"])
    assert drift(made["turned to the right"]) < 0 < drift(made["turned to the left"])


@pytest.mark.parametrize("shape", ["ellipse", "rectangle"])
def test_a_dot_is_no_digit_and_every_digit_is_none(shape):
    canvas = Image.new("L", (200, 200), 255)
    getattr(ImageDraw.Draw(canvas), shape)((96, 90, 106, 100), 0)
    assert stations(canvas).dot
    assert not any(stations(drawing.image).dot for drawing in drawings(6)[::5])
    assert not any(is_no_stroke(np.kron(image.reshape(28, 28)[4:24, 4:24] / 255, np.ones((4, 4))))
                   for image in embedded_sample().images[:300])


# Strokes

@pytest.mark.parametrize("thick, long", [(4, 120), (9, 90), (20, 150)])
def test_the_thickness_of_a_bar_is_its_width(thick, long):
    bar = np.pad(np.ones((long, thick)), 5)
    assert thickness(bar) == pytest.approx(2 * thick * long / (np.pi / 2 * (thick + long)))     # by the formula
    ring = np.hypot(*np.mgrid[-80:81, -80:81])
    assert thickness((ring > 60) & (ring < 60 + thick)) == pytest.approx(thick, rel=.08)


def test_a_thin_stroke_becomes_as_thick_as_mnist_s_and_another_stays():
    thin, thick = written(0, "round", pen=.01), written(0, "round", pen=.09)
    for made, changes in ((thin, True), (thick, False)):
        top, bottom, left, right = box_of(made > 20)
        cut = made[top:bottom, left:right] / 255
        after, said = thickened(cut, 20)
        assert said is changes and (changes or after is cut)
        if changes:
            assert thickness(after) * 20 / max(after.shape) == pytest.approx(TYPICAL, rel=.2)


@pytest.mark.parametrize("pen", [.01, .02])
def test_thin_pens_are_read(pen):
    for digit, variant in ((1, "bar"), (2, "open"), (3, "round"), (6, "curved"), (8, "two circles"), (9, "curved")):
        assert answers(stations(written(digit, variant, pen=pen))) == (digit,)


# Pieces, lines, frames, the sheet

def test_pieces_are_those_of_a_flood_fill():
    rng = np.random.default_rng(73)
    for share in (.1, .4, .6):
        mask = rng.random((23, 31)) < share
        found, number = np.zeros(mask.shape, int), 0
        for start in zip(*np.nonzero(mask)):
            if not found[start]:
                number, to_do = number + 1, [start]
                while to_do:
                    y, x = to_do.pop()
                    if 0 <= y < 23 and 0 <= x < 31 and mask[y, x] and not found[y, x]:
                        found[y, x] = number
                        to_do += [(y + a, x + b) for a in (-1, 0, 1) for b in (-1, 0, 1)]
        ours = pieces(mask)
        assert len(ours.sizes) == number == len(set(zip(found[mask], ours.numbers[mask])))
        for n, (top, bottom, left, right) in enumerate(ours.boxes):
            rows, columns = np.nonzero(ours.numbers == n + 1)
            assert (top, bottom, left, right) == (rows.min(), rows.max() + 1, columns.min(), columns.max() + 1)
            assert ours.sizes[n] == len(rows)
    assert pieces(np.zeros((3, 4), bool)).boxes.shape == (0, 4)


@pytest.mark.parametrize("slope", [0, .05, -.12])
def test_a_line_from_edge_to_edge_goes_and_a_stroke_across_it_stays(slope):
    y, x = np.mgrid[:300, :300]
    line = np.abs(y - 150 - slope * (x - 150)) < 1.5
    stroke = (np.abs(x - 140) < 6) & (y > 80) & (y < 220)
    for turned in (False, True):
        drawn = (line | stroke).T if turned else line | stroke
        rest, lines = without_lines(drawn.astype(float), np.full(drawn.shape, .2))
        rest, lines = (rest.T, lines.T) if turned else (rest, lines)
        assert rest[stroke].min() == 1                      # without a gap
        assert rest[line & (np.abs(x - 140) > 16)].max() == 0
        assert lines[line & ~stroke].mean() > .9


@pytest.mark.parametrize("begins, ends", [(40, 300), (0, 260)])
def test_what_ends_within_the_paper_is_no_line(begins, ends):
    bar = np.zeros((300, 300))
    bar[150:153, begins:ends] = 1
    rest, lines = without_lines(bar, np.full(bar.shape, .2))
    assert not lines.any() and np.array_equal(rest, bar)


@pytest.mark.parametrize("digit", [0, 3, 8])
def test_a_frame_goes_and_the_digit_in_it_stays(digit):
    canvas = Image.fromarray(written(digit, next(iter(SHAPES[digit]))))
    inside = np.asarray(canvas) > 127
    ImageDraw.Draw(canvas).polygon([(30, 25), (250, 32), (245, 255), (26, 250)], outline=255, width=4)
    rest, frame = without_frames(np.asarray(canvas) > 127)
    assert np.array_equal(rest, inside) and frame.any()
    assert not without_frames(inside)[1].any()


def test_the_sheet_is_what_is_light_on_a_dark_table():
    light, where = np.full((200, 260), .2), np.zeros((200, 260), bool)
    where[40:160, 50:220] = True
    light[where] = .9
    assert np.mean(sheet_of(light) == where) > .97
    assert sheet_of(np.where(where, .9, .85)) is None                   # it hardly differs
    y, x = np.mgrid[-1:1:200j, -1:1:260j]
    spot = .1 + .8 / (1 + np.exp(6 * (np.hypot(x, y) - .6)))
    assert sheet_of(spot) is None                                       # it has no edge
    assert sheet_of(.1 + .8 * (np.hypot(x, y) < .6)) is not None        # and with one it would be a sheet


# Files

@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_tiff_and_jfif_open(kind):
    file = io.BytesIO()
    Image.fromarray(255 - written(5, "hat")).save(file, kind)
    assert answers(stations(read_image(file.getvalue()))) == (5,)


def test_a_heic_photo_gets_a_sentence_on_how_to_convert():
    with pytest.raises(ValueError, match="^this is a HEIC photo, .*save it as JPEG"):
        read_image(b"\0\0\0\x18ftypheic" + bytes(40))


def test_damaged_exif_does_not_keep_a_photo_from_being_read():
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    Image.fromarray(255 - written(5, "hat")).save(file, "JPEG", exif=exif, quality=95)
    content = file.getvalue()
    at = content.index(b"Exif\0\0")
    for junk in (b"\xff" * 8, b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\1"):
        assert not stations(read_image(content[:at + 6] + junk + content[at + 14:])).blank


def test_odd_pictures_raise_nothing_but_a_sentence():
    rng = np.random.default_rng(74)
    for n in range(60):
        height, width = rng.integers(1, 120, 2)
        values = rng.normal(size=(height, width)) * 10 ** rng.uniform(-3, 3) + rng.normal()
        if n % 4 == 1:
            values = np.round(values)
        elif n % 4 == 2:        # lines and blocks
            values = np.zeros((height, width))
            for _ in range(rng.integers(1, 9)):
                top, left = rng.integers(0, height), rng.integers(0, width)
                values[top:top + rng.integers(1, 40), left:left + rng.integers(1, 40)] = rng.random()
        elif n % 4 == 3:
            values = np.cumsum(values, axis=n % 2)
        try:
            found = stations(values)
        except ValueError as error:
            assert "\n" not in str(error)
        else:
            assert found.final.shape == (28, 28) and 0 <= found.final.min() and found.final.max() <= 1
            assert found.blank != bool(found.masks)
