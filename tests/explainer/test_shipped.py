"""A start without what it needs is a sentence on the page, never a red box."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from explainer import formulas, shipped, sources
from explainer.jobs import FetchMnist
from explainer.pages.train import controls
from explainer.session import session
from mlp_core import blas
from tests.explainer.test_pages import address_of, app, assert_fine
from tests.explainer.test_train_page import press, train_page, trainer  # noqa: F401

pytestmark = pytest.mark.usefixtures("no_data_of_this_machine")
PROJECT = Path(__file__).parents[2]
EACH_IN_TURN = """
import locale, sys
from pathlib import Path
import streamlit as st
from streamlit.testing.v1 import AppTest
print(locale.getpreferredencoding(False))
def run(step):
    st.cache_resource.clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "explainer"]:
        del sys.modules[name]
    at = AppTest.from_file("streamlit_app.py", default_timeout=60)
    at.query_params["step"] = step
    at.run()
    assert not at.exception, at.exception
    return [error.value for error in at.error]
assert run("S1") == [], "nothing is damaged yet"
damages = {"damaged": lambda path: path.write_bytes(b"\\xff\\xfe\\x00 = ["), "a folder": lambda path: path.mkdir(),
           "gone": lambda path: None}
for kind, name in zip(sys.argv[1::2], sys.argv[2::2]):
    path, aside = Path(name), Path(name + "-aside")
    path.rename(aside)
    damages[kind](path)
    said = run("S1")
    assert len(said) == 1 and path.name in said[0].replace("\\\\", "") and "missing" in said[0], (name, said)
    if path.exists():
        path.rmdir() if path.is_dir() else path.unlink()
    aside.rename(path)
"""
FILES = {"explainer/sources/deep.toml": "damaged", "explainer/prose/S.md": "a folder",
         "explainer/assets/mnist_sample.npz": "gone", "explainer/glossary.toml": "damaged",
         "explainer/components/pad.js": "a folder", "explainer/sources/xor.toml": "gone",
         "explainer/formulas/relu16.toml": "gone"}


def test_each_shipped_file_that_is_damaged_or_gone_is_named_in_a_sentence_whatever_the_code_page(tmp_path):
    for part in ("explainer", "mlp_core", ".streamlit"):
        shutil.copytree(PROJECT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "*.png"))
    shutil.copy(PROJECT / "streamlit_app.py", tmp_path)
    of_each = [word for name, damage in FILES.items() for word in (damage, name)]
    done = subprocess.run([sys.executable, "-c", EACH_IN_TURN, *of_each], cwd=tmp_path, capture_output=True, text=True,
                          timeout=120, env=os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0",
                                                         "KERAS_HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr[-3000:]
    assert sys.platform == "win32" or done.stdout.split()[0].upper() in ("ANSI_X3.4-1968", "US-ASCII", "ASCII")


@pytest.mark.parametrize("module", [sources, formulas])
def test_every_file_that_is_there_is_read(module):
    named = sources.DESCRIBED if module is sources else formulas.LISTED
    assert sorted(named) == sorted(path.stem for path in Path(module.__file__).parent.glob("*.toml"))


def test_without_the_trained_network_the_walk_shows_the_untrained_one_and_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr("explainer.datasets._shipped_network",
                        lambda: shipped.read(tmp_path / "default_network.npz"))
    at = app("net=deep&weights=trained")
    assert_fine(at, "default_network")
    assert "untrained network is shown" in at.warning[0].value and address_of(at).get("weights") is None
    at = at.switch_page("explainer/pages/draw/page.py").run()
    assert not at.exception and len(at.error) == 1 and "default_network" in at.error[0].value


def test_a_blas_that_cannot_be_loaded_leaves_training_as_it_is(monkeypatch):
    def refused(path):
        raise OSError("no such library for this process")
    monkeypatch.setattr(blas.ctypes, "CDLL", refused)
    blas._openblas.cache_clear()
    try:
        with blas.one_thread():
            assert blas._openblas() is None
    finally:
        blas._openblas.cache_clear()


def test_where_no_thread_is_to_be_had_the_page_says_so_and_goes_on(trainer, monkeypatch):  # noqa: F811
    at = train_page("net=mazur")

    def none_left(self):
        raise RuntimeError("can't start new thread")
    with monkeypatch.context() as without:
        without.setattr("explainer.trainer.threading.Thread", type("Thread", (), {
            "__init__": lambda self, **options: None, "start": none_left}))
        session_of(at, monkeypatch)
        controls.start()
        job = FetchMnist()
        job.start()
    assert "no thread" in at.session_state["session"].training.refused and trainer.state == "ready"
    assert job.state == "failed" and "no thread" in job.message and job.seconds == 0
    at = at.run()
    assert not at.exception and "no thread" in at.error[0].value
    assert not press(at, "start").error and trainer.state in ("running", "finished")


def session_of(at, monkeypatch):
    """Let what is called outside a run of the page see this page's session."""
    monkeypatch.setattr("streamlit.session_state", {"session": at.session_state["session"]})
    assert session() is at.session_state["session"]
