"""Our own inline Markdown becomes runs that lose nothing of it: text, formulas, code and bold words."""
import re

import pytest

from explainer import prose
from explainer.inline import runs
from explainer.view import FROZEN, why
from tests.explainer.test_prose import KEYS
from tests.explainer.test_walkthrough import every_case, walk_of

MARKS = {"text": "", "formula": "$", "code": "`", "bold": "**"}
TEXTS = [*(part(key) for key in KEYS for part in (prose.why, prose.look, prose.mistake)), *FROZEN.values()]


def written(parts):
    """The runs as the Markdown that they were read from."""
    return "".join(f"{MARKS[kind]}{text}{MARKS[kind]}" for kind, text in parts)


def assert_whole(text):
    """Nothing is lost or added, and no mark is left over in a text that would stand there as itself."""
    found = runs(text)
    assert written(found) == text and all(part for _, part in found)
    assert not any(re.search(r"[$`]|\*\*", part) for kind, part in found if kind == "text"), found


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:20])
def test_the_runs_of_all_our_words_join_to_the_words(text):
    assert_whole(text)


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
    ("**a * b** c **d**", [("bold", "a * b"), ("text", " c "), ("bold", "d")]),
])
def test_formulas_code_and_bold_are_recognised(text, expected):
    assert runs(text) == expected


def test_formulas_and_bold_words_are_in_our_words():
    walk = walk_of("deep, best")
    kinds = {kind for text in [*TEXTS, *(why(walk, step) for step in walk.steps)] for kind, _ in runs(text)}
    assert {"text", "formula", "bold"} <= kinds <= set(MARKS)
