"""Images become uint8 with ink 255 on 0, and labels digits, whatever they were; what had to be done is told."""
import numpy as np

from mlp_core.data import check_images

from .known import KNOWN

INK = 255
BORDER = np.pad(np.zeros((24, 24), bool), 2, constant_values=True).reshape(784)     # where a digit has no ink
LOOKED_AT = 10_000  # images whose border is looked at
PAPER = 0.75        # of the strongest pixel, on average along the border: ink 0 on paper 255


def digits(labels):
    """Return (labels as (n,) uint8, notes), of labels in any usual form. Raises ValueError, in a sentence."""
    notes = []
    if labels.ndim == 2 and labels.shape[1] == 10:
        if not ((labels == 0) | (labels == 1)).all() or not (labels.sum(axis=1) == 1).all():
            raise ValueError("the labels have 10 columns, but not one 1 in each row")
        labels = labels.argmax(axis=1)
        notes.append("The labels were one-hot; each became the place of its 1.")
    labels = labels.reshape(-1)
    if labels.dtype.kind in "US":
        labels = _whole_numbers(labels)
        notes.append("The labels were text; they were read as digits.")
    if labels.dtype.kind == "f" and not (np.isfinite(labels).all() and (labels == np.round(labels)).all()):
        raise ValueError("the labels are no whole numbers")
    if len(labels) and labels.min() == 1 and labels.max() == 10:
        labels = np.where(labels == 10, 0, labels)
        notes.append("The labels went from 1 to 10; 10 was taken as 0.")
    if len(labels) and not (labels.min() >= 0 and labels.max() <= 9):
        raise ValueError(f"labels are digits 0 to 9; these go from {labels.min():.6g} to {labels.max():.6g}")
    return labels.astype(np.uint8, copy=False), notes


def _whole_numbers(texts):
    try:
        return texts.astype(np.float64)
    except ValueError as error:
        raise ValueError("the labels are text, and not all of them digits") from error


def pixels(arrays):
    """Return ([images as (n, 784) uint8], notes) of [training images, test images or None] with any usual pixels.

    Both parts are treated alike, but where only one of them goes from 0 to 1. Raises ValueError, in a sentence.
    """
    given = [array for array in arrays if array is not None]
    for array in given:
        if not len(array):
            raise ValueError("there is no image in it")
        if array.dtype.kind not in "buif":
            raise ValueError("the pixels are text; save them as numbers")
    flat = [array.reshape(len(array), 784) for array in given]
    reach = [(float(array.min()), float(array.max())) for array in flat]
    if not np.abs(reach).max() < 1e9:
        raise ValueError("some of its pixels are no numbers, or far too large")
    together = (min(low for low, _ in reach), max(high for _, high in reach))
    apart = len({high <= 1 for _, high in reach}) == 2 and together[0] >= 0
    notes, ready = [], []
    for array, (low, high) in zip(flat, reach if apart else [together] * len(flat)):
        image, note = _scaled(array, low, high)
        image, more = _on_black(image)
        ready.append(image)
        notes += [sentence for sentence in (*note, *more) if sentence not in notes]
    return ready, notes


def _scaled(images, low, high):
    """Return (uint8 images, notes): the pixels from `low` to `high` brought to 0 to 255."""
    whole, usual = images.dtype.kind in "bui", f"{low:.4g} to {high:.4g}"
    if low == high:
        blank = images if whole and 0 <= low <= INK else np.zeros(images.shape, np.uint8)
        return np.ascontiguousarray(blank, np.uint8), ["All pixels are the same, so there is nothing to be seen."]
    if low >= 0 and high <= 1:
        if whole or _is_two_valued(images):
            return np.multiply(images, INK, dtype=np.uint8, casting="unsafe"), [
                "The pixels were 0 and 1, with nothing between; 1 became full ink, 255."]
        return _linear(images, 0, 1), ["The pixels went from 0 to 1; they were multiplied by 255 and rounded."]
    if low >= 0 and high <= INK:
        if whole:
            faint = f"The strongest pixel is {high:.0f}, where MNIST has 255; the images were left as they are."
            return np.ascontiguousarray(images, np.uint8), [faint] * (high < 128)
        return _linear(images, 0, INK), ["Pixels between whole numbers were rounded."] * _has_fractions(images)
    for known in KNOWN:
        bounds = -known.mean / known.spread, (1 - known.mean) / known.spread
        if abs(low - bounds[0]) < .01 and abs(high - bounds[1]) < .01:
            return _linear(images, *bounds), [
                f"The pixels went from {usual}: the mean {known.mean} had been subtracted and the rest divided by "
                f"{known.spread}, as is usual for {known.name}; that was undone."]
    return _linear(images, low, high), [f"The pixels went from {usual}; that was brought to 0 to 255."]


def _linear(images, low, high):
    """Bring low to 0 and high to 255."""
    ready = np.empty(images.shape, np.uint8)
    for part, into in zip(_pieces(images), _pieces(ready)):
        part = part.astype(np.float32)
        part -= np.float32(low)
        part *= np.float32(INK / (high - low))
        into[:] = np.rint(part, out=part).clip(0, INK, out=part)
    return ready


def _is_two_valued(images):
    return all(((part == 0) | (part == 1)).all() for part in _pieces(images))


def _has_fractions(images):
    return any((part != np.rint(part)).any() for part in _pieces(images))


def _pieces(images, rows=500):
    """Cut them into pieces, so that what is worked out takes little room."""
    return (images[start:start + rows] for start in range(0, len(images), rows))


def _on_black(images):
    """Return (images, notes): ink 255 on 0; where the border is bright, the images were the other way round."""
    few = images[::-(-len(images) // LOOKED_AT)]
    if few[:, BORDER].mean() <= PAPER * few.max() or not few.max():
        return images, []
    return INK - images, ["The images were dark on bright, ink 0 on paper 255; they were inverted."]


def checked(images, labels, use):
    """Raise ValueError, in a sentence, unless each image has a label."""
    if len(images) != len(labels):
        raise ValueError(f"there are {len(images):,} {use} images and {len(labels):,} {use} labels; each image needs "
                         "one")
    check_images(images, labels)
