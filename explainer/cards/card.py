"""A card as data: one question, asked before a step's result is seen, with the choices and why each is right or not."""
from dataclasses import dataclass, field
from zlib import crc32

from ..inline import runs
from .misconceptions import MISCONCEPTIONS

MOST = 4        # choices
NEAR = 0.05     # two numbers that differ by less than this share cannot be told apart as choices


@dataclass(frozen=True)
class Choice:
    text: str
    right: bool
    why: str                    # at most two sentences, with numbers of this walk
    misconception: str = ""     # a key of MISCONCEPTIONS; empty where it is right


@dataclass(frozen=True)
class Asked:
    """A question with its choices. Raises ValueError where not exactly one is right or two read the same."""
    question: str
    choices: tuple      # of Choice, in the order they are shown
    sees: str = ""      # where the answer is seen once the result is uncovered

    def __post_init__(self):
        texts = [choice.text for choice in self.choices]
        if sum(choice.right for choice in self.choices) != 1 or len(set(texts)) != len(texts):
            raise ValueError(f"one choice must be right and all must differ: {self.question} {texts}")
        for choice in self.choices:
            if choice.right != (choice.misconception == "") or not (choice.right or choice.misconception in
                                                                    MISCONCEPTIONS):
                raise ValueError(f"a wrong choice stands for a misconception, a right one for none: {choice.text}")

    def as_data(self):
        """Return {question, sees, choices: [{text, right, why}]}, the words as runs."""
        return {"question": runs(self.question), "sees": runs(self.sees),
                "choices": [{"text": runs(choice.text), "right": choice.right, "why": runs(choice.why)}
                            for choice in self.choices]}


@dataclass(frozen=True)
class Card(Asked):
    """A question that covers the result of a step of the walk."""
    step: str = field(kw_only=True)     # key of the step
    topic: str = field(kw_only=True)    # key of the topic, a row of the table of cards


def ask(question, right, *wrong, sees=""):
    """Return the Asked of a right (text, why) and wrong (text, misconception, why), None among them left out.

    Wrong choices that read as the right one are left out, so are those beyond four; None where none is left, or where
    a number of the question or of its answer is not finite. Their order follows from the words alone, so it stays, and
    the right one has no place of its own.
    """
    if not _finite(question, *right):
        return None
    kept = {}
    for text, misconception, why in filter(None, wrong):
        if text != right[0] and _finite(text, why):
            kept.setdefault(text, Choice(text, False, why, misconception))
    choices = [Choice(right[0], True, right[1]), *list(kept.values())[:MOST - 1]]
    if len(choices) == 1:
        return None
    return Asked(question, tuple(sorted(choices, key=lambda choice: crc32((question + choice.text).encode()))), sees)


def _finite(*texts):
    return not any(word in text for text in texts for word in ("not a number", "infinity"))


def near(a, b):
    return abs(a - b) <= NEAR * max(abs(a), abs(b))


def told_apart(value, *wrong):
    """Return the wrong (value, …) whose value is near neither the right one nor one before; None for the others."""
    taken, kept = [value], []
    for one in wrong:
        clear = bool(one) and not any(near(one[0], other) for other in taken)
        kept.append(one if clear else None)
        if clear:
            taken.append(one[0])
    return kept
