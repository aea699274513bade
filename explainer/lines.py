"""Lines of the paper told from strokes: thin, straight, and from one edge of the sheet to the other; and frames.

What a line covers is kept where a stroke crosses it: there something thin goes on in another direction.
"""
import numpy as np

THIN = 9 / 400                          # of the picture's longer side: what is thicker is no line
ANGLES = np.radians(np.arange(-13, 13.1, .5))
FAINTER = .5                            # of what ink must have at least: a line is seen all along its way
SHORTEST = .3                           # of the picture's side: a line's way over the sheet is longer
COVERED = .6                            # so much of the way from edge to edge a line is seen
ENDS = .06                              # of that way: it begins and ends that near to the edges
MANY = 150                              # so many of the likeliest lines are looked at, each way
LOW = .7                                # of the reach: the height of a low way's piece, which is long enough so
ACROSS = (1, 0), (2, 1), (2, -1), (1, 1), (1, -1), (1, 2), (1, -2)      # (rows, columns): ways that a stroke may go on


def without_lines(ink, least, sheet=None):
    """Return (the ink without the paper's lines, the mask of what lay on a line).

    `ink` and `least`, below which there is none, are (h, w) floats; `sheet` is a mask, or None.
    """
    if sheet is None:
        sheet = np.ones(ink.shape, bool)
    ink, across = _without_level_lines(ink, least, sheet)
    turned, down = _without_level_lines(*(np.ascontiguousarray(each.T) for each in (ink, least, sheet)))
    return turned.T, across | down.T


def _without_level_lines(ink, least, sheet):
    reach = max(2, round(THIN * max(ink.shape)))
    thin = ink - _opened(ink, (1, 0), reach)
    least = least * FAINTER
    crest = (thin > least) & sheet
    crest[1:] &= thin[1:] >= thin[:-1]
    crest[:-1] &= thin[:-1] > thin[1:]
    line = _strips(_straight(crest, sheet), crest.shape) & (thin > least / 2)
    if not line.any():
        return ink, line
    strokes = np.max([_opened(ink, way, reach) for way in ACROSS], axis=0)
    return np.where(line, np.minimum(ink, strokes), ink), line


def _straight(crest, sheet):
    """Return [(slope, row at the middle column)] of every straight line of crest cells from edge to edge."""
    rows, columns = np.nonzero(crest)
    if len(rows) < SHORTEST * COVERED * crest.shape[1]:
        return []
    width, found, likely = crest.shape[1], [], []
    for slope in np.tan(ANGLES):
        level = np.rint(rows - slope * (columns - width / 2)).astype(int) + width
        count = np.bincount(level, minlength=crest.shape[0] + 2 * width)
        near = count[:-2] + count[1:-1] + count[2:]
        peak = (near[1:-1] >= SHORTEST * COVERED * width) & (near[1:-1] >= near[:-2]) & (near[1:-1] >= near[2:])
        likely += [(near[at + 1], slope, at + 2, level) for at in np.flatnonzero(peak)]
    for _, slope, offset, level in sorted(likely, key=lambda each: -each[0])[:MANY]:
        line = slope, offset - width
        if not _known(line, found, width) and _from_edge_to_edge(columns[np.abs(level - offset) <= 1], *line, sheet):
            found.append(line)
    return found


def _known(line, found, width):
    """Return whether the line lies, at both ends, within a cell of one that was found."""
    return any(abs(offset - line[1]) + abs(slope - line[0]) * width / 2 <= 1 for slope, offset in found)


def _from_edge_to_edge(columns, slope, offset, sheet):
    """Return whether the line is seen at these columns nearly all the way over the sheet."""
    height, width = sheet.shape
    x = np.arange(width)
    y = np.rint(offset + slope * (x - width / 2)).astype(int)
    way = np.flatnonzero((y >= 0) & (y < height) & sheet[np.clip(y, 0, height - 1), x])
    if len(way) < SHORTEST * width:
        return False
    margin = ENDS * len(way)
    return (len(np.unique(columns)) >= COVERED * len(way) and columns.min() <= way[0] + margin
            and columns.max() >= way[-1] - margin)


def _strips(lines, shape):
    """Return the mask of the lines, five cells thick."""
    mask, x = np.zeros(shape, bool), np.arange(shape[1])
    for slope, offset in lines:
        for beside in range(-2, 3):
            y = np.rint(offset + slope * (x - shape[1] / 2)).astype(int) + beside
            there = (y >= 0) & (y < shape[0])
            mask[y[there], x[there]] = True
    return mask


def _opened(values, way, reach):
    """Return the opening by a straight piece along a way (rows, columns), about `reach` rows high: what goes on."""
    steps = max(1, round(reach / way[0] * (1 if way[0] >= way[1] else LOW)))
    return -_least(-_least(values, way, steps), (-way[0], -way[1]), steps)


def _least(values, way, steps):
    """Return the least of each cell and the next `steps` along the way; outside the border goes on."""
    height, width = values.shape
    down, right = steps * way[0], steps * way[1]
    wide = np.pad(values, ((max(0, -down), max(0, down)), (max(0, -right), max(0, right))), mode="edge")
    top, left = max(0, -down), max(0, -right)
    least = values
    for step in range(1, steps + 1):
        y, x = top + step * way[0], left + step * way[1]
        least = np.minimum(least, wide[y:y + height, x:x + width])
    return least
