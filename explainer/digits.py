"""Which ink belongs to which digit: pieces that lie above each other belong together, others stand side by side."""
import numpy as np

from .pieces import grown, joined, pieces

INK = .3            # of the strongest: less holds no pieces together
FAINT = .08         # of the strongest: less does not belong to a digit's box
MANY = 300          # so many pieces, the largest, are looked at
OVERLAP = .35       # of the narrower of two: pieces that share so much of its columns belong together,
APART = .25         # where their distance is less than that share of the larger one's side
NEAR = .12          # of the larger one's side: a small piece so near belongs to it
SMALL = .45         # of the larger one's side: what is shorter is small
LESS = .08          # of the ink of the main digit: what has less is none


def digits_of(ink):
    """Return [mask, (h, w)] of the ink of each digit, row by row, from left to right."""
    if not ink.any():
        return []
    found = pieces(ink > INK * ink.max())
    large = np.argsort(-found.sizes, kind="stable")[:MANY]
    group = joined(len(large), *_pairs(found.boxes[large]))
    n = group.max() + 1
    weights = np.bincount(group, np.bincount(found.numbers.ravel(), ink.ravel())[1:][large], n)
    boxes = np.array([_around(found.boxes[large[group == each]]) for each in range(n)])
    kept = _of_one_size(boxes, weights, ink.shape)
    belongs = np.full(len(found.sizes), -1)
    belongs[large] = group
    return [found.only(belongs == each) for each in _as_one_reads(boxes, kept)]


def nearest_the_middle(digits):
    """Return the number of the digit whose box's middle is nearest the picture's."""
    middles = [np.subtract(_middle(box_of(digit)), np.array(digit.shape) / 2) for digit in digits]
    return int(np.argmin([middle @ middle for middle in middles]))


def alone(ink, digits, chosen):
    """Return the ink of the chosen digit, its faint edges included, and nothing else."""
    found = pieces(ink > FAINT * ink.max())
    rest = np.setdiff1d(found.numbers[(ink > INK * ink.max()) & ~digits[chosen]], 0)
    mine = np.setdiff1d(found.numbers[digits[chosen]], rest)
    return np.where(np.isin(found.numbers, mine) & (found.numbers > 0) | grown(digits[chosen]), ink, 0)


def box_of(mask):
    """Return (top, bottom, left, right) of what is true in the mask, ends exclusive; None where nothing is."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1) if len(rows) else None


def _middle(box):
    return (box[0] + box[1]) / 2, (box[2] + box[3]) / 2


def _around(boxes):
    return boxes[:, 0].min(), boxes[:, 1].max(), boxes[:, 2].min(), boxes[:, 3].max()


def _pairs(boxes):
    """Return the (one, other) of all pieces that belong to one digit."""
    top, bottom, left, right = (column[:, None] for column in boxes.T)
    side = np.maximum(bottom - top, right - left)
    larger, smaller = np.maximum(side, side.T), np.minimum(side, side.T)
    beside = np.maximum(left, left.T) - np.minimum(right, right.T)      # below 0: they share columns
    above = np.maximum(top, top.T) - np.minimum(bottom, bottom.T)
    shared = -beside > OVERLAP * np.minimum(right - left, (right - left).T)
    small = (np.maximum(beside, above) < NEAR * larger) & (smaller < SMALL * larger)
    return np.nonzero(shared & (above < APART * larger) | small)


def _of_one_size(boxes, weights, shape):
    """Return the numbers of the groups that are digits: about as high, and not much weaker, than the main one."""
    heights = np.maximum(boxes[:, 1] - boxes[:, 0], 1)
    away = np.array([np.subtract(_middle(box), np.array(shape) / 2) / shape for box in boxes])
    main = (weights * (1 - 1.4 * np.minimum((away ** 2).sum(axis=1), .5))).argmax()
    return np.flatnonzero((heights > SMALL * heights[main]) & (heights < heights[main] / SMALL)
                          & (weights > LESS * weights[main]) | (np.arange(len(boxes)) == main))


def _as_one_reads(boxes, kept):
    """Return the numbers row by row, each from left to right; a row is what overlaps its first digit by half."""
    rows = []
    for n in sorted(kept, key=lambda n: boxes[n][0]):
        row = next((row for row in rows if _middle(boxes[n])[0] < boxes[row[0]][1]), None)
        rows.append([n]) if row is None else row.append(n)
    return [n for row in rows for n in sorted(row, key=lambda n: boxes[n][2])]
