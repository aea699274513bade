"""The whole step on one screen, and walking it fast: what is seen is always one step, and no press is lost."""
import pytest

pytestmark = pytest.mark.browser

def wrong(seen, least=330):
    """What does not fit: sentences."""
    boxes, found = seen["boxes"], []
    for part, box in boxes.items():
        if (min(box["left"], box["top"]) < -.5 or box["right"] > seen["width"] + .5
                or box["bottom"] > seen["height"] + .5):
            found.append(f"{part} reaches out of the window: {box}")
        if part in (".why", ".words", ".sums", ".map") and max(box["within"]) > 1:
            found.append(f"{part} is cut short: {box['within']}")
        for other, b in boxes.items():
            if part < other and min(box["right"], b["right"]) - max(box["left"], b["left"]) > 1 \
                    and min(box["bottom"], b["bottom"]) - max(box["top"], b["top"]) > 1:
                found.append(f"{part} lies over {other}: {box} {b}")
    if boxes[".stage"]["height"] < least:
        found.append(f"the stage is {boxes['.stage']['height']} high")
    if max(seen["scrolls"]) > 0:
        found.append(f"something scrolls: {seen['scrolls']}")
    return found


def order(reader):
    """The keys of the steps, without the opening and the closing."""
    return reader.page.evaluate("document.querySelector('.view').data.map.order.slice(1, -1)")


def test_a_larger_window_is_for_the_matrices(reader):
    for step in ("X", "S1", "dW2", "E_new"):
        heights = []
        for width, height in ((1366, 641), (1440, 760), (1920, 950)):
            reader.page.set_viewport_size({"width": width, "height": height})
            if not heights:
                reader.visit(f"step={step}")
            reader.wait_for_plot("Math.abs(gd._fullLayout.height - gd.closest('.stage').clientHeight) < 2"
                                 " && Math.abs(gd._fullLayout.width - gd.closest('.stage').clientWidth) < 2")
            seen = reader.boxes()
            assert wrong(seen) == [], (step, width)
            heights.append(seen["boxes"][".stage"]["height"])
        assert heights[0] + 60 < heights[1] and heights[1] + 100 < heights[2], (step, heights)


@pytest.mark.parametrize("width, height", ((820, 1180), (390, 844)))
def test_on_a_narrow_page_nothing_is_lost(reader, width, height):
    reader.page.set_viewport_size({"width": width, "height": height})
    reader.visit("step=A1")
    for step in ("X", "S1", "dW2", "W1_new", "E_new"):
        reader.go_to(step)
        seen = reader.boxes()
        assert max(seen["scrolls"][::2]) <= 0, (step, seen["scrolls"])
        for part, box in seen["boxes"].items():
            assert box["left"] >= 0 and box["right"] <= width + .5, (step, part, box)
            place = reader.page.locator(part if part == ".map" else f".pane.shown {part}").first
            place.scroll_into_view_if_needed()
            assert reader.page.evaluate("""(e) => {
              const r = e.getBoundingClientRect(), bar = 60     // of the pages' names
              const x = r.left + r.width / 2, y = Math.min(Math.max(r.top, bar) + 4, innerHeight - 4)
              return e.contains(document.elementFromPoint(x, y)) || e.clientHeight === 0 }""",
                                        place.element_handle()), (step, part)
        lie_over = [fault for fault in wrong(seen) if " lies over " in fault]
        assert lie_over == []


# In each frame what is seen: the step that the view names, the pane's, its title, its code and what is drawn in it.
RECORD = """() => {
  window.frames_seen = []
  const look = () => {
    const view = document.querySelector(".view"), shown = [...view.querySelectorAll(".pane.shown")]
    const [pane] = shown, seen = [...view.querySelectorAll(".pane")].filter((p) => getComputedStyle(p).opacity > 0)
    frames_seen.push({ panes: shown.length, seen: seen.length, step: view.dataset.step, drawn: view.dataset.drawn,
      pane: pane?.dataset.step, painted: pane?.dataset.drawn, title: pane?.querySelector("h2").textContent,
      code: pane?.querySelector("pre.code").textContent.split(" = ")[0],
      here: view.querySelector(".map [aria-current]")?.dataset.step,
      named: view.querySelector(".map [aria-current]")?.dataset.title,
      names: [...pane.querySelector(".stage .plot")?.data ?? []].map((t) => t.name).filter(Boolean).join(),
      all: view.querySelectorAll(".pane").length, arrays: window.__shelf.arrays.size })
    if (!window.enough) requestAnimationFrame(look)
  }
  window.enough = false
  look()
}"""


def hurry(reader, presses, pause, key="ArrowRight"):
    """Press → so often, every `pause` milliseconds by the browser's clock; return what was seen in each frame."""
    reader.page.evaluate(RECORD)
    reader.page.evaluate("""([presses, pause, key]) => new Promise((done) => {
      const start = performance.now()
      let n = 0
      const press = () => {
        const event = new KeyboardEvent("keydown", { key, code: key, bubbles: true, cancelable: true });
        (document.activeElement ?? document.body).dispatchEvent(event)
        if (++n === presses) return done()
        setTimeout(press, Math.max(0, start + n * pause - performance.now()))
      }
      press()
    })""", [presses, pause, key])
    reader.settle()
    reader.page.evaluate("window.enough = true")
    return reader.page.evaluate("frames_seen")


def one_step_each(frames, titles):
    for seen in frames:
        step = seen["step"]
        assert (seen["panes"], seen["seen"]) == (1, 1), seen
        assert seen["pane"] == seen["code"] == seen["here"] == step, seen
        assert seen["title"] == seen["named"] == titles[step], seen
        assert seen["drawn"] == seen["painted"] and seen["drawn"].endswith(f":{step}"), seen
    drawn = {}
    for seen in frames:
        drawn.setdefault(seen["step"], set()).add(seen["names"])
    # the matrices never change within a step
    assert all(len(names) == 1 and names != {""} for names in drawn.values()), drawn


def titles(reader):
    return reader.page.evaluate("Object.fromEntries([...document.querySelectorAll('.map [data-step]')]"
                                ".map((e) => [e.dataset.step, e.dataset.title]))")


def test_at_a_fast_pace_every_frame_is_of_one_step_and_no_press_is_lost(reader):
    reader.visit("net=deep")
    steps, presses = order(reader), 30
    frames = hurry(reader, presses, 100)
    one_step_each(frames, titles(reader))
    assert reader.step == reader.address["step"] == steps[presses]
    assert reader.look()["position"] == f"{presses + 1} / {len(steps)}"
    ways = [steps.index(seen["step"]) for seen in frames]
    assert ways == sorted(ways)      # never back
    reader.page.reload()
    reader.settle()
    assert reader.step == steps[presses]     # the server's, too


def test_there_and_back_in_haste_ends_where_it_began(reader):
    reader.visit("net=deep&step=S2")
    one_step_each(hurry(reader, 6, 80), titles(reader))
    one_step_each(hurry(reader, 6, 80, "ArrowLeft"), titles(reader))
    assert reader.step == reader.address["step"] == "S2"


def test_the_map_is_one_tab_stop_in_which_the_arrows_move_and_enter_goes_there(reader):
    reader.visit("net=deep&step=A1")
    page, focused = reader.page, "document.activeElement.closest('.map') && document.activeElement.dataset.step"
    page.evaluate("document.querySelector('.map [aria-current]').focus()")
    assert page.evaluate(focused) == "A1"
    page.keyboard.press("Tab")
    assert not page.evaluate(focused) and page.evaluate("!!document.activeElement.closest('.ways')")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(focused) == "A1"
    page.keyboard.press("Shift+Tab")
    assert not page.evaluate(focused)
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelectorAll('.map [data-step]:not([tabindex=\"-1\"])').length") == 1
    visited = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        visited.append(page.evaluate(focused))
    assert len(set(visited)) >= 4 and None not in visited and reader.step == "A1", visited
    assert visited[0] == "delta1"
    to = visited[-1]
    reader.press("Enter")
    assert reader.step == reader.address["step"] == to != "A1"
    label = page.locator(f".map [data-step={to}]").get_attribute("aria-label")
    steps = order(reader)
    assert label == f"{titles(reader)[to]}, step {steps.index(to) + 1} of {len(steps)}, current"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == to


def test_a_live_region_says_the_new_step(reader):
    reader.visit("net=deep&step=S1")
    status = reader.page.locator(".view [role=status]")
    said = status.text_content()
    reader.press("ArrowRight")
    assert status.count() == 1 and status.text_content() != said
    steps = order(reader)
    assert status.text_content() == f"{titles(reader)['A1']}, step {steps.index('A1') + 1} of {len(steps)}"


def test_what_lies_ahead_cannot_be_reached_and_has_no_name(reader):
    reader.visit("net=deep&step=A1")
    page = reader.page
    assert page.locator(".pane:not(.shown)").count() == 2
    assert page.evaluate("[...document.querySelectorAll('.pane')]"
                         ".every((p) => p.inert !== p.classList.contains('shown'))")


def test_another_cell_makes_the_view_again_and_not_the_page_around_it(reader):
    frames = []
    reader.page.on("websocket", lambda way: way.on("framereceived", lambda frame: frames.append(frame)))
    reader.visit("step=dW2")
    names = (b"Settings", b"Network")       # of the toolbar
    assert all(any(name in frame for frame in frames) for name in names)
    frames.clear()
    reader.moves(reader.page.evaluate, "document.querySelector('.view').tell({ i: 3 })")
    reader.moves(reader.page.keyboard.press, "ArrowRight")
    assert frames and not [name for name in names if any(name in frame for frame in frames)]
    reader.page.locator(".map [data-step=E_new]").click()
    reader.settle()
    reader.press("ArrowRight")      # to the end, where Next has to be told that it leads nowhere
    assert reader.step == "close" and reader.page.locator(".st-key-next button").is_disabled()


def test_who_jumps_on_the_map_sees_no_step_on_the_way(reader):
    reader.visit("step=W1_new")
    reader.page.evaluate("""() => {
      const view = document.querySelector(".view"), met = window.met = new Set()
      new MutationObserver(() => met.add(view.dataset.step)).observe(view, { attributeFilter: ["data-step"] })
    }""")
    reader.page.locator(".map [data-step=S3]").click()
    reader.settle()
    assert reader.page.evaluate("[...met]") == ["S3"]


@pytest.mark.parametrize("height", (585, 605, 641))
def test_the_charts_after_the_step_are_whole_in_a_low_window(reader, height):
    reader.page.set_viewport_size({"width": 1280, "height": height})
    reader.visit("step=E_new&guide=0")
    charts = reader.page.evaluate("""() => {
      const cell = document.querySelector(".pane.shown .cell")
      const room = cell.querySelector(".details").getBoundingClientRect()
      return { room: [room.top, room.bottom], charts: [...cell.querySelectorAll(".figure")].map((e) => {
        const { top, bottom } = e.getBoundingClientRect()
        return [top, bottom]
      }) }
    }""")
    assert len(charts["charts"]) == 2
    for top, bottom in charts["charts"]:
        assert bottom - top >= 90 and charts["room"][0] - 1 <= top and bottom <= charts["room"][1] + 1, charts


def test_at_twice_the_size_the_page_scrolls_and_loses_nothing(reader):
    """1366×641 at 200 % is a window of 683×320."""
    reader.page.set_viewport_size({"width": 683, "height": 320})
    reader.visit("step=dW1&guide=0")
    page = reader.page
    assert page.evaluate("""() => { const main = document.querySelector("[data-testid=stMain]")
      return [main.scrollWidth - main.clientWidth, main.scrollHeight > 2 * main.clientHeight] }""") == [0, True]
    for part in ("h2", ".equation", ".why", ".stage", ".words", ".sums", ".code", ".details", ".more"):
        place = page.locator(f".pane.shown {part}").first
        place.scroll_into_view_if_needed()
        box = place.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 683.5 and box["height"] > 10, (part, box)


def test_letters_are_larger_in_a_large_window(reader):
    sizes = []
    for width, height in ((1366, 641), (1920, 950)):
        reader.page.set_viewport_size({"width": width, "height": height})
        if not sizes:
            reader.visit("step=dW3&guide=0")
        sizes.append(reader.page.evaluate("""() => [".why", ".words p", ".sums .katex", ".special"].map((where) =>
          parseFloat(getComputedStyle(document.querySelector(`.pane.shown ${where}`)).fontSize))"""))
    assert all(large >= 1.1 * small for small, large in zip(*sizes, strict=True)), sizes


def test_the_scales_of_all_matrices_are_seen_beside_the_switches(reader):
    """Also where it is said how many cells are saturated."""
    cut = []
    for net, steps in (("relu16", ("A1", "delta1")), ("deep", ("delta4", "delta1", "A4", "W1_new"))):
        reader.visit(f"net={net}&step={steps[0]}&guide=0")
        for step in steps:
            if reader.step != step:
                reader.go_to(step)
            reader.stand_still()
            high, room = reader.page.evaluate("""() => { const e = document.querySelector(".pane.shown .legend")
              return [e.scrollHeight, e.clientHeight] }""")
            cut += [(net, step, high, room)] * (high > room + 1)
    assert not cut


def test_on_a_tablet_the_drawn_network_and_its_chart_have_room(reader):
    reader.page.set_viewport_size({"width": 820, "height": 1180})
    reader.visit("net=xor&step=dW1&guide=0")
    heights = reader.page.evaluate("""() => [...document.querySelectorAll(".pane.shown .details .figure")]
      .map((e) => e.getBoundingClientRect().height)""")
    assert len(heights) == 2 and min(heights) >= 140
