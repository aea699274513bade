"""A printed box told from the digit in it: a piece whose four sides are nearly all there."""
import numpy as np

from .pieces import grown, pieces

RIM = .13       # of a box's side: as far from its box a frame's line may run
WHOLE = .8      # of each side is there
LARGE = .2      # of the picture's longer side: each side of a frame is longer


def without_frames(mask):
    """Return (the mask without its frames, the mask of the frames)."""
    frame, found = np.zeros_like(mask), pieces(grown(mask))     # a thin line may have gaps
    for n, (top, bottom, left, right) in enumerate(found.boxes):
        if min(bottom - top, right - left) < LARGE * max(mask.shape):
            continue
        piece = found.numbers[top:bottom, left:right] == n + 1
        rim = [_rim(np.rot90(piece, turn)) for turn in range(4)]        # of the top, right, bottom, left side
        cut = top == 0, right == mask.shape[1], bottom == mask.shape[0], left == 0
        if sum(cut) < 3 and all(gone or each.any(axis=0).mean() > WHOLE for each, gone in zip(rim, cut)):
            frame[top:bottom, left:right] |= np.any([np.rot90(each, -turn) for turn, each in enumerate(rim)], axis=0)
    return mask & ~frame, frame & mask


def _rim(piece):
    """Return the mask of the first run of each column that begins near the top and is no thicker than most are."""
    near = max(2, round(RIM * len(piece)))
    first = np.where(piece.any(axis=0), piece.argmax(axis=0), len(piece))
    rows = np.arange(len(piece))[:, None]
    gap = np.where((rows >= first) & ~piece, rows, len(piece)).min(axis=0)
    there = first < near
    if not there.any():
        return np.zeros_like(piece)
    thick = np.median((gap - first)[there]) + 2
    return (rows >= first) & (rows < np.minimum(gap, first + thick)) & there & piece
