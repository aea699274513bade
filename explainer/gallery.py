"""The drawings that were kept, and the two files they can be saved as."""
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

ACROSS = 10     # drawings in a row of the picture
LARGER = 4      # times as large as they are


@dataclass(frozen=True, eq=False)
class Kept:
    image: np.ndarray       # (784,) uint8
    label: int | None       # what it is, as the reader says
    answer: int             # what it was read as

    @property
    def caption(self):
        return f"read: {self.answer}" if self.label is None else f"{self.label}, read: {self.answer}"


def sheet(kept):
    """Return the bytes of a PNG with all drawings, dark on white, ten in a row."""
    across = min(len(kept), ACROSS)
    page = np.full((-(-len(kept) // across) * 30, across * 30), 255, np.uint8)
    for n, drawing in enumerate(kept):
        top, side = 30 * (n // across) + 1, 30 * (n % across) + 1
        page[top:top + 28, side:side + 28] = 255 - drawing.image.reshape(28, 28)
    file = io.BytesIO()
    size = page.shape[1] * LARGER, page.shape[0] * LARGER
    Image.fromarray(page).resize(size, Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


def archive(kept):
    """Return the bytes of an .npz: x (n, 28, 28) uint8, y (n,) with -1 where nothing was said, answers (n,)."""
    file = io.BytesIO()
    np.savez_compressed(file, x=np.stack([drawing.image.reshape(28, 28) for drawing in kept]),
                        y=np.array([-1 if drawing.label is None else drawing.label for drawing in kept]),
                        answers=np.array([drawing.answer for drawing in kept]))
    return file.getvalue()
