"""Write TEACHING.md: how a lesson can use the app, and the key to the test in both its forms.

    python -m scripts.teachers_key

The key is for the network that the app opens with: its first batch, seed 0. Another network, batch or seed has its own
numbers; `explainer.quiz.key(walk, form)` writes theirs.
"""
from pathlib import Path

from explainer.cards import cards
from explainer.choice import Choice
from explainer.datasets import embedded_sample
from explainer.deciding import Decided
from explainer.quiz import key
from explainer.selection import Selection

TARGET = Path(__file__).parents[1] / "TEACHING.md"

LESSON = """# Teaching with it

**A talk of fifteen minutes.** `?present=1` in the address, or **P**: larger, the short way of twelve stops, ← and →
only. Begin at the opening; it has the batch, the network, and how long nudging every weight would take on your
computer.

**A first lesson of 45 minutes.** Test A on the opening screen (10 minutes, by themselves); the walk with the **Guide**
on (25 minutes; {cards} questions on the way, each asked before its result is seen); test B on the closing screen. The
two forms ask the same ten ideas with other numbers.

**By hand.** Mazur's, hmkcode's and the XOR example: **By hand: cover** takes results away, first of the update, then of
the way back, then all. `?net=mazur&hand=the way back&numbers=7` is sheet 7: every seed has other numbers, so each
student can have a sheet of their own. A wrong number is answered by the slip that gives it.

**On paper.** **Share, print** makes sheets for A4 or Letter: a step, the short way with its questions, or a whole
example by hand, with blanks and the answers at the end. **Different sheets** 30 is one file with a seed a page and the
key. The head of each has its address, where the same numbers can be typed and are judged.

**The address** carries network, batch, seed, step, cell and switches: copy it, and everybody stands at the same place.

The key below is for the address `?net=deep` as it opens: batch 1, seed 0, untrained. It is written by
`python -m scripts.teachers_key`.
"""


def walk():
    return Decided(Choice(), embedded_sample()).walk()


def text():
    found = walk()
    keys = [key(found, form).replace("# Test", "## Test", 1) for form in "AB"]
    return "\n".join([LESSON.format(cards=len(cards(found, Selection()))), *keys])


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    print(f"wrote {TARGET.name}")
