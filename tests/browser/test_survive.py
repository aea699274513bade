"""What a session has survives a lost connection and a killed server; what closed tabs had is given back."""
import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from explainer.keeping import Keeping
from explainer.tidy import EVERY
from tests.browser.conftest import served
from tests.browser.reader import Reader
from tests.browser.test_train import begin, seen, wait_beyond
from tests.tabs import Tab

pytestmark = pytest.mark.browser
linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """A server of its own, with the grace time that readers get."""
    with served(tmp_path_factory.mktemp("survive"), XDG_CACHE_HOME=str(tmp_path_factory.mktemp("kept"))) as app:
        yield app


# The page's own websocket is closed, and none is opened before the time is over.
CUT = """
const Real = WebSocket, open = []
window.away = 0
window.WebSocket = class extends Real {
  constructor(...all) {
    super(...all)
    open.push(this)
    if (performance.now() < window.away) this.close()
  }
}
window.cut = (ms) => { window.away = performance.now() + ms; open.splice(0).forEach((socket) => socket.close()) }
window.connections = () => open.length
"""


@pytest.fixture
def cuttable(browser, app):
    """A reader whose connection can be cut: what the browser says of that is no fault."""
    window = browser.new_context(viewport={"width": 1366, "height": 641}, color_scheme="light")
    window.add_init_script(CUT)
    reader = Reader(window.new_page(), app.url)
    yield reader
    window.close()


def connected(reader):
    reader.page.wait_for_function("document.querySelector('[data-testid=stApp]').dataset.testConnectionState === "
                                  "'CONNECTED' && connections() > 0")


@pytest.mark.parametrize("away", [500, 3000, pytest.param(30_000, marks=pytest.mark.heavy)])
def test_a_training_goes_on_while_the_connection_is_lost_and_the_page_follows_it_again(cuttable, away):
    begin(cuttable, epochs=100_000)
    before = seen(cuttable)
    cuttable.page.evaluate("(ms) => cut(ms)", away)
    cuttable.page.wait_for_timeout(away)
    connected(cuttable)
    wait_beyond(cuttable, before + 10_000)
    assert "run 1 running" in cuttable.page.locator("[data-testid=stProgress]").inner_text()
    cuttable.page.locator(".st-key-stop button").click()
    cuttable.page.locator("[data-testid=stProgress]").get_by_text("run 1 stopped").wait_for()


def test_after_a_reload_the_page_names_what_is_lost_and_what_is_here_again(cuttable):
    begin(cuttable, epochs=100_000)
    cuttable.page.locator(".st-key-stop button").click()
    cuttable.page.locator("[data-testid=stProgress]").get_by_text("run 1 stopped").wait_for()
    cuttable.page.reload()
    cuttable.page.get_by_text("what it had is lost: run 1.").wait_for()
    assert cuttable.page.locator(".st-key-ui_epochs input").input_value() == "100000"
    cuttable.page.reload()                      # it is said once
    cuttable.page.locator(".st-key-start button").wait_for()
    cuttable.page.wait_for_timeout(1000)
    assert cuttable.warnings == []


def test_after_kill_9_in_the_middle_of_a_training_the_kept_work_is_offered_and_goes_on(browser, tmp_path):
    window = browser.new_context(viewport={"width": 1366, "height": 641}, color_scheme="light")
    with served(tmp_path, XDG_CACHE_HOME=str(tmp_path)) as app:
        reader = Reader(window.new_page(), app.url)
        begin(reader, epochs=100_000)
        reader.page.locator(".st-key-ui_keeps label").first.click()
        end = time.monotonic() + 30
        while "after epoch" not in kept_in(tmp_path):
            assert time.monotonic() < end, "nothing was kept"
            time.sleep(0.1)
        app.kill()
        app.start()
        offer = reader.page.locator(".st-key-work_left")
        offer.get_by_text("run 1, after epoch").wait_for()      # the page has come back by itself
        offer.get_by_role("button", name="Go on", exact=True).click()
        progress_bar = reader.page.locator("[data-testid=stProgress]")
        progress_bar.get_by_text("run 2 loaded from run 1").wait_for()
        assert "run 1 was not at its end, so run 2 goes on from its weights after epoch" in reader.warnings[0]
        assert reader.page.locator("[data-testid=stException]").count() == 0
        reader.page.locator(".st-key-start button").click()
        progress_bar.get_by_text("run 2 running").wait_for()
        reader.page.locator(".st-key-stop button").click()
        progress_bar.get_by_text("run 2 stopped").wait_for()
    window.close()


def kept_in(cache):
    """The words of the first file in which work is kept; "" as long as there is none."""
    return next((entry.words for folder in cache.glob("*/kept") for entry in Keeping(folder.parent).entries()), "")


# Tabs without a browser

def run(coroutine):
    """In a thread of its own: that of the tests has Playwright's loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def threads(app):
    return len(list(Path(f"/proc/{app.process.pid}/task").iterdir()))


def descriptors(app):
    return len(list(Path(f"/proc/{app.process.pid}/fd").iterdir()))


def memory(app):
    """Megabytes that the server holds."""
    status = Path(f"/proc/{app.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


async def opened(app, count, trains=False):
    tabs = [Tab(app.url) for _ in range(count)]
    for tab in tabs:
        await tab.open()
        if trains:
            await tab.go("train")
            await tab.set("ui_epochs", double_value=100_000)
            await tab.press("start")
    return tabs


async def closed(tabs):
    for tab in tabs:
        await tab.close()


def back(count, before, seconds):
    """Wait until there are no more than before."""
    end = time.monotonic() + seconds
    while count() > before:
        assert time.monotonic() < end, f"there are {count()}, before there were {before}"
        time.sleep(0.1)


def warm(app):
    """What the server begins once and for all has begun."""
    run(opened_and_closed(app, 2))
    time.sleep(1)


async def opened_and_closed(app, count, trains=False):
    tabs = await opened(app, count, trains)
    most = threads(app)
    await closed(tabs)
    return most


OF_STREAMLIT = 3    # descriptors of a session that has left: Streamlit keeps its loop of events for two minutes


@linux
def test_twenty_closed_tabs_leave_no_thread_and_no_connection(app):
    warm(app)
    before = threads(app), descriptors(app)
    run(opened_and_closed(app, 20))
    back(lambda: threads(app), before[0], 3)
    back(lambda: descriptors(app), before[1] + 20 * OF_STREAMLIT, 3)


@linux
@pytest.mark.heavy
def test_twenty_closed_tabs_that_train_leave_nothing_after_the_grace_time_and_memory_is_reused(app):
    warm(app)
    before, used = (threads(app), descriptors(app)), []
    for _ in range(2):
        most = run(opened_and_closed(app, 20, trains=True))
        assert most >= before[0] + 20
        back(lambda: threads(app), before[0], 60)
        time.sleep(125)                 # until Streamlit has forgotten them, which it notices when another one leaves
        warm(app)
        time.sleep(EVERY)
        warm(app)
        used.append(memory(app))
    back(lambda: descriptors(app), before[1] + 2 * OF_STREAMLIT, 3)
    assert used[1] < used[0] + 60, used


@pytest.mark.parametrize("away", [0.5, pytest.param(30, marks=pytest.mark.heavy)])
def test_the_session_comes_back_with_its_training(app, away):
    async def cut_off():
        tab, = await opened(app, 1, trains=True)
        before, session = progress(tab), tab.session
        await tab.close()
        await asyncio.sleep(away)
        await tab.open()
        assert tab.session == session
        while progress(tab) <= before + 1:
            await asyncio.sleep(0.3)
            await tab.run()
        assert any("run 1** running" in text for text in tab.texts)
        await tab.press("stop")
        await tab.close()
    run(cut_off())


def progress(tab):
    """The epoch that the page says."""
    words = next(text for text in tab.texts if text.startswith("**run 1**"))
    return int(words.partition("epoch ")[2].partition(" ")[0].replace(",", ""))


@pytest.mark.heavy
def test_a_training_that_nobody_waits_for_pauses_and_the_page_says_so(app):
    async def cut_off():
        tab, = await opened(app, 1, trains=True)
        await tab.close()
        await asyncio.sleep(50)
        await tab.open()
        await tab.run()
        assert any("run 1** paused" in text for text in tab.texts)
        assert any("lost its connection for 45 seconds" in text for text in tab.texts)
        await tab.close()
    run(cut_off())
