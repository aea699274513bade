"""Presenting, the short way, what a squeezed matrix shows, and the matrix that moves on to the next step."""
import numpy as np
import pytest

pytestmark = pytest.mark.browser

TWELVE = "X S1 A1 A4 E dA4 delta4 dW4 dA3 dW1 W1_new E_new".split()
SMALLEST = """() => {      // the size of the letters of what can be seen of the pane and the map
  const seen = (e) => e.getClientRects().length && !e.closest(".pane:not(.shown), .spoken, .katex-mathml")
  const parts = [".why", ".words p", "h2", ".map button", ".plot text"].map((part) => ".view " + part).join()
  const texts = [...document.querySelectorAll(parts)].filter((e) => seen(e) && e.textContent.trim())
  return Math.min(...texts.map((e) => parseFloat(getComputedStyle(e).fontSize)))
}"""
INSIDE = """() => [".map .grid", ".pane.shown h2", ".pane.shown .equation", ".pane.shown .why", ".pane.shown .stage",
    ".pane.shown .sums", ".pane.shown .words"].filter((part) => {
  const e = document.querySelector(".view " + part), r = e.getBoundingClientRect()
  return !r.width || r.left < 0 || r.top < 0 || r.right > innerWidth + 1 || r.bottom > innerHeight + 1
    || part.match(/why|words|sums/) && e.scrollHeight > e.clientHeight + 2 })"""


def before(step, layer):
    """The weights before the step, from those after it."""
    return step[f"W{layer}_new"] + .1 * step[f"dW{layer}"]


def test_presenting_is_the_short_way_in_large_letters_with_nothing_but_the_walk(reader):
    page = reader.page
    page.set_viewport_size({"width": 1280, "height": 720})
    reader.visit("net=deep&present=1")
    seen = []
    while True:
        assert page.evaluate(SMALLEST) >= 15, reader.step
        assert page.evaluate(INSIDE) == [], reader.step
        assert not page.locator(".st-key-next button").is_visible()
        assert not page.locator(".pane.shown .code").is_visible()
        seen.append(reader.step)
        if seen[-1] == "E_new":
            break
        reader.press("ArrowRight")
    assert seen == TWELVE and reader.address["present"] == "1"
    page.keyboard.press("Escape")
    page.wait_for_function("!location.search.includes('present')")
    reader.settle()
    assert page.locator(".st-key-next button").is_visible() and page.locator(".pane.shown .code").is_visible()
    page.keyboard.press("p")
    page.wait_for_function("location.search.includes('present=1')")
    assert not page.locator(".st-key-next button").is_visible()


@pytest.mark.parametrize("width, height", [(820, 1180), (390, 844)])
def test_a_narrow_window_presents_one_below_the_other_at_full_width(reader, width, height):
    reader.page.set_viewport_size({"width": width, "height": height})
    reader.visit("net=deep&step=S1&present=1")
    for part in (".why", ".stage", ".sums", ".words"):
        box = reader.page.locator(f".pane.shown {part}").bounding_box()
        assert box["width"] > .85 * width and box["x"] >= 0 and box["x"] + box["width"] <= width, (part, box)


def test_the_short_way_is_gone_by_keys_and_counted(reader):
    reader.visit("net=deep&step=A1")
    reader.page.get_by_role("button", name="Short way").click()
    reader.page.wait_for_function("location.search.includes('short=1')")
    reader.settle()
    reader.press("ArrowRight")
    assert reader.step == "A4" and reader.page.locator(".st-key-position").inner_text() == "4 / 12"
    reader.page.locator(".st-key-next button").click()
    reader.page.wait_for_function("location.search.includes('step=E')")
    reader.settle()
    reader.press("ArrowLeft")
    assert reader.step == "A4"


def test_a_squeezed_matrix_shows_the_means_of_its_cells_and_each_cell_when_there_is_room(reader, by_hand):
    reader.visit("net=deep&step=S1")
    over = "gd.data.find((t) => t.meta?.averages === 'W¹')"
    z = np.array(reader.plot(f"{over}.z.map((row) => Array.from(row))"))
    W = before(by_hand(), 1)
    bins = len(z)
    assert 100 < bins < 784 and z.shape[1] == 64
    fine = np.repeat(W, bins, axis=0).reshape(bins, 784, 64).mean(axis=1)      # each row as `bins` equal parts of a row
    assert np.allclose(z, fine, atol=1e-6)
    assert reader.plot(f"[{over}.y0, {over}.dy]") == pytest.approx([784 / bins / 2 - .5, 784 / bins])
    assert reader.plot("gd.data.find((t) => t.name === 'W¹').z.length") == 784
    reader.drag("W¹", (100, 10), (180, 50))
    reader.wait_for_plot(f"{over}.visible === false")


def test_what_the_next_step_takes_over_moves_there_unless_motion_is_unwanted(reader):
    page = reader.page
    reader.visit("net=deep&step=S1")
    page.evaluate("""() => { window.flown = []
      new MutationObserver((all) => all.forEach((m) => m.addedNodes.forEach((n) => n.className === "flying"
        && flown.push([n.getAnimations()[0].effect.getTiming().duration, getComputedStyle(n).pointerEvents]))))
        .observe(document.body, { childList: true, subtree: true }) }""")
    for _ in range(3):
        reader.press("ArrowRight")
    assert page.evaluate("flown") == [[250, "none"]] * 3
    page.wait_for_function("!document.querySelector('.flying')")
    page.emulate_media(reduced_motion="reduce")
    reader.press("ArrowRight")
    assert len(page.evaluate("flown")) == 3


def test_the_selected_row_and_column_can_be_read_as_a_table(reader, by_hand):
    reader.visit("net=deep&step=S2&i=5&j=3")
    reader.page.locator(".pane.shown .more").get_by_role("button", name="Row and column").click()
    tables = reader.page.locator("dialog table")
    captions = tables.locator("caption").all_inner_texts()
    assert captions == [f"n is the {of} is selected and marked" for of in ("unit of layer 1; 9", "unit of layer 2; 3",
                                                                        "example; 5")]
    marked = tables.locator("tr.at").evaluate_all("all => all.map((line) => line.cells[0].textContent)")
    assert marked == ["9", "3", "5"]
    lines = [[cell.replace("−", "-") for cell in line] for line in tables.first.evaluate(
        "table => Array.from(table.rows, (row) => Array.from(row.cells, (cell) => cell.textContent))")]
    assert lines[0] == ["n", "A¹[5, n]", "W²[n, 3]", "product"] and len(lines) == 65
    numbers = np.array(lines[1:], float)
    assert numbers[:, 1] == pytest.approx(by_hand()["A1"][5], rel=1e-5)
    assert numbers[:, 2] == pytest.approx(before(by_hand(), 2)[:, 3], rel=1e-5)
    assert numbers[:, 3] == pytest.approx(by_hand()["A1"][5] * before(by_hand(), 2)[:, 3], rel=1e-4, abs=1e-9)


def test_while_presenting_the_stop_is_counted_in_words_and_stays_when_a_switch_is_pressed(reader):
    reader.page.set_viewport_size({"width": 1280, "height": 720})
    reader.visit("net=deep&step=X&present=1&guide=0")
    position = reader.page.locator(".view .position")
    for n in range(1, 13):
        assert position.inner_text() == f"stop {n} of 12" and reader.step == TWELVE[n - 1]
        if n == 6:      # the ways are drawn anew; where one is must not be lost
            reader.page.get_by_role("button", name="Guide").click()
            reader.page.wait_for_function("location.search.includes('guide=1')")
            reader.settle()
            assert position.inner_text() == "stop 6 of 12"
            reader.page.get_by_role("button", name="Guide").click()
            reader.settle()
        if n < 12:
            reader.press("ArrowRight")
    reader.go_to("dW3")
    assert position.inner_text() == "after stop 9 of 12"
    reader.press("ArrowRight")
    assert (reader.step, position.inner_text()) == ("dW1", "stop 10 of 12")
