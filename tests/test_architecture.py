"""What ARCHITECTURE.md says about changing the project is true: its five patches apply, and their tests pass."""
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
TEXT = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")
EXAMPLES = {title: (patch, command) for title, patch, command in re.findall(
    r"^### (.+?)\n.*?^```diff\n(.*?)^```\n\nShown by `python -m pytest (.+?)`\.$", TEXT, re.DOTALL | re.MULTILINE)}


def project_files():
    """Return the project's files as git knows them, also those that nobody has committed yet."""
    if not shutil.which("git"):
        pytest.skip("git is missing, which applies the patches")
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=PROJECT,
                            capture_output=True, text=True, encoding="utf-8")
    if listed.returncode:
        pytest.skip("the project is no git repository here, so nobody knows which files belong to it")
    return [name for name in listed.stdout.split("\0") if name and (PROJECT / name).is_file()]


@pytest.fixture
def copy(tmp_path):
    """A copy of the project, in a folder of its own."""
    for name in project_files():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, tmp_path / name)
    return tmp_path


def test_there_is_an_example_for_each_kind_of_change():
    assert [title.partition(":")[0] for title in EXAMPLES] == ["An activation", "A preset", "A step", "A chart",
                                                               "A page"]
    assert TEXT.count("```diff") == len(EXAMPLES)


@pytest.mark.parametrize("title", EXAMPLES)
def test_a_patch_applies_and_the_tests_it_names_pass(title, copy):
    patch, command = EXAMPLES[title]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "GIT_CEILING_DIRECTORIES": str(copy.parent)}
    applied = subprocess.run(["git", "apply", "--verbose", "-"], cwd=copy, env=environment, input=patch.encode(),
                             capture_output=True, timeout=60)
    assert applied.returncode == 0, applied.stderr.decode()
    tested = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *shlex.split(command)],
                            cwd=copy, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    passed = re.search(r"(\d+) passed", tested.stdout)
    assert passed and int(passed[1]) >= 1, tested.stdout


def test_every_file_named_in_what_to_touch_for_a_change_exists():
    section = TEXT.partition("## What to touch for a change")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([\w/]+(?:/|\.py))`", section))
    assert len(named) >= 8
    assert [name for name in named if not (PROJECT / name).exists()] == []
