"""What people bring becomes what the app knows: files as bytes in, plain data out, or ValueError in one sentence."""
from mlp_core.data import DIGITS, Dataset

from .known import laid_upright, recognised, turned
from .parts import read_parts, readable
from .tidying import checked, digits, pixels


def read_dataset(files, where, reads, hint=""):
    """Return the Dataset in `files`, [(name, bytes)], whatever form people have it in; its notes say what was done.

    `where` ends its origin: “that you uploaded”. `reads(images)` returns the digits that a network which knows MNIST
    reads, (n,). `hint` is whatever else may say which data these are, as a folder's name. Raises ValueError.
    """
    parts, notes, names = read_parts(files)
    arrays, labels = {}, {}
    for use in ("training", "test"):
        if f"{use} images" in parts:
            of = parts[f"{use} labels"]
            labels[use], more = readable(of.file, digits, of.array)
            notes += [note for note in more if note not in notes]
            arrays[use] = parts[f"{use} images"].array
    ready, more = readable(parts["training images"].file, pixels, list(arrays.values()))
    arrays, notes = dict(zip(arrays, ready)), [*notes, *more]
    for use in arrays:
        checked(arrays[use], labels[use], use)
    lie, right = readable("the network that ships with this project", laid_upright, arrays["training"],
                          labels["training"], [*names, hint], reads)
    if lie:
        arrays = {use: turned(images, lie) for use, images in arrays.items()}
        notes.append(f"The images lay {lie}; they were laid upright. The network that ships with this project then "
                     f"reads {right:.0%} of them right.".replace("%", " %"))
    known, more = recognised(arrays["training"], [*names, hint], right)
    return finished(arrays, labels, where, known.name if known else "", known.classes if known else DIGITS,
                    [*notes, *more])


def finished(arrays, labels, where, name="MNIST", classes=DIGITS, notes=()):
    """Return the Dataset of uint8 arrays that nobody can write to, with its origin in words.

    `arrays` and `labels` are {"training": …} and may have "test".
    """
    for array in (*arrays.values(), *labels.values()):
        array.setflags(write=False)
    test = f"and {len(arrays['test']):,} test images" if "test" in arrays else "no official test set"
    origin = f"{len(arrays['training']):,} {name} training images {where} ({test})".replace("  ", " ")
    return Dataset(arrays["training"], labels["training"], arrays.get("test"), labels.get("test"), origin, name,
                   classes, tuple(notes))
