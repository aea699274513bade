"""A program as files: a script or a notebook, and a zip of it with its arrays beside it and a line on how to run it."""
import io
import json
import re
import textwrap
import zipfile

import numpy as np

from .program import arrays, cell, check, network, numbers, program, unpacked

KINDS = {"script": "py", "notebook": "ipynb"}
WIDTH = 110
NEEDS = "Requires Python 3 and NumPy; {npz} has to lie in the same folder."
NOTE = {False: "Each statement is the one on the screen; the check behind it has the number that the screen shows.",
        True: "Put your NumPy expression in the place of each “...”; the check behind it says what is wrong."}


def name(net, at, whole, blanks):
    """Return what the files of a program are called, without their endings."""
    return f"{net}-{'walk' if whole else at}{'-blanks' if blanks else ''}"


def package(walk, selection, at, head, stem, kind="script", whole=True, blanks=False):
    """Return the bytes of a zip: the program, its arrays as .npz where it has any, and how to run it.

    `head` is [(what, text)], lines on where the walk comes from; `kind` is a key of KINDS.
    """
    given, file = arrays(walk, at, whole, blanks), f"{stem}.{KINDS[kind]}"
    text = MAKERS[kind](walk, selection, at, head, stem, whole, blanks)
    files = {file: text.encode()} | ({f"{stem}.npz": _npz(given)} if given else {})
    run = f"python {file}" if kind == "script" else f"jupyter lab {file}"
    files["README.txt"] = (f"Unpack all files into one folder. {NEEDS.format(npz=f'{stem}.npz') if given else ''}\n"
                           f"To run it: {run}\n").encode()
    whole_file = io.BytesIO()
    with zipfile.ZipFile(whole_file, "w", zipfile.ZIP_DEFLATED) as packed:
        for each, content in files.items():
            packed.writestr(zipfile.ZipInfo(f"{stem}/{each}"), content, zipfile.ZIP_DEFLATED)
    return whole_file.getvalue()


def _npz(given):
    file = io.BytesIO()
    np.savez_compressed(file, **given)
    return file.getvalue()


def script(walk, selection, at, head, stem, whole=True, blanks=False):
    """Return the text of a .py file."""
    return "\n\n".join([_comment("\n".join(_head(walk, selection, head, stem, at, whole, blanks))),
                        _set_up(walk, at, whole, blanks, stem, in_a_notebook=False),
                        statements(walk, selection, at, whole, blanks)])


def statements(walk, selection, at, whole=True, blanks=False):
    """Return what follows the head of a script: the statements with their checks, and the end."""
    return "\n\n".join("\n".join(filter(None, [_comment(part.title), _comment(part.text), part.code]))
                       for part in program(walk, selection, at, whole, blanks)) + "\n"


def notebook(walk, selection, at, head, stem, whole=True, blanks=False):
    """Return the text of an .ipynb file, nbformat 4.5."""
    first, *rest = _head(walk, selection, head, stem, at, whole, blanks)
    cells = [("markdown", f"# {_plain(first)}\n\n" + "\n".join(f"* {_plain(line)}" for line in rest if line)),
             ("code", _set_up(walk, at, whole, blanks, stem, in_a_notebook=True))]
    for part in program(walk, selection, at, whole, blanks):
        formula = f"$${part.latex}$$" if part.latex else ""
        words = "\n\n".join(filter(None, [part.title and f"### {part.title}", formula, part.text]))
        cells += [each for each in (("markdown", words), ("code", part.code)) if each[1]]
    return json.dumps({"cells": [_cell(n, *each) for n, each in enumerate(cells)],
                       "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                                    "language_info": {"name": "python"}},
                       "nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False, indent=1) + "\n"


MAKERS = {"script": script, "notebook": notebook}


def _cell(number, kind, source):
    ran = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": source.splitlines(keepends=True)} | ran


def _head(walk, selection, head, stem, at, whole, blanks):
    """The lines at the top: what it is, where it comes from, what it needs."""
    what = "One step of training, statement by statement" if whole else f"{walk.step(at).title}, one statement"
    lines = [what, "", *(f"{name}: {text}" for name, text in head), f"Layers: {network(walk)}",
             f"Selected cell: {cell(walk, selection)}"]
    needs = NEEDS.format(npz=f"{stem}.npz") if arrays(walk, at, whole, blanks) else "Requires Python 3 and NumPy."
    return [_printable(line) for line in [*lines, "", needs, NOTE[blanks]]]


def _printable(text):
    """The text in one line, whatever is in a name that somebody gave."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _plain(line):
    """A line that no notebook takes for a formula, a picture or HTML."""
    return re.sub(r"([\\`*\[\]$~<])", r"\\\1", line)


def _comment(text):
    lines = [part for line in text.splitlines()
             for part in textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]]
    return "\n".join(f"# {line}".rstrip() for line in lines)


def _set_up(walk, at, whole, blanks, stem, in_a_notebook):
    """Imports, the arrays and the numbers that it starts from, and the check."""
    given = list(arrays(walk, at, whole, blanks))
    used = [each for each in given if whole or each in walk.step(at).operands]
    lines = ["import numpy as np", ""]
    if given and not in_a_notebook:
        lines = ["from pathlib import Path", "", *lines]
    if given:
        place = f'"{stem}.npz"' if in_a_notebook else f'Path(__file__).with_name("{stem}.npz")'
        lines += [f"with np.load({place}) as file:", "    given = dict(file)", unpacked(used)]
    lines += [f"{each} = {value!r}" for each, value in numbers(walk, at, whole).items()]
    return "\n".join([*lines, check(in_a_notebook)]) + "\n"
