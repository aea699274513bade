"""The words of the walk: one Markdown file a step, first why the step exists, then its derivation."""
from functools import cache
from pathlib import Path


@cache
def _parts(key):
    text = (Path(__file__).parent / f"{key}.md").read_text(encoding="utf-8")
    why, derivation = text.split("\n## Derivation\n")
    return why.strip(), derivation.strip()


def why(key):
    """Return the paragraph that says why this step exists; key is a file's name here without its .md."""
    return _parts(key)[0]


def derivation(key):
    """Return the step's derivation, Markdown with LaTeX, from the definition to the line of code."""
    return _parts(key)[1]
