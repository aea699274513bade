"""From a picture in grey to its ink: what differs from clean paper, or a photo's strokes; lines and frames are gone."""
from dataclasses import dataclass

import numpy as np

from .frames import without_frames
from .lines import without_lines
from .photo import depth_of, ink_of, strokes_of
from .picture import resized
from .pieces import pieces

CLEAN = 0.02        # how much the paper of a clean picture varies, of the whole range
CONTENT = .2        # of the print's longer side: what is left without it, to be a digit
SKETCH = 200        # whether a photo's ink is light or dark is found on a copy of that longer side


@dataclass(frozen=True, eq=False)
class Found:
    """What a picture consists of; all (h, w)."""
    grey: np.ndarray            # floats from 0 to 1, light high
    sheet: np.ndarray | None    # mask of the paper, where something else surrounds it
    lines: np.ndarray           # mask of the lines and frames that were taken away
    ink: np.ndarray             # floats from 0 to 1: how much ink is where
    clean: bool                 # whether the paper is of one brightness, as on a screen


def find_ink(grey):
    """Return the Found of a picture."""
    paper = _one_paper(grey)
    return _photographed(grey) if paper is None else _on_clean_paper(grey, paper)


def _photographed(grey):
    single = grey.astype(np.float32)
    depth = depth_of(1 - single if _light_on_dark(single) else single)
    strokes = strokes_of(depth)
    return Found(grey, depth.sheet, depth.lines | strokes.frames, ink_of(depth, strokes), False)


def _light_on_dark(grey):
    """Return whether a photo's ink is lighter than its paper: the more slender of both is the ink."""
    scale = min(1, SKETCH / max(grey.shape))
    small = resized(grey, tuple(max(1, round(side * scale)) for side in grey.shape))
    dark, light = (strokes_of(depth_of(each)).slenderness for each in (small, 1 - small))
    return light > dark


def _one_paper(grey):
    """Return the brightness of the paper where it is the same everywhere, else None."""
    sides = grey[0], grey[-1], grey[:, 0], grey[:, -1]
    border = np.concatenate(sides)
    low, paper, high = np.percentile(border, (10, 50, 90))
    share, off = np.mean(_near(grey, paper)), [1 - np.mean(_near(side, paper)) for side in sides]
    if share > .5 and high - low <= CLEAN or share > .3 and max(off) < .9 and _two_tone(grey):
        return paper
    return None


def _near(values, paper):
    return np.abs(values - paper) <= CLEAN


def _two_tone(grey):
    """Return whether most cells are as light or as dark as any, so that ink on the border is no lighting."""
    low, high = grey.min(), grey.max()
    return np.mean(np.abs(grey - (low + high) / 2) > .45 * (high - low)) > .6


def _on_clean_paper(grey, paper):
    away = grey - paper
    if np.vdot(away * away, away) < 0:      # dark ink: the strong differences decide
        away = -away
    ink = _stretched(away)
    rest, lines = without_lines(ink, np.full(ink.shape, .2))
    _, frames = without_frames(rest > .3)
    rest, printed = np.where(frames, 0, rest), lines | frames
    if printed.any() and pieces(rest > .3).sides.max(initial=0) < CONTENT * max(_spans(printed)):
        rest, printed = ink, np.zeros_like(printed)     # it prints nothing around a digit: a 0 with corners, a long 1
    return Found(grey, None, printed, rest, True)


def _spans(mask):
    """Return over how many rows and columns the mask reaches."""
    return [np.ptp(np.flatnonzero(mask.any(axis=axis))) + 1 for axis in (1, 0)]


def _stretched(ink):
    """Return the ink from 0 to 1; all 0 where it differs from its paper by less than one can see."""
    top = ink.max()
    return np.maximum(ink, 0) / top if top > 1e-3 else np.zeros_like(ink)
