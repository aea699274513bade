"""TEACHING.md has the key to the questions that the app asks."""
import re

from explainer.quiz import FORMS, quiz
from scripts.teachers_key import TARGET, text, walk


def without_numbers(words):
    """Another machine may round a last digit differently."""
    return re.sub(r"[\d.,⁰¹²³⁴⁵⁶⁷⁸⁹⁻·]+", "#", words)


def test_the_key_is_what_the_script_writes():
    assert without_numbers(TARGET.read_text(encoding="utf-8")) == without_numbers(text())


def test_every_question_is_in_it_with_its_right_choice_in_bold():
    written = TARGET.read_text(encoding="utf-8")
    for form in FORMS:
        for question in quiz(walk(), form):
            right = next(choice.text for choice in question.choices if choice.right)
            assert f"**{without_numbers(right)}**" in without_numbers(written)
            assert without_numbers(question.question) in without_numbers(written)
