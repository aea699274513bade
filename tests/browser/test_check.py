"""A reader takes a weight of the walk, checks it, breaks the backward pass, sees red, trains with it, and mends it."""
import pytest

from tests.browser.test_train import idle

pytestmark = pytest.mark.browser


def part(reader, name, says):
    reader.page.get_by_role("radio", name=name).click()
    reader.page.locator(".st-key-checked").get_by_text(says).first.wait_for()
    idle(reader)


def fits(reader):
    main = reader.page.locator("[data-testid=stMain]")
    return main.evaluate("main => main.scrollHeight <= main.clientHeight && main.scrollWidth <= main.clientWidth")


def test_from_a_weight_of_the_walk_to_a_broken_pass_and_back_to_green(reader):
    page = reader.page
    page.set_viewport_size({"width": 1366, "height": 641})
    reader.visit("net=deep&step=dW3&i=17&j=4")
    page.locator(".pane.shown").get_by_role("button", name="Check this one").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("digits that agree").wait_for()
    assert "W³[9, 4]" in dialog.inner_text()
    dialog.get_by_role("button", name="Every ε").click()
    page.locator(".st-key-valley [data-drawn]").wait_for()
    checked = page.locator(".st-key-checked")
    assert "W³[9, 4]" in checked.inner_text() and fits(reader)
    drawn = page.locator(".st-key-valley .figures").get_attribute("data-drawn")
    page.locator(".st-key-ui_eps input[type=range]").press("ArrowRight")
    page.wait_for_function("(before) => document.querySelector('.st-key-valley .figures').dataset.drawn !== before",
                           arg=drawn)
    assert "eps=4.75" in page.url
    part(reader, "All of them", "✓ agrees")
    assert checked.inner_text().count("✓ agrees") == 8 and "✗" not in checked.inner_text() and fits(reader)
    part(reader, "Broken on purpose", "What will go wrong")
    assert "✗" not in checked.inner_text()
    page.get_by_text("Layers 3 to 1 only").click()
    page.locator(".st-key-three [data-drawn]").wait_for()
    idle(reader)
    assert checked.inner_text().count("✗ differs") == 6 and checked.inner_text().count("✓ agrees") == 2
    page.get_by_role("button", name="Train 3 epochs with it").click()
    page.locator(".st-key-epochs [data-drawn]").wait_for()
    idle(reader)
    assert "of the held-out images are read right" in checked.inner_text() and fits(reader)
    part(reader, "All of them", "✓ agrees")
    assert checked.inner_text().count("✓ agrees") == 8 and "✗" not in checked.inner_text()
    page.get_by_role("button", name="Walk", exact=False).first.click()
    page.locator(".view[data-step=dW3]").wait_for()
