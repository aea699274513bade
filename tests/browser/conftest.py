"""The app served on a free port, a browser without a way out, and a reader who tolerates no error.

If playwright or a Chromium is missing, the tests here fail with a sentence that says what to install.
"""
import contextlib
import functools
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from mlp_core.presets import PRESETS
from tests.browser.by_hand import one_step
from tests.browser.chromium import executable, launch
from tests.browser.reader import USUAL_SIZE, Reader

ROOT = Path(__file__).parents[2]
NO_WAY_OUT = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"     # every other name has no address


class Served:
    """The app, served with the project's own settings; it can be killed and started again under the same address."""

    def __init__(self, folder, **environment):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.url, self.log, self.process = f"http://127.0.0.1:{self.port}", folder / "log", None
        self._environment = os.environ | {"KERAS_HOME": str(folder)} | environment  # no MNIST of Keras' there

    def start(self):
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(self.port),
                 "--server.headless", "true"], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT,
                env=self._environment)
        _wait_for(self.url, self.process, self.log)

    def kill(self):
        """As kill -9 does, or a power cut."""
        self.process.kill()
        self.process.wait(20)

    def end(self):
        """End it; nothing may have gone wrong in its log."""
        self.process.terminate()
        self.process.wait(20)
        assert "Traceback" not in self.log.read_text(), self.log.read_text()


@contextlib.contextmanager
def served(folder, **environment):
    """Serve the app until the end of the with."""
    app = Served(folder, **environment)
    try:
        app.start()
        yield app
    finally:
        app.end()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Serve the app for all tests; yield its address. A training that a test leaves ends soon."""
    with served(tmp_path_factory.mktemp("server"), EXPLAINER_GRACE="1") as app:
        yield app.url


def _wait_for(url, process, log):
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5):
                return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    pytest.fail(f"streamlit run streamlit_app.py did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.fail("The browser tests need playwright: python3 start.py test installs it.", pytrace=False)
    if not shutil.which(executable() or ""):
        pytest.fail("The browser tests need a Chromium or Chrome: sudo apt-get install chromium, "
                    "or set CHROMIUM to the path of one.", pytrace=False)
    with sync_playwright() as playwright:
        chromium = launch(playwright, NO_WAY_OUT)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def window(browser):
    """One browser window for all tests, so that plotly.js is fetched and compiled once."""
    return _window(browser)


def _window(browser):
    return browser.new_context(viewport=USUAL_SIZE, color_scheme="light")


@contextlib.contextmanager
def _reading(window, server):
    page = window.new_page()
    try:
        reader = Reader(page, server)
        yield reader
        reader.check()
    finally:
        page.close()


@pytest.fixture(scope="session")
def tabs(window, server):
    """A function for `with` that lends a tab, as good as new: one that is opened takes longer than most tests do."""
    free = []

    @contextlib.contextmanager
    def lent():
        reader = free.pop() if free else Reader(window.new_page(), server)
        reader.page.bring_to_front()
        try:
            yield reader
            reader.check()
        except BaseException:
            reader.page.close()
            raise
        reader.leave()
        free.append(reader)
    return lent


@pytest.fixture
def reader(tabs):
    """A reader with an empty tab: a new session of the app. Whatever goes wrong in it fails the test."""
    with tabs() as reader:
        yield reader


@pytest.fixture
def stranger(browser, server):
    """A reader on another computer: nothing in the browser is shared with the first."""
    window = _window(browser)
    with _reading(window, server) as reader:
        yield reader
    window.close()


@pytest.fixture
def finger(browser, server):
    """A reader with a small screen that is touched."""
    window = browser.new_context(viewport={"width": 412, "height": 780}, has_touch=True, color_scheme="light")
    with _reading(window, server) as reader:
        yield reader
    window.close()


@pytest.fixture(scope="session")
def walked(tabs):
    """A function that walks once through a network with → on a page of a given size, and returns what was seen.

    It returns a list with one record of `Reader.look` a step. On a narrow page derivation and source are read too.
    """
    @functools.cache
    def walk(net, width, height):
        with tabs() as reader:
            reader.page.set_viewport_size({"width": width, "height": height})
            reader.visit(f"net={net}&step=X")
            seen = [_look(reader, width < 1000)]
            while seen[-1]["step"] != "E_new":
                reader.press("ArrowRight")
                seen.append(_look(reader, width < 1000))
            return seen
    return lambda net, width=1366, height=641: walk(net, width, height)


def _look(reader, more):
    seen = reader.look()
    for name in ("Derivation", "In the source") if more else ():
        with reader.read_on(name):
            seen["cut"] += reader.cut("dialog")
            seen["errors"] += reader.page.locator("dialog .katex-error").all_text_contents()
    return seen


@pytest.fixture(scope="session")
def by_hand():
    """A function that returns every number of one step of the network the page opens with, or of the trained one."""
    assets = ROOT / "explainer" / "assets"
    mnist = ROOT / "mnist.npz"      # the reader's own, which the app prefers

    @functools.cache
    def step(batch=1, alpha=0.1, trained=False):
        with np.load(mnist if mnist.exists() else assets / "mnist_sample.npz") as file:
            rows = slice(100 * (batch - 1), 100 * batch)
            images, labels = file["x_train"].reshape(-1, 784)[rows], file["y_train"][rows]
        preset = PRESETS["deep"]
        weights = [(layer.W, layer.b) for layer in preset.network(preset.best, np.random.default_rng(0)).layers]
        if trained:
            with np.load(assets / "default_network.npz") as file:
                weights = [(file[f"W{l}"], file[f"b{l}"]) for l in (1, 2, 3, 4)]
        return one_step(weights, images / 255, np.eye(10)[labels], alpha)
    return step
