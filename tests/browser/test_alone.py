"""What may go wrong outside: odd addresses, a drawing library that does not load, and a network nobody needs."""
import io
import re
from urllib.parse import quote, urlsplit

import numpy as np
import pytest

from mlp_core import save_network
from mlp_core.presets import PRESETS
from tests.served import shake_hands

pytestmark = pytest.mark.browser

PICTURE = "![](http://a.example/x.png)**$x$**"      # the page may quote it, not draw it: that would ask a.example

ODD = {"net=nonsense": "net=nonsense", "step=banana": "“banana”", "i=abc": "i=abc", "i=5000": "example 5000",
       "net=mazur&weights=trained": "trained", f"net={quote(PICTURE)}": f"net={PICTURE}"}


def test_an_odd_address_gives_one_plain_sentence_and_a_page_that_works(reader):
    for address, named in ODD.items():
        reader.visit(address)
        assert len(reader.warnings) == 1, (address, reader.warnings)
        sentence = reader.warnings[0]
        sentence = sentence.replace("\u2060", "")
        assert named in sentence and re.fullmatch(r"[A-Z].*\.", sentence) and "\n" not in sentence, sentence
        assert reader.step == "X"
        reader.check()
    reader.press("ArrowRight")
    assert reader.step == "S1" and reader.warnings == []


def test_nothing_leaves_the_machine(reader):
    reader.visit()
    for _ in range(4):
        reader.press("ArrowRight")
    reader.page.locator(".st-key-settings button").click()
    reader.page.get_by_text("Learning rate").first.wait_for()
    hosts = {urlsplit(url).netloc for url in reader.requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(reader.url).netloc} and len(reader.requests) > 20
    reader.check()
    got = reader.page.evaluate("fetch('http://elsewhere.example/').then(() => 'an answer', () => 'nothing')")
    assert got == "nothing" and "http://elsewhere.example/" in " ".join(reader.faults)  # the fence holds, and is seen
    reader.faults.clear()


def test_the_server_answers_to_its_own_name_only(server):
    port = urlsplit(server).port
    assert shake_hands(port, {}) == shake_hands(port, {"Host": f"localhost:{port}"}) == 101
    assert shake_hands(port, {"Host": "evil.example", "Origin": "http://evil.example"}) == 403


EVIL = "![a](https:evil.example)<b> www.evil.example :smile: **$x$**"
ELSEWHERE = """() => [...document.querySelectorAll("a[href], img, iframe, .katex, strong, [style*=url]")].filter(
  (e) => e.tagName === "STRONG" ? e.textContent.includes("x$") || e.textContent === "x"
    : /evil/.test(e.outerHTML) || e.textContent === "x").map((e) => e.outerHTML)"""


def test_whatever_a_file_or_an_address_is_called_no_other_host_is_asked_and_nothing_is_more_than_text(reader):
    page, file = reader.page, io.BytesIO()
    save_network(file, PRESETS["relu10"].network(PRESETS["relu10"].best, np.random.default_rng(0)))

    def give(key, content, ending, said):
        page.locator(f".st-key-{key} input[type=file]").set_input_files(
            {"name": f"{EVIL}{ending}", "mimeType": "application/octet-stream", "buffer": content})
        page.get_by_text(said).first.wait_for()
        assert page.evaluate(ELSEWHERE) == []
    reader.visit(f"net={quote(EVIL)}")
    assert EVIL[:40] in reader.warnings[0].replace("\u2060", "") and page.evaluate(ELSEWHERE) == []
    page.get_by_role("link", name="Train").click()
    page.get_by_role("button", name="One batch").click()
    page.get_by_text("save and load").click()
    give("network_file", b"holiday", ".npz", "this is not a saved network")
    give("network_file", file.getvalue(), ".npz", "it is the run")
    page.get_by_role("link", name="Draw").click()
    page.locator(".st-key-upload_picture button").first.click()
    give("picture_file", b"holiday", ".png", "no picture")
    page.get_by_role("link", name="One batch").click()
    reader.settle()
    page.locator(".st-key-settings button").click()
    give("upload", b"PK damaged", ".npz", "Nothing was loaded")
    reader.check()


def test_a_drawing_library_that_does_not_load_is_said_in_words_until_it_does(reader):
    sentence = reader.page.locator(".pane.shown .stage").get_by_text("The drawing library did not load.")
    reader.page.route("**/plotly-*.min.js", lambda route: route.abort())
    reader.page.goto(f"{reader.url}/?step=S1")
    sentence.wait_for()
    reader.page.locator(".pane.shown .sums .katex").first.wait_for()
    assert reader.faults and all("ERR_FAILED" in fault for fault in reader.faults)
    reader.faults.clear()
    reader.page.unroute("**/plotly-*.min.js")
    reader.press("ArrowRight")
    assert reader.step == "A1" and sentence.count() == 0


def test_the_drawing_library_is_fetched_once_for_all_pages(stranger):
    fetched = """performance.getEntriesByType("resource").filter((e) => /plotly-[\\d.]+min.js$/.test(e.name))
                 .map((e) => [e.transferSize > 0, e.decodedBodySize > 4e6])"""
    stranger.visit()
    assert stranger.page.evaluate(fetched) == [[True, True]]
    stranger.visit("step=S1")
    assert stranger.page.evaluate(fetched) == [[False, True]]
