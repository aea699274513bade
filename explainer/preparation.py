"""From any picture of a digit to what MNIST looks like: ink on nothing, 20×20, its mass in the middle of 28×28.

MNIST's own preparation, after LeCun et al. 1998: the digit is scaled into 20×20 keeping its proportions, with
anti-aliasing, and put into 28×28 so that its centre of mass is in the middle.
"""
from dataclasses import dataclass

import numpy as np

from .digits import FAINT, alone, box_of, digits_of, nearest_the_middle
from .ink import Found, find_ink
from .picture import grey_of, resized
from .picture import read_image as read_image
from .strokes import is_no_stroke, thickened

SIDE, BOX = 28, 20      # pixels: the image, and the digit in it


@dataclass(frozen=True)
class Preparation:
    """The stations of a picture on its way, for a filmstrip; all floats in [0, 1], ink bright."""
    found: Found            # the picture in grey, its sheet, its lines, and all its ink
    masks: tuple            # (h, w), of each digit's ink, row by row, from left to right
    chosen: int             # which of them is read
    ink: np.ndarray         # (h, w) the ink that is read alone
    box: tuple | None       # (top, bottom, left, right) of that ink, ends exclusive; None where there is none
    fitted: np.ndarray      # (h, w), the longer side 20: the box, scaled
    final: np.ndarray       # (28, 28)
    thickened: bool = False     # whether a thin pen's strokes were made as thick as MNIST's
    dot: bool = False       # whether it is as thick as it is long, which no digit is

    @property
    def grey(self):
        """(h, w) as it came, in grey, reduced where it was large."""
        return self.found.grey

    @property
    def boxes(self):
        """The box of each digit."""
        return [box_of(mask) for mask in self.masks]

    @property
    def blank(self):
        return self.box is None

    @property
    def shrunk(self):
        """(28, 28): the whole picture made small, its ink bright, and nothing else done to it."""
        return np.clip(resized(self.found.ink, (SIDE, SIDE)), 0, 1)


def prepare(image):
    """Return (28, 28) floats in [0, 1] as the networks here know them; all 0 for a picture without ink.

    `image` is a PIL image or an array: (h, w), or (h, w, c) with 1 to 4 channels, of any number type.
    Light ink on dark or dark ink on light is found out. Raises ValueError for an array that is no picture.
    """
    return stations(image).final


def stations(image):
    """Return every station of `prepare`; of several digits the one nearest the middle is read."""
    found = find_ink(grey_of(image))
    masks = tuple(digits_of(found.ink))
    return _prepared(found, masks, nearest_the_middle(masks) if masks else 0)


def with_digit(preparation, chosen):
    """Return the Preparation of the same picture with another of its digits, counted from 0."""
    return preparation if chosen == preparation.chosen else _prepared(preparation.found, preparation.masks, chosen)


def shrunk(image):
    """Return (28, 28): what the picture is without `prepare`, only made small."""
    return stations(image).shrunk


def on_a_pad(ink, side):
    """Return (side, side) bytes: the ink, (h, w) floats, in the middle of a square and as large as it goes in there."""
    longest = max(ink.shape)
    margins = [((longest - size) // 2, (longest - size + 1) // 2) for size in ink.shape]
    square = resized(np.pad(ink, margins), (side, side))
    return np.rint(np.clip(square, 0, 1) * 255).astype(np.uint8)


def _prepared(found, masks, chosen):
    if not masks:
        return Preparation(found, (), 0, found.ink, None, np.zeros((BOX, BOX)), np.zeros((SIDE, SIDE)))
    ink = alone(found.ink, masks, chosen)
    box = box_of(ink > FAINT * ink.max())
    cut = ink[box[0]:box[1], box[2]:box[3]]
    thick, thin = thickened(cut, BOX)
    fitted = _fit(thick)
    final = _centred(fitted)
    return Preparation(found, masks, chosen, ink, box, fitted, np.clip(final / final.max(), 0, 1), thin,
                       is_no_stroke(cut))


def _fit(ink):
    """Return the ink in another size, its longer side BOX."""
    scale = BOX / max(ink.shape)
    return np.maximum(resized(ink, tuple(max(1, round(size * scale)) for size in ink.shape)), 0)


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
