"""How much longer a training takes on the page, with live curves, than the same training without a page.

    python -m benchmarks.page_time [path/to/mnist.npz] [--rounds N]

Each round trains the default network at its best setting twice: by the plain loop over `train` in a process of its
own, and on the Train page in a real browser that shows the live curves. Both are timed by the clock, from the first
batch to the last; the page's time includes all accuracies, moments and pictures. Needs tests/requirements.txt.
"""
import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]

PLAIN = """
import sys, time
import numpy as np
from explainer.runs import material
from explainer.datasets import find_dataset
from mlp_core import train
from mlp_core.presets import PRESETS
data = material(find_dataset(sys.argv[1])[0])
preset = PRESETS["deep"]
rng = np.random.default_rng(0)
network = preset.network(preset.best, rng)
began = time.perf_counter()
for _ in train(network, data.X, data.Y, learning_rate=preset.best.rate, epochs=preset.best.epochs,
               batch_size=preset.best.batch_size, rng=rng):
    pass
print(time.perf_counter() - began)
"""


def plain(folder, environment):
    done = subprocess.run([sys.executable, "-c", PLAIN, str(folder)], cwd=ROOT, env=environment, check=True,
                          capture_output=True, text=True)
    return float(done.stdout)


def on_the_page(page, address):
    """Train once; return what the page reports at the end: (epochs, images a second)."""
    page.goto(f"{address}/train")
    page.locator(".st-key-start button").click()
    page.get_by_text("running, epoch").wait_for()
    page.get_by_text("finished, epoch").wait_for(timeout=600_000)
    text = page.locator("[data-testid=stProgress]").inner_text()
    epochs, pace = re.search(r"of ([\d,]+), .*?([\d,]+) images/s", text).groups()
    return int(epochs.replace(",", "")), int(pace.replace(",", ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mnist", nargs="?", help="mnist.npz as Keras keeps it (default: what the app finds)")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    from benchmarks.step_time import Server
    from explainer.datasets import find_dataset
    from explainer.runs import material
    from tests.browser.chromium import launch
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
        if options.mnist:       # where Keras would keep it, for the app as for the plain loop
            Path(folder, "datasets").mkdir()
            shutil.copy(options.mnist, Path(folder, "datasets", "mnist.npz"))
            environment["KERAS_HOME"] = os.environ["KERAS_HOME"] = folder
        data = material(find_dataset(ROOT)[0])
        rows = []
        with Server(ROOT / "streamlit_app.py", ROOT, environment) as app, sync_playwright() as playwright:
            browser = launch(playwright)
            for n in range(options.rounds + 1):     # the first round warms up
                page = browser.new_page(viewport={"width": 1366, "height": 768})
                epochs, pace = on_the_page(page, app.url)
                page.close()
                time.sleep(1)
                rows.append((plain(ROOT, environment), epochs * len(data.X) / pace))
                if n:
                    print(f"round {n}: {rows[-1][0]:.2f} s without a page, {rows[-1][1]:.2f} s on the page")
    ratios = [shown / alone for alone, shown in rows[1:]]
    print(f"{epochs} epochs of {len(data.X):,} images: "
          f"{statistics.median(r[0] for r in rows[1:]):.2f} s without a page, "
          f"{statistics.median(r[1] for r in rows[1:]):.2f} s on it; "
          f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), asked: at most 1.10")


if __name__ == "__main__":
    main()
