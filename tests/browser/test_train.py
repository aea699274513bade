"""Training as a person does it: watch it, halt it, leave and come back, walk with its weights, close the tab."""
import json
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from explainer.figures.theme import LAYERS, RUNS
from tests.browser.reader import Reader

pytestmark = pytest.mark.browser

SEEN = "Number(document.querySelector('.st-key-curves .figures')?.dataset.drawn?.split('-')[2])"

# The middle of a cell of a component's first picture, on the screen.
SPOT = """([where, row, column]) => {
  const gd = document.querySelector(`.st-key-${where} .plot`), { xaxis: x, yaxis: y } = gd._fullLayout
  gd.scrollIntoView({ block: "center" })
  const box = gd.getBoundingClientRect()
  return [box.left + x._offset + x.l2p(column), box.top + y._offset + y.l2p(row)]
}"""


def open_train(reader, address="net=deep"):
    reader.visit(address)
    reader.page.get_by_role("link", name="Train").click()
    reader.page.locator(".st-key-start button, .st-key-pause button").first.wait_for()


def fill(reader, **numbers):
    for name, number in numbers.items():
        box = reader.page.locator(f".st-key-ui_{name} input")
        box.fill(str(number))
        box.press("Enter")
        idle(reader)


def idle(reader):
    reader.page.wait_for_timeout(100)   # the browser sends what was typed
    reader.page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'")


def press(reader, key):
    reader.page.locator(f".st-key-{key} button").click()


def begin(reader, address="net=deep", epochs=20_000):
    open_train(reader, address)
    fill(reader, epochs=epochs)
    press(reader, "start")
    wait_beyond(reader, 0)


def wait_beyond(reader, images):
    reader.page.wait_for_function(f"(n) => {SEEN} > n", arg=images)


def seen(reader):
    """How many images the curves that are drawn stand for."""
    return reader.page.evaluate(SEEN)


def pause(reader):
    press(reader, "pause")
    reader.page.locator(".st-key-start button").wait_for()
    idle(reader)
    reader.page.wait_for_timeout(300)


def click(reader, where, row, column):
    reader.page.wait_for_timeout(500)
    reader.page.locator(f".st-key-{where} .plot .heatmaplayer image").wait_for()
    reader.page.mouse.click(*reader.page.evaluate(SPOT, [where, row, column]))


def look_at(reader, panel):
    reader.page.locator(".st-key-ui_panel").get_by_text(panel, exact=True).click()


def test_the_curves_move_while_it_learns_pause_halts_resume_goes_on_and_stop_ends(reader):
    begin(reader)
    wait_beyond(reader, seen(reader))
    reached = reader.plot("gd.data[0].x.at(-1)", "curves")      # epochs; the points themselves are thinned now and then
    wait_beyond(reader, seen(reader))
    assert reader.plot("gd.data[0].x.at(-1)", "curves") > reached
    pause(reader)
    halted = seen(reader)
    reader.page.wait_for_timeout(2000)
    assert seen(reader) == halted
    assert reader.page.locator(".st-key-start").inner_text().strip().endswith("Resume")
    press(reader, "start")
    wait_beyond(reader, halted)
    press(reader, "stop")
    reader.page.get_by_text(re.compile("run 1 stopped, epoch")).wait_for()
    idle(reader)
    ended = seen(reader)
    reader.page.wait_for_timeout(1500)
    assert seen(reader) == ended >= halted and reader.page.locator(".st-key-stop button").is_disabled()


def test_who_looks_at_one_batch_and_comes_back_finds_the_training_further_on(reader):
    begin(reader)
    before = seen(reader)
    reader.page.get_by_role("link", name="One batch").click()
    reader.settle()
    reader.press("ArrowRight")
    assert reader.step == "S1"
    reader.page.get_by_role("link", name="Train").click()
    wait_beyond(reader, before)
    assert reader.page.locator(".st-key-pause button").is_visible()
    press(reader, "stop")


def test_a_stranger_sees_none_of_my_runs(reader, stranger):
    begin(reader)
    open_train(stranger)
    stranger.page.get_by_text("Press Start").wait_for()
    stranger.wait_for_plot("gd?.data?.length === 0", "curves")
    stranger.visit("weights=run1-e1&step=S1")
    assert len(stranger.warnings) == 1 and "no run 1" in stranger.warnings[0]
    press(reader, "stop")


def cpu(url):
    """The seconds of processor time that the server has used."""
    port = str(urlsplit(url).port)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes().decode().split("\0")
            if "streamlit" in arguments and port in arguments:
                return sum(map(int, (process / "stat").read_text().rsplit(")", 1)[1].split()[11:13])) / 100
        except OSError:
            continue
    pytest.fail("the server's process is not to be found")


def busy(url):
    """The share of one processor that the server uses, over half a second."""
    before, began = cpu(url), time.monotonic()
    time.sleep(0.5)
    return (cpu(url) - before) / (time.monotonic() - began)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def test_closing_the_tab_ends_the_training_within_seconds(reader, stranger):
    reader.visit()
    tab = Reader(stranger.page.context.new_page(), stranger.url)
    begin(tab)
    learning = max(busy(tab.url) for _ in range(8))
    assert learning > 0.1       # other programs may keep the machine busy
    tab.check()
    tab.page.close()
    end = time.monotonic() + 12         # a second of grace, as it is set for these tests
    while max(busy(reader.url) for _ in range(2)) > min(0.15, learning / 3):
        assert time.monotonic() < end, "it still learns, for nobody"
    reader.press("ArrowRight")      # the server is well


def test_a_batch_can_be_walked_with_the_weights_of_the_training(reader):
    begin(reader, "net=relu10&step=S1", epochs=20_000)
    wait_beyond(reader, 20_000)
    pause(reader)
    press(reader, "walk_it")
    reader.settle()
    assert re.fullmatch(r"run1-[eb]\d+", reader.address["weights"]) and reader.address["net"] == "relu10"
    assert reader.step == "S1" and reader.warnings == []
    trained = reader.value
    reader.page.locator(".st-key-ui_weights").get_by_role("combobox").click()
    reader.page.get_by_role("option", name="untrained").click()
    reader.page.wait_for_function("!new URLSearchParams(location.search).has('weights')")
    reader.settle()
    assert reader.value != trained


def show_confusion(reader):
    """Train for a moment and look at the confusion matrix."""
    open_train(reader, "net=deep")
    fill(reader, epochs=2)
    press(reader, "start")
    reader.page.get_by_text(re.compile("run 1 finished, epoch")).wait_for()
    look_at(reader, "confusion matrix")
    reader.page.locator(".st-key-confusion .plot .heatmaplayer image").wait_for()
    idle(reader)


def wait_for_images_of_a_1(reader):
    reader.page.get_by_text(re.compile("images of a 1 are read right")).wait_for()
    reader.page.locator(".st-key-behind .plot .heatmaplayer image").wait_for()
    idle(reader)


def assert_a_1_is_walked(reader):
    reader.page.wait_for_url("**/?*weights=run1-e2*")
    reader.settle()
    assert {"batch", "i"} <= set(reader.address)
    reader.go_to("S1")
    said = f"example {reader.address['i']}: a 1"
    assert reader.plot(f"gd.layout.annotations.some((a) => a.text.startsWith({said!r}))")


def assert_told_on_hover(reader):
    counts = reader.plot("gd.data[0].text.map((row) => row.map(Number))", "confusion")     # as printed in the cells
    wrong = max((n, d, a) for d, row in enumerate(counts) for a, n in enumerate(row) if a != d)
    for digit, answer in (wrong[1:], (4, 4), (9, 0)):
        count, total = counts[digit][answer], sum(counts[digit])
        reader.page.mouse.move(*reader.page.evaluate(SPOT, ["confusion", digit, answer]))
        said = f"digit {digit} read as {answer}: {count} ({100 * count / total:.1f}% of this digit)"
        reader.page.locator(".st-key-confusion .hoverlayer").get_by_text(said, exact=True).wait_for()


def test_the_confusion_matrix_tells_its_cells_a_click_shows_images_and_a_click_on_one_opens_the_walk_on_it(reader):
    show_confusion(reader)
    assert_told_on_hover(reader)
    click(reader, "confusion", 1, 1)
    wait_for_images_of_a_1(reader)
    click(reader, "behind", 14, 14)
    assert_a_1_is_walked(reader)


def test_the_confusion_matrix_and_its_images_are_reached_with_the_keyboard_alone(reader):
    show_confusion(reader)
    reader.page.locator(".st-key-confusion .plot").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowDown"):  # the first shows it
        reader.page.keyboard.press(key)
    assert reader.page.locator(".st-key-confusion .spoken").inner_text().startswith("digit 1 answer 0: ")
    reader.page.keyboard.press("ArrowRight")
    reader.page.keyboard.press("Enter")
    wait_for_images_of_a_1(reader)
    reader.page.locator(".st-key-behind .plot").focus()
    reader.page.keyboard.press("ArrowRight")
    frame, box = reader.page.evaluate("""(() => { const root = document.querySelector(".st-key-behind .figure")
      const at = (part) => {
        const { left, top } = root.querySelector(part).getBoundingClientRect()
        return [left, top]
      }
      return [at(".outlines div"), at(".plot .heatmaplayer image")] })()""")
    assert frame == pytest.approx(box, abs=4)       # round the first picture
    reader.page.keyboard.press("Enter")
    assert_a_1_is_walked(reader)


def test_an_alpha_that_is_far_too_large_is_said_in_a_sentence(reader):
    open_train(reader, "net=own&act=linear&out=linear&loss=half_squared_error")
    fill(reader, learning_rate=1000)
    press(reader, "start")
    reader.page.get_by_text("the loss was no longer a finite number").wait_for()
    assert "α = 1000 is too large here" in reader.page.locator("[data-testid=stAlertContentError]").inner_text()
    for panel in ("confusion matrix", "worst mistakes", "runs", "save and load"):
        look_at(reader, panel)
        idle(reader)
    reader.check()


# One screen, at once

PLACES = """() => Object.fromEntries("recipe buttons curves message travel measured layer1".split(" ").map((key) => {
  const { left, top, right, bottom } = document.querySelector(`.st-key-${key}`).getBoundingClientRect()
  return [key, [left, top, right, bottom].map(Math.round)]
}))"""

# For each chart [left, top, right, bottom] of its own and of its title with the names of the lines, and its plot's top.
CHARTS = """() => [...document.querySelectorAll(".st-key-curves .figure")].map((figure) => {
  const box = (e) => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom] }
  const gd = figure.querySelector(".plot")
  return { box: box(figure), head: box(figure.querySelector(".head")),
    title: figure.querySelector("h2").firstChild.data,
    runs: [...figure.querySelectorAll("b")].map((e) => e.innerText), top: box(gd)[1] + gd._fullLayout.yaxis._offset,
    layers: gd.data.filter((t) => t.meta?.shade !== undefined).map((t) => t.line.color) }
})"""


def ready_to_train(reader, address="net=deep"):
    open_train(reader, address)
    resize(reader, 1366, 641)
    drawn(reader)


def resize(reader, width, height):
    reader.page.set_viewport_size({"width": width, "height": height})
    reader.stand_still()


def drawn(reader):
    reader.page.locator(".st-key-layer1 .heatmaplayer image").wait_for()
    reader.wait_for_plot("gd?._fullLayout?.yaxis", "curves")
    idle(reader)


def finish(reader, number=1):
    press(reader, "start")
    reader.page.get_by_text(re.compile(f"run {number} finished, epoch")).wait_for()
    idle(reader)
    reader.wait_for_plot("gd.data.length > 1", "curves")


def narrowest(reader):
    """How much wider than its window the page is."""
    return reader.page.evaluate("(() => { const e = document.querySelector('[data-testid=stMain]')"
                                "; return e.scrollWidth - e.clientWidth })()")


def places(reader):
    """{size: where everything stands in a window of that size}"""
    found = {}
    for size in ((1366, 641), (1440, 760), (1920, 950), (1280, 585)):
        resize(reader, *size)
        found[size] = reader.page.evaluate(PLACES)
        assert narrowest(reader) <= 0
    return found


def test_all_that_moves_is_on_one_screen_from_the_start_and_nothing_is_pushed_away(reader):
    ready_to_train(reader)
    before = places(reader)
    for (_, height), at in before.items():
        assert max(bottom for *_, bottom in at.values()) <= height
        assert at["layer1"][0] >= at["curves"][2] and at["layer1"][1] == at["curves"][1]    # beside it
    reader.switch("slow")
    press(reader, "start")
    wait_beyond(reader, 0)
    assert places(reader) == before
    reader.switch("slow")
    reader.page.get_by_text(re.compile("run 1 finished, epoch")).wait_for()
    reader.page.get_by_text("Its best moment by validation is").wait_for()
    idle(reader)
    assert places(reader) == before


def test_no_title_lies_on_another_or_on_lines_and_each_names_its_run(reader):
    ready_to_train(reader)
    fill(reader, epochs=2)
    finish(reader)
    for width, height, across in ((390, 844, 1), (820, 1180, 3), (1180, 820, 3), (1366, 641, 3)):
        resize(reader, width, height)
        charts = reader.page.evaluate(CHARTS)
        assert [chart["title"] for chart in charts] == ["Loss per example", "Accuracy", "Mean |∇W| of each layer"]
        assert len({round(chart["box"][0]) for chart in charts}) == across and narrowest(reader) <= 0
        for chart in charts:
            assert chart["runs"] == ["run 1"] and chart["head"][3] <= chart["top"] + 1
            assert chart["box"][0] <= chart["head"][0] and chart["head"][2] <= chart["box"][2] <= width
        for one, other in zip(charts, charts[1:]):
            assert one["box"][2] <= other["box"][0] or one["box"][3] <= other["box"][1]


def test_layers_have_one_hue_of_the_theme_in_light_and_in_dark(reader):
    ready_to_train(reader)
    fill(reader, epochs=1)
    finish(reader)
    for scheme in ("light", "dark"):
        reader.page.emulate_media(color_scheme=scheme)
        expected = [LAYERS[scheme][n] for n in (0, 2, 4, 6)]
        reader.page.wait_for_function(f"(colours) => JSON.stringify(({CHARTS})().at(-1).layers) === colours",
                                      arg=json.dumps(expected, separators=(",", ":")))
    assert not set(expected) & set(RUNS)


def chosen(reader, field):
    return reader.page.locator(f".st-key-ui_{field} [role=radio][aria-checked=true]").inner_text()


def test_every_option_of_every_choice_is_reached_with_the_arrow_keys(reader):
    ready_to_train(reader)
    reader.page.get_by_role("radio", name="as it works best").focus()
    for key, then in (("ArrowRight", "as the source has it"), ("ArrowLeft", "as it works best"),
                      ("ArrowDown", "as the source has it"), ("ArrowUp", "as it works best")):
        reader.page.keyboard.press(key)
        reader.page.wait_for_function("(text) => document.querySelector('.st-key-ui_setting [aria-checked=true]')"
                                      ".innerText === text", arg=then)
        idle(reader)
        assert reader.page.evaluate("document.activeElement.innerText") == then
    fill(reader, epochs=1)
    finish(reader)
    reader.page.get_by_role("radio", name="runs").focus()
    for view in ("confusion matrix", "worst mistakes", "save and load", "runs"):
        reader.page.keyboard.press("ArrowRight")
        idle(reader)
        assert chosen(reader, "panel") == view
    reader.page.get_by_role("link", name="One batch").click()
    reader.settle()
    before = reader.step
    reader.page.locator(".pane.shown .more button").first.focus()
    reader.press("ArrowRight")      # there the arrows are the walk's
    assert reader.step != before


@pytest.mark.parametrize("net", ["own", "deep"])
def test_more_settings_are_a_dialog_that_takes_the_focus_and_is_seen_whole(reader, net):
    ready_to_train(reader, address=f"net={net}")
    press(reader, "more")
    dialog = reader.page.get_by_role("dialog")
    dialog.get_by_text("Upload", exact=True).wait_for()
    idle(reader)
    reader.page.wait_for_function("document.activeElement.closest('[role=dialog]')")
    box = dialog.bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= 641
    assert dialog.evaluate("(e) => [e, ...e.querySelectorAll('div')].every((d) => d.scrollHeight <= d.clientHeight + 1"
                           " || getComputedStyle(d).overflowY === 'visible')")
    left, right = (column.bounding_box() for column in dialog.locator("[data-testid=stColumn]").all())
    assert left["x"] + left["width"] <= right["x"] and left["y"] == right["y"]
    if net == "own":
        for _ in range(8):
            if reader.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Hidden layers":
                break
            reader.page.keyboard.press("Tab")
        reader.page.keyboard.press("Control+a")
        reader.page.keyboard.type("16, 12")
        reader.page.keyboard.press("Enter")
        idle(reader)
    reader.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    idle(reader)
    if net == "own":
        reader.wait_for_plot("gd.data[0].meta.units === 16", "layer1")      # the page behind has followed


def test_what_happens_is_announced_and_the_page_has_headings(reader):
    ready_to_train(reader)
    status = reader.page.locator(".st-key-curves [role=status]")
    assert status.inner_text() == "Nothing is being trained."
    assert reader.page.locator("h1").inner_text() == "Train" and reader.page.locator("h2").count() == 4
    fill(reader, epochs=20_000)
    press(reader, "start")
    status.get_by_text("run 1 is running.").wait_for()
    press(reader, "pause")
    status.get_by_text("run 1 is paused.").wait_for()
    press(reader, "stop")
    status.get_by_text(re.compile(r"run 1 stopped after [\d.,]+ of 20,000 epochs\.")).wait_for()
    pictures = reader.page.locator(".st-key-layer1 .plot")
    assert pictures.get_attribute("aria-label").startswith("Weights of layer 1, after")
    pictures.focus()
    for _ in range(3):
        reader.page.keyboard.press("ArrowRight")
    assert reader.page.locator(".st-key-layer1 .figure .spoken").inner_text() == "unit 2 of layer 1"


def test_what_has_not_changed_is_not_drawn_again(reader):
    ready_to_train(reader)
    for where in ("curves", "layer1"):
        reader.plot(f"(window.drawn_{where} = gd._fullData, 1)", where)
    reader.switch("slow")
    idle(reader)
    reader.page.wait_for_timeout(500)
    assert all(reader.plot(f"window.drawn_{where} === gd._fullData", where) for where in ("curves", "layer1"))
    fill(reader, seed=5)
    reader.wait_for_plot("window.drawn_layer1 !== gd._fullData", "layer1")


SPANS = "[...document.querySelectorAll('.st-key-curves .plot')].map((gd) => gd._fullLayout.xaxis.range)"


def test_what_is_zoomed_to_in_one_chart_all_charts_show_and_a_double_click_shows_all_again(reader):
    ready_to_train(reader)
    fill(reader, epochs=4)
    finish(reader)
    whole = reader.page.evaluate(SPANS)
    assert whole == [whole[0]] * 3 and whole[0][0] == 0 and 4 < whole[0][1] < 4.5
    box = reader.page.locator(".st-key-curves .plot").nth(1).bounding_box()
    x, y, mouse = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, reader.page.mouse
    mouse.move(x - 40, y)
    mouse.down()
    mouse.move(x + 40, y + 2, steps=5)
    mouse.up()
    narrower = f"({SPANS}).every(([a, b], n, [[c, d]]) => a > 0.5 && b < 3.8 && a === c && b === d)"
    reader.page.wait_for_function(narrower)
    look_at(reader, "worst mistakes")
    idle(reader)
    assert reader.page.evaluate(narrower)       # also when the page has run again
    reader.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    reader.page.wait_for_timeout(500)
    mouse.dblclick(x, y)
    reader.page.wait_for_function(f"(whole) => JSON.stringify({SPANS}) === JSON.stringify(whole)", arg=whole)


def test_a_view_that_is_chosen_comes_onto_the_screen(reader):
    ready_to_train(reader)
    reader.page.emulate_media(reduced_motion="reduce")
    fill(reader, epochs=1)
    finish(reader)
    for width, height in ((1366, 641), (820, 1180), (390, 844)):
        resize(reader, width, height)
        look_at(reader, "runs")
        reader.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
        look_at(reader, "confusion matrix")
        reader.page.locator(".st-key-confusion .plot .heatmaplayer image").wait_for()
        idle(reader)
        matrix = reader.page.locator(".st-key-confusion").bounding_box()
        assert matrix["y"] > 60 and matrix["y"] + matrix["height"] <= height
        if width > 1000:        # with the moments above it
            assert reader.page.locator(".st-key-travel").bounding_box()["y"] >= 56


def test_the_settings_are_those_of_the_run_that_is_looked_at(reader):
    ready_to_train(reader)
    fill(reader, epochs=1)
    finish(reader)
    fill(reader, epochs=2, learning_rate=0.05)
    press(reader, "start")
    reader.page.get_by_text(re.compile("run 2 finished, epoch")).wait_for()
    idle(reader)
    press(reader, "select_1")
    reader.page.get_by_text(re.compile("run 1 finished, epoch")).wait_for()
    idle(reader)
    fields = [reader.page.locator(f".st-key-ui_{name} input").input_value() for name in ("epochs", "learning_rate")]
    assert fields == ["1", "0.1"]


def test_pictures_that_have_left_the_page_are_nothing_any_more(reader):
    begin(reader, epochs=1)
    asks = reader.page.context.new_cdp_session(reader.page)
    asks.send("Performance.enable")

    def there_and_back():
        """How many nodes and listeners there are then, those in no document with them."""
        reader.page.get_by_role("link", name="One batch").click()
        reader.settle()
        reader.page.get_by_role("link", name="Train").click()
        reader.wait_for_plot("gd?.data?.length > 0", "curves")
        idle(reader)
        asks.send("HeapProfiler.collectGarbage")
        found = {each["name"]: each["value"] for each in asks.send("Performance.getMetrics")["metrics"]}
        return found["Nodes"], found["JSEventListeners"]
    there_and_back()
    before, *_, after = [there_and_back() for _ in range(4)]
    assert after[0] < before[0] + 600 and after[1] < before[1] + 100, (before, after)
