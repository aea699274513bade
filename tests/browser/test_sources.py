"""A reader goes from a step to what its source says, proves it, and comes back; and every part fits its screen."""
import pytest

from explainer.documents import PARTS
from tests.browser.test_train import idle

pytestmark = pytest.mark.browser

SIZES = [(1366, 641), (1180, 820), (820, 1180), (390, 844)]


def sources(reader):
    """The Sources page, from the walk."""
    reader.visit("step=X")
    reader.page.get_by_role("link", name="Sources").click()
    reader.page.get_by_role("radio", name="MLP PDF").wait_for()
    idle(reader)


def choose(reader, name):
    reader.page.locator(".st-key-documents").get_by_role("radio", name=name, exact=True).click()
    idle(reader)


def test_from_a_step_to_its_formula_to_the_proof_and_back(reader):
    page = reader.page
    reader.visit("net=deep&step=dA4&i=17&j=4")
    page.locator(".pane.shown").get_by_role("button", name="In the source").click()
    page.get_by_role("dialog").get_by_role("button", name="In Sources").first.click()
    page.locator(".st-key-ui_formula input:checked").wait_for(state="attached")
    idle(reader)
    assert "about=formulas" in page.url and "formula=2.5" in page.url and "i=17" in page.url
    assert "∂E" in page.locator(".st-key-as_printed").inner_text()
    page.locator(".st-key-prove button").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Proved.").wait_for()
    idle(reader)
    assert page.evaluate("document.activeElement.innerText") == "Prove it again"
    assert "2 of 2 hold" in page.locator(".st-key-read").inner_text()
    page.locator(".st-key-to_step button").first.focus()
    page.keyboard.press("Enter")
    page.locator(".view[data-step=dA4]").wait_for()


def test_a_link_of_the_chain_leads_to_its_step(reader):
    page = reader.page
    sources(reader)
    choose(reader, "Chain rule")
    for _ in range(3):
        page.get_by_role("button", name="One layer further back").click()
        idle(reader)
    page.locator(".st-key-link_1_dA2 button").click()
    page.locator(".view[data-step=dA2]").wait_for()


def test_every_part_fits_a_laptop_and_nothing_is_wider_than_any_screen(reader):
    page, main = reader.page, reader.page.locator("[data-testid=stMain]")
    sources(reader)
    for document, of in (("MLP PDF", "pdf"), ("l1g4v’s post", "post"), ("All five", "all")):
        choose(reader, document)
        for about, (name, documents) in PARTS.items():
            if of not in documents:
                continue
            choose(reader, name)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                page.wait_for_timeout(250)
                assert main.evaluate("main => main.scrollWidth <= main.clientWidth"), (name, width)
                if width == 1366 and about not in ("works", "glossary"):     # those are lists to scroll through
                    assert main.evaluate("main => main.scrollHeight <= main.clientHeight"), name
            page.set_viewport_size({"width": 1366, "height": 641})
    idle(reader)


@pytest.mark.parametrize("width", [1366, 1280, 1180])
def test_the_walks_toolbar_leaves_room_for_five_pages(reader, width):
    page = reader.page
    page.set_viewport_size({"width": width, "height": 641})
    reader.visit("step=S1")
    names = page.get_by_role("link", name="Sources").bounding_box()
    tools = [box for box in (element.bounding_box() for element in page.locator(".st-key-toolbar > div").all()) if box]
    assert all(box["x"] + box["width"] <= width for box in tools)
    assert all(box["x"] >= names["x"] + names["width"] or box["y"] >= names["y"] + names["height"] for box in tools)
