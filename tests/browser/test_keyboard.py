"""Without a mouse: Tab and the arrow keys lead to every control and to every option, and one sees where one is."""
import io

import numpy as np
import pytest
from PIL import Image

from tests.browser.test_axe import there
from tests.browser.test_draw import DIGITS, Pad
from tests.browser.test_train import fill, finish, idle, look_at, ready_to_train

pytestmark = pytest.mark.browser

# All that can be used in a part of the page, or in the dialog that is open; each gets a number, to find it again.
# A button that Tab passes over is one of many that the arrow keys lead to, as on the map, or says the same as another.
CONTROLS = """(part) => {
  document.querySelectorAll("[data-control]").forEach((e) => e.removeAttribute("data-control"))
  const scope = document.querySelector("[role=dialog]") ?? document.querySelector(part)
  const all = [...scope.querySelectorAll("a[href], button, input, select, summary, canvas[tabindex], [role=slider], "
    + "[role=figure][tabindex]")].filter((e) => !e.disabled && e.type !== "file"
    && e.checkVisibility({ visibilityProperty: true }) && !e.closest("[inert], [aria-hidden=true]")
    && (e.role === "radio" || e.tabIndex >= 0))
  all.forEach((e, n) => { e.dataset.control = n })
  return all.map((e) => [e.closest("[class*=st-key-]")?.className.match(/st-key-(\\S+)/)[1] ?? "", e.role || e.tagName,
    (e.ariaLabel || e.innerText || e.title || "").trim().slice(0, 40)].join(" "))
}"""
HERE = "Number(document.activeElement?.dataset.control ?? -1)"
KIND = """() => {
  const { tagName, className, role, type, disabled, ariaChecked, ariaPressed, ariaCurrent } = document.activeElement
  return JSON.stringify([tagName, String(className), role, type, disabled, ariaChecked, ariaPressed, ariaCurrent])
}"""
PLACE = """() => {     // of what is seen of it: a switch hides its field
  const e = document.activeElement, seen = e.getBoundingClientRect().width > 4 ? e : e.closest("label")
  const { left, top, right, bottom } = seen.getBoundingClientRect()
  return { x: Math.max(left - 6, 0), y: Math.max(top - 6, 0), width: right - left + 12, height: bottom - top + 12 }
}"""
ELSEWHERE = """() => {     // a dialog lets nothing else have the focus than what is in it
  const all = [...document.querySelectorAll("[data-control]")], here = window.here = document.activeElement
  if (!here.closest("[role=dialog]")) return here.blur()
  const far = (e) => Math.hypot(e.getBoundingClientRect().x - here.getBoundingClientRect().x,
    e.getBoundingClientRect().y - here.getBoundingClientRect().y)
  all.filter((e) => e.tabIndex >= 0).sort((a, b) => far(b) - far(a))[0].focus({ preventScroll: true })
}"""


def by_tab(page, part):
    """Press Tab until all was reached once; return (what was not reached, what does not show that it is).

    Of controls of one kind, those with one class in one state, one is photographed.
    """
    names, reached, unseen, kinds = page.evaluate(CONTROLS, part), set(), [], set()
    for _ in range(2 * len(names) + 40):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here in reached:
            break
        if here >= 0:
            reached.add(here)
            if (kind := page.evaluate(KIND)) not in kinds:
                unseen += [] if shows(page) else [names[here]]
            kinds.add(kind)
    return [name for n, name in enumerate(names) if n not in reached], unseen


def shows(page):
    """Whether what has the focus looks otherwise than without it."""
    place = page.evaluate(PLACE)
    on = looks(page, place)
    page.evaluate(ELSEWHERE)
    off = looks(page, place)
    page.evaluate("here.focus({ focusVisible: true, preventScroll: true })")
    return (np.abs(on - off).max(axis=2) > 40).sum() >= 20


def looks(page, place):
    page.wait_for_timeout(20)
    return np.asarray(Image.open(io.BytesIO(page.screenshot(clip=place))).convert("RGB")).astype(int)


@pytest.fixture
def still(reader):
    """A reader whose page fades nothing in, so that what has the focus is seen to have it at once."""
    reader.page.add_init_script("""addEventListener("DOMContentLoaded", () => document.head.append(Object.assign(
      document.createElement("style"), { textContent: "* { transition: none !important }" })))""")
    return reader


def assert_all_by_tab(reader, *groups, part="[data-testid=stApp]"):
    """All is reached with Tab, but the options of these groups that are not chosen; and it shows what has the focus."""
    passed_over, unseen = by_tab(reader.page, part)
    assert unseen == []
    options = tuple(f"{group} {kind}" for group in groups for kind in ("radio", "INPUT", "BUTTON"))
    assert [name for name in passed_over if not name.startswith(options)] == []


def assert_all_by_arrows(reader, group):
    """Every option of a group of choices is reached and chosen with the arrow keys and the space bar."""
    page, options = reader.page, reader.page.locator(f".st-key-{group} [role=radio]")
    page.locator(f".st-key-{group} [role=radio][tabindex='0']").first.focus()
    for n in range(options.count()):
        if n:
            page.keyboard.press("ArrowRight")
            idle(reader)
        if page.evaluate("document.activeElement.ariaChecked") != "true":
            page.keyboard.press("Space")
            idle(reader)
        option = page.evaluate("document.activeElement.ariaChecked === 'true' && document.activeElement.innerText")
        chosen = page.locator(f".st-key-{group} [aria-checked=true]").all_inner_texts()
        assert chosen == [option]
        yield option


@pytest.mark.parametrize("address", ["step=open", "step=dW4&guide=1", "step=W1_new",
                                     "net=mazur&step=delta1&hand=the way back"])
def test_one_batch(still, address):
    still.visit(address)
    assert_all_by_tab(still, "ui_weights")


def test_up_and_down_choose_whose_weights_are_walked_for_left_and_right_are_the_walks(reader):
    page = reader.page
    reader.visit("step=S1")
    page.locator(".st-key-ui_weights [role=radio][aria-checked=true]").focus()
    reader.moves(page.keyboard.press, "ArrowDown")
    assert reader.address["weights"] == "trained" and reader.step == "S1"
    page.locator(".st-key-ui_weights [role=radio][aria-checked=true]").focus()
    reader.moves(page.keyboard.press, "ArrowUp")
    assert "weights" not in reader.address
    reader.press("ArrowRight")
    assert reader.step == "A1"


def test_the_settings_of_the_walk_are_a_dialog_that_is_reached_and_left_by_keys(still):
    page = still.page
    still.visit("net=nielsen&step=S1")
    page.locator(".st-key-settings button").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_text("Upload", exact=True).wait_for()
    idle(still)
    assert_all_by_tab(still, "ui_setting")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")


def test_train_before_and_after_a_run_and_with_its_dialog_open(still):
    ready_to_train(still)
    assert_all_by_tab(still, "ui_setting")
    still.page.locator(".st-key-more button").focus()
    still.page.keyboard.press("Enter")
    still.page.get_by_role("dialog").get_by_text("Upload", exact=True).wait_for()
    idle(still)
    assert_all_by_tab(still)
    still.page.keyboard.press("Escape")
    still.page.get_by_role("dialog").wait_for(state="detached")
    assert still.page.evaluate("document.activeElement.innerText") == "More"
    fill(still, epochs=1)
    finish(still)
    assert_all_by_tab(still, "ui_setting", "ui_panel")
    for view in ("confusion matrix", "worst mistakes", "save and load"):
        look_at(still, view)
        idle(still)
        assert_all_by_tab(still, "saved_run-1_notes", part=".st-key-panel")
    still.page.locator(".st-key-saved_run-1_notes button").first.focus()
    still.page.keyboard.press("ArrowRight")
    assert still.page.evaluate("document.activeElement.innerText") == "notes"


def test_draw_before_and_after_a_drawing(still):
    pad = Pad(still)
    assert_all_by_tab(still)
    pad.mouse(DIGITS[1][0])
    pad.reads(1)
    pad.say(7)
    pad.press("teach_1")
    pad.press("keep")
    assert_all_by_tab(still, "ui_label")


@pytest.mark.parametrize("page, address, groups", [
    ("Check", "step=dW3&check=weight", ("ui_check",)), ("Check", "net=mazur&check=all", ("ui_check",)),
    ("Check", "net=mazur&check=broken", ("ui_check", "ui_answer_as_you_go")),
    ("Sources", "source=pdf", ("ui_source", "ui_about")),
    ("Sources", "source=pdf&about=formulas&formula=2.5", ("ui_source", "ui_about", "ui_section", "ui_formula")),
    ("Sources", "source=pdf&about=chain&link=3", ("ui_source", "ui_about")),
    ("Sources", "source=post&about=one", ("ui_source", "ui_about")),
    ("Sources", "source=all&about=works", ("ui_source", "ui_about"))])
def test_check_and_sources(still, page, address, groups):
    there(still, page, address)
    assert_all_by_tab(still, *groups)


def test_a_formula_is_chosen_with_the_arrow_keys(reader):
    there(reader, "Sources", "source=post&about=formulas")
    page = reader.page
    page.locator(".st-key-ui_formula input:checked").focus()
    page.keyboard.press("ArrowDown")
    idle(reader)
    page.wait_for_url("**formula=numbering**")
    assert set(assert_all_by_arrows(reader, "ui_about")) == {"System", "Formulas", "One weight", "Softmax",
                                                             "Columns and turned images"}


def test_every_option_of_every_group_of_choices(reader):
    ready_to_train(reader)
    assert set(assert_all_by_arrows(reader, "ui_setting")) == {"as it works best", "as the source has it"}
    fill(reader, epochs=1)
    finish(reader)
    views = {"runs", "confusion matrix", "worst mistakes", "save and load"}
    assert set(assert_all_by_arrows(reader, "ui_panel")) == views
    pad = Pad(reader)
    pad.mouse(DIGITS[1][0])
    pad.reads(1)
    assert set(assert_all_by_arrows(reader, "ui_label")) == set("0123456789")


def test_the_focus_is_never_lost_while_buttons_come_and_go(reader):
    ready_to_train(reader)
    fill(reader, epochs=20_000)
    page = reader.page

    def use(key, then):
        """Press Enter on a button; then another one has the focus, or the same again."""
        page.locator(f".st-key-{key} button").first.focus()
        page.keyboard.press("Enter")
        for _ in range(2):
            page.wait_for_function("(key) => document.activeElement.closest(`.st-key-${key}`)", arg=then)
            idle(reader)
            page.wait_for_timeout(300)
    use("start", "pause")
    use("pause", "start")
    use("one_batch", "one_batch")
    use("start", "pause")
    use("stop", "start")
    fill(reader, epochs=1)
    use("one_epoch", "one_epoch")
    reader.page.get_by_text("run 2 finished, epoch").wait_for()
    look_at(reader, "runs")
    idle(reader)
    use("select_1", "name_1")
    page.mouse.click(700, 10)       # who leaves by the mouse has left
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement === document.body")
