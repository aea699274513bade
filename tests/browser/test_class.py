"""The app for a class lets in who has the password, under a known name, and shows itself in nobody's frame."""
import base64
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from scripts import classroom, environment
from tests.browser.reader import Reader
from tests.served import shake_hands

PROJECT = Path(__file__).parents[2]
PASSWORD = "tafelbild-7301"


def basic(password):
    return {"Authorization": "Basic " + base64.b64encode(f"anna:{password}".encode()).decode()}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """(port) of the app as start.py --class starts it, but on this machine only."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    options, more, said = classroom.opened(port, ["class.example"], {"CLASS_PASSWORD": PASSWORD})
    assert f":{port} with the password {PASSWORD}" in said
    folder = tmp_path_factory.mktemp("class")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "streamlit", "run", "class_app.py", *options,
                                    "--server.address", "127.0.0.1"], cwd=PROJECT, stdout=log, stderr=log,
                                   env=os.environ | more | {"KERAS_HOME": str(folder)})
        try:
            for _ in range(400):
                if process.poll() is not None or ask(port, "/", basic(PASSWORD))[0]:
                    break
                time.sleep(.05)
            yield port
        finally:
            process.terminate()
            process.wait(20)
    assert "Traceback" not in (folder / "log").read_text(encoding="utf-8")


def ask(port, path="/", headers=None):
    """Return (status, headers) of one request; status 0 while nobody listens."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers
    except OSError:
        return 0, {}


def test_without_the_password_there_is_nothing_to_see(served):
    for path in ("/", "/train", "/_stcore/health", "/_stcore/host-config", "/static/js/x.js"):
        status, headers = ask(served, path)
        assert status == 401 and headers["WWW-Authenticate"].startswith("Basic ")
    began = time.monotonic()
    assert ask(served, "/", basic("guess"))[0] == 401 and time.monotonic() - began > .9     # guessing is slow
    assert ask(served, "/", {"Authorization": "Basic !!"})[0] == 401
    assert shake_hands(served, {}) == 403


def test_with_it_a_cookie_of_this_start_stands_for_it_and_no_other_page_may_frame_it(served):
    status, headers = ask(served, "/", basic(PASSWORD))
    assert status == 200 and headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    cookie = headers["Set-Cookie"].split(";")
    assert [part.strip() for part in cookie[1:]] == ["Path=/", "HttpOnly", "SameSite=Strict"]
    assert ask(served, "/", {"Cookie": cookie[0]})[0] == 200 and ask(served, "/", {"Cookie": "class-door=x"})[0] == 401
    assert shake_hands(served, {"Cookie": cookie[0]}) == 101


def test_only_names_that_the_teacher_gave_are_answered(served):
    right = basic(PASSWORD)
    assert ask(served, "/", right | {"Host": "evil.example"})[0] == 400
    assert shake_hands(served, right | {"Host": "evil.example", "Origin": "http://evil.example"}) in (400, 403)
    assert ask(served, "/", right | {"Host": "class.example"})[0] == 200
    assert shake_hands(served, right | {"Host": "class.example", "Origin": "http://class.example"}) == 101
    assert shake_hands(served, right | {"Origin": "http://evil.example"}) == 403


def test_a_browser_that_has_the_password_walks(browser, served):
    window = browser.new_context(http_credentials={"username": "anna", "password": PASSWORD})
    reader = Reader(window.new_page(), f"http://127.0.0.1:{served}")
    reader.visit("net=mazur&step=X")
    reader.press("ArrowRight")
    assert reader.step == "S1"
    reader.check()
    window.close()


def test_each_start_has_a_password_of_its_own_and_the_usual_start_none(monkeypatch, tmp_path, capsys):
    runs = []
    for name, instead in (("set_up", lambda _: tmp_path), ("run", lambda *words: runs.append(words))):
        monkeypatch.setattr(environment, name, instead)
    monkeypatch.delenv("CLASS_PASSWORD", raising=False)
    for arguments in (["--class"], ["--class", "--port", "8600", "--host", "lesson.example"], ["--port", "8601"], []):
        environment.main(arguments)
    (first, one), (second, two), third, fourth = runs
    assert "class_app.py" in first and re.fullmatch(r"([a-z]{2}){4}-\d{4}", one["CLASS_PASSWORD"])
    assert one["CLASS_PASSWORD"] != two["CLASS_PASSWORD"] and one["CLASS_PASSWORD"] in capsys.readouterr().out
    assert not any(one["CLASS_PASSWORD"] in word for word in first)     # whoever lists the processes does not see it
    assert second[second.index("--server.port") + 1] == "8600" and "lesson.example" in two["CLASS_HOSTS"].split()
    assert second.count("--server.allowedHosts") == len(two["CLASS_HOSTS"].split())
    assert "streamlit_app.py" in third[0] and third[0][-2:] == ["--server.port", "8601"] and len(third) == 1
    assert fourth[0][-1] == "streamlit_app.py"
