"""The sheet of paper in a photo: the light region that holds the middle, where what surrounds it is much darker."""
import numpy as np

from .picture import highest, resized
from .pieces import pieces

CELLS = 80          # the sheet is sought with so many cells along the longer side
DARKER = .42        # of the paper's brightness: a table is darker, a shadow hardly ever
AROUND = .65        # of it, where there is table on three sides: no shadow does that
PARTED = .75        # so much of the variance lies between the sheet and the table


def sheet_of(paper):
    """Return the mask of the sheet, (h, w), given the paper's brightness without ink; None where it is all there is."""
    scale = min(1, CELLS / max(paper.shape))
    cells = resized(paper, tuple(max(1, round(side * scale)) for side in paper.shape))
    light = cells > otsu(cells)
    if not light.any() or light.all():
        return None
    found = pieces(light)
    sheet = found.numbers == 1 + int(found.sizes.argmax())
    if not .1 < sheet.mean() < .97 or not _parted(cells, light, _sides_around(sheet)) or not _sharp(cells, sheet):
        return None
    return resized(_filled(sheet).astype(np.float32), paper.shape) > .97


def _sides_around(sheet):
    """Return along how many sides of the picture there is hardly any sheet."""
    return sum(side.mean() < .1 for side in (sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]))


def _parted(cells, light, around):
    """Return whether the two groups differ as a sheet and a table do."""
    high, low, share = cells[light].mean(), cells[~light].mean(), light.mean()
    between = share * (1 - share) * (high - low) ** 2
    return low < (AROUND if around >= 3 else DARKER) * high and between > PARTED * cells.var()


def _sharp(cells, sheet):
    """Return whether the sheet ends at once, as a spot of light does not."""
    edge = sheet & highest(~sheet, 1)
    step = highest(cells, 2) + highest(-cells, 2)
    return np.median(step[edge]) > .5 * (cells[sheet].mean() - cells[~sheet].mean())


def _filled(mask):
    """Return the mask with its holes: what lies between its first and its last cell, along rows and along columns."""
    inside = mask.copy()
    for turned, into in ((mask, inside), (mask.T, inside.T)):
        before = np.maximum.accumulate(turned, axis=1)
        after = np.maximum.accumulate(turned[:, ::-1], axis=1)[:, ::-1]
        into |= before & after
    return inside


def otsu(values):
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
