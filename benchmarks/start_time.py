"""How long from the start command to the first real heatmap, with a browser that has nothing cached.

Starts `streamlit run streamlit_app.py`, as start.py does, and opens the page at once. Needs playwright and a Chromium:

    python -m benchmarks.start_time [starts]
"""
import statistics
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.step_time import Server
from tests.browser.chromium import launch

ROOT = Path(__file__).resolve().parents[1]


def start(playwright):
    """Return the seconds from the start command until the first matrices are painted."""
    browser = launch(playwright)
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    began = time.perf_counter()
    with Server(ROOT / "streamlit_app.py", ROOT) as app:
        page.goto(app.url)
        page.wait_for_selector(".view[data-drawn$=':X']", timeout=60000)
        seconds = time.perf_counter() - began
    browser.close()
    return seconds


def main(starts):
    with sync_playwright() as playwright:
        seconds = [start(playwright) for _ in range(starts)]
    print(f"from the start command to the first heatmap: median {statistics.median(seconds):.1f} s, "
          f"slowest {max(seconds):.1f} s of {starts}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
