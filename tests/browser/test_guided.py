"""The guided way: a question before a result, chosen or passed by; the test at the end; numbers worked out by hand."""
import pytest

pytestmark = pytest.mark.browser

CARD = """() => { const view = document.querySelector(".view"), made = view.shown, card = made.pane.card
  return { step: made.dataset.step, open: made.classList.contains("asking"),
    right: card?.choices.findIndex((c) => c.right),
    count: card?.choices.length, covers: made.querySelectorAll(".cover").length,
    said: made.querySelector(".verdict")?.innerText ?? "",
    sums: made.querySelector(".sums")?.checkVisibility() ?? false,
    details: made.querySelector(".details")?.checkVisibility() ?? false,
    words: made.querySelector(".words") ? getComputedStyle(made.querySelector(".words")).visibility : "" } }"""


def card_of(reader):
    return reader.page.evaluate(CARD)


def assert_covered(card):
    assert card["covers"] and not card["sums"] and not card["details"] and card["words"] == "hidden", card


@pytest.mark.parametrize("width, height, scheme", [(1366, 641, "light"), (390, 844, "dark")])
def test_the_guided_way_by_keys_alone_answering_right_wrong_and_not_at_all(reader, width, height, scheme):
    page, met = reader.page, []
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})
    reader.visit("net=deep&step=X&guide=1")
    while reader.step != "close":
        card = card_of(reader)
        if card["open"]:
            assert_covered(card)
            answer = len(met) % 3        # right, wrong, none
            if answer < 2:
                page.keyboard.press(str((card["right"] + answer) % card["count"] + 1))
                after = card_of(reader)
                assert not after["open"] and not after["covers"] and after["sums"], after
                assert after["said"].startswith("Right: " if answer == 0 else "Your answer: "), after
                assert page.evaluate("document.activeElement.className").startswith("verdict")
            met.append((card["step"], answer))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        reader.press("ArrowRight")
    assert len(met) == 16 and [step for step, _ in met][:3] == ["S1", "A1", "E"]
    passed = next(step for step, answer in met if answer == 2)
    answered = next(step for step, answer in met if answer == 0)
    reader.go_to(passed)
    assert_covered(card_of(reader))
    reader.go_to(answered)
    assert not card_of(reader)["open"]
    page.emulate_media(color_scheme="light")


def test_a_first_visit_opens_with_the_batch_and_the_guide_on_and_the_guide_can_be_switched_off(reader):
    page = reader.page
    page.set_viewport_size({"width": 1366, "height": 641})
    reader.visit()
    assert reader.step == "open" and reader.address["guide"] == "1"
    text = page.locator(".pane.shown").inner_text()
    assert "53,018 slopes" in text and "Backpropagation" in text and "174.2" in text and "handwritten digits" in text
    inside = """[...document.querySelectorAll(".pane.shown :is(h2, p, button, .network, .stage)")].every((e) => {
      const r = e.getBoundingClientRect(); return r.width && r.bottom <= innerHeight && r.right <= innerWidth })"""
    assert page.evaluate(inside)
    page.get_by_role("button", name="Begin").click()
    reader.settle()
    reader.press("ArrowRight")
    assert card_of(reader)["open"]
    reader.moves(page.locator(".ways").get_by_role("button", name="Guide").click)
    assert "guide" not in reader.address and not card_of(reader)["open"]


def test_the_closing_leads_to_each_link_of_the_chain_and_on(reader):
    page = reader.page
    reader.visit("net=deep&step=close&i=17&j=4")
    links = page.locator(".chain li")
    assert links.count() == 16
    assert page.locator(".tells p").first.inner_text().startswith("The loss fell from 174.172 to 48.8176, by 125.4.")
    reader.moves(links.nth(5).get_by_role("button").click)
    assert reader.step == "delta4" and reader.address["j"] == "2"
    reader.visit("net=deep&step=close")
    reader.moves(page.get_by_role("button", name="The same batch, trained").click)
    assert {"weights": "trained", "step": "X"}.items() <= reader.address.items()
    reader.visit("net=deep&step=close")
    page.get_by_role("button", name="Train: thousands of steps").click()
    page.wait_for_url("**/train*")
    page.get_by_role("button", name="Start").wait_for()


def test_the_test_at_the_end_is_scored_and_says_where_to_look_again(reader):
    page = reader.page
    reader.visit("net=deep&step=close")
    page.get_by_role("button", name="Test B").click()
    right = page.evaluate("document.querySelector('.view').shown.pane.quiz"
                          ".map((q) => q.choices.findIndex((c) => c.right))")
    assert len(right) == 10
    for n, choice in enumerate(right[:-1]):
        wrong = n == 3
        page.locator(f"dialog input[name=question{n}]").nth((choice + wrong) % 2 if wrong else choice).check()
    page.get_by_role("button", name="Show the result").click()
    assert page.locator("dialog > div > .verdict").inner_text() == "8 of 10 right."
    again = page.get_by_role("button", name="Look again")
    assert again.count() == 2
    reader.moves(again.first.click)
    assert not page.locator("dialog").count() and reader.step != "close"


def test_a_number_worked_out_by_hand_is_judged_and_uncovered(reader):
    page = reader.page
    reader.visit("net=mazur&step=delta2&hand=the way back")
    def field(name, column):
        return page.locator(f'.pane.shown input[name="typed:delta2:{name}:0:{column}"]')
    def type_in(name, column, text):
        field(name, column).fill(text)
        reader.moves(field(name, column).press, "Enter")
    covers = page.locator(".pane.shown .cover")
    assert covers.count() == 4 and not page.locator(".pane.shown .sums").is_visible()
    type_in("delta2", 0, "-0.138498562")
    assert "target minus the output" in page.locator(".pane.shown .verdict").inner_text() and covers.count() == 4
    for name, numbers in (("slope2", ("0.186815602", "0.175510053")),
                          ("delta2", ("0.138498562", "-0,038098237"))):      # Mazur's own
        for column, text in enumerate(numbers):
            type_in(name, column, text)
    assert not covers.count() and page.locator(".pane.shown .sums").is_visible()
    reader.moves(page.get_by_role("button", name="New numbers").click)
    assert reader.address["numbers"] == "1" and covers.count() == 4


def test_the_numbers_of_a_worked_example_can_be_changed(reader):
    page = reader.page
    reader.visit("net=mazur&step=S1")
    before = reader.value
    page.get_by_role("button", name="Change numbers").click()
    box = page.get_by_role("textbox", name="W1[0, 0]")
    box.fill("0.25")
    reader.moves(box.press, "Enter")
    page.keyboard.press("Escape")
    assert reader.address["edits"] == "W1.0.0~0.25"
    assert reader.value == pytest.approx(before + .1 * .05)


def test_a_word_of_the_glossary_says_what_it_means_on_focus_and_more_on_a_click(reader):
    page = reader.page
    reader.visit("net=deep&step=delta4")
    word = page.locator(".pane.shown .term").first
    word.focus()
    tip = page.locator(".view .tip")
    assert tip.is_visible() and len(tip.inner_text()) > 20
    word.click()
    assert "Nielsen" in page.get_by_role("dialog").inner_text() and not tip.is_visible()
    page.keyboard.press("Escape")
    page.locator(".pane.shown .equation").click()
    assert page.get_by_role("dialog").locator(".entry").count() >= 3
