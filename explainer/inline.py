"""The Markdown of our own words as plain data: blocks one below the other, and in each its runs in their order.

The view of a step lays its words out itself, so that they are painted with its pictures.
"""
import re

RUN = re.compile(r"\$(?P<formula>[^$]+)\$|`(?P<code>[^`]+)`|\*\*(?P<bold>.+?)\*\*|\[(?P<link>[^\]]+\]\([^)]+)\)")


def runs(text):
    """Return [(kind, text)]: kind is "text", "formula" (LaTeX), "code", "bold" or "link": [text, address]."""
    found, at = [], 0
    for match in RUN.finditer(text):
        found.append(("text", text[at:match.start()]))
        part = match[match.lastgroup]
        found.append((match.lastgroup, part.split("](") if match.lastgroup == "link" else part))
        at = match.end()
    found.append(("text", text[at:]))
    return [(kind, part) for kind, part in found if part]


def blocks(text):
    """Return [(kind, content)] of paragraphs, ("paragraph", runs), and formulas of their own, ("formula", LaTeX)."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return [("formula", part[2:-2].strip()) if part.startswith("$$") and part.endswith("$$")
            else ("paragraph", runs(part)) for part in parts]
