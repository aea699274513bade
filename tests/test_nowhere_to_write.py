"""The app starts and works where nothing at all can be written, and where there is no home.

Whoever runs the tests may be root, who can write everywhere: so an audit hook refuses, in a process of its own, every
file that is opened for writing, every new folder and every renaming, as a read-only or a full disk does.
"""
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
REFUSE = """
import errno, os, sys
def refuse(event, arguments):
    writes = event == "open" and isinstance(arguments[0], (str, bytes)) and arguments[0] != os.devnull and (
        any(letter in (arguments[1] or "") for letter in "wxa+")
        or arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    if writes or event in ("os.mkdir", "os.rename", "os.symlink", "os.link"):
        print("refused", event, *map(str, arguments), file=sys.stderr)
        raise OSError(NUMBER, os.strerror(NUMBER), arguments[0])
NUMBER = getattr(errno, sys.argv[1])
sys.addaudithook(refuse)
"""
ALL_PAGES = """
from streamlit.testing.v1 import AppTest    # makes a temporary folder for itself
""" + REFUSE + """
at = AppTest.from_file("streamlit_app.py", default_timeout=60).run()
assert not at.exception, at.exception
for step in range(3):
    at.button(key="next").click().run()
    assert not at.exception, at.exception
for page in ("train", "draw"):
    at.switch_page(f"explainer/pages/{page}/page.py").run()
    assert not at.exception, at.exception
from explainer.resources import fetch_job
from explainer.places import writable
assert writable() is None
job = fetch_job()
job.start()
while job.state == "running":
    pass
print(job.state, job.message)
"""


@pytest.mark.parametrize("reason", ["EROFS", "ENOSPC"])
def test_every_page_works_and_only_fetching_says_that_it_cannot(tmp_path, reason):
    done = subprocess.run([sys.executable, "-c", ALL_PAGES, reason], cwd=PROJECT, capture_output=True, text=True,
                          timeout=120, env=os.environ | {"HOME": str(tmp_path / "not there")})
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == (
        "failed MNIST was not fetched. There is no folder on this computer that it could be written to; "
        "upload a file instead.")


def test_the_refusal_refuses(tmp_path):
    for code in (f"open({str(tmp_path / 'file')!r}, 'w')", f"import os; os.mkdir({str(tmp_path / 'folder')!r})"):
        done = subprocess.run([sys.executable, "-c", REFUSE + code, "EROFS"], capture_output=True, text=True)
        assert done.returncode == 1 and "Read-only file system" in done.stderr
    assert list(tmp_path.iterdir()) == []
