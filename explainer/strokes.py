"""How thick strokes are, and thin ones made as thick as MNIST's, whose networks know no others."""
import numpy as np

from .picture import resized

TYPICAL, THIN = 2.2, 1.2        # pixels of 20: strokes of MNIST have 2.4 in the middle; 1 in 100 is below 1.3
FINE = 6                        # thickened this many times larger
BLOB = .4                       # of its longer side: what is thicker than that is no stroke


def thickness(ink):
    """Return how thick the strokes are, in cells: twice the area for the outline that they have.

    A long stroke of thickness t and length n has the area tn and the outline 2n, whose length is found from how often
    rows and columns cross it (Cauchy and Crofton).
    """
    mask = np.pad(ink > .5, 1)
    crossings = np.count_nonzero(mask[1:] != mask[:-1]) + np.count_nonzero(mask[:, 1:] != mask[:, :-1])
    return 2 * np.count_nonzero(mask) / (np.pi / 4 * crossings) if crossings else 0.0


def is_no_stroke(ink):
    """Return whether the ink, cut out, is as thick as it is long: a dot."""
    return thickness(ink) > BLOB * max(ink.shape)


def thickened(ink, box):
    """Return (the ink, (h, w) and cut out, with thin strokes as thick as MNIST's; whether they were thin).

    `box` is the side of the square that the digit is fitted into.
    """
    thick = thickness(ink) * box / max(ink.shape)
    if not 0 < thick < THIN:
        return ink, False
    scale = box * FINE / max(ink.shape)
    fine = np.maximum(resized(ink, tuple(max(1, round(side * scale)) for side in ink.shape)), 0)
    more = (TYPICAL - thick) / 2 * FINE
    return _spread(np.pad(fine, int(np.ceil(more))), more), True


def _spread(ink, radius):
    """Return the strongest ink within the radius."""
    reach = int(radius)
    wide, most = np.pad(ink, reach), ink
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            if down * down + right * right <= radius * radius:
                part = wide[reach + down:, reach + right:][:ink.shape[0], :ink.shape[1]]
                most = np.maximum(most, part)
    return most
