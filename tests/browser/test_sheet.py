"""A sheet as the browser prints it, on A4 and on Letter: nothing reaches over its page, and no page is too many."""
import re
from functools import cache

import pytest

from explainer.components.sheet import page
from explainer.sheet import sheets
from mlp_core.presets import PRESETS
from tests.explainer.test_sheet import view_of

pytestmark = pytest.mark.browser
INSIDE = {"A4": (186, 273), "Letter": (191.9, 255.4)}      # millimetres between margins of 12
PIXELS = 96 / 25.4
OVER = """([wide, high]) => [...document.querySelectorAll("body *")].filter((e) => {
  const box = e.getBoundingClientRect()
  return box.right > wide + 1 || box.left < -1
    || (e.matches("article, table:not(.key)") && box.height > high)
}).map((e) => e.outerHTML.slice(0, 200))"""
CASES = [   # net, step, what, how, how many, pages where that is known
    ("mazur", "X", "hand", "blanks", 3, 4), ("xor", "X", "hand", "answers", 2, 4),
    ("hmkcode", "X", "hand", "answers", 1, 2), ("mazur", "X", "hand", "worked", 1, None),
    ("deep", "dW2", "step", "answers", 1, 2),
    ("deep", "S1", "step", "blanks", 1, 1), ("deep", "X", "way", "answers", 1, None)]
DATA = "60,000 images of an upload with a name that is long enough to need a line of its own in the head"


@cache
def made(net, step, what, count):
    setting = "best" if PRESETS[net].is_toy else ""     # with the updates of the biases too
    return sheets(*view_of(net, step, setting=setting), what, count, "http://127.0.0.1:8501/", DATA)


@pytest.mark.parametrize("paper", INSIDE)
def test_nothing_is_cut_and_the_pages_are_as_many_as_due(browser, paper):
    wide, high = (length * PIXELS for length in INSIDE[paper])
    window = browser.new_context(viewport={"width": int(wide), "height": int(high)})
    tab = window.new_page()
    tab.emulate_media(media="print")
    for net, step, what, how, count, due in CASES:
        tab.set_content(page(made(net, step, what, count), how, paper))
        assert tab.evaluate(OVER, [wide, high]) == [], (net, step, what, how)
        printed = tab.pdf(prefer_css_page_size=True)
        size = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
        assert float(size[1]) * 25.4 / 72 == pytest.approx(INSIDE[paper][0] + 24, abs=1)
        pages = len(re.findall(rb"/Type\s*/Page\b", printed))
        assert due is None or pages == due, (net, step, what, how, pages)
    window.close()
