"""The strokes in a photo: what is darker than the paper just around it, and edged on both sides, as a pen's line is.

Paper is found by closing: the lightest within a window, then the darkest of that. A stroke narrower than the window
disappears, while the edge of a shadow or of the sheet stays where it is; so the difference is ink, in a shadow as well.
"""
from dataclasses import dataclass

import numpy as np

from .frames import without_frames
from .lines import without_lines
from .paper import sheet_of
from .picture import highest, resized
from .pieces import Pieces, pieces
from .strokes import thickness

CELLS = 134         # the paper's brightness is found with so many cells along the longer side,
FEW = 40            # and how it is lit as a whole with so many a side
SMOOTH = 0.03       # of the whole range: most cells lie so near to that surface, where a photo is lit smoothly
WINDOW = 15         # cells to either side: what is narrower than both together is no paper
NOISE = 5           # ink differs from its paper by more than so many standard deviations of the noise,
LEAST = 0.05        # and by more than that share of the paper's brightness;
FAINTEST = 0.055    # a whole stroke by more than that share of the whole range
STRONG = .45        # of the strongest ink: a second look leaves out what is fainter, and may hang on to it
MOST = .7           # of what is dark: where so much is among the darkest, nothing faint hangs on to it
RING, RISE = 3, .4  # cells around a piece; of its mean depth: so much lighter it is there, where its edge is
EDGED = .75         # of its outline is such an edge
SMALL = 0.03        # of the picture's longer side: what is smaller is no part of a digit,
DIGIT = 0.06        # and where nothing is higher than that there is none


@dataclass(frozen=True, eq=False)
class Depth:
    """How much darker than its paper each cell is; all (h, w)."""
    grey: np.ndarray            # the picture, its noise smoothed
    paper: np.ndarray           # the paper's brightness
    share: np.ndarray           # of the paper's brightness: how much darker the cell is
    least: np.ndarray           # share that ink has at least
    sheet: np.ndarray | None    # mask
    lines: np.ndarray           # mask of the paper's lines and frames, which `share` is without


@dataclass(frozen=True, eq=False)
class Strokes:
    """The pieces of what is dark, and which of them are strokes."""
    found: Pieces
    weights: np.ndarray         # (n,) how much each piece counts as a stroke, 0 for what is none
    frames: np.ndarray          # (h, w) mask of the frames that were taken away

    @property
    def main(self):
        """(h, w) mask of the piece that counts most; nothing where there is no stroke."""
        return self.found.numbers == (1 + int(self.weights.argmax()) if self.weights.any() else -1)

    @property
    def slenderness(self):
        """The weight of the main piece for the square of its thickness: large for strokes, small for what lies between.

        Both have the same edges, but a stroke is longer for its thickness.
        """
        return self.weights.max() / thickness(self.main) ** 2 if self.weights.any() else 0.


def depth_of(grey):
    """Return the Depth of a photo with dark ink."""
    paper, smooth = _paper(grey), _smoothed(grey)
    depth = paper - smooth
    depth -= np.median(depth)
    noise, white, sheet = 1.48 * np.median(np.abs(depth)), np.maximum(paper, .1), sheet_of(paper)
    least = np.maximum(NOISE * noise / white, LEAST)
    share = np.maximum(depth, 0) / white
    _, frames = without_frames(_large(share > least))
    share, lines = without_lines(np.where(frames, 0, share), least, sheet)
    return Depth(smooth, paper, share, least, sheet, lines | frames)


def strokes_of(depth):
    """Return the Strokes: of all that is dark, or of what is darkest only, where the rest hangs on to it."""
    dark = depth.share > depth.least
    strokes = _strokes(dark, depth)
    darkest = dark & (depth.share > STRONG * np.percentile(depth.share[dark], 95)) if dark.any() else dark
    if strokes.weights.any() and np.count_nonzero(darkest) > MOST * np.count_nonzero(dark):
        return strokes
    return max(strokes, _strokes(darkest, depth), key=lambda strokes: strokes.slenderness)


def ink_of(depth, strokes):
    """Return (h, w): the strokes' ink, from 0 to 1 as it is as strong as in the main piece."""
    if not strokes.weights.any():
        return np.zeros_like(depth.share)
    strength = np.percentile(depth.share[strokes.main], 75)
    return np.where(strokes.found.only(strokes.weights > 0), np.clip(2 * depth.share / strength - .6, 0, 1), 0)


def _strokes(mask, depth):
    """Return the Strokes of a mask: not on the paper's lines, not too faint, edged, on the sheet, and whole."""
    mask, frames = without_frames(_large(mask))
    found = pieces(_large(mask))
    dark = found.mean(depth.share * depth.paper)
    good = (found.mean(depth.lines) < .6) & (dark > FAINTEST) & (_edges(found, depth, dark) > EDGED)
    if depth.sheet is not None:
        good &= found.mean(depth.sheet) > .3
    whole = good & ~_cut_off(found, mask.shape)
    good = whole if whole.any() else good & _central(found, mask.shape)
    good &= (found.heights[good] >= DIGIT * max(mask.shape)).any()
    return Strokes(found, good * dark * found.sizes * _nearness(found, mask.shape), frames)


def _large(mask):
    """Return the mask of the pieces that are large enough to be a part of a digit."""
    found = pieces(mask)
    return found.only(found.sides >= SMALL * max(mask.shape))


def _edges(found, depth, dark):
    """Return (n,) how much of each piece's outline is an edge: just outside it is much lighter than just within.

    The edge of the sheet is light on one side only, and a spot of light has no edges.
    """
    around = highest(found.numbers, RING)
    ring = (around > 0) & (found.numbers == 0) & ~depth.lines
    of = around[ring] - 1
    rises = (depth.grey + highest(-depth.grey, RING + 1))[ring] > RISE * dark[of]
    n = len(found.sizes)
    return np.bincount(of, rises, n) / np.maximum(np.bincount(of, minlength=n), 1)


def _cut_off(found, shape):
    """Return (n,) whether a piece goes on beyond the picture, as a table does."""
    top, bottom, left, right = found.boxes.T
    return (top == 0) | (bottom == shape[0]) | (left == 0) | (right == shape[1])


def _off_the_middle(found, shape):
    """Return (n, 2): how far the middle of each piece is from the picture's, as shares of its height and width."""
    return np.stack([found.boxes[:, :2].mean(axis=1) / shape[0], found.boxes[:, 2:].mean(axis=1) / shape[1]], 1) - .5


def _central(found, shape):
    """Return (n,) whether a piece lies around the middle, so that it is a digit that touches the picture's edge."""
    return (np.abs(_off_the_middle(found, shape)) < .25).all(axis=1) & (found.sides < max(shape))


def _nearness(found, shape):
    """Return (n,) how much a piece counts for where it is: 1 in the middle, a fifth in a corner."""
    return 1 - 1.6 * np.minimum((_off_the_middle(found, shape) ** 2).sum(axis=1), .5)


def _smoothed(grey):
    """Return the picture, each cell the mean of the 3×3 around it, weighted 1 2 1 each way."""
    for _ in (0, 1):
        wide = np.pad(grey, ((1, 1), (0, 0)), mode="edge")
        grey = ((wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4).T
    return grey


def _paper(grey):
    """Return (h, w): the brightness of the paper, what is darker and narrow left out.

    Paper goes on beyond the picture's edge as its lighting does, or, where that is not smooth, as it does before.
    """
    scale = min(1, CELLS / max(grey.shape))
    cells = resized(grey, tuple(max(1, round(side * scale)) for side in grey.shape))
    reach = min(2 * WINDOW, *(side - 1 for side in cells.shape))
    trend, smooth = _trend(cells)
    wide = np.pad(cells - trend, reach) if smooth else np.pad(cells, reach, mode="reflect", reflect_type="odd")
    closed = -highest(-highest(wide, WINDOW), WINDOW)[reach:len(wide) - reach, reach:wide.shape[1] - reach]
    return resized(closed + trend if smooth else closed, grey.shape)


def _trend(cells):
    """Return (the quadratic surface that most cells lie near, whether they do): how a photo is lit as a whole."""
    few = min(FEW, min(cells.shape))
    small = resized(cells, (few, few)).ravel()
    y, x = np.mgrid[-1:1:few * 1j, -1:1:few * 1j].reshape(2, -1)
    terms, near = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1), np.full(small.shape, True)
    for _ in range(4):      # the cells that lie far off, the ink, are left out
        surface = terms @ np.linalg.lstsq(terms[near], small[near])[0]
        off = np.abs(small - surface)
        near = off <= 3 * np.median(off)
    return resized(surface.reshape(few, few), cells.shape), np.mean(off < SMOOTH) > .7
