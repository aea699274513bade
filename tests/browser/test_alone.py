"""What may go wrong outside: odd addresses, a drawing library that does not load, and a network nobody needs."""
import re
from urllib.parse import quote, urlsplit

import pytest

pytestmark = pytest.mark.browser

PICTURE = "![](http://a.example/x.png)**$x$**"      # the page may quote it, not draw it: that would ask a.example

ODD = {"net=nonsense": "net=nonsense", "step=banana": "“banana”", "i=abc": "i=abc", "i=5000": "example 5000",
       "net=mazur&weights=trained": "trained", f"net={quote(PICTURE)}": f"net={PICTURE}"}


def test_an_odd_address_gives_one_plain_sentence_and_a_page_that_works(reader):
    for address, named in ODD.items():
        reader.visit(address)
        assert len(reader.warnings) == 1, (address, reader.warnings)
        sentence = reader.warnings[0]
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


def test_a_drawing_library_that_does_not_load_is_said_in_words_until_it_does(reader):
    sentence = reader.page.locator(".pane.shown .stage").get_by_text("The drawing library did not load.")
    reader.page.route("**/plotly.min.js?*", lambda route: route.abort())
    reader.page.goto(f"{reader.url}/?step=S1")
    sentence.wait_for()
    reader.page.locator(".pane.shown .sums .katex").first.wait_for()
    assert reader.faults and all("ERR_FAILED" in fault for fault in reader.faults)
    reader.faults.clear()
    reader.page.unroute("**/plotly.min.js?*")
    reader.press("ArrowRight")
    assert reader.step == "A1" and sentence.count() == 0


def test_the_drawing_library_is_fetched_once_for_all_pages(stranger):
    fetched = """performance.getEntriesByType("resource").filter((e) => e.name.includes("plotly.min.js"))
                 .map((e) => [e.transferSize > 0, e.decodedBodySize > 4e6])"""
    stranger.visit()
    assert stranger.page.evaluate(fetched) == [[True, True]]
    stranger.visit("step=S1")
    assert stranger.page.evaluate(fetched) == [[False, True]]
