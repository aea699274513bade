"""Where the browser is: Debian's Chromium, Google's Chrome, or the one named in CHROMIUM."""
import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
         "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
         "/Applications/Chromium.app/Contents/MacOS/Chromium",
         *(str(Path(os.environ[folder], "Google", "Chrome", "Application", "chrome.exe"))      # Windows
           for folder in ("ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA") if folder in os.environ))


def executable():
    """Return the path of a Chromium on this machine, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright, *more):
    """Start it without a window, and without the background traffic of its own; `more` are further arguments."""
    return playwright.chromium.launch(executable_path=executable(), args=[
        "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--no-first-run", "--disable-quic", *more])
