"""Whether a long lesson leaves memory flat: one page that stays open, on which runs are trained again and again.

    python -m benchmarks.long_lesson [minutes] [--epochs 30] [--rows 6]

Starts the app on a free port of this machine and goes round in one tab: a run of the sample on Train, each view beneath
the curves, the oldest run deleted when there are five, then One batch, six steps of the walk, and back. In equal times
a row is printed: the rounds so far, the memory of the server and of the page's process (resident, MB), the JavaScript
heap after a forced collection (MB), the page's DOM nodes (those that are in no document too) and listeners; since the
last row the largest message that came over the websocket (kB), the tasks above 300 ms and the longest one. Linux, since
it looks into /proc. Needs playwright and a Chromium.
"""
import argparse
import base64
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.step_time import ROOT, Server
from tests.browser.chromium import launch
from tests.browser.reader import Reader

RUNS = 4            # that are kept
STEPS = 6           # of the walk, in each round
LONG = 300          # ms
VIEWS = "confusion matrix", "worst mistakes", "save and load", "runs"
LONG_TASKS = """window.tasks = []; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) tasks.push(entry.duration) }).observe({ type: "longtask", buffered: true })"""


class Page:
    """The lesson's tab, and what can be measured of it."""

    def __init__(self, browser, url):
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.add_init_script(LONG_TASKS)
        self.page, self.reader, self.largest = page, Reader(page, url), 0
        self._asks, self._of_all = page.context.new_cdp_session(page), browser.new_browser_cdp_session()
        for domain in ("Network", "Performance", "HeapProfiler"):
            self._asks.send(f"{domain}.enable")
        self._asks.on("Network.webSocketFrameReceived", self._received)

    def _received(self, event):
        text, binary = event["response"]["payloadData"], event["response"]["opcode"] == 2
        self.largest = max(self.largest, len(base64.b64decode(text)) if binary else len(text))

    def measured(self):
        """Return the figures of the page, and begin again with those that are since the last time."""
        self._asks.send("HeapProfiler.collectGarbage")
        of = {each["name"]: each["value"] for each in self._asks.send("Performance.getMetrics")["metrics"]}
        tasks, largest = self.page.evaluate("tasks.splice(0)"), self.largest
        self.largest = 0
        processes = self._of_all.send("SystemInfo.getProcessInfo")["processInfo"]
        resident = max(memory(process["id"]) for process in processes if process["type"] == "renderer")
        return [f"{resident:.0f}", f"{of['JSHeapUsedSize'] / 1e6:.1f}", f"{of['Nodes']:,}",
                f"{of['JSEventListeners']:,}", f"{largest / 1000:.0f}",
                sum(task > LONG for task in tasks), f"{max(tasks, default=0):.0f}"]

    def opens(self, epochs):
        self.reader.visit("net=deep&step=X")
        self.go("Train")
        box = self.page.locator(".st-key-ui_epochs input")
        box.fill(str(epochs))
        box.press("Enter")
        self.idle()

    def go(self, page):
        self.page.get_by_role("link", name=page, exact=True).click()
        self.page.locator(".st-key-start" if page == "Train" else ".st-key-next").wait_for()
        self.idle()

    def idle(self):
        """Wait until Streamlit has answered what was just done."""
        self.page.wait_for_timeout(150)
        self.page.wait_for_function(
            "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'")

    def round(self, number):
        """Train one more run, look at everything, tidy up, walk a few steps and come back."""
        self.page.locator(".st-key-start button").click()
        self.page.get_by_text(f"run {number} finished").first.wait_for()
        for view in VIEWS:
            self.page.locator(".st-key-ui_panel").get_by_text(view, exact=True).click()
            self.idle()
            self.page.wait_for_timeout(300)
        if number > RUNS:
            self.page.locator(".st-key-panel [data-testid=stPopover] button:visible").last.click()
            self.page.locator(f".st-key-delete_{number - RUNS} button").click()
            self.idle()
        self.go("One batch")
        self.reader.settle()
        for _ in range(STEPS):
            self.page.keyboard.press("ArrowRight")
            self.page.wait_for_timeout(400)
        self.idle()
        self.go("Train")


def memory(process):
    """The resident memory of a process in MB."""
    words = Path(f"/proc/{process}/status").read_text().partition("VmRSS:")[2].split()
    return int(words[0]) / 1024


def line(*cells):
    print(("{:>7}" + "{:>10}" * (len(cells) - 1)).format(*cells), flush=True)


def main(options):
    with Server(ROOT / "streamlit_app.py", ROOT) as app, sync_playwright() as playwright:
        browser = launch(playwright)
        page = Page(browser, app.url)
        page.opens(options.epochs)
        line("minute", "rounds", "server", "page", "heap", "nodes", "listeners", "largest", "long", "longest")
        began, number, row = time.monotonic(), 0, 0
        while row <= options.rows:
            if time.monotonic() - began >= row * 60 * options.minutes / options.rows and number:
                minute, server = (time.monotonic() - began) / 60, memory(app.process.pid)
                line(f"{minute:.1f}", number, f"{server:.0f}", *page.measured())
                row += 1
            number += 1
            page.round(number)
        page.reader.check()
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("minutes", type=float, nargs="?", default=15)
    parser.add_argument("--epochs", type=int, default=30, help="of each training")
    parser.add_argument("--rows", type=int, default=6, help="how often it is measured, beside the first time")
    main(parser.parse_args())
