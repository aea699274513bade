"""How long a step takes: from the press of → until the last change of the page is on the screen.

Measured inside the page, in a real browser, beside an empty Streamlit app driven in the same run.
Needs playwright and a Chromium. Prints a table; run it on an otherwise idle machine:

    python -m benchmarks.step_time [walks]
"""
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import launch

ROOT = Path(__file__).resolve().parents[1]

EMPTY_APP = """
import streamlit as st
st.session_state.setdefault("n", 0)
def count():
    st.session_state["n"] += 1
st.button("Next", shortcut="Right", on_click=count)
st.write(f"step {st.session_state['n']}")
"""

WATCH = """
window.watch = { pressed: 0, painted: 0, shift: 0, blank: 0 }
addEventListener("keydown", (e) => {
  if (e.key === "ArrowRight") Object.assign(watch, { pressed: e.timeStamp, painted: 0 }) }, true)
const painted = () => requestAnimationFrame(() => { const c = new MessageChannel()
  c.port1.onmessage = () => { watch.painted = performance.now() }; c.port2.postMessage(0) })
// what lies ahead is drawn unseen, in panes that are not shown: it is no part of the step
const seen = (node) => { const at = node.nodeType === 1 ? node : node.parentElement
  return !document.querySelector(".view") || !!at?.closest(".pane.shown, .map") }
new MutationObserver((changes) => changes.some((change) => seen(change.target)) && painted())
  .observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
new PerformanceObserver((list) => { for (const e of list.getEntries()) if (watch.pressed) watch.shift += e.value })
  .observe({ type: "layout-shift" })
const look = () => { const plot = document.querySelector(".view .pane.shown .stage .plot")
  if (watch.pressed && plot && !plot.querySelector("image")) watch.blank += 1
  requestAnimationFrame(look) }
requestAnimationFrame(look)
"""


class Server:
    """An app served on a free port of this machine, with the project's own settings."""

    def __init__(self, script, folder, environment=None):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(self.port),
             "--server.headless", "true"], cwd=folder, env=environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        for _ in range(1000):
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1)
                return self
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("the server did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


def press(page, done):
    """Press → and return the milliseconds until the last change after it was painted."""
    page.evaluate("watch.pressed = 0")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(done, timeout=15000)
    page.wait_for_function("performance.now() - watch.painted > 350 && watch.painted", timeout=15000)
    return page.evaluate("watch.painted - watch.pressed")


def walk_times(page, url, walks):
    """Return {step: [ms, …]}; the first walk warms the browser up and is not counted."""
    times = {}
    for walk in range(walks + 1):
        page.goto(f"{url}/?net=deep&step=X&batch={walk + 1}")
        page.wait_for_selector(".view[data-step=X]", timeout=30000)
        page.wait_for_timeout(1200)
        drawn = "document.querySelector('.view').dataset.step"
        while page.locator(".st-key-next button").is_enabled():
            ms = press(page, f"{drawn} != '{page.evaluate(drawn)}'")
            if walk:
                times.setdefault(page.evaluate(drawn), []).append(ms)
            page.wait_for_timeout(1000)     # what a reader stays at least
    return times


DRAWN = "document.querySelector('.view').dataset.drawn"
SHOWN = "document.querySelector('.view')?.shown?.painted"


def type_batch(page, batch):
    page.locator(".st-key-ui_batch input").fill(str(batch))


def open_networks(page, _):
    page.locator(".st-key-ui_net input").click()
    page.locator("[role=option]").first.wait_for()


ENTER = "document.querySelector('.st-key-ui_batch input').dispatchEvent(" \
        "new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))"
ACTS = {    # {what a reader does: (what comes before, the act as JavaScript, its two values: to do it, and then again)}
    "the first → after a load": (None, "dispatchEvent(new KeyboardEvent('keydown', {{ key: '{}' }}))", ["ArrowRight"]),
    "a jump on the map": (None, "document.querySelector('.map [data-step={}]').click()", ["dW2", "S3"]),
    "another cell": (None, "document.querySelector('.view').tell({{ i: {}, j: 9 }})", [5, 6]),
    "another α": (None, "document.querySelector('.view').tell({{ alpha: {} }})", [0.07, 0.06]),
    "another batch": (type_batch, ENTER.replace("{", "{{").replace("}", "}}"), [9, 10]),
    "another network": (open_networks, "document.querySelectorAll('[role=option]')[{}].click()", [1, 3])}


def act_times(page, url, rounds):
    """Return {what a reader did: [ms, …]} until it was painted; the first round warms the browser up.

    Each begins on a page that was loaded anew, whose scripts have hardly run; "again" is the same act after that.
    """
    times = {}
    for n in range(rounds + 1):
        for name, (prepare, act, values) in ACTS.items():
            page.goto(f"{url}/?net=deep&step=W1_new&batch={n + 1}")
            page.wait_for_function(SHOWN, timeout=30000)
            for again, value in enumerate(values):
                page.wait_for_timeout(0 if "first" in name else 1500)
                if prepare:
                    prepare(page, value)
                    page.wait_for_timeout(500)
                before = page.evaluate(f"{DRAWN}")
                page.evaluate(f"watch.painted = 0; watch.pressed = performance.now(); {act.format(value)}")
                page.wait_for_function(f"{DRAWN} !== '{before}'", timeout=15000)
                page.wait_for_function("performance.now() - watch.painted > 350 && watch.painted", timeout=15000)
                if n:
                    times.setdefault(name + ", again" * again, []).append(
                        page.evaluate("watch.painted - watch.pressed"))
    return times


def held(page, url):
    """Return (presses, steps gone, pictures painted a second) of → held down: ten presses a second for three."""
    page.goto(f"{url}/?net=deep&step=X")
    page.wait_for_function(SHOWN, timeout=30000)
    page.wait_for_timeout(1500)
    page.evaluate("""window.met = new Set()
      const look = () => { met.add(document.querySelector(".view").dataset.drawn); requestAnimationFrame(look) }
      look()""")
    began, presses = time.perf_counter(), 30
    for n in range(presses):
        page.wait_for_timeout(max(0, 1000 * (began + n / 10 - time.perf_counter())))
        page.keyboard.press("ArrowRight")
    seconds = time.perf_counter() - began
    painted = page.evaluate("met.size") - 1
    page.wait_for_timeout(2500)
    at = page.evaluate("const v = document.querySelector('.view'); v.data.map.order.indexOf(v.dataset.step)")
    return presses, at - 1, painted / seconds


def start_times(browser, rounds):
    """Return (seconds from starting the server, seconds of a reload) until the first step is painted."""
    starts, reloads = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        with Server(ROOT / "streamlit_app.py", ROOT) as app:
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.goto(f"{app.url}/?net=deep&step=X")
            page.wait_for_function(SHOWN, timeout=60000, polling=20)
            starts.append(time.perf_counter() - began)
            for _ in range(3):
                began = time.perf_counter()
                page.reload()
                page.wait_for_function(SHOWN, timeout=60000, polling=20)
                reloads.append(time.perf_counter() - began)
            page.close()
    return starts, reloads


def empty_times(page, url, presses):
    page.goto(url)
    page.wait_for_selector("text=step 0", timeout=30000)
    page.wait_for_timeout(1000)
    times = [press(page, f"document.body.innerText.includes('step {n}')") for n in range(1, presses + 6)]
    return times[5:]


def row(name, times):
    times = sorted(times)
    p95 = times[min(len(times) - 1, round(0.95 * (len(times) - 1)))]
    print(f"{name:38} {statistics.median(times):7.0f} {p95:7.0f} {len(times):5}")


def main(walks):
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        config = Path(folder, ".streamlit")
        config.mkdir()
        (config / "config.toml").write_text((ROOT / ".streamlit" / "config.toml").read_text())
        empty = Path(folder, "empty.py")
        empty.write_text(EMPTY_APP)
        browser = launch(playwright)
        with Server(ROOT / "streamlit_app.py", ROOT) as app, Server(empty, folder) as floor:
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.add_init_script(WATCH)
            times = walk_times(page, app.url, walks)
            shift, blank = page.evaluate("[watch.shift, watch.blank]")
            floor_times = empty_times(page, floor.url, 30)
            acts = act_times(page, app.url, 2 * walks + 1)
            pressed, gone, a_second = held(page, app.url)
        starts, reloads = start_times(browser, 3)
        browser.close()
    wide = [key for key in times if key in ("S1", "dW1", "W1_new")]
    print(f"{'→ until fully painted, ms':38} {'median':>7} {'p95':>7} {'n':>5}")
    row("empty Streamlit app", floor_times)
    row("steps with 784-wide matrices", [t for key in wide for t in times[key]])
    row("all other steps", [t for key in times if key not in wide for t in times[key]])
    for key, values in times.items():
        row(f"  {key}", values)
    print(f"\n{'until fully painted, ms':38} {'median':>7} {'p95':>7} {'n':>5}")
    for name, values in acts.items():
        row(name, values)
    row("from starting the server", [1000 * t for t in starts])
    row("reload", [1000 * t for t in reloads])
    print(f"→ held down: {pressed} presses in 3 s, {gone} steps gone, {a_second:.1f} pictures a second")
    print(f"layout shift in the last walk {shift:.4f}; frames with an empty picture {blank}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
