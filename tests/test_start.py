"""start.py does on every system what it says: one environment, what is missing and no more, and one plain sentence."""
import ast
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from explainer import places
from scripts import environment
from scripts.environment import Stop, app_needs, home, homes, main, python, read, set_up

PROJECT = Path(__file__).parents[1]
STANDARD = sys.stdlib_module_names | {"explainer.places", "scripts", "scripts.environment", "scripts.classroom",
                                      "tests.browser.chromium"}


def options(what="run", find_links=None, proxy=None):
    return SimpleNamespace(what=what, find_links=find_links, proxy=proxy)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of its own, whose cache is beside it; commands are written down in `project.commands` and not run."""
    root = tmp_path / "project"
    (root / "tests").mkdir(parents=True)
    for name in ("pyproject.toml", "requirements.txt", "tests/requirements.txt"):
        shutil.copy(PROJECT / name, root / name)
    commands = []
    monkeypatch.setattr(environment, "ROOT", root)
    monkeypatch.setattr(environment, "call", lambda command, sentence: commands.append(command))
    monkeypatch.setattr(environment, "healthy", Path.is_dir)
    monkeypatch.setattr(environment, "make", lambda venv: venv.mkdir(parents=True, exist_ok=True))
    monkeypatch.setattr(places, "folders", lambda: [tmp_path / "cache"])
    return SimpleNamespace(root=root, commands=commands, cache=tmp_path / "cache")


def test_a_python_of_2014_can_read_start_py_as_far_as_its_sentence():
    source = (PROJECT / "start.py").read_text(encoding="ascii")
    ast.parse(source, feature_version=(3, 4))
    assert not any(isinstance(node, ast.JoinedStr) for node in ast.walk(ast.parse(source)))
    assert source.index("3, 11") < source.index("from scripts")


@pytest.mark.parametrize("name", ["start.py", "scripts/environment.py", "scripts/classroom.py", "explainer/places.py",
                                  "explainer/__init__.py", "tests/browser/chromium.py"])
def test_before_anything_is_installed_the_standard_library_is_enough(name):
    for node in ast.parse((PROJECT / name).read_text(encoding="utf-8")).body:
        for module in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else
                       [node.module] if isinstance(node, ast.ImportFrom) else []):
            assert module in STANDARD or module == "explainer", f"{name} imports {module}"


def test_too_old_a_python_is_told_so_in_a_sentence():
    source = (PROJECT / "start.py").read_text().replace("sys.version_info < (3, 11)", "sys.version_info < (99, 0)")
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, cwd=PROJECT)
    assert done.returncode == 1 and done.stderr.startswith("This needs Python 3.11 or newer, and ")
    assert done.stderr.count("\n") == 1


def test_the_variable_python_decides_which_one_it_is():
    done = subprocess.run([sys.executable, "start.py"], capture_output=True, text=True, cwd=PROJECT,
                          env=os.environ | {"PYTHON": "nothing-of-this-name"})
    assert done.returncode == 1 and "nothing-of-this-name, which does not start" in done.stderr
    done = subprocess.run([sys.executable, "start.py", "--help"], capture_output=True, text=True, cwd=PROJECT,
                          env=os.environ | {"PYTHON": sys.executable})
    assert done.returncode == 0 and "--find-links" in done.stdout


@pytest.mark.parametrize("arguments, what, more", [
    ([], "run", []), (["run"], "run", []), (["test"], "test", []), (["--server.port", "8600"], "run",
                                                                           ["--server.port", "8600"]),
    (["test", "-k", "run"], "test", ["-k", "run"]), (["test", "--proxy", "http://a:1", "-x"], "test", ["-x"])])
def test_what_is_not_ours_goes_on_to_streamlit_or_pytest(arguments, what, more):
    parsed, rest = read(arguments)
    assert (parsed.what, rest) == (what, more)


def test_the_tests_run_in_two_processes_unless_one_asks_for_one(monkeypatch, tmp_path):
    commands = []
    for name, instead in (("set_up", lambda _: tmp_path), ("chromium", lambda: None),
                          ("run", lambda command, _: commands.append(command))):
        monkeypatch.setattr(environment, name, instead)
    main(["test", "-n0", "-x"])
    said = commands[0][commands[0].index("pytest") + 1:]
    assert said[:2] == ["-n", "2"] and said[-2:] == ["-n0", "-x"]


@pytest.mark.parametrize("platform, expected", [("win32", ("Scripts", "python.exe")), ("linux", ("bin", "python")),
                                                ("darwin", ("bin", "python"))])
def test_the_python_of_an_environment_is_where_each_system_puts_it(platform, expected):
    assert python(Path("venv"), platform) == str(Path("venv", *expected))


def test_the_app_needs_five_packages_and_no_tensorflow():
    assert [need.partition("==")[0] for need in app_needs()] == ["numpy", "streamlit", "plotly", "pillow", "segno"]


def test_the_app_gets_the_five_and_the_tests_get_both_lists(project):
    set_up(options())
    set_up(options("test"))
    assert [command[command.index("--disable-pip-version-check") + 1:] for command in project.commands] == [
        app_needs(), ["-r", "requirements.txt", "-r", "tests/requirements.txt"]]


def test_nothing_is_installed_again_until_a_list_changes(project):
    assert set_up(options()) == set_up(options()) == project.root / ".venv"
    assert len(project.commands) == 1
    text = (project.root / "pyproject.toml").read_text()
    (project.root / "pyproject.toml").write_text(text.replace("plotly==", "plotly>="))
    set_up(options())
    assert len(project.commands) == 2 and any("plotly>=" in word for word in project.commands[1])


def test_an_installation_that_failed_is_made_again(project, monkeypatch):
    def fail(command, sentence):
        raise Stop(sentence)
    monkeypatch.setattr(environment, "call", fail)
    with pytest.raises(Stop, match="--find-links FOLDER"):
        set_up(options())
    monkeypatch.setattr(environment, "call", lambda command, sentence: project.commands.append(command))
    set_up(options())
    assert len(project.commands) == 1


def test_a_folder_of_wheels_is_the_only_source_and_a_proxy_goes_to_pip(project):
    set_up(options(find_links="wheels", proxy="http://proxy.example:3128"))
    command, = project.commands
    assert "--no-index" in command and command[command.index("--find-links") + 1] == str(Path("wheels").resolve())
    assert command[command.index("--proxy") + 1] == "http://proxy.example:3128"


def test_where_the_project_cannot_be_written_it_goes_elsewhere_and_says_so(project, monkeypatch, capsys):
    monkeypatch.setattr(places, "can_write", lambda folder: folder != project.root)
    venv = set_up(options())
    assert venv.parent == project.cache
    assert capsys.readouterr().out == f"{project.root} cannot be written to, so Python's packages go to {venv}.\n"
    assert set_up(options()) == venv and len(project.commands) == 1


def test_two_projects_do_not_share_the_environment_in_our_folder(project, monkeypatch):
    one = list(homes())[1]
    monkeypatch.setattr(environment, "ROOT", project.root / "another")
    assert list(homes())[1] != one


def test_where_nothing_can_be_written_it_stops_with_a_sentence(project, monkeypatch):
    monkeypatch.setattr(places, "can_write", lambda folder: False)
    with pytest.raises(Stop, match="no other folder was found.*Is the disk full?"):
        set_up(options())


def test_an_environment_that_is_complete_serves_where_nothing_can_be_written(project, monkeypatch):
    venv = set_up(options())
    monkeypatch.setattr(places, "can_write", lambda folder: False)
    assert set_up(options()) == venv


def test_a_missing_package_of_debian_is_installed_as_root_and_else_named(project, monkeypatch):
    monkeypatch.setattr(environment.shutil, "which", lambda name: "/usr/bin/apt-get")
    monkeypatch.setattr(environment.os, "getuid", lambda: 0, raising=False)
    environment.debian_package("python3-venv")
    assert project.commands[-1][-1] == "python3-venv" and project.commands[-1][:2] == ["apt-get", "install"]
    monkeypatch.setattr(environment.os, "getuid", lambda: 1000)
    with pytest.raises(Stop, match="sudo apt-get install python3-venv, then the same command again"):
        environment.debian_package("python3-venv")


@pytest.mark.parametrize("folder", [Path(__file__), Path(__file__) / "below a file"])
def test_without_a_home_streamlit_is_lent_one(monkeypatch, tmp_path, folder):
    monkeypatch.setattr(places, "folders", lambda: [tmp_path / "ours"])
    monkeypatch.setattr(environment.os.path, "expanduser", lambda path: str(folder))
    assert home("linux") == {"HOME": str(tmp_path / "ours")}
    assert home("win32") == {"USERPROFILE": str(tmp_path / "ours")}
    monkeypatch.setattr(environment.os.path, "expanduser", lambda path: str(tmp_path))
    assert home() == {}


def test_ctrl_c_ends_quietly_and_an_error_is_one_sentence(monkeypatch, capsys):
    def fail(error):
        def raise_it(options):
            raise error
        monkeypatch.setattr(environment, "set_up", raise_it)
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(reconfigure=lambda **_: None))
        monkeypatch.setattr(sys, "stderr", SimpleNamespace(reconfigure=lambda **_: None, write=said.append))
        return main([])
    said = []
    assert fail(KeyboardInterrupt()) == 130 and said == []
    assert fail(OSError(28, "No space left on device")) == 1 and "No space left on device" in "".join(said)


def test_where_a_program_cannot_become_another_it_waits_for_it_through_ctrl_c(monkeypatch):
    class Process:
        def __init__(self, command, env):
            self.presses = 2
        def wait(self):
            self.presses -= 1
            if self.presses:
                raise KeyboardInterrupt
            return 7
    monkeypatch.setattr(environment.subprocess, "Popen", Process)
    assert environment.run(["streamlit"], platform="win32") == 7


def made_up_wheel(folder):
    """A package of one module, as a wheel."""
    with zipfile.ZipFile(folder / "made_up-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("made_up.py", "")
        wheel.writestr("made_up-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\n")
        wheel.writestr("made_up-1.0.dist-info/WHEEL",
                       "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("made_up-1.0.dist-info/RECORD", "")


def test_from_a_folder_of_wheels_a_new_environment_is_installed_without_a_network(tmp_path, monkeypatch):
    pytest.importorskip("ensurepip", reason="this Python has no ensurepip, so it cannot make an environment")
    (tmp_path / "wheels").mkdir()
    made_up_wheel(tmp_path / "wheels")
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["made-up==1.0"]\n')
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    for name in ("PIP_FIND_LINKS", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")     # whoever asks the network gets nothing
    venv = set_up(options(find_links=str(tmp_path / "wheels")))
    assert venv == tmp_path / ".venv"
    assert subprocess.run([python(venv), "-c", "import made_up"]).returncode == 0
    monkeypatch.setattr(environment, "call", None)
    assert set_up(options()) == venv
