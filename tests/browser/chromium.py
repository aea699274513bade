"""Where the browser is: Debian's Chromium, Google's Chrome, or the one named in CHROMIUM."""
import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def executable():
    """Return the path of a Chromium on this machine, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright, *more):
    """Start it without a window, and without the background traffic of its own; `more` are further arguments."""
    return playwright.chromium.launch(executable_path=executable(), args=[
        "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--no-first-run", "--disable-quic", *more])
