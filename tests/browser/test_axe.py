"""axe-core, which knows the rules of accessibility, finds nothing to object to on any page: in light and in dark.

The package axe-playwright-python carries axe-core's one file; only that is used, so no Node is needed.
"""
from importlib.resources import files

import pytest

from tests.browser.test_draw import DIGITS, Pad
from tests.browser.test_train import fill, idle, look_at, press, ready_to_train, wait_beyond

pytestmark = pytest.mark.browser

STREAMLITS = {      # {rule: elements of Streamlit's own that break it}: nothing here can change them
    # Where a file is dropped has a name and the role of nothing; the button in it does the same.
    "presentation-role-conflict": "[data-testid=stFileUploaderDropzone]",
    # What explains a control stands outside of all parts of the page while it is shown.
    "region": "#stFloatingOverlayPortal",
}
# Without the insides of Plotly's pictures, which are drawn from many pieces: their frame has the role and the name.
FOUND = """async ([streamlits, rules]) => {
  const { violations } = await axe.run({ exclude: [".main-svg"] }, { resultTypes: ["violations"], ...rules })
  return violations.flatMap(({ id, nodes }) => nodes
    .filter(({ target }) => !(id in streamlits && document.querySelector(target.join(" ")).matches(streamlits[id])))
    .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`))
}"""


@pytest.fixture
def assert_clean(reader):
    """A function that lets axe look at the page as it is: by every rule, and in dark whether it can be read."""
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")

    def check():
        reader.page.mouse.move(2, 300)
        for scheme, rules in (("dark", {"runOnly": ["color-contrast"]}), ("light", {})):
            reader.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            reader.page.wait_for_timeout(400)       # Streamlit fades one theme into the other
            if not reader.page.evaluate("Boolean(window.axe)"):
                reader.page.evaluate(axe)
            assert reader.page.evaluate(FOUND, [STREAMLITS, rules]) == [], scheme
    return check


def test_axe_is_there_and_finds_what_is_wrong(reader, assert_clean):
    reader.visit()
    reader.page.evaluate("document.querySelector('.st-key-next button').replaceChildren()")
    with pytest.raises(AssertionError, match="button-name"):
        assert_clean()


@pytest.mark.parametrize("step", ["X", "S1", "E_new", "open", "close", "dW4&guide=1",
                                  "delta1&net=mazur&hand=everything", "S1&present=1"])
def test_one_batch(reader, assert_clean, step):
    reader.visit(f"step={step}")
    assert_clean()


def test_the_dialog_of_what_to_take_along(reader, assert_clean):
    reader.visit("net=mazur&step=dW2")
    reader.page.get_by_role("button", name="Share, print").click()
    reader.page.get_by_role("dialog").get_by_text("Download mazur-dW2.zip").wait_for()
    idle(reader)
    assert_clean()


def test_a_link_and_a_session_as_a_file(reader, assert_clean):
    reader.visit("net=relu10")
    reader.page.get_by_role("button", name="Share, print").click()
    reader.page.get_by_role("tab", name="Link").click()
    reader.page.get_by_role("img", name="The link as a QR code").wait_for()
    assert_clean()
    reader.page.keyboard.press("Escape")
    ready_to_train(reader)
    for key, there in (("link", "this machine only"), ("session_popover", "Open")):
        reader.page.locator(f".st-key-{key} button:visible").first.click()
        reader.page.locator("[data-testid=stPopoverBody]").get_by_text(there).first.wait_for()
        idle(reader)
        assert_clean()
        reader.page.keyboard.press("Escape")


def test_train_before_a_run_while_it_runs_and_afterwards(reader, assert_clean):
    ready_to_train(reader)
    assert_clean()
    press(reader, "more")
    reader.page.get_by_role("dialog").get_by_text("Upload", exact=True).wait_for()
    idle(reader)
    assert_clean()
    reader.page.keyboard.press("Escape")
    reader.page.get_by_role("dialog").wait_for(state="detached")
    fill(reader, epochs=20)
    reader.switch("slow")
    press(reader, "start")
    wait_beyond(reader, 0)
    assert_clean()
    press(reader, "stop")
    idle(reader)
    reader.switch("slow")
    press(reader, "start")
    reader.page.get_by_text("run 2 finished, epoch").wait_for()
    idle(reader)
    for view in ("runs", "confusion matrix", "worst mistakes", "save and load"):
        look_at(reader, view)
        idle(reader)
        assert_clean()


@pytest.mark.parametrize("check", ["weight", "all", "broken"])
def test_check(reader, assert_clean, check):
    there(reader, "Check", f"net=relu16&step=dW2&check={check}")
    assert_clean()


@pytest.mark.parametrize("address", [
    "source=pdf", "source=pdf&about=formulas&formula=2.13", "source=readme&about=chain&link=2", "source=post&about=one",
    "source=post&about=softmax", "source=post&about=columns", "source=notebook&about=formulas", "source=all",
    "source=all&about=works", "source=all&about=glossary"])
def test_sources(reader, assert_clean, address):
    there(reader, "Sources", address)
    if "formula=" in address:
        press(reader, "prove")
        idle(reader)
    assert_clean()


def there(reader, page, address):
    """Another page than the walk's, at this address."""
    reader.page.goto(f"{reader.url}/{page.lower()}?step=X&{address}")
    reader.page.locator("[data-testid=stMain] h1").first.wait_for()
    idle(reader)
    reader.stand_still()
    idle(reader)
    # Streamlit looks for its server below the page's address first
    reader.faults[:] = [fault for fault in reader.faults if f"/{page.lower()}/_stcore/" not in fault]


def test_draw_before_and_after_a_drawing(reader, assert_clean):
    pad = Pad(reader)
    assert_clean()
    pad.mouse(DIGITS[1][0])
    pad.reads(1)
    pad.say(7)
    pad.press("teach_1")
    pad.press("keep")
    pad.page.locator(".st-key-gallery_images .heatmaplayer image").first.wait_for()
    assert_clean()
