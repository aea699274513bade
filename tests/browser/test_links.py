"""A link is copied in one browser and opened in another with an empty profile: the same run, to the bit."""
import re

import pytest


@pytest.fixture
def copied(reader):
    """What the button of the Train page's link puts into the clipboard, after a run of two epochs."""
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.visit("net=relu10&epochs=2&seed=3")
    reader.page.get_by_role("link", name="Train").click()
    reader.page.get_by_role("button", name="Start").click()
    reader.page.get_by_text(re.compile("run 1 finished")).first.wait_for()
    reader.page.get_by_role("button", name="Walk with these weights").click()
    reader.settle()
    reader.go_to("dW2")
    reader.page.get_by_role("button", name="Share, print").click()
    reader.page.get_by_role("tab", name="Link").click()
    reader.page.get_by_role("img", name="The link as a QR code").wait_for()
    reader.page.get_by_role("button", name="Copy to clipboard").click()
    reader.page.wait_for_timeout(200)
    link = reader.page.evaluate("navigator.clipboard.readText()")
    reader.page.keyboard.press("Escape")
    return link


def test_a_copied_link_shows_the_same_run_in_a_browser_that_has_never_been_here(reader, copied, stranger):
    assert copied.startswith(f"{reader.url}/?net=relu10") and "run=net.relu10*" in copied
    stranger.page.goto(copied)
    stranger.settle()
    assert stranger.step == "dW2" and stranger.warnings == [] and stranger.sums == reader.sums
    assert stranger.address["weights"] == reader.address["weights"] == "run1-e2"
    assert stranger.painted().keys() == reader.painted().keys()


def test_hidden_settings_and_answers_are_not_on_the_screen(stranger):
    stranger.visit("net=mazur&step=S1&hand=everything&hide=answers,settings")
    page = stranger.page
    for name in ("Settings", "New numbers", "Change numbers", "Guide"):
        assert page.get_by_role("button", name=name, exact=True).count() == 0, name
    more = page.locator(".pane.shown .more")
    assert more.locator("button").all_inner_texts() == ["Derivation"]
    assert page.locator("select[name=hand], .st-key-ui_net").count() == 0
    for act in (lambda: page.keyboard.press("ArrowRight"), page.locator(".view .map [data-step=A1]").click,
                page.locator(".view .map [data-step=E_new]").click):
        act()
        page.locator(".pane.shown").get_by_text("first answer what is asked").wait_for()
        assert stranger.step == "S1"        # the next step would show what is asked here
    for n, number in enumerate(("0.3775", "0.3925")):
        page.locator(".pane.shown .by-hand input").nth(n).fill(number)
        stranger.moves(page.keyboard.press, "Enter")
    stranger.moves(page.locator(".st-key-next button").click)
    assert stranger.step == "A1"
    stranger.visit("net=mazur&step=close&hide=answers,settings")
    assert "Train: thousands of steps" in page.locator(".pane.shown .acts button").all_inner_texts()
    assert not [name for name in page.locator(".pane.shown .acts button").all_inner_texts() if "more steps" in name]


def test_the_test_names_no_answer_where_answers_are_hidden_and_wants_all_of_them(stranger):
    stranger.visit("net=relu10&step=open&hide=answers")
    page = stranger.page
    page.get_by_role("button", name="Test A").click()
    give = page.get_by_role("button", name="Show the result")
    assert give.is_disabled()
    for question in page.locator(".quiz .asked").all():
        question.locator("input").first.check()
    give.click()
    assert re.fullmatch(r"\d+ of 10 right\.", page.locator("dialog .verdict").last.inner_text())
    assert page.locator(".quiz .good").count() == 0
    assert all(re.fullmatch(r"(Right|No)\.( Look again: .*)?", text.strip())
               for text in page.locator(".quiz .verdict").all_inner_texts())
