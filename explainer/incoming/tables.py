"""Images as rows of text: CSV as pjreddie and Kaggle have it, and ARFF as OpenML has it, with the label in a column.

The text is made numbers a block at a time, so that MNIST's 110 MB take little more room than its images.
"""
import io
import re

import numpy as np

from .. import limits

LABEL = {"label", "labels", "class", "target", "y", "digit"}   # what the column of labels is called
INDEX = {"", "id", "index", "unnamed: 0"}                       # what a column that only counts the rows is called
SEPARATORS = b",", b";", b"\t", b" "
PIXELS = 784
OTHER = "its first line has {}; a line of MNIST as text has 785, the label and 28×28 pixels"


def read_csv(content):
    """Return (labels or None, pixels or None, notes) of the bytes of a CSV; a single column is labels alone.

    labels are (n,), pixels (n, 784), uint8 or float32. Raises ValueError, in a sentence.
    """
    content = content.removeprefix(b"\xef\xbb\xbf")
    first = content[:limits.LINE].lstrip(b"\r\n").split(b"\n")[0].strip()
    separator = max(SEPARATORS, key=first.count)
    if first.count(separator) > PIXELS + 1:
        raise ValueError(OTHER.format(f"{first.count(separator) + 1:,} columns"))
    names = [field.strip(b"\"' ").decode("latin-1").lower() for field in first.split(separator)]
    header = _is_header(names)
    start = content.index(first) + len(first) if header else 0
    return _split(names if header else None, len(names), content, start, separator)


def read_arff(content):
    """Return what `read_csv` does, of the bytes of an ARFF file, whose columns are its attributes."""
    begin = re.search(rb"^\s*@data[^\n]*\n", content[:limits.LINE * 4], re.IGNORECASE | re.MULTILINE)
    if begin is None:
        raise ValueError("this ARFF file has no @DATA")
    names = re.findall(r"^\s*@attribute\s+[\"']?([^\s\"']+)", content[:begin.start()].decode("latin-1").lower(), re.M)
    if content[begin.end():begin.end() + 1] == b"{":
        raise ValueError("this ARFF file is a sparse one; save it as a plain one, or as CSV")
    return _split(names, len(names), content, begin.end(), b",")


def _split(names, columns, content, start, separator):
    if names and names[0] == "imageid" and columns == 2:
        return None, None, ["Kaggle’s sample of a submission has no images; it was passed over."]
    if columns not in (1, PIXELS, PIXELS + 1, PIXELS + 2):
        raise ValueError(OTHER.format(f"{columns:,} columns"))
    table, notes = _numbers(content, start, separator, columns), []
    if columns == 1:
        return table[:, 0], None, notes
    if columns == PIXELS + 2:
        if names and names[0] not in INDEX and not np.array_equal(table[:, 0], np.arange(len(table))):
            raise ValueError(OTHER.format("786 columns"))
        table, names = table[:, 1:], names and names[1:]
        notes.append("The first column only counts the rows; it was left out.")
    if table.shape[1] == PIXELS:
        return None, table, notes
    at = _label_column(names, table)
    if at:
        notes.append(f"The labels were found in the {'last' if at == PIXELS else f'{at + 1}th'} column.")
    pixels = table[:, 1:] if at == 0 else np.delete(table, at, axis=1)
    return table[:, at].copy(), pixels, notes


def _label_column(names, table):
    """Where the labels stand: as the header says, else in the first column; the last if that looks like it alone."""
    named = [n for n, name in enumerate(names or ()) if name in LABEL]
    if named:
        return named[0]
    first, last = table[:, 0], table[:, -1]
    return PIXELS if (first == first[0]).all() and not (last == last[0]).all() and last.max() <= 9 else 0


def _is_header(names):
    """Whether the first line names the columns: a damaged line of numbers must not pass for it."""
    counted = len(names) > 1 and names == [str(n) for n in range(len(names))]
    return counted or not LABEL.isdisjoint(names) or 2 * sum(map(_number, names)) < len(names)


def _number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def _numbers(content, start, separator, columns):
    """Return the lines from `start` on as one array (n, columns): uint8 where that holds them all, else float32."""
    blocks, rows = [], 0
    for block in _blocks(content, start):
        block = block.replace(b'"', b"").replace(b"'", b"")
        if not block.strip():
            continue
        blocks.append(_block(block, separator.decode()))
        rows += len(blocks[-1])
        if blocks[-1].shape[1] != columns:
            raise ValueError(f"not all its lines have {columns} columns")
        if rows > limits.IMAGES:
            raise ValueError(f"it has more than {limits.IMAGES:,} lines")
    if not blocks:
        raise ValueError("it has no line of numbers")
    return np.concatenate(blocks) if len(blocks) > 1 else blocks[0]


def _blocks(content, start):
    """Cut the text into pieces of whole lines. Raises ValueError where a line is far too long for an image."""
    while start < len(content):
        end = len(content)
        if end - start > limits.BLOCK:
            end = content.rfind(b"\n", start, start + limits.BLOCK) + 1
        block = content[start:end]
        ends = np.flatnonzero(np.frombuffer(block, np.uint8) == 10)
        if end <= start or np.diff(ends, prepend=-1, append=len(block)).max() > limits.LINE:
            raise ValueError("it has a line that is far too long for an image of 28×28 pixels")
        yield block
        start = end


def _block(block, separator):
    for dtype in (np.uint8, np.float32):
        try:
            return np.loadtxt(io.BytesIO(block), dtype, delimiter=None if separator == " " else separator,
                              comments=None, ndmin=2)
        except (ValueError, OverflowError, DeprecationWarning):
            pass
    raise ValueError("not all its lines are equally many numbers")
