"""The words of the walk: one Markdown file a step, in four parts: why, Look, Common mistake, Derivation.

Where layers repeat a step, Again says in a line what is new in a further layer, and Last what is new in the last one
that the walk comes to; Another mistake and Last mistake stand there in place of the first layer's common mistake.
Slots: <l>, <below>, <above> are layers; <inputs> is what the layer takes in, X or A; <in> and <out> are its sizes;
<parameters> counts every weight and bias.
"""
import re
from functools import cache
from pathlib import Path

from .. import shipped

FOLDER = Path(__file__).parent


def why(key):
    """Return the two sentences that say why this step exists; key is a file's name here without its .md."""
    return _part(key, "Why")


def again(key, last=False):
    """Return the line that stands in place of `why` where an earlier layer had this step; `last`: in the last layer.

    Words that have no such line are said again.
    """
    return _first(key, *["Last"] * last, "Again", "Why")


def look(key):
    """Return what to look at in the step's picture."""
    return _part(key, "Look")


def mistake(key):
    """Return a common mistake as a sentence, to stand after the words “Common mistake.”"""
    return _part(key, "Common mistake")


def another_mistake(key, last=False):
    """Return the common mistake of a further layer, or of the last one; the first one's where there is no other."""
    return _first(key, *["Last mistake"] * last, "Another mistake", "Common mistake")


def derivation(key):
    """Return the step's derivation, Markdown with LaTeX, from the definition to the line of code."""
    return _part(key, "Derivation")


def _first(key, *names):
    """The first of these parts that there is."""
    return _part(key, next(name for name in names if name in _parts(key)))


def _part(key, name):
    words = _parts(key).get(name)
    if not words:
        raise ValueError(f"The words in explainer/prose/{key}.md have no part “{name}”.")
    return words


@cache
def _parts(key):
    """{heading: words}; what stands above the first heading is Why."""
    why, *headed = re.split(r"^## (.+)$", shipped.read(FOLDER / f"{key}.md"), flags=re.MULTILINE)
    parts = {"Why": why} | dict(zip(headed[::2], headed[1::2], strict=True))
    return {name.strip(): words.strip() for name, words in parts.items()}
