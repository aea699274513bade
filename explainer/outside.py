"""Words from outside are text: whatever a file, an address, a reader or a library calls something is only read.

A name is made plain as it comes in, for it is kept and stands in sentences, pictures, formulas and buttons. A sentence
that quotes something is made plain as it is shown.
"""
import re
import unicodedata

from . import limits

MARKS = " .,+=()’–…_-"      # stay in a name, beside letters, digits and their accents
JOINED = "\u2060"           # is not seen, and holds apart what Markdown would make a link, a colour or an icon


def name(text, otherwise="a file without a name", most=limits.NAME):
    """Return what something from outside is called, as it can stand anywhere: one short line without a path.

    Nothing in it is Markdown, HTML, TeX or Plotly's. `otherwise`: what it is called where nothing is left.
    """
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", str(text).strip("/\\ "))[-1][:10 * most])
    kept = "".join(letter if _harmless(letter) else " " * letter.isspace() for letter in last)
    kept = re.sub(r"(?<![^\W_])_+|_+(?![^\W_])|(?<=www)\.|^[\W_]+", "", kept, flags=re.IGNORECASE)
    kept = re.sub(r"^(\d+)[.)](?= )", r"\1", " ".join(kept.split()))       # would begin a list
    return (kept if len(kept) <= most else kept[:most - 1].rstrip() + "…") or otherwise


def _harmless(letter):
    return letter.isalnum() or letter in MARKS or unicodedata.category(letter)[0] == "M"


def markdown(sentence):
    """Return Markdown, one paragraph, that shows a sentence letter for letter, whatever it quotes."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in str(sentence)).split())
    line = re.sub(r"([\\`*\[\]$~<>&|^]|(?<![^\W_])_|_(?![^\W_])|^[#+=-])", r"\\\1", line)
    line = re.sub(r"^(\d+)([.)])", r"\1\\\2", line)      # would begin a list
    return re.sub(r":(?=\S)|(?<=www)(?=\.)|(?=@)", lambda found: found[0] + JOINED, line, flags=re.IGNORECASE)
