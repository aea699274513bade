"""Any picture of a digit becomes what MNIST looks like, and no picture of none.

What must come out is worked out here: from where a figure's corners and middle lie, from MNIST's labels, or from the
same picture given in another way.
"""
import io
import re
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFilter

from explainer.datasets import default_network, embedded_sample
from explainer.preparation import prepare, read_image, shrunk, stations
from mlp_core import forward
from tests.drawn_digits import drawings

MODES = "1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "CMYK", "YCbCr", "HSV", "I", "I;16", "I;16B", "F"
FILES = "PNG", "JPEG", "WebP", "BMP", "GIF", "TIFF"
DRAWN = drawings()


@pytest.fixture(scope="module")
def read():
    """The digit that the committed network reads in each picture."""
    network = default_network()
    return lambda pictures: forward(network, np.reshape(pictures, (len(pictures), -1))).output.argmax(axis=1)


def sample(n=500):
    """Return (n images of shape (28, 28), their labels)."""
    data = embedded_sample()
    return data.images[:n].reshape(-1, 28, 28), data.labels[:n]


def a_five(mode="L"):
    """A 5 as a person draws it: a PIL image, black on white."""
    drawn = next(drawing.image for drawing in DRAWN if (drawing.digit, drawing.category) == (5, "off-centre"))
    grey = np.asarray(drawn)
    return in_mode(Image.fromarray(grey if grey[0, 0] else 255 - grey), mode)


def in_mode(grey, mode):
    """Return an L image in another mode, with no change to what is seen."""
    if mode in ("PA", "La", "RGBa"):
        return grey.convert({"PA": "P", "La": "LA", "RGBa": "RGBA"}[mode]).convert(mode)
    if mode.startswith("I;"):
        return Image.fromarray(np.asarray(grey).astype(np.uint16) * 257).convert(mode)
    return grey.convert("RGB").convert(mode) if mode in ("CMYK", "YCbCr", "HSV") else grey.convert(mode)


def is_picture(image):
    return image.shape == (28, 28) and np.isfinite(image).all() and image.min() >= 0 and image.max() <= 1


def middle(image):
    """The centre of mass, as (row, column)."""
    return np.array([image.sum(axis=1) @ np.arange(28), image.sum(axis=0) @ np.arange(28)]) / image.sum()


def extent(image):
    """The (height, width) of the cells that are at least a quarter as strong as the strongest."""
    rows, columns = np.nonzero(image > image.max() / 4)
    return np.ptp(rows) + 1, np.ptp(columns) + 1


def file(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("times", [5, 10])
def test_mnist_blown_up_and_put_anywhere_is_read_as_well_as_before(times, read):
    images, labels = sample()
    rng, prepared = np.random.default_rng(times), []
    for image in images:
        canvas = np.zeros((28 * times + 80, 28 * times + 120), np.uint8)
        top, left = rng.integers(0, 81), rng.integers(0, 121)
        canvas[top:top + 28 * times, left:left + 28 * times] = np.kron(image, np.ones((times, times), np.uint8))
        prepared.append(prepare(255 - canvas if rng.random() < .5 else canvas))
    before, after = (np.mean(read(pictures) == labels) for pictures in (images / 255, prepared))
    assert after >= before - .01, f"{after:.1%} instead of {before:.1%}"


def test_what_is_drawn_from_strokes_is_read(read):
    drawn = DRAWN
    right = read([prepare(drawing.image) for drawing in drawn]) == [drawing.digit for drawing in drawn]
    assert right.mean() >= .95
    for category in {drawing.category for drawing in drawn}:
        rows = [drawing.category == category for drawing in drawn]
        assert right[rows].mean() >= .9, category


def test_making_small_alone_is_not_enough(read):
    drawn = [drawing for drawing in DRAWN if drawing.category == "small"]
    assert np.mean(read([shrunk(d.image) for d in drawn]) == [d.digit for d in drawn]) < .5


@pytest.mark.parametrize("dark", [False, True])
def test_a_bar_becomes_20_high_as_wide_as_its_proportions_say_and_centred(dark):
    rng = np.random.default_rng(1)
    for _ in range(30):
        height, width = rng.integers(60, 150), rng.integers(15, 50)
        top, left = rng.integers(1, 200 - height), rng.integers(1, 250 - width)
        canvas = np.zeros((201, 251), np.uint8)
        canvas[top:top + height, left:left + width] = 255
        made = stations(255 - canvas if dark else canvas)
        assert made.box == (top, top + height, left, left + width)
        assert extent(made.final) == (20, max(1, round(20 * width / height)))
        np.testing.assert_allclose(middle(made.final), 14, atol=1)
        assert not made.blank and made.final.max() == 1


def test_a_triangle_is_centred_by_its_mass_and_not_by_its_box():
    canvas = np.tril(np.ones((100, 100))) * 255.0
    made = prepare(np.pad(canvas, 40))
    rows, columns = np.nonzero(made > .25)
    assert extent(made) == (20, 20)
    # its centre of mass is a third of the side from the right angle: 6.7 of 20 from the left and from the bottom
    assert abs(columns.min() - (14 - 20 / 3)) <= 1 and abs(rows.max() - (14 + 20 / 3)) <= 1
    np.testing.assert_allclose(middle(made), 14, atol=1)


def test_every_drawn_digit_is_20_long_and_has_its_mass_in_the_middle():
    for drawing in DRAWN:
        made = prepare(drawing.image)
        assert is_picture(made)
        np.testing.assert_allclose(middle(made), 14, atol=1, err_msg=str(drawing))
        assert abs(max(extent(made)) - 20) <= 1, drawing


def test_mass_far_to_one_side_moves_the_digit_no_farther_than_the_edge():
    canvas = np.zeros((120, 300), np.uint8)
    canvas[50:54, 20:280] = 255
    canvas[20:100, 20:80] = 255     # a flag on a long pole
    made = prepare(canvas)
    assert max(extent(made)) == 20 and made[:, 27].any()


@pytest.mark.parametrize("mode", MODES)
def test_a_picture_is_the_same_in_every_mode(mode):
    tone = np.asarray(a_five("1").convert("L"))     # two tones, which every mode can hold
    expected = prepare(tone)
    assert expected.any()
    for grey in (tone, 255 - tone):
        np.testing.assert_allclose(prepare(in_mode(Image.fromarray(grey), mode)), expected, atol=.02)


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int8, np.uint16, np.int32, np.int64, np.uint64, np.float16,
                                  np.float32, np.float64])
def test_numbers_of_every_type_and_range_are_the_same_picture(kind):
    tone = np.asarray(a_five("1"))
    expected = prepare(tone)
    for dark, light in ((0, 1),) if kind is bool else ((0, 1), (0, 100), (7, 90), (100, 0)):
        picture = np.where(tone, light, dark).astype(kind)
        np.testing.assert_allclose(prepare(picture), expected, atol=1e-3)
        np.testing.assert_allclose(prepare(np.stack([picture] * 3, axis=2)), expected, atol=1e-3)
        np.testing.assert_allclose(prepare(picture[:, :, None]), expected, atol=1e-3)


def test_enormous_and_tiny_numbers_are_a_picture_too():
    tone = np.asarray(a_five("1"))
    for dark, light in ((-1.7e308, 1.7e308), (0, 1e-300), (2.0 ** 60, 2.0 ** 61)):
        if light > 1:
            np.testing.assert_allclose(prepare(np.where(tone, light, dark)), prepare(tone), atol=1e-3)
        assert is_picture(prepare(np.where(tone, light, dark)))


@pytest.mark.parametrize("ink, paper", [("navy", "white"), ("crimson", "beige"), ("yellow", "black"),
                                        ("black", "orange"), ("lime", "maroon"), ("gold", "white")])
def test_colours_are_read_as_black_and_white_is(ink, paper, read):
    five = a_five()
    coloured = Image.composite(Image.new("RGB", five.size, paper), Image.new("RGB", five.size, ink), five)
    np.testing.assert_allclose(prepare(coloured), prepare(five), atol=.05)


@pytest.mark.parametrize("ink", [0, 60, 200, 255])
@pytest.mark.parametrize("hidden", [0, 255])
def test_ink_on_nothing_is_ink_whatever_colour_the_nothing_has(ink, hidden):
    five = a_five()
    cover = 255 - np.asarray(five)
    grey = np.where(cover > 0, ink, hidden).astype(np.uint8)
    for channels in ([grey, cover], [grey] * 3 + [cover]):
        np.testing.assert_allclose(prepare(np.stack(channels, axis=2)), prepare(five), atol=.02)
    rgba = Image.fromarray(np.stack([grey] * 3 + [cover], axis=2))
    np.testing.assert_allclose(prepare(read_image(file(rgba))), prepare(five), atol=.02)


def test_paper_with_see_through_corners_goes_on_behind_them():
    five = np.asarray(a_five())
    y, x = np.mgrid[-1:1:len(five) * 1j, -1:1:len(five) * 1j]
    for grey in (five, 255 - five):
        cover = np.where(x ** 2 + y ** 2 > 1.7, 0, 255).astype(np.uint8)
        np.testing.assert_allclose(prepare(np.stack([grey * (cover > 0), cover], axis=2)), prepare(five), atol=.02)


def test_a_palette_with_a_see_through_colour_shows_its_ink():
    tone = np.uint8(np.asarray(a_five("1")))        # 1 is the paper
    five = Image.fromarray(tone)
    five.putpalette([90, 60, 30] * 2)               # of the ink's colour, but seen through
    for kind in ("PNG", "GIF"):
        made = prepare(read_image(file(five, kind, transparency=1)))
        np.testing.assert_allclose(made, prepare(a_five("1")), atol=.02)


def test_a_digit_cropped_to_its_box_is_read_as_with_its_paper(read):
    drawn = [d for d in DRAWN if d.digit != 1]     # of an upright 1 nothing is left but ink
    cropped = []
    for drawing in drawn:
        ink = np.asarray(drawing.image)
        ink = 255 - ink if ink[0, 0] else ink
        rows, columns = np.flatnonzero((ink > 128).any(axis=1)), np.flatnonzero((ink > 128).any(axis=0))
        cropped.append(prepare(255 - ink[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]))
    assert np.mean(read(cropped) == [d.digit for d in drawn]) >= .97


def photo(drawing, light, rng, chalk=False):
    """The drawing as a camera sees it: ink that keeps a third of the light, blurred, with noise."""
    ink = np.asarray(drawing.image) / 255
    ink = 1 - ink if ink[0, 0] else ink
    seen = Image.fromarray(np.uint8(255 * light(*np.mgrid[-1:1:len(ink) * 1j, -1:1:len(ink) * 1j]) * (1 - .67 * ink)))
    values = np.asarray(seen.filter(ImageFilter.GaussianBlur(len(ink) / 200)), float) + rng.normal(0, 6, ink.shape)
    return np.uint8(np.clip(255 - values if chalk else values, 0, 255))


@pytest.mark.parametrize("chalk", [False, True])
@pytest.mark.parametrize("light", [lambda y, x: .7 + .12 * (x + y), lambda y, x: .65 - .25 * x,
                                   lambda y, x: .95 - .25 * (x * x + y * y), lambda y, x: .55 + .2 * (x * x + y * y)],
                         ids=["from a corner", "from the left", "dark corners", "dark middle"])
def test_a_photo_in_uneven_light_is_read_as_the_clean_drawing_is(light, chalk, read):
    rng = np.random.default_rng(3)
    drawn = rng.choice(np.array(DRAWN), 20, replace=False)
    clean = read([prepare(drawing.image) for drawing in drawn])
    seen = read([prepare(photo(drawing, light, rng, chalk)) for drawing in drawn])
    assert np.mean(seen == clean) >= .95


def test_a_photo_without_ink_need_not_be_blank_but_is_a_picture():
    rng = np.random.default_rng(4)
    for _ in range(10):
        y, x = np.mgrid[-1:1:150j, -1:1:90j]
        assert is_picture(prepare(np.uint8(150 + 60 * x - 30 * y + rng.normal(0, 5, x.shape))))


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (3, 700), (28, 28), (280, 280), (500, 410)])
@pytest.mark.parametrize("channels", [0, 1, 2, 3, 4])
def test_one_colour_is_blank(shape, channels):
    for value in (0, 1, 127, 128, 255):
        picture = np.full(shape + ((channels,) if channels else ()), value, np.uint8)
        for values in (picture, picture / 255, picture.astype(np.int32), picture * 3.3):
            made = stations(values)
            assert made.blank and made.final.shape == (28, 28) and not made.final.any() and not shrunk(values).any()


@pytest.mark.parametrize("mode", MODES)
def test_one_colour_is_blank_in_every_mode(mode):
    for value in (0, 255):
        for size in ((1, 1), (30, 20), (900, 7)):
            assert not prepare(in_mode(Image.new("L", size, value), mode)).any()


def test_what_is_wholly_transparent_is_blank_whatever_it_hides():
    hidden = np.random.default_rng(5).integers(0, 256, (40, 50, 4), dtype=np.uint8)
    hidden[:, :, 3] = 0
    assert stations(hidden).blank and stations(Image.fromarray(hidden)).blank


@pytest.mark.parametrize("mode", MODES)
def test_noise_of_any_size_is_a_picture(mode):
    rng = np.random.default_rng(6)
    sizes = [(1, 1), (1, 2), (2, 1), (8, 8), (28, 28)]
    sizes += [(1, 700), (700, 1), (3, 700), (700, 3), (401, 400)] * (mode in ("L", "RGBA"))
    for height, width in sizes + [tuple(rng.integers(1, 60, 2)) for _ in range(5)]:
        noise = rng.integers(0, 256, (height, width), dtype=np.uint8)
        for grey in (noise, (noise > 250) * np.uint8(255), (noise < 3) * np.uint8(200)):
            image = in_mode(Image.fromarray(grey), mode)
            assert is_picture(prepare(image)) and is_picture(shrunk(image))


def test_a_single_dot_is_a_picture_wherever_it_is():
    rng = np.random.default_rng(7)
    for _ in range(40):
        height, width = rng.integers(1, 90, 2)
        picture = np.zeros((height, width))
        picture[rng.integers(height), rng.integers(width)] = 1
        assert is_picture(prepare(picture)) and is_picture(prepare(1 - picture))


def test_what_is_given_is_not_changed():
    picture = np.asarray(a_five()) / 255
    before = picture.copy()
    prepare(picture), shrunk(picture)
    np.testing.assert_array_equal(picture, before)


@pytest.mark.parametrize("wrong", [
    np.zeros(5), np.zeros((2, 3, 5)), np.zeros((2, 0)), np.zeros((0, 4, 3)), np.zeros(()), np.zeros((2, 2, 0)),
    np.zeros((1, 2, 3, 4)), np.array([["a"]]), np.array([[None]]), np.array([[1j]]), np.array([[np.nan]]),
    np.array([[0, np.inf]]), Image.new("L", (0, 3))], ids=lambda wrong: f"{type(wrong).__name__} {np.shape(wrong)}")
def test_what_is_no_picture_is_refused_in_a_sentence(wrong):
    with pytest.raises(ValueError, match="^a picture (is made of|has shape) [^\n]*$"):
        prepare(wrong)


@pytest.mark.parametrize("kind", FILES)
def test_files_of_every_kind_are_the_same_picture(kind, read):
    made = prepare(read_image(file(a_five(), kind, quality=90)))
    np.testing.assert_allclose(made, prepare(a_five()), atol=.1)
    assert read([made]) == [5]


def test_a_photo_taken_sideways_is_turned_upright():
    """Orientation 6: the top of the scene is at the right side of the stored picture (EXIF 2.32, tag 0x0112)."""
    five, exif = a_five(), Image.Exif()
    exif[0x0112] = 6
    stored = file(five.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=95, exif=exif)
    np.testing.assert_allclose(prepare(read_image(stored)), prepare(five), atol=.1)
    np.testing.assert_allclose(prepare(Image.open(io.BytesIO(stored))), prepare(five), atol=.1)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WebP"])
def test_of_several_frames_the_first_is_read(kind):
    frames = [a_five(), Image.new("L", a_five().size, 255), a_five().transpose(Image.Transpose.ROTATE_180)]
    content = file(frames[0], kind, save_all=True, append_images=frames[1:], duration=50, **{"lossless": True})
    np.testing.assert_allclose(prepare(read_image(content)), prepare(a_five()), atol=.02)


def test_16_bits_and_one_bit_come_through_a_file():
    five = a_five("1")
    for image in (five, in_mode(five.convert("L"), "I;16")):
        np.testing.assert_allclose(prepare(read_image(file(image))), prepare(five), atol=1e-3)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_photo_comes_reduced_and_reads_the_same(kind):
    large = a_five("RGB").resize((4200, 4200), Image.Resampling.BICUBIC)
    image = read_image(file(large, kind))
    assert 400 <= max(image.size) < 1600
    np.testing.assert_allclose(prepare(image), prepare(a_five()), atol=.2)      # 15 times larger, so of finer edges


def bomb(side):
    """A PNG of a few bytes whose header promises side×side pixels."""
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b""))


def unusable():
    noise = Image.fromarray(np.random.default_rng(8).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    files = {kind: file(noise, kind) for kind in FILES}
    yield from {"nothing": b"", "one byte": b"\0", "text": b"no picture at all", "a page": b"<svg><text>5</text></svg>",
                "a document": b"%PDF-1.7\n", "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
                "1×1": file(Image.new("L", (1, 1))), "700×3": file(Image.new("L", (700, 3))),
                **{f"half a {kind}": content[:len(content) // 2] for kind, content in files.items()},
                **{f"the head of a {kind}": content[:20] for kind, content in files.items()},
                "no pixels": bomb(30)[:33]}.items()


def refusal(content):
    """Return the sentence that refuses the file, which must be all that is said."""
    with warnings.catch_warnings(record=True) as said, pytest.raises(ValueError) as refused:
        warnings.simplefilter("always")
        read_image(content)
    assert not said
    return str(refused.value)


@pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in unusable()])
def test_a_file_that_is_no_usable_picture_is_refused_in_one_sentence(content):
    assert re.fullmatch(r"this (file|picture) (is|has) [^.\n]*", refusal(content))


@pytest.mark.parametrize("side", [8_000, 10_000, 13_000, 20_000, 2 ** 31 - 1])
def test_a_small_file_that_would_fill_the_memory_is_refused_by_its_header(side):
    assert len(bomb(side)) < 100
    assert re.fullmatch(r"this picture (has [\d,×]+ pixels; at most 50,000,000 in all are read"
                        r"|is far too large to be read)", refusal(bomb(side)))


def test_a_format_that_is_not_named_is_not_tried():
    formats = "PNG, JPEG, WebP, BMP, GIF, TIFF"
    assert refusal(file(a_five("RGB"), "PPM")) == f"this file is no picture that can be read ({formats})"


def test_a_file_with_any_byte_changed_is_a_picture_or_is_refused():
    rng = np.random.default_rng(9)
    for kind in FILES:
        content = file(a_five().resize((40, 40)), kind)
        for _ in range(60):
            changed = bytearray(content)
            for place in rng.integers(0, len(content), rng.integers(1, 5)):
                changed[place] = rng.integers(256)
            try:
                assert is_picture(prepare(read_image(bytes(changed))))
            except ValueError as error:
                assert str(error).startswith("this ")
