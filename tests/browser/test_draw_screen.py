"""The Draw page is one screen: nothing is cut, nothing overlaps, every line is short, and no mouse is needed."""
import itertools

import pytest

from tests.browser.test_draw import DIGITS, Pad, picture

pytestmark = pytest.mark.browser
SIZES = [(1366, 641), (1280, 585), (1180, 820), (820, 1180), (390, 844)]
BLOCK = ("ui_label", "walk_digit", "keep", "teach_1", "teach_10", "ui_lesson_rate", "unteach")
CONTROLS = (*(f".st-key-{key}" for key in (*BLOCK, "ui_asked", "open_network", "ui_prepared", "upload_picture")),
            ".st-key-verdict", ".pad .board", ".pad .bars", ".pad .tools button", ".pad .tools label",
            ".st-key-filmstrip", ".st-key-why", ".st-key-layers", ".st-key-lesson_bars", ".st-key-gallery_images",
            ".st-key-save_png", ".st-key-save_drawings", ".st-key-empty_gallery")

BOXES = """(selectors) => selectors.flatMap((selector) => [...document.querySelectorAll(selector)].map((e, n) => {
  const { left, top, right, bottom } = e.getBoundingClientRect()
  return [`${selector} ${n}`, { left, top, right, bottom }]
}))"""

# How many characters stand on each line of words, as the browser has broken them.
LINES = """() => {
  const words = "[data-testid=stMarkdownContainer] :is(p, li), [data-testid=stCaptionContainer] p"
  return [...document.querySelectorAll(words)].flatMap((p) => {
    const lines = {}, walk = document.createTreeWalker(p, NodeFilter.SHOW_TEXT), range = document.createRange()
    while (walk.nextNode()) for (let n = 0; n < walk.currentNode.length; n++) {
      range.setStart(walk.currentNode, n)
      range.setEnd(walk.currentNode, n + 1)
      const { bottom, width } = range.getBoundingClientRect()
      if (width) lines[Math.round(bottom / 8)] = (lines[Math.round(bottom / 8)] ?? "") + range.toString()
    }
    return Object.values(lines)
  })
}"""


@pytest.fixture
def pad(reader):
    return Pad(reader)


@pytest.fixture(scope="module")
def used(tabs):
    """A pad where a digit was drawn, taught and kept, for all tests that only look."""
    with tabs() as reader:
        pad = Pad(reader)
        taught_and_kept(pad)
        yield pad


def resize(pad, width, height):
    """Look at it in a window of another size, and wait until what is drawn has it too."""
    pad.page.bring_to_front()
    pad.page.set_viewport_size({"width": width, "height": height})
    pad.reader.stand_still()


def boxes(pad, *selectors):
    return dict(pad.page.evaluate(BOXES, list(selectors or CONTROLS)))


def overlap(a, b):
    return min(a["right"], b["right"]) - max(a["left"], b["left"]) > 1 and \
        min(a["bottom"], b["bottom"]) - max(a["top"], b["top"]) > 1


def drawn(pad, digit=1):
    for stroke in DIGITS[digit]:
        pad.mouse(stroke)
    pad.reads(digit)
    pad.page.locator(".st-key-why .heatmaplayer image").first.wait_for()


def taught_and_kept(pad):
    drawn(pad)
    pad.say(7)
    pad.press("teach_1")
    pad.page.get_by_text("What it cost").wait_for()
    pad.press("keep")
    pad.page.locator(".st-key-gallery_images .heatmaplayer image").first.wait_for()
    pad.page.mouse.move(2, 2)
    pad.settle()


def test_all_that_one_does_with_a_digit_stands_on_the_first_screen(pad):
    pad.page.set_viewport_size({"width": 1366, "height": 641})
    drawn(pad)
    at = boxes(pad)
    assert all(at[f".st-key-{key} 0"]["bottom"] <= 600 for key in BLOCK)
    assert at[".st-key-verdict 0"]["bottom"] <= at[".pad .bars 0"]["top"]
    tools, upload = at[".pad .tools button 0"], at[".st-key-upload_picture 0"]
    assert abs(tools["top"] - upload["top"]) < 4 and abs(tools["bottom"] - upload["bottom"]) < 4
    for evidence in (".st-key-filmstrip 0", ".st-key-why 0"):
        assert at[evidence]["left"] > at[".pad .bars 0"]["right"] and at[evidence]["bottom"] <= 600
    assert pad.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0


@pytest.mark.parametrize("width, height", SIZES)
def test_nothing_is_cut_or_overlaps(used, width, height):
    resize(used, width, height)
    at = boxes(used)
    assert len(at) == len(CONTROLS) + 3     # four buttons are tools
    for name, box in at.items():
        assert 0 <= box["left"] and box["right"] <= width + .5, name
    assert [pair for pair in itertools.combinations(at, 2) if overlap(*map(at.get, pair))] == []
    wider = used.page.evaluate("""[document.documentElement, document.querySelector('[data-testid=stMain]')]
      .map((e) => e.scrollWidth - e.clientWidth)""")
    assert max(wider) <= 0


def test_the_pad_stays_where_it_is_when_something_is_read(pad):
    where = boxes(pad, ".pad .board", ".pad .bars", ".st-key-upload_picture")
    drawn(pad)
    assert boxes(pad, ".pad .board", ".pad .bars", ".st-key-upload_picture") == where
    pad.give("notes.png", b"these are no pixels")
    pad.page.get_by_text("notes.png: this file is no picture").wait_for()
    pad.settle()
    assert boxes(pad, ".pad .board", ".pad .bars", ".st-key-upload_picture") == where


def test_no_line_of_words_is_longer_than_eighty_characters(pad, used):
    for size in ((1366, 641), (820, 1180), (1920, 950)):
        lines = []
        for page in (pad, used):
            resize(page, *size)
            lines += page.page.evaluate(LINES)
        assert len(lines) > 20 and 60 < max(map(len, lines)) <= 80, max(lines, key=len)


# Without a mouse

def focused(page):
    """The key of the widget that has the focus, or what it is."""
    return page.evaluate("""() => {
      const e = document.activeElement
      if (e.closest(".pad")) return e.dataset.do ?? (e.type === "range" ? "size" : "canvas")
      return e.closest("[class*=st-key-]")?.className.match(/st-key-(\\S+)/)[1] ?? e.tagName
    }""")


def test_tab_leads_to_every_control_in_the_order_they_are_seen(used):
    page = used.page
    resize(used, *SIZES[0])
    page.locator(".st-key-ui_asked input").focus()
    met = [focused(page)]
    for _ in range(24):
        page.keyboard.press("Tab")
        if focused(page) != met[-1]:
            met.append(focused(page))
    order = ["ui_asked", "original", "open_network", "ui_prepared", "canvas", "brush", "eraser", "undo", "clear",
             "size", "upload_picture", "ui_label", "walk_digit", "keep", "teach_1", "teach_10", "ui_lesson_rate",
             "unteach", "gallery_images", "save_png", "save_drawings", "empty_gallery"]
    assert [name for name in met if name in order] == order


def test_a_digit_is_drawn_named_and_taught_with_the_keyboard_alone(pad):
    pad.keys(*["ArrowUp"] * 12, "Space", *["ArrowDown"] * 24, "Space")
    pad.reads(1)
    keyboard, teach = pad.page.keyboard, pad.page.locator(".st-key-teach_1 button:enabled:visible")
    for _ in range(7):
        keyboard.press("Tab")
    assert focused(pad.page) == "ui_label"
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    keyboard.press("Space")             # the arrows lead from 0 to 2, the space bar chooses
    teach.wait_for()
    pad.settle()
    while focused(pad.page) != "teach_1":
        keyboard.press("Tab")
    keyboard.press("Enter")
    pad.page.get_by_text("What it cost").wait_for()
    assert pad.page.get_by_text("its output for 2 went from").is_visible()


def test_what_is_read_is_spoken_once_a_stroke_has_ended_and_not_while_it_is_drawn(pad):
    pad.page.evaluate("""() => {
      const spoken = document.querySelector(".pad [role=status]")
      window.told = []
      new MutationObserver(() => window.told.push(spoken.textContent)).observe(spoken, { childList: true })
    }""")
    for point in range(2, len(DIGITS[7][0]) + 1):
        pad.mouse(DIGITS[7][0][:point], lift=False)
        pad.page.wait_for_function("document.querySelector('.bars').dataset.answer !== ''")
        pad.page.wait_for_timeout(250)
        assert pad.page.evaluate("window.told") == []
    pad.page.mouse.up()
    pad.reads(7)
    pad.page.wait_for_timeout(300)
    said, = pad.page.evaluate("window.told")
    assert said.startswith("It reads a 7") and max(pad.outputs) in said


def test_the_page_has_one_first_heading_and_parts_below_it(pad, used):
    first, headings = (page.page.locator("[data-testid=stMain]").get_by_role("heading") for page in (pad, used))
    assert first.all_inner_texts() == ["Draw a digit"]
    levels = headings.evaluate_all("(all) => all.map((e) => [e.tagName, e.innerText.split('(')[0].trim()])")
    assert levels[0][0] == "H1" and levels[0][1].startswith("It reads a")
    assert [level for level, _ in levels[1:]] == ["H2"] * 5
    assert [text for _, text in levels[1:]] == ["What the lesson did", "What it sees", levels[3][1], "Layer by layer",
                                                "Gallery"]


def test_every_control_has_a_name(used):
    nameless = used.page.locator("[data-testid=stMain]").locator(
        "button, input:not([type=file]), canvas[tabindex], [role=radiogroup], [role=figure]").evaluate_all("""(all) =>
      all.filter((e) => !(e.innerText?.trim() || e.getAttribute("aria-label") || e.getAttribute("aria-labelledby")
        || e.title || e.labels?.[0]?.innerText.trim())).map((e) => e.outerHTML.slice(0, 200))""")
    assert nameless == []


def test_a_picture_from_a_file_is_chosen_in_the_row_of_tools(pad):
    pad.page.set_viewport_size({"width": 1366, "height": 641})
    pad.give("seven.png", picture(7))
    pad.reads(7)
