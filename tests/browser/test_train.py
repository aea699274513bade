"""Training as a person does it: watch it, halt it, leave and come back, walk with its weights, close the tab."""
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

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
    assert max(busy(tab.url) for _ in range(4)) > 0.3
    tab.check()
    tab.page.close()
    end = time.monotonic() + 10
    while max(busy(reader.url) for _ in range(2)) > 0.15:
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


def test_a_click_in_the_confusion_matrix_shows_its_images_and_a_click_on_one_opens_the_walk_on_it(reader):
    show_confusion(reader)
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
