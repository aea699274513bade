"""The inline Markdown of our own words as plain data: runs of text, formulas, code and bold, in their order.

The view of a step lays its words out itself, so that they are painted with its pictures.
"""
import re

RUN = re.compile(r"\$(?P<formula>[^$]+)\$|`(?P<code>[^`]+)`|\*\*(?P<bold>.+?)\*\*")


def runs(text):
    """Return [(kind, text)]: kind is "text", "formula" (LaTeX), "code" or "bold"."""
    found, at = [], 0
    for match in RUN.finditer(text):
        found.append(("text", text[at:match.start()]))
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    found.append(("text", text[at:]))
    return [(kind, part) for kind, part in found if part]
