"""Imports point one way: streamlit_app → explainer.pages → explainer → mlp_core → NumPy. Read from the sources."""
import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PRODUCT = ["streamlit_app.py", "class_app.py", "mlp_core", "explainer"]
EVERYTHING = [*PRODUCT, "scripts", "benchmarks", "tests"]
SHOWS = ("explainer.pages", "explainer.components", "explainer.session", "explainer.resources", "explainer.server",
         "streamlit_app", "class_app")


def sources(*places):
    """Return {dotted module name: its path} for files and folders of the project."""
    paths = [path for place in places for path in ([PROJECT / place] if place.endswith(".py")
                                                   else sorted((PROJECT / place).rglob("*.py")))]
    return {".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__"): path
            for path in paths}


def imports(tree, module, package, late=True):
    """Return the dotted names that a module imports; late=False leaves out what only a function's call imports.

    A relative import comes out absolute, and `from a import b` as a.b, whether b is a module or a name in it.
    """
    home = module if package else module.rpartition(".")[0]
    found, rest = set(), [tree]
    while rest:
        node = rest.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = home.split(".")[:len(home.split(".")) - node.level + 1] if node.level else []
            found |= {".".join([*above, *filter(None, [node.module]), alias.name]) for alias in node.names}
        if late or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            rest += ast.iter_child_nodes(node)
    return found


def imports_of(module, path, late=True):
    return imports(ast.parse(path.read_text(encoding="utf-8")), module, path.name == "__init__.py", late)


def inside(name, *places):
    return any(name == place or name.startswith(place + ".") for place in places)


@pytest.mark.parametrize("source, expected", [
    ("import numpy as np, os.path", {"numpy", "os.path"}),
    ("from streamlit import cache_data", {"streamlit.cache_data"}),
    ("from . import heat", {"explainer.figures.heat"}),
    ("from .theme import COLOURS", {"explainer.figures.theme.COLOURS"}),
    ("from ..state import State", {"explainer.state.State"}),
    ("def draw():\n    import streamlit", {"streamlit"}),
    ("class C:\n    try:\n        import tensorflow\n    except ImportError: pass", {"tensorflow"}),
])
def test_this_check_sees_every_way_to_import(source, expected):
    assert imports(ast.parse(source), "explainer.figures.matrices", package=False) == expected
    assert imports(ast.parse(source), "explainer.figures", package=True) == expected


def test_this_check_tells_a_late_import_from_an_early_one():
    source = "import os\nclass C:\n    import json\n    def f(self):\n        import tensorflow\n"
    assert imports(ast.parse(source), "m", False, late=False) == {"os", "json"}


def test_this_check_finds_the_modules():
    assert {"streamlit_app", "mlp_core", "mlp_core.network", "explainer.datasets"} <= set(sources(*PRODUCT))


@pytest.mark.parametrize("module, path", sources("mlp_core").items())
def test_the_core_imports_numpy_the_standard_library_and_itself(module, path):
    allowed = {"numpy", "mlp_core"} | sys.stdlib_module_names
    assert {name for name in imports_of(module, path) if name.partition(".")[0] not in allowed} == set()


@pytest.mark.parametrize("module, path", sources(*PRODUCT, "scripts").items())
def test_only_what_shows_or_keeps_something_imports_streamlit(module, path):
    if not inside(module, *SHOWS):
        assert {name for name in imports_of(module, path) if inside(name, "streamlit")} == set()


@pytest.mark.parametrize("module, path", sources("mlp_core", "explainer").items())
def test_nothing_imports_the_pages_but_the_app(module, path):
    if not inside(module, "explainer.pages"):
        assert {name for name in imports_of(module, path) if inside(name, "explainer.pages", "streamlit_app")} == set()


@pytest.mark.parametrize("module, path", sources(*PRODUCT).items())
def test_tensorflow_is_never_imported_at_start_up(module, path):
    assert {name for name in imports_of(module, path, late=False) if inside(name, "tensorflow", "keras")} == set()


def test_figures_are_plain_data_since_plotlys_own_classes_check_every_value_each_time():
    use = [module for module, path in sources(*PRODUCT).items()
           if any(inside(name, "plotly") for name in imports_of(module, path))]
    assert use == ["explainer.server"]      # which serves its JavaScript


@pytest.mark.parametrize("module, path", sources(*EVERYTHING).items())
def test_a_module_opens_with_its_idea_and_is_no_drawer_for_odds_and_ends(module, path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{path} has no docstring"
    assert path.name not in ("utils.py", "util.py", "helpers.py", "misc.py")


def named(path):
    """Every name and attribute that a file's code mentions, and the text of its string literals."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return names | attributes, texts


def product_files(*endings):
    return [path for place in ("explainer", "mlp_core") for ending in endings
            for path in (PROJECT / place).rglob(f"*{ending}")]


@pytest.mark.parametrize("module, path", sources(*PRODUCT).items())
def test_only_the_session_names_streamlits_session_state(module, path):
    names, texts = named(path)
    if module != "explainer.session":
        assert "session_state" not in names and not any("session_state" in text for text in texts)


def without_encoding(tree):
    """The lines that read or write text in whatever encoding the system has."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [(node, getattr(node.func, "attr", getattr(node.func, "id", ""))) for node in calls]
    return [node.lineno for node, name in named if "encoding" not in {word.arg for word in node.keywords} and (
        name in ("read_text", "write_text") or name == "open" and isinstance(node.func, ast.Name)
        and not any("b" in str(getattr(mode, "value", "")) for mode in ast.walk(node) if mode is not node.args[0]))]


@pytest.mark.parametrize("source, lines", [
    ("p.read_text()", [1]), ("p.read_text(encoding='utf-8')", []), ("open(p)", [1]), ("open(p, 'rb')", []),
    ("open(p, 'r+b' if there else 'w+b')", []), ("open(p, 'w', encoding='utf-8')", []), ("p.write_text('b')", [1])])
def test_this_check_sees_text_without_an_encoding(source, lines):
    assert without_encoding(ast.parse(source)) == lines


@pytest.mark.parametrize("module, path", sources(*PRODUCT, "scripts", "start.py").items())
def test_text_files_are_utf8_whatever_the_systems_code_page(module, path):
    assert without_encoding(ast.parse(path.read_text(encoding="utf-8"))) == []


SAYS = {"error", "warning", "info", "success", "caption", "markdown", "write", "progress", "toast"}
QUOTES = {"refused", "upload_refused", "lesson_refused", "error", "notices", "origin", "message", "stopped"}


def said_raw(tree):
    """The lines that show what may quote someone without `outside.markdown`, or keep a file's name as it came."""
    found = []

    def look(node, shown):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of, what = getattr(node.func.value, "id", ""), node.func.attr
            if of == "outside":
                return
            shown = shown or of == "st" and what in SAYS
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("found_network", "read_image"):
            return      # which look at it
        name = getattr(node, "attr", getattr(node, "id", ""))
        if isinstance(node, ast.IfExp):
            return look(node.body, shown), look(node.orelse, shown)
        number = name == "error" and isinstance(node, ast.Attribute) and getattr(node.value, "id", "") != "run"
        if shown and name in QUOTES and not number or \
                name == "name" and getattr(getattr(node, "value", None), "id", "") == "file":
            found.append(node.lineno)
        for child in ast.iter_child_nodes(node):
            if child is not getattr(node, "func", None):
                look(child, shown)
    look(tree, False)
    return found


@pytest.mark.parametrize("source, lines", [
    ("st.error(page.refused)", [1]), ("st.error(outside.markdown(page.refused))", []), ("st.caption(f'{error}.')", [1]),
    ("x = f'{file.name}: no'", [1]), ("x = outside.name(file.name)", []), ("if page.refused:\n    st.error('No.')", []),
    ("st.markdown(f'“{outside.markdown(of.stopped)}”')", []), ("found_network(file.name, content)", [])])
def test_this_check_sees_what_is_said_raw(source, lines):
    assert said_raw(ast.parse(source)) == lines


@pytest.mark.parametrize("module, path", sources("explainer/pages").items())
def test_words_from_outside_are_shown_as_text(module, path):
    assert said_raw(ast.parse(path.read_text(encoding="utf-8"))) == []


HEX_OR_RGB = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b(?![\w-])|\brgba?\(")


@pytest.mark.parametrize("path", product_files(".py", ".css", ".js"), ids=lambda path: path.name)
def test_every_colour_stands_in_the_theme(path):
    if path.name != "theme.py":
        assert HEX_OR_RGB.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("module, path", sources(*PRODUCT).items())
def test_html_of_our_own_stands_in_the_components_and_in_plotlys_texts_only(module, path):
    names, texts = named(path)
    if not inside(module, "explainer.components"):
        assert "unsafe_allow_html" not in names and "html" not in names
    if not inside(module, "explainer.components", "explainer.figures"):
        assert not [text for text in texts if re.search(r"<(div|span|p|a|style|script)\b", text)]


def test_no_style_asks_what_a_pane_or_a_page_around_it_has():
    """Each element that a figure draws would make the browser ask again, and lay out what depends on the answer."""
    around = re.compile(r"(\.stApp|stMain\w*\"\]|\.(view|pane|stage)\b)[^\s,{]*:has\(")
    assert [path.name for path in (PROJECT / "explainer" / "components").rglob("*.css")
            if around.search(path.read_text(encoding="utf-8"))] == []


def test_ruff_has_nothing_to_say():
    done = subprocess.run([sys.executable, "-m", "ruff", "check", "--output-format", "concise", "."], cwd=PROJECT,
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
