"""Words from outside are only read: a name is plain wherever it stands, a sentence is shown letter for letter."""
import re

import pytest

from explainer import limits, outside

EVIL = ["![a](https://evil.example/x.png).npz", "[here](https://evil.example)", "<img src=//evil.example>.csv", "$x^2$",
        "**bold**", "__bold__", "_a_ _b_.npz", "`code`", ":red[alarm]", ":material/home:", ":smile:", "~~gone~~",
        "www.evil.example", "me@evil.example", "# title", "1. one", "12) two", "- item", "+ item", "a\n\n# b", "a\r\nb",
        "&lt;b&gt;", "a | b", "%{x}<br>", "../../etc/passwd", "C:\\x\\y.npz", "\u202etxt.exe", "\x1b[31m", "\\[x\\]",
        "https://evil.example/a?b", "<https://evil.example>", "\u2028line"]


@pytest.mark.parametrize("text", EVIL)
def test_a_name_has_no_letter_that_anything_reads_and_is_one_short_line(text):
    name = outside.name(text)
    assert name and name.isprintable() and not set(name) & set("!*[]<>$`:~@#|&%{}\\/^")
    assert not re.search(r"(?i)^[-+=]|^\d+[.)] |www\.|(^|\W)_|_(\W|$)", name)


@pytest.mark.parametrize("text, name", [
    ("run 1", "run 1"), ("Größe (2).npz", "Größe (2).npz"), ("हिन्दी.npz", "हिन्दी.npz"), ("数字.csv", "数字.csv"),
    ("train-images-idx3-ubyte.gz", "train-images-idx3-ubyte.gz"), ("half_squared_error", "half_squared_error"),
    ("a/b/mnist.npz", "mnist.npz"), ("two\nlines.npz", "two lines.npz"), ("  ", "nothing"), ("../", "nothing"),
    ("", "nothing"), ("\u202e", "nothing")])
def test_a_usual_name_stays_and_where_nothing_is_left_another_takes_its_place(text, name):
    assert outside.name(text, "nothing") == name


def test_a_name_is_as_long_as_said_at_most():
    assert len(outside.name("x" * 10**7)) == limits.NAME and outside.name("x" * 41, most=40) == "x" * 39 + "…"


def shown(markdown):
    """What CommonMark shows of one paragraph in which everything is escaped; fails where something is not."""
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", markdown)
    assert not re.search(r"[\\`*\[\]$~<>&|^]|(?<![^\W_])_|_(?![^\W_])|^[-+=#]|^\d+[.)]", bare), bare
    assert "\n" not in markdown and not re.search(r"(?i):\S|www\.|\w@", bare.replace(outside.JOINED, " "))
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace(outside.JOINED, "")


@pytest.mark.parametrize("text", EVIL)
def test_a_sentence_is_shown_letter_for_letter_on_one_line(text):
    sentence = f"The address has net={text}, but that cannot be."
    for one in (text, sentence):
        expected = "".join(letter if letter.isprintable() else " " for letter in one)
        assert shown(outside.markdown(one)) == " ".join(expected.split())
