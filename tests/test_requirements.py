"""The lists of packages say the same, and what they ask for can be had on every system and Python we name."""
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from explainer.keras_export import NEWEST_PYTHON
from scripts import check_requirements
from scripts.check_requirements import PYTHONS, index_of_pip, resolve

PROJECT = Path(__file__).parents[1]
CORNERS = [     # every system, the oldest and the newest Python; python -m scripts.check_requirements tries them all
    ("Linux x86_64", "3.14"), ("Linux aarch64", "3.13"), ("Windows x86_64", "3.14"), ("Windows x86_64", "3.13"),
    ("macOS arm64", "3.13"), ("macOS x86_64", "3.11"), ("macOS x86_64", "3.14")]
SEVEN = ["numpy", "streamlit", "plotly", "pillow", "segno", "tensorflow", "pytest"]


def lines(path):
    return [line for line in (PROJECT / path).read_text().splitlines() if line and not line.startswith("#")]


def test_requirements_txt_names_the_seven_packages_and_pins_each():
    requirements = [Requirement(line) for line in lines("requirements.txt")]
    assert [requirement.name for requirement in requirements] == SEVEN
    assert all(str(requirement.specifier).startswith("==") for requirement in requirements)


def test_pyproject_names_the_five_that_the_app_needs_as_requirements_txt_does():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert project["dependencies"] == lines("requirements.txt")[:5]
    assert project["requires-python"] == f">={PYTHONS[0]}"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """The package index for uv, which is kept from asking only where none can be reached."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.delenv("XDG_CACHE_HOME")        # uv may keep what it has read
        one = tmp_path_factory.mktemp("uv") / "one.txt"
        one.write_text(lines("requirements.txt")[-1])
        _, error = resolve(PYTHONS[0], "Linux x86_64", index_of_pip(), one)
        if error:
            pytest.skip(f"uv cannot ask a package index here: {error.splitlines()[-1]}")
        yield index_of_pip()


@pytest.mark.parametrize("system, python", CORNERS)
def test_it_can_be_installed_from_wheels_with_tensorflow_wherever_that_exists(index, system, python):
    packages, error = resolve(python, system, index)
    assert not error
    has_one = tuple(map(int, python.split("."))) <= NEWEST_PYTHON and system != "macOS x86_64"
    assert set(SEVEN) - set(packages) == (set() if has_one else {"tensorflow"})


def test_a_list_that_cannot_be_installed_is_found_out(index, tmp_path):
    (tmp_path / "list.txt").write_text("tensorflow==2.21.0")
    packages, error = resolve("3.14", "macOS x86_64", index, tmp_path / "list.txt")
    assert packages == {} and "tensorflow" in error


@pytest.mark.parametrize("said, expected", [
    ("global.index-url='https://a.example/simple'\n", {"UV_DEFAULT_INDEX": "https://a.example/simple"}),
    ("global.extra-index-url='https://b.example/simple'\n", {}), ("", {})])
def test_uv_asks_the_index_that_pip_is_set_to(monkeypatch, said, expected):
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setattr(check_requirements.subprocess, "run", lambda *_, **__: type("Done", (), {"stdout": said}))
    assert index_of_pip() == expected
