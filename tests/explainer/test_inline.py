"""Our own inline Markdown becomes runs that lose nothing of it: text, formulas, code and bold words."""
import re

import pytest

from explainer import prose
from explainer.inline import blocks, runs
from explainer.sources import DOCUMENTS, NOTES
from explainer.view import FROZEN, why
from tests.explainer.test_prose import KEYS
from tests.explainer.test_walkthrough import every_case, walk_of

MARKS = {"text": "", "formula": "$", "code": "`", "bold": "**"}
SAID = [text for notes in NOTES.values() for note in notes for text in (note.says, note.printed, note.right, note.proof)
        if text]
TEXTS = [*(part(key) for key in KEYS for part in (prose.why, prose.look, prose.mistake)), *FROZEN.values(), *SAID,
         *DOCUMENTS.values()]


def written(parts):
    """The runs as the Markdown that they were read from; also those from which the glossary opens."""
    plain = [({"term": "text", "symbol": "formula"}[kind], text[0]) if kind in ("term", "symbol") else (kind, text)
             for kind, text in parts]
    return "".join("[{}]({})".format(*text) if kind == "link" else f"{MARKS[kind]}{text}{MARKS[kind]}"
                   for kind, text in plain)


def assert_whole(text):
    """Nothing is lost or added, and no mark is left over in a text that would stand there as itself."""
    found = runs(text)
    assert written(found) == text and all(part for _, part in found)
    assert not any(re.search(r"[$`]|\*\*", part) for kind, part in found if kind == "text"), found


def test_the_runs_of_all_our_words_join_to_the_words():
    for text in TEXTS:
        assert_whole(text)


def test_the_blocks_of_all_derivations_join_to_the_words():
    for key in KEYS:
        parts = [f"$$\n{content}\n$$" if kind == "formula" else written(content)
                 for kind, content in blocks(prose.derivation(key))]
        assert "\n\n".join(parts).split() == prose.derivation(key).split()
        for kind, content in blocks(prose.derivation(key)):
            assert kind == "paragraph" or "$" not in content
            assert kind == "formula" or assert_whole(written(content)) is None


@every_case
def test_the_runs_of_why_a_step_is_there_join_to_the_words(case):
    walk = walk_of(case)
    for step in walk.steps:
        assert_whole(why(walk, step))


@pytest.mark.parametrize("text, expected", [
    ("", []), ("plain", [("text", "plain")]), ("$E$", [("formula", "E")]), ("`np.exp`", [("code", "np.exp")]),
    ("**bold**", [("bold", "bold")]),
    (r"The $\delta^2$ of `A @ B`, **twice**.", [
        ("text", "The "), ("formula", r"\delta^2"), ("text", " of "), ("code", "A @ B"), ("text", ", "),
        ("bold", "twice"), ("text", ".")]),
    ("$a$$b$", [("formula", "a"), ("formula", "b")]), ("2 * 3 ** 4", [("text", "2 * 3 ** 4")]),
    ("one $ alone", [("text", "one $ alone")]), ("`a $x$ b`", [("code", "a $x$ b")]),
    ("see [a post](https://a.b/c), twice", [
        ("text", "see "), ("link", ["a post", "https://a.b/c"]), ("text", ", twice")]),
    ("$A[i](j)$", [("formula", "A[i](j)")]), ("a list [1, 2] (of two)", [("text", "a list [1, 2] (of two)")]),
    ("**a * b** c **d**", [("bold", "a * b"), ("text", " c "), ("bold", "d")]),
])
def test_formulas_code_and_bold_are_recognised(text, expected):
    assert runs(text) == expected


def test_formulas_and_bold_words_are_in_our_words():
    walk = walk_of("deep, best")
    kinds = {kind for text in [*TEXTS, *(why(walk, step) for step in walk.steps)] for kind, _ in runs(text)}
    assert {"text", "formula", "bold"} <= kinds <= set(MARKS) | {"link"}
