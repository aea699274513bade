"""How long the bars lag behind the pen: from a movement of the pointer until the reading of that very drawing is shown.

Measured inside the page, in a real browser: every drawing that the pad sends is followed from the pointermove that
made it until the bars carry its number (data-seq) and the frame after that. Moves that come while an answer is under
way wait for the next drawing, and are counted from when they were made. Needs playwright and a Chromium:

    python -m benchmarks.draw_time [strokes]

Asked for: at most 150 ms at the median, on two idle cores.
"""
import os
import statistics
import sys
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks.step_time import Server
from tests.browser.chromium import launch

ROOT = Path(__file__).resolve().parents[1]

WATCH = """() => {
  const pad = document.querySelector(".pad").pad, bars = document.querySelector(".bars"), under = new Map()
  window.watch = { drawings: [], moves: [], strokes: 0, answers: 0 }
  let waiting = []        // moves that no drawing has carried yet
  const painted = (then) => requestAnimationFrame(() => { const c = new MessageChannel()
    c.port1.onmessage = () => then(performance.now()); c.port2.postMessage(0) })
  pad.canvas.addEventListener("pointermove", (e) => { if (e.pointerId === pad.pen) waiting.push(e.timeStamp) }, true)
  const sent = () => { under.set(pad.seq, waiting); waiting = [] }
  let seq = pad.seq
  Object.defineProperty(pad, "seq", { get: () => seq, set: (value) => { seq = value; sent() } })
  new MutationObserver(() => {
    const shown = Number(bars.dataset.seq)
    for (const [n, moves] of [...under]) if (n <= shown) {
      under.delete(n)
      if (moves.length) painted((now) => {
        watch.drawings.push(now - moves.at(-1))
        watch.moves.push(...moves.map((t) => now - t)) })
      watch.answers += bars.dataset.answer !== ""
    }
  }).observe(bars, { attributes: true, attributeFilter: ["data-seq"] })
}"""
IDLE = "(() => { const pad = document.querySelector('.pad').pad; return !pad.dirty && pad.acked >= pad.seq })()"


def strokes(rng, count):
    """Strokes as a hand makes them: ellipses, slanted lines and hooks, 25 points each, on a pad of 280×280."""
    for n in range(count):
        t = np.linspace(0, 1, 25)
        shape = [(np.sin(6.28 * t), -np.cos(6.28 * t)), (.2 * t, 2 * t - 1),
                 (np.minimum(3 * t, 1.6 - t) - .6, np.maximum(2.6 * t - 1.9, -.8))][n % 3]
        width, height, x, y = rng.uniform(50, 80), rng.uniform(80, 100), rng.uniform(120, 160), rng.uniform(130, 150)
        yield [(x + width * across, y + height * down) for across, down in zip(*shape)]


def draw(page, stroke):
    box = page.locator(".pad canvas").bounding_box()
    points = [(box["x"] + x, box["y"] + y) for x, y in stroke]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point)
        page.wait_for_timeout(16)       # as often as a mouse or a finger is heard
    page.mouse.up()


def idle(page):
    """Wait until the page has nothing left to do for the last stroke."""
    page.wait_for_function(IDLE)
    page.wait_for_function("document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'")
    page.wait_for_timeout(300)


def row(name, times):
    p95 = float(np.percentile(times, 95))
    print(f"{name:58} {statistics.median(times):7.0f} {p95:7.0f} {len(times):6}")


def main(count):
    with sync_playwright() as playwright, Server(ROOT / "streamlit_app.py", ROOT) as app:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{app.url}/draw")
        page.wait_for_selector(".bars[data-seq]", timeout=30000)
        rng = np.random.default_rng(0)
        for stroke in strokes(rng, 3):      # warms both up, and is not counted
            draw(page, stroke)
            idle(page)
        page.evaluate(WATCH)
        for stroke in strokes(rng, count):
            page.locator(".pad button[data-do=clear]").click()
            idle(page)
            draw(page, stroke)
            idle(page)
        watch = page.evaluate("watch")
        browser.close()
    print(f"load of the machine {os.getloadavg()[0]:.1f}; {count} strokes, "
          f"{watch['answers']} drawings with an answer\n")
    print(f"{'from the pointer’s movement until the bars show it, ms':58} {'median':>7} {'p95':>7} {'n':>6}")
    row("the last move in each drawing that was read", watch["drawings"])
    row("every move, those that waited for their turn included", watch["moves"])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
