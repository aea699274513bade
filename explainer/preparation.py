"""From any picture of a digit to what MNIST looks like: ink on nothing, 20×20, its mass in the middle of 28×28.

MNIST's own preparation, after LeCun et al. 1998: the digit is scaled into 20×20 keeping its proportions, with
anti-aliasing, and put into 28×28 so that its centre of mass is in the middle.
"""
import io
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter, ImageOps

SIDE, BOX = 28, 20      # pixels: the image, and the digit in it
WORKING = 400           # larger pictures are reduced to this side first
CLEAN = 0.02            # how much the border of a clean picture varies, of the whole range
FAINT = 0.08            # of the strongest ink: less does not belong to the digit's box
PLAIN = {"1": "L", "L": "L", "LA": "LA", "La": "LA", "RGB": "RGB", "RGBA": "RGBA", "RGBa": "RGBA", "PA": "RGBA",
         "F": "F"}      # the mode that keeps all of a mode and that NumPy reads; RGB for all others
FORMATS = "PNG", "JPEG", "WebP", "BMP", "GIF"
LARGEST = 50_000_000    # pixels that a file may have
SMALLEST = 8            # pixels that each side of a file must have
CELLS = 48              # the lighting of a photo is sought in so many cells a side
WITHOUT_INK = (ImageFilter.MedianFilter(3), ImageFilter.MinFilter(15), ImageFilter.MaxFilter(15),
               ImageFilter.GaussianBlur(4))     # light ink wiped away, in these cells


@dataclass(frozen=True)
class Preparation:
    """The stations of a picture on its way, for a filmstrip; all floats in [0, 1], ink bright."""
    grey: np.ndarray        # (h, w) as it came, in grey, reduced where it was large
    ink: np.ndarray         # (h, w) the ink alone: background removed, light or dark
    box: tuple | None       # (top, bottom, left, right) of the ink, ends exclusive; None where there is none
    fitted: np.ndarray      # (h, w), the longer side 20: the box, scaled
    final: np.ndarray       # (28, 28)

    @property
    def blank(self):
        return self.box is None

    @property
    def shrunk(self):
        """(28, 28): the whole picture made small, its ink bright, and nothing else done to it."""
        return np.clip(_resized(self.ink, (SIDE, SIDE)), 0, 1)


def prepare(image):
    """Return (28, 28) floats in [0, 1] as the networks here know them; all 0 for a picture without ink.

    `image` is a PIL image or an array: (h, w), or (h, w, c) with 1 to 4 channels, of any number type.
    Light ink on dark or dark ink on light is found out. Raises ValueError for an array that is no picture.
    """
    return stations(image).final


def stations(image):
    """Return every station of `prepare`."""
    grey = _grey(image)
    ink = _ink(grey)
    strong = ink > FAINT * ink.max()
    if not strong.any():
        return Preparation(grey, ink, None, np.zeros((BOX, BOX)), np.zeros((SIDE, SIDE)))
    rows, columns = np.flatnonzero(strong.any(axis=1)), np.flatnonzero(strong.any(axis=0))
    box = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    fitted = _fit(ink[box[0]:box[1], box[2]:box[3]])
    final = _centred(fitted)
    return Preparation(grey, ink, box, fitted, np.clip(final / final.max(), 0, 1))


def shrunk(image):
    """Return (28, 28): what the picture is without `prepare`, only made small."""
    return stations(image).shrunk


def on_a_pad(ink, side):
    """Return (side, side) bytes: the ink, (h, w) floats, in the middle of a square and as large as it goes in there."""
    longest = max(ink.shape)
    margins = [((longest - size) // 2, (longest - size + 1) // 2) for size in ink.shape]
    square = _resized(np.pad(ink, margins), (side, side))
    return np.rint(np.clip(square, 0, 1) * 255).astype(np.uint8)


def read_image(content):
    """Return the PIL image in a file's bytes: the first frame of several, upright, and reduced where it is very large.

    Raises ValueError, in one sentence, for anything that is no usable picture.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")     # Pillow's, of sizes and of odd metadata: what matters is checked here
        image = _opened(content)
        try:
            image.draft("RGB", (2 * WORKING, 2 * WORKING))      # a photo need not be decoded at its full size
            return _plain(image)
        except Exception as error:      # a damaged file may do anything to a decoder
            raise ValueError("this picture is damaged or cut short") from error


def _opened(content):
    """Return the PIL image, its size checked, nothing but its header decoded."""
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ValueError("this picture is far too large to be read") from error
    except Exception as error:
        raise ValueError(f"this file is no picture that can be read ({', '.join(FORMATS)})") from error
    width, height = image.size
    if width * height > LARGEST:
        raise ValueError(f"this picture has {width:,}×{height:,} pixels; at most {LARGEST:,} in all are read")
    if min(width, height) < SMALLEST:
        raise ValueError(f"this picture has {width:,}×{height:,} pixels; a digit needs at least "
                         f"{SMALLEST}×{SMALLEST}")
    return image


def _plain(image):
    """Return the image upright, in a mode that NumPy reads as numbers, each side below four times WORKING."""
    image = ImageOps.exif_transpose(image)
    image = image.convert(_plain_mode(image))
    return image.reduce(max(1, max(image.size) // (2 * WORKING)))


def _plain_mode(image):
    if image.mode.startswith("I"):      # 16 bits and more
        return "I"
    if "transparency" in image.info and image.mode in ("1", "L", "P", "RGB"):
        return "RGBA"
    return PLAIN.get(image.mode, "RGB")


def _grey(image):
    """Return (h, w) floats from 0 to 1, light high; what is transparent becomes background."""
    values = np.asarray(_plain(image) if isinstance(image, Image.Image) else image)
    if values.dtype.kind not in "buif":
        raise ValueError(f"a picture is made of numbers, not of {values.dtype}")
    if not values.size or values.ndim not in (2, 3) or values.ndim == 3 and values.shape[2] > 4:
        raise ValueError(f"a picture has shape (h, w) or (h, w, channels), this has {values.shape}")
    values = _unit(values)
    return _reduced(values if values.ndim == 2 else _one_channel(values))


def _unit(values):
    """Return floats from 0 to 1: bytes, and floats that fit, as they are; the range of all others is their own."""
    if values.dtype == np.uint8:
        return values / 255
    kind, values = values.dtype.kind, values.astype(float)
    if not np.isfinite(values).all():
        raise ValueError("a picture is made of finite numbers")
    if kind == "b" or kind == "f" and values.min() >= 0 and values.max() <= 1:
        return values
    values = values / max(np.abs(values).max(), 1e-300)     # no difference overflows
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high - low > 1e-6 else np.zeros_like(values)


def _one_channel(values):
    """Return the brightness of (h, w, c), on whatever shows through where it is transparent."""
    channels = values.shape[2]
    light = values[:, :, :3] @ np.array([.299, .587, .114]) if channels >= 3 else values[:, :, 0]
    if channels in (1, 3):
        return light
    alpha = values[:, :, -1]
    return light * alpha + _behind(light, alpha) * (1 - alpha)


def _behind(light, alpha):
    """Return the brightness behind a picture: paper's goes on behind its missing corners; ink alone has a contrast."""
    opaque = light[alpha > .5]
    if 2 * opaque.size > light.size and np.ptp(opaque) > .5:
        return np.median(opaque)
    return float(np.vdot(light, alpha) < .5 * alpha.sum())


def _reduced(grey):
    """Return the picture with its longer side at most WORKING."""
    longest = max(grey.shape)
    if longest <= WORKING:
        return grey
    height, width = (max(1, round(size * WORKING / longest)) for size in grey.shape)
    return _resized(grey, (height, width))


def _resized(values, shape):
    """Return the picture in another size (height, width), anti-aliased where it gets smaller."""
    smaller = values.shape[0] >= shape[0] and values.shape[1] >= shape[1]
    kind = Image.Resampling.BOX if smaller else Image.Resampling.BILINEAR
    picture = Image.fromarray(np.ascontiguousarray(values, np.float32))
    return np.asarray(picture.resize(shape[::-1], kind), float)


def _ink(grey):
    """Return how much ink is where, from 0 to 1: what differs from the background in the direction of the ink."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    low, paper, high = np.percentile(border, (10, 50, 90))
    clean = high - low <= CLEAN or _two_tone(grey)
    away = grey - (paper if clean else _trend(grey))
    if np.vdot(away * away, away) < 0:      # dark ink: the strong differences decide
        grey, away = 1 - grey, -away
    if clean:
        return _stretched(away)
    away = _above_lighting(away, grey - away)
    return _stretched(_without_specks(away - 0.5 * _otsu(away)))


def _two_tone(grey):
    """Return whether most cells are as light or as dark as any, so that ink on the border is no lighting."""
    low, high = grey.min(), grey.max()
    return np.mean(np.abs(grey - (low + high) / 2) > .45 * (high - low)) > .6


def _stretched(ink):
    """Return the ink from 0 to 1; all 0 where it differs from its background by less than one can see."""
    top = ink.max()
    return np.maximum(ink, 0) / top if top > 1e-3 else np.zeros_like(ink)


def _trend(grey):
    """Return the quadratic surface through the picture that most cells lie near: how a photo is lit as a whole."""
    small = _resized(grey, (CELLS, CELLS)).ravel()
    y, x = np.mgrid[-1:1:CELLS * 1j, -1:1:CELLS * 1j].reshape(2, -1)
    terms, near = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1), np.full(small.shape, True)
    for _ in range(4):      # the cells that lie far off, the ink, are left out
        surface = terms @ np.linalg.lstsq(terms[near], small[near])[0]
        off = np.abs(small - surface)
        near = off <= 3 * np.median(off)
    return _resized(surface.reshape(CELLS, CELLS), grey.shape)


def _above_lighting(away, trend):
    """Return how far light ink is above its lighting, as a share of what is possible there: ink in a shadow is ink."""
    small = Image.fromarray(np.asarray(np.clip(_resized(away, (CELLS, CELLS)) * 127 + 128, 0, 255), np.uint8))
    for each in WITHOUT_INK:
        small = small.filter(each)
    lighting = _resized((np.asarray(small, float) - 128) / 127, away.shape)
    return np.maximum(away - lighting, 0) / np.maximum(1 - trend - lighting, .1)


def _otsu(values):
    """Return the threshold that parts the values into two groups that differ most (Otsu 1979)."""
    counts, edges = np.histogram(values, 64)
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = np.where((below > 0) & (above > 0),
                           below * above * (sums / below - (sums[-1] - sums) / above) ** 2, -1)
    return float(edges[1 + int(np.argmax(between))])


def _without_specks(ink):
    """Return the ink above 0, without the pieces that have less than a seventh of the largest piece's ink."""
    ink = np.maximum(ink, 0)
    pieces = _pieces(ink > 0)
    weights = np.bincount(pieces.ravel(), ink.ravel())
    return np.where(weights[pieces] * 7 >= weights.max(), ink, 0)


def _pieces(mask):
    """Return a number for every cell, the same for all cells of one connected piece, 0 outside."""
    number, before = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0), None
    while not np.array_equal(number, before):       # the largest number of a piece spreads in the four directions
        before = number
        for _ in range(4):
            number, mask = np.rot90(_carried_along(number, mask)), np.rot90(mask)
    return number


def _carried_along(number, mask):
    """Return the largest number so far in each unbroken run of a row."""
    gaps = np.cumsum(~mask, axis=1) * (mask.size + 1)       # behind a gap all is larger, so that nothing passes it
    return np.maximum.accumulate(number + gaps, axis=1) - gaps


def _fit(ink):
    """Return the ink in another size, its longer side BOX."""
    scale = BOX / max(ink.shape)
    return np.maximum(_resized(ink, tuple(max(1, round(size * scale)) for size in ink.shape)), 0)


def _centred(fitted):
    """Return (28, 28) with the centre of mass in the middle, as far as whole pixels and the edges allow."""
    final, total = np.zeros((SIDE, SIDE)), fitted.sum()
    place = []
    for axis, size in enumerate(fitted.shape):
        mass = fitted.sum(axis=1 - axis) @ np.arange(size) / total
        place.append(int(np.clip(round(SIDE / 2 - mass), 0, SIDE - size)))
    top, left = place
    final[top:top + fitted.shape[0], left:left + fitted.shape[1]] = fitted
    return final
