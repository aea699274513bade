"""The walk as a program: run as anybody would, compared with NumPy of this test's own, and able to say no."""
import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from explainer.datasets import default_network
from explainer.pages.one_batch import program as page
from explainer.program import arrays
from explainer.program_files import name, notebook, package, script, statements
from explainer.selection import Selection
from explainer.walkthrough import take_walk
from mlp_core import Layer, Network
from mlp_core.data import one_hot
from mlp_core.presets import PRESETS
from tests import oracles
from tests.explainer.test_pages import app
from tests.explainer.test_walkthrough import every_case, loss_written_out, sample, walk_of

HEAD = [("Network", "a network"), ("View", "http://localhost:8501/?net=deep&step=dW2")]
CELL, CORNER = Selection(), Selection(0, 0, 0, 0)
EVERY_STATEMENT = ("mazur, best", "xor, best", "every leaky_relu, leaky_relu, squared_error", "relu10, best")


def run(text, folder, given=None, **names):
    """Execute a script in a folder with its arrays beside it; return its names and what it printed."""
    if given:
        np.savez(folder / "program.npz", **given)
    names, said = {"__file__": str(folder / "program.py"), "__name__": "__main__", **names}, io.StringIO()
    with np.errstate(), contextlib.redirect_stdout(said):
        exec(compile(text, "program.py", "exec"), names)
    return names, said.getvalue()


def made(walk, at="X", whole=True, blanks=False, selection=CELL, maker=script):
    return maker(walk, selection, at, HEAD, "program", whole, blanks)


def run_made(walk, folder, at="X", whole=True, blanks=False, selection=CELL):
    return run(made(walk, at, whole, blanks, selection), folder, arrays(walk, at, whole, blanks))


def by_hand(walk):
    """{name: array}: the step of the walk once more, in float64, from the formulas of the oracles alone."""
    found, X, Y = {}, walk.passed.A[0].astype(np.float64), walk.Y.astype(np.float64)
    weights = [(layer.W.astype(np.float64), None if layer.b is None else layer.b.astype(np.float64))
               for layer in walk.before.layers]
    found |= forward_by_hand(walk, X, Y, weights, "")
    S, A = (lambda l: found[f"S{l}"]), (lambda l: found[f"A{l}"] if l else X)
    delta, new = None, list(weights)
    for l in range(walk.L, 0, -1):
        W, b = weights[l - 1]
        f = walk.layer(l).activation
        if f == "softmax":
            delta = oracles.softmax(S(l)) - Y
        else:
            dA = slope_of_the_loss(walk, S(l), A(l), Y) if l == walk.L else np.einsum("mj,kj->mk", delta, weights[l][0])
            found[f"dA{l}"], delta = dA, np.einsum("mj,mj->mj", dA, oracles.slope(f, S(l)))
        found |= {f"delta{l}": delta, f"dW{l}": np.einsum("mk,mj->kj", A(l - 1), delta) / walk.divisor}
        found[f"W{l}_new"] = W - walk.learning_rate * found[f"dW{l}"]
        new[l - 1] = found[f"W{l}_new"], b
        if b is not None:
            found[f"db{l}"] = np.einsum("mj->j", delta) / walk.divisor
            if not walk.layer(l).frozen_bias:
                found[f"b{l}_new"] = b - walk.learning_rate * found[f"db{l}"]
                new[l - 1] = found[f"W{l}_new"], found[f"b{l}_new"]
    return found | forward_by_hand(walk, X, Y, new, "_new") | {"X": X}


def forward_by_hand(walk, X, Y, weights, ending):
    found, A = {}, X
    for l, (W, b) in enumerate(weights, 1):
        S = np.einsum("mk,kj->mj", A, W) + (0 if b is None else b)
        A = oracles.activation(walk.layer(l).activation, S)
        found |= {f"S{l}{ending}": S, f"A{l}{ending}": A}
    return found | {f"E{ending}": oracles.loss(walk.before.loss, S, A, Y).sum() / walk.divisor}


def slope_of_the_loss(walk, S, A, Y, h=1e-5):
    """By central differences of each output."""
    columns = []
    for j in range(A.shape[1]):
        move = h * (np.arange(A.shape[1]) == j)
        up, down = (oracles.loss(walk.before.loss, S, A + sign * move, Y) for sign in (1, -1))
        columns.append((up - down) / (2 * h))
    return np.stack(columns, axis=1)


def compare(walk, names, expected):
    """Every array against its oracle: as near as its precision allows, by the size of what it is made of."""
    digits = 2e-5 if walk.before.dtype == np.float32 else 1e-8
    for each, right in expected.items():
        assert np.shape(names[each]) == np.shape(right), each
        largest = np.abs(right).max()
        np.testing.assert_allclose(names[each], right, rtol=50 * digits, atol=digits * max(largest, 1e-2), err_msg=each)


@every_case
def test_the_script_of_the_whole_walk_computes_what_other_formulas_do(case, tmp_path):
    walk = walk_of(case)
    names, said = run_made(walk, tmp_path)
    compare(walk, names, by_hand(walk))
    E, E_new = (f"{loss_written_out(network, walk.passed.A[0], walk.Y):.3g}" for network in (walk.before, walk.after))
    printed = re.search(r"E was (\S+) .* is (\S+) after", said).groups()
    assert [f"{float(number):.3g}" for number in printed] == [E, E_new]
    assert "finite differences" in said


@pytest.mark.parametrize("case", [f"{net}, best" for net in PRESETS])
def test_the_script_of_each_step_computes_it_from_its_operands(case, tmp_path):
    walk = walk_of(case)
    expected = by_hand(walk)
    for step in walk.steps:
        names, said = run_made(walk, tmp_path, step.key, whole=False)
        compare(walk, names, {step.key: expected[step.key]})
        assert ("finite differences" in said) == (step.topic in ("dW", "db"))


def test_a_trained_network_a_drawing_and_steps_that_overflow_have_programs_too(tmp_path):
    images, labels = sample().images[:100].copy(), sample().labels[:100]
    images[0] = np.tile(np.arange(28, dtype=np.uint8), 28)
    Y, deep = one_hot(labels), PRESETS["deep"]
    trained = take_walk(default_network(), images, Y, 0.1)
    assert (run_made(trained, tmp_path)[0]["X"][0] * 255).round().tolist() == images[0].tolist()
    run_made(take_walk(deep.network(deep.best, np.random.default_rng(0)), images, Y, 1e30), tmp_path)
    huge = [Layer(np.full((2, 2), 1e30), None, "linear"), Layer(np.full((2, 1), 1e30), None, "linear")]
    walk = take_walk(Network(huge, "squared_error"), np.ones((1, 2)), np.zeros((1, 1)), 1000.)
    assert np.isinf(run_made(walk, tmp_path)[0]["E_new"])


STRICT = """
import sys
class OnlyNumPy:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "numpy"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, OnlyNumPy())
import runpy
for path in sys.argv[1:]:
    runpy.run_path(path, run_name="__main__")
"""


@pytest.mark.parametrize("other", [{}, {"OPENBLAS_CORETYPE": "Prescott"}])
def test_it_runs_from_its_zip_with_numpy_alone_and_where_another_blas_has_other_last_digits(tmp_path, other):
    paths = []
    for case in ("mazur, source", "deep, source", "deep, best", "relu16, best"):
        stem = case.replace(", ", "-")
        packed = package(walk_of(case), CELL, "dW1", HEAD, stem)
        zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path)
        paths.append(str(tmp_path / stem / f"{stem}.py"))
        assert {path.name for path in (tmp_path / stem).iterdir()} == {f"{stem}.py", f"{stem}.npz", "README.txt"}
    done = subprocess.run([sys.executable, "-I", "-W", "error", "-c", STRICT, *paths], capture_output=True, text=True,
                          env=os.environ | other, cwd="/", timeout=60)
    assert done.returncode == 0 and done.stdout.count("Every number is as on the screen.") == 4, done.stderr


def assigned(text):
    """{name: right-hand side} of the statements of a program, in order, without its head and its functions."""
    return {node.targets[0].id: ast.unparse(node.value) for node in ast.parse(text).body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}


def filled(blank, answers):
    """A program with blanks after somebody wrote in it."""
    for each, answer in answers.items():
        blank = blank.replace(f"\n{each} = ...  # your line\n", f"\n{each} = {answer}\n")
    return blank


def answers_of(walk):
    right = assigned(statements(walk, CELL, "X"))
    given = {"X"} if walk.images is None else set()     # the numbers of a worked example
    return {each: right[each] for each in by_hand(walk).keys() - given}


@pytest.mark.parametrize("case", EVERY_STATEMENT)
def test_blanks_take_right_answers_and_refuse_every_wrong_one_by_its_name_and_shape(case, tmp_path):
    walk = walk_of(case)
    blank, right = made(walk, blanks=True, selection=CORNER), answers_of(walk)
    given = arrays(walk, "X", blanks=True)
    assert blank.count("# your line") == len(right) and "E_moved" not in blank
    assert not any(answer in blank for answer in right.values() if len(answer) > 12)
    run(filled(blank, right), tmp_path, given)
    for each, answer in right.items():
        shape = np.shape(by_hand(walk)[each])
        wrong = ["...", f"1.01 * ({answer})"] + [f"({answer}).T"] * (len(shape) == 2 and shape != (1, 1))
        for attempt in wrong:
            with pytest.raises(SystemExit, match=rf"{each}\b.*{re.escape(str(shape))}"):
                run(filled(blank, right | {each: attempt}), tmp_path)


def test_a_script_that_is_wrong_ends_with_one_line_and_exit_code_1(tmp_path):
    text = made(walk_of("mazur, source"), "S1", whole=False, selection=CORNER)
    for statement, line in {
            "S1 = X @ W1": r"S1\[0, 0\] is 0\.0275, the screen shows 0\.3775\. S1: .*, shape \(1, 2\)\.",
            "S1 = X @ W1.T @ b1": r"S1 has shape \(1,\), it should have \(1, 2\)\. S1: .*",
            "S1 = ...": r"S1 is still blank\..*", "S1 = np.sum": r"S1 is no array of numbers\..*"}.items():
        (tmp_path / "program.py").write_text(text.replace("S1 = X @ W1 + b1", statement), encoding="utf-8")
        np.savez(tmp_path / "program.npz", **arrays(walk_of("mazur, source"), "S1", False))
        done = subprocess.run([sys.executable, "-I", tmp_path / "program.py"], capture_output=True, timeout=60)
        assert done.returncode == 1 and not done.stdout
        assert re.fullmatch(line + r"\r?\n", done.stderr.decode(errors="replace")), done.stderr


def test_a_blank_step_names_what_it_is_made_of(tmp_path):
    walk = walk_of("mazur, best")
    blank = made(walk, "dW2", whole=False, blanks=True)
    said = r"dW2 is still blank.*\(2, 2\).*weights of layer 2, from A1 \(1×2\), delta2"
    with pytest.raises(SystemExit, match=said):
        run(blank, tmp_path, arrays(walk, "dW2", False, True))
    run(filled(blank, {"dW2": "A1.T @ delta2"}), tmp_path)
    assert set(arrays(walk, "dW2", False, True)) == {"A1", "delta2"}


@pytest.mark.parametrize("case", EVERY_STATEMENT)
def test_every_number_that_is_compared_can_say_no(case, tmp_path):
    walk = walk_of(case)
    text, given = made(walk), arrays(walk, "X")
    compared = re.compile(r"(shown|total)=(\S+?), (?:within|total_within)=(\S+?)[,)\n]")
    found = list(compared.finditer(text, text.index("\n# X: ")))
    assert len(found) == 2 * len(by_hand(walk)) - 2      # E and E_new are one number each
    run(text, tmp_path, given)
    for number in found:
        other = text[:number.start(2)] + repr(float(number[2]) + 3 * float(number[3])) + text[number.end(2):]
        with pytest.raises(SystemExit):
            run(other, tmp_path)
    with pytest.raises(SystemExit, match="finite differences"):
        run(text.replace("(2 * epsilon)", "epsilon"), tmp_path)


def test_the_numbers_are_those_of_the_screen_at_the_selected_cell():
    walk, at = walk_of("deep, best"), Selection(26, 52, 7, 400)
    for step in walk.steps:
        compared = rf'check\("{step.key}".*\n.*shape=(.*), cell=(.*), shown=(\S+), within'
        text, = re.findall(compared, statements(walk, at, step.key, False))
        shape, cell, shown = map(ast.literal_eval, text)
        assert shape == np.shape(step.result)
        assert shown == float(f"{float(np.asarray(step.result)[cell]):.6g}")
    assert 'cell=(400, 52)' in statements(walk, at, "dW1", False) and 'cell=(9,)' in statements(walk, at, "db4", False)
    assert "dW3[7, 15] by moving W3[7, 15]" in statements(walk, at, "S3")


def test_a_worked_example_is_compared_to_nine_digits_of_what_its_source_prints():
    text = made(walk_of("mazur, source"), selection=CORNER)
    assert "shown=0.298371109," in text and "shown=0.291027774," in text     # E and E_new
    for number in (.593269992, .741365070, .138498562, .082167041, .036350306, .149780716, .358916480):
        assert any(abs(float(shown) - number) < .51e-9 for shown in re.findall(r"shown=(\S+),", text)), number


def plainly(code):
    """The code without its comments and its layout."""
    return ast.unparse(ast.parse(code))


@every_case
def test_the_cells_of_the_notebook_are_the_script(case, tmp_path, monkeypatch):
    walk = walk_of(case)
    book = json.loads(made(walk, maker=notebook))
    monkeypatch.chdir(tmp_path)
    cells = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    names, said = run("\n".join(cells), tmp_path, arrays(walk, "X"), __file__=None)
    assert "Every number is as on the screen." in said and {step.key for step in walk.steps} < set(names)
    assert plainly("\n".join(cells[1:])) == plainly(statements(walk, CELL, "X"))
    words = "".join("".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "markdown")
    assert all(step.title in words for step in walk.steps) and HEAD[1][1] in words


def test_jupyter_takes_the_notebooks_and_runs_them(tmp_path, monkeypatch):
    import nbclient  # only here: it takes half a second
    import nbformat
    for each in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(each, str(tmp_path / each))
    packed = package(walk_of("deep, best"), CELL, "dW2", HEAD, "deep", "notebook")
    zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path)
    book = nbformat.read(tmp_path / "deep" / "deep.ipynb", as_version=4)
    nbformat.validate(book)
    wrong = 'check("dW2", dW2 + 1, "the gradient", shape=dW2.shape, cell=(0, 0), shown=0.0, within=0.5)'
    book.cells.append(nbformat.v4.new_code_cell(wrong, metadata={"tags": ["raises-exception"]}))
    nbclient.NotebookClient(book, timeout=60, kernel_name="python3",
                            resources={"metadata": {"path": str(tmp_path / "deep")}}).execute()
    assert "Every number is as on the screen." in book.cells[-2].outputs[0].text
    said, = book.cells[-1].outputs[0].traceback         # which a notebook shows: no more than the sentence
    assert re.fullmatch(r"dW2\[0, 0\] is .*, the screen shows 0\. dW2: the gradient, shape \(64, 32\)\.", said)


def test_the_head_says_where_it_comes_from_and_no_name_in_it_becomes_code(tmp_path):
    walk, odd = walk_of("mazur, source"), 'run 1 """\nraise SystemExit\r#\x0c\x00 <b>$x$</b>'
    text = script(walk, Selection(0, 1, 1), "dW2", [*HEAD, ("Weights", odd)], "program")
    assert "http://localhost:8501/?net=deep&step=dW2" in text and "Requires Python 3 and NumPy" in text
    assert "2 → 2 sigmoid → 2 sigmoid; half squared error, sum" in text and "example 0, unit 1, unit 1 of the" in text
    run(text, tmp_path, arrays(walk, "dW2"))
    book = json.loads(notebook(walk, CELL, "dW2", [("Weights", odd)], "program"))
    assert r"\<b>\$x\$\</b>" in "".join(book["cells"][0]["source"])


def test_the_files_are_named_by_what_is_in_them():
    assert name("deep", "dW2", False, False) == "deep-dW2" and name("own", "X", True, True) == "own-walk-blanks"
    assert set(zipfile.ZipFile(io.BytesIO(package(walk_of("mazur, best"), CELL, "X", HEAD, "m", "notebook", False)))
               .namelist()) == {"m/m.ipynb", "m/README.txt"}        # its numbers stand in the statement


def opened(address):
    at = app(address)
    at.session_state["session"].dialog = "share"
    return at.run()


def test_the_dialog_offers_the_step_or_the_walk_complete_or_with_blanks():
    at = opened("net=mazur&step=dW2")
    assert at.get("download_button")[0].label == "Download mazur-dW2.zip" and "dW2 = A1.T @ delta2" in at.code[0].value
    at.segmented_control(key="program_what").set_value("The whole walk").run()
    assert "S1 = X @ W1 + b1" in at.code[0].value
    at.segmented_control(key="program_variant").set_value("With blanks").run()
    assert at.get("download_button")[0].label == "Download mazur-walk-blanks.zip"
    assert "S1 = ...  # your line" in at.code[0].value
    assert not at.exception


def test_its_head_has_the_network_the_batch_the_seed_the_weights_the_data_and_the_address(monkeypatch):
    heads, head = [], page.head
    monkeypatch.setattr(page, "head", lambda *of: heads.append(dict(head(*of))) or list(heads[-1].items()))
    opened("net=deep&step=dW2&batch=3&seed=7&j=9&alpha=0.2")
    opened("net=deep&step=dW2&weights=trained")
    opened("net=mazur&step=dW2&numbers=4&ahead=5")
    drawn, trained, toy = heads
    assert all(part in drawn["Network"] for part in ("Four sigmoid layers", "seed 7", "α = 0.2", "Data: 5,000 MNIST"))
    assert drawn["Batch"] == "training batch 3 of 50, 100 images" and drawn["Weights"] == "untrained"
    assert set(drawn["View"].partition("/?")[2].split("&")) == {
        "net=deep", "step=dW2", "i=17", "j=9", "batch=3", "seed=7", "alpha=0.2"}
    assert trained["Weights"].startswith("trained") and "new numbers 4" in toy["Network"]
    assert (toy["Batch"], toy["Weights"]) == (
        "the example’s own numbers", "the example’s own, and 5 steps of training later")


def test_given_numbers_are_not_left_blank():
    at = opened("net=mazur&step=X")
    assert at.segmented_control(key="program_variant").options == ["Complete"] and not at.exception


def test_before_the_first_step_there_is_only_the_whole_walk():
    at = opened("net=hmkcode&step=open")
    assert at.get("download_button")[0].label == "Download hmkcode-walk.zip" and not at.exception
