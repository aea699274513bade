"""A reader takes the walk home as a program: it is downloaded, unpacked and run, and its head leads back here."""
import subprocess
import sys
import zipfile

import pytest

from tests.browser.test_train import idle

pytestmark = pytest.mark.browser


def test_the_walk_is_downloaded_runs_and_its_address_leads_back(reader, tmp_path):
    page = reader.page
    page.set_viewport_size({"width": 1366, "height": 641})
    reader.visit("net=mazur&step=dW2&numbers=3&j=1")
    page.get_by_role("button", name="Share, print").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("The whole walk").click()
    dialog.get_by_text("mazur-walk.zip").wait_for()
    idle(reader)
    with page.expect_download() as waiting:
        dialog.get_by_text("mazur-walk.zip").click()
    zipfile.ZipFile(waiting.value.path()).extractall(tmp_path)
    program = tmp_path / "mazur-walk" / "mazur-walk.py"
    done = subprocess.run([sys.executable, "-I", str(program)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "dW2[0, 1] is" in done.stdout, done.stderr
    address = next(line for line in program.read_text("utf-8").splitlines() if line.startswith("# View: "))
    page.goto(address.removeprefix("# View: "))
    page.locator(".view[data-step=dW2]").wait_for()
    assert "numbers=3" in page.url and "j=1" in page.url
