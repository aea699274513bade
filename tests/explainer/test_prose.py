"""The words are there for every step, of a readable length, and their formulas are well formed."""
import ast
import re
from pathlib import Path

import pytest

from explainer import prose
from explainer.notation import ACTIVATION_NOTATION
from mlp_core import ACTIVATIONS, LOSSES
from mlp_core.activations import ELEMENTWISE
from mlp_core.presets import PRESETS
from tests.explainer.test_walkthrough import CASES, walk_of

pytestmark = pytest.mark.filterwarnings("error")

KEYS = ("X", "X_example", "S", *(f"A_{name}" for name in ACTIVATIONS), *(f"E_{name}" for name in LOSSES),
        "dA_output", "dA_hidden", "delta", "delta_softmax", "dW", "db", "W_new", "b_new", "E_new")

CHATTY_OR_AMERICAN = ("simply", "just", "obviously", "clearly", "trivial", "trivially", "easy", "easily", "basically",
                      "of course", "let's", "let us", "dive", "delve", "magic", "powerful", "amazing", "very",
                      "note that", "color", "gray", "neighbor", "center", "centered", "behavior", "normalize",
                      "initialize", "optimize", "generalize", "maximize", "minimize")


def formulas(text):
    """Return the LaTeX between dollars, displayed formulas first; code in backticks is left out."""
    text = re.sub(r"`[^`\n]*`", "", text)
    displayed = re.findall(r"\$\$(.+?)\$\$", text, re.DOTALL)
    return displayed + re.findall(r"\$([^$]+)\$", re.sub(r"\$\$.+?\$\$", "", text, flags=re.DOTALL))


def all_parts(key):
    parts = [part(key) for part in (prose.why, prose.look, prose.mistake, prose.derivation)]
    return parts + [part(key, last) for part in (prose.again, prose.another_mistake) for last in (False, True)]


def visible(text):
    """Return the text about as it is set: a command of LaTeX is one character, a brace or a dollar none."""
    for formula in re.findall(r"\$[^$]+\$", text):
        text = text.replace(formula, re.sub(r"[{}$^_\s]", "", re.sub(r"\\[a-z]+\s*", "x", formula)))
    return text


@pytest.mark.parametrize("part, most, sentences", [(prose.why, 210, 2), (prose.look, 165, 2), (prose.mistake, 150, 2)])
@pytest.mark.parametrize("key", KEYS)
def test_the_three_parts_beside_the_picture_fit_their_places(key, part, most, sentences):
    text = visible(part(key))
    assert "\n" not in text and "$$" not in part(key)
    assert 40 <= len(text) <= most, len(text)
    assert text[0].isupper() or part(key)[0] == "$"
    assert text[-1] == "." and len(re.findall(r"[.?](?= |$)", text)) <= sentences


@pytest.mark.parametrize("key", KEYS)
def test_a_mistake_is_a_sentence_of_its_own(key):
    """It stands after the words “Common mistake.”, so it neither repeats them nor goes on from them."""
    first = prose.mistake(key).split()[0]
    assert first.endswith("ing") and "mistake" not in prose.mistake(key)


@pytest.mark.parametrize("part, name", [(prose.why, "Why"), (prose.look, "Look"), (prose.mistake, "Common mistake"),
                                        (prose.derivation, "Derivation")])
def test_a_missing_part_is_refused_by_its_name_and_its_file(part, name, tmp_path, monkeypatch):
    whole = {"Why": "Why.", "Look": "Look.", "Common mistake": "No.", "Derivation": "So."}
    monkeypatch.setattr(prose, "FOLDER", tmp_path)
    for n, rest in enumerate(({}, {name: ""})):                 # not there, there but empty
        key, parts = f"{name}_{n}", {heading: words for heading, words in whole.items() if heading != name} | rest
        text = parts.pop("Why", "") + "".join(f"\n\n## {heading}\n\n{words}" for heading, words in parts.items())
        (tmp_path / f"{key}.md").write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=f"^The words in explainer/prose/{key}.md have no part “{name}”.$"):
            part(key)


@pytest.mark.parametrize("key", KEYS)
def test_a_file_has_its_four_parts_in_their_order(key):
    text = (prose.FOLDER / f"{key}.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)", text, re.MULTILINE)
    further, mistakes = ([name for name in names if name in headings] for names in (FURTHER, MISTAKES))
    assert headings == [*further, "Look", "Common mistake", *mistakes, "Derivation"]


FURTHER, MISTAKES = ("Again", "Last"), ("Another mistake", "Last mistake")


@pytest.mark.parametrize("key", KEYS)
def test_what_a_further_layer_brings_is_one_line_and_not_the_words_again(key):
    text = (prose.FOLDER / f"{key}.md").read_text(encoding="utf-8")
    for last in (False, True) if "## Again" in text else ():
        line = prose.again(key, last)
        assert "\n" not in line and 40 <= len(visible(line)) <= 160 and line[0].isupper() and line[-1] == "."
        assert line != prose.why(key) and "<l>" in line


@pytest.mark.parametrize("key", KEYS)
def test_a_further_layer_has_mistakes_of_its_own_as_long_as_the_first(key):
    if "## Another mistake" in (prose.FOLDER / f"{key}.md").read_text(encoding="utf-8"):
        mistakes = [prose.mistake(key), prose.another_mistake(key), prose.another_mistake(key, last=True)]
        assert len(set(mistakes)) == 3
        for text in mistakes[1:]:
            assert "\n" not in text and 40 <= len(visible(text)) <= 150 and text[-1] == "."
            assert text.split()[0].endswith("ing") and "mistake" not in text


def test_every_step_that_layers_repeat_has_words_for_a_further_layer():
    for case in (case for case in CASES if case.partition(",")[0] in PRESETS):
        walk, seen = walk_of(case), set()
        for step in walk.steps:
            assert step.prose not in seen or prose.again(step.prose, step.layer == walk.L) != prose.why(step.prose)
            seen.add(step.prose)


def test_words_without_a_line_for_a_further_layer_are_said_again(tmp_path, monkeypatch):
    monkeypatch.setattr(prose, "FOLDER", tmp_path)
    (tmp_path / "plain.md").write_text("Why it is there.\n\n## Look\n\nLook.", encoding="utf-8")
    (tmp_path / "rich.md").write_text("Why.\n\n## Again\n\nMore.\n\n## Last\n\nThe last.", encoding="utf-8")
    assert prose.again("plain") == prose.again("plain", last=True) == "Why it is there."
    assert (prose.again("rich"), prose.again("rich", last=True)) == ("More.", "The last.")


@pytest.mark.parametrize("key", KEYS)
def test_every_step_has_a_derivation_with_displayed_formulas(key):
    derivation = prose.derivation(key)
    assert derivation.count("$$") >= 4


@pytest.mark.parametrize("key", KEYS)
def test_dollars_and_braces_are_balanced(key):
    for text in all_parts(key):
        assert text.count("$") % 2 == 0
        for formula in formulas(text):
            plain = re.sub(r"\\[{}]", "", formula)
            assert plain.count("{") == plain.count("}"), formula
            left, right = (re.findall(rf"\\{side}(?![a-z])", formula) for side in ("left", "right"))
            assert len(left) == len(right), formula
            assert formula.count(r"\begin{") == formula.count(r"\end{"), formula


@pytest.mark.parametrize("key", KEYS)
def test_displayed_formulas_stand_on_lines_of_their_own(key):
    lines = prose.derivation(key).splitlines()
    assert all(line == "$$" for line in lines if "$$" in line)


@pytest.mark.parametrize("key", KEYS)
def test_the_words_are_plain_british_and_calm(key):
    text = " ".join(all_parts(key))
    for formula in formulas(text):
        text = text.replace(formula, " ")
    assert "!" not in text
    found = [word for word in CHATTY_OR_AMERICAN if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)]
    assert not found


OUTPUT_MINUS_TARGET = ("E_half_squared_error", "E_squared_error", "dA_output")


@pytest.mark.parametrize("key", KEYS)
def test_error_is_the_word_for_the_outputs_minus_the_targets_only(key):
    """Said where the loss is made of it; ∂E/∂A is a slope and δ is δ, and neither is a target."""
    text = " ".join(all_parts(key))
    assert key in OUTPUT_MINUS_TARGET or "error" not in text
    assert "should have said" not in text


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith("E_") or key in (
    "A_softmax", "dA_output", "dA_hidden", "delta_softmax") if key != "E_new"])
def test_k_is_a_unit_of_the_layer_below_and_nothing_else(key):
    """In what has no layer below it, another unit of the same layer is j′ and one of the layer above is n."""
    subscripts = re.findall(r"_\{([^{}]*)\}|_(\w)", prose.derivation(key))
    assert not [of for of in subscripts if "k" in "".join(of)]


NO_SCREEN = ("keras_export.py", "download.py", "jobs.py")    # of the machine: what went wrong while fetching or saving


def strings():
    """(its path, text) of every string in the explainer's code, without the docstrings; f-strings in their parts."""
    for path in sorted(Path(prose.__file__).parents[1].rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {id(node.body[0].value) for node in ast.walk(tree)
                      if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and node.body
                      and isinstance(node.body[0], ast.Expr)}
        yield from ((path, node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)
                    and isinstance(node.value, str) and id(node) not in docstrings)


def test_no_other_sentence_title_or_help_says_error_for_a_slope_or_for_the_loss():
    """“squared error” is a loss's name; everywhere else error is A − Y, and only the words of the losses say it.

    The cards and the test ask about A − Y; there too, no error is a signal, belongs to a layer or is sent anywhere.
    """
    for path, text in strings():
        text = re.sub(r"squared error", "", text, flags=re.IGNORECASE)
        if "cards" in path.parts or path.name == "quiz.py":
            assert not re.search(r"error (signal|sent|back|of layer|at)\b|back\w* errors?\b", text), (path.name, text)
        elif " " in text and path.name not in NO_SCREEN:
            assert not re.search(r"\berror", text, re.IGNORECASE), (path.name, text)


@pytest.mark.parametrize("case", CASES)
def test_a_title_calls_a_slope_a_slope(case):
    for step in walk_of(case).steps:
        assert not re.search(r"\b(error|signal|target)s?\b", re.sub("squared error", "", step.title)), step.title
        assert step.topic != "dA" or step.title.startswith("Slope of the loss by the outputs")


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_f_and_the_functions_own_name_are_related_in_words_where_both_occur(name):
    """A = σ(S) in the equation and f′ in δ: the words at A say that they are the same function."""
    why = prose.why(f"A_{name}")
    assert "$f" in why
    why, of = why.replace(r"\tanh", r"\operatorname{tanh}"), ACTIVATION_NOTATION[name]
    assert f"$f = {of.function}$" in why or f"$f$ is {of.name}" in why or "$f(s) = s$" in why


@pytest.mark.parametrize("key", ("dA_output", "delta_softmax"))
def test_the_first_step_back_says_what_backpropagation_is_and_why_backwards(key):
    assert prose.why(key).startswith("Backpropagation") and "one pass" in prose.why(key)
    assert "forward pass for each weight" in prose.derivation(key) and "<parameters>" in prose.why(key)


@pytest.mark.parametrize("key", ("dW", "db"))
def test_the_gradients_say_how_sum_and_mean_differ(key):
    assert r"\alpha_{\text{sum}} = \alpha_{\text{mean}} / m" in prose.derivation(key)


def test_there_is_no_file_that_no_step_uses():
    assert {path.stem for path in Path(prose.__file__).parent.glob("*.md")} == set(KEYS)
