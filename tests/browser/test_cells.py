"""Pointing at a cell, clicking it, typing its numbers, zooming: the arithmetic shown is NumPy's."""
import numpy as np
import pytest

pytestmark = pytest.mark.browser

CLOSE = 2e-5    # six digits of a sum in single precision


def test_a_clicked_cell_of_a_product_shows_its_arithmetic_and_its_address_shows_it_to_others(reader, stranger, by_hand):
    reader.visit("step=S1&i=3&j=8")
    assert reader.click("S¹", 17, 4) == (17, 4)
    assert reader.value == pytest.approx(by_hand()["S1"][17, 4], rel=CLOSE)
    assert "[17,4]" in reader.sums
    assert reader.address == {"net": "deep", "step": "S1", "i": "17", "j": "4"}
    stranger.visit("&".join(f"{name}={text}" for name, text in reader.address.items()))
    assert (cell_of(stranger), stranger.sums) == (cell_of(reader), reader.sums)
    row, column = reader.click("S¹", 60, 33)
    assert (row, column) == (60, 33)
    assert reader.value == pytest.approx(by_hand()["S1"][row, column], rel=CLOSE)


def cell_of(reader):
    """What is shown, without the number of the walk."""
    return reader.drawn.partition(".")[2]


def test_a_clicked_gradient_is_the_sum_over_the_hundred_examples_and_so_is_a_typed_one(reader, by_hand):
    reader.visit("step=dW1&p=300&j=8&pictures=0")
    p, j = reader.click("∇W¹", 430, 23)
    terms = by_hand()["X"][:, p] * by_hand()["delta1"][:, j]
    assert reader.value == pytest.approx(terms.sum(), rel=CLOSE)
    assert reader.plot("gd.querySelectorAll('.bars .point path').length", "details") == 100
    assert reader.plot("Array.from(gd.data[0].y)", "details") == pytest.approx(terms, rel=1e-4, abs=1e-9)
    assert reader.thumbnails("details")[1] > 100
    clicked, address = reader.sums, reader.address
    assert (address["p"], address["j"]) == (str(p), str(j))

    reader.click("∇W¹", 200, 50)
    reader.type("p", p)
    reader.type("j", j)
    assert (reader.sums, reader.address) == (clicked, address)


def test_a_clicked_bias_gradient_is_a_column_sum_and_a_clicked_new_weight_one_step_down(reader, by_hand):
    reader.visit("step=db1&j=8")
    _, j = reader.click("∇b¹", 0, 41)
    assert reader.address["j"] == str(j) == "41"
    terms = by_hand()["delta1"][:, j]
    assert reader.value == pytest.approx(terms.sum(), rel=CLOSE)
    assert reader.plot("Array.from(gd.data[0].y)", "details") == pytest.approx(terms, rel=1e-4, abs=1e-9)

    reader.go_to("W2_new")
    k, j = reader.click("W²′", 50, 9)
    assert (reader.address["k"], reader.address["j"]) == (str(k), str(j)) == ("50", "9")
    assert reader.value == pytest.approx(by_hand()["W2_new"][k, j], rel=CLOSE)
    assert reader.plot(f"gd.data[1].z[{k}][{j}]") == pytest.approx(-.1 * by_hand()["dW2"][k, j], rel=1e-3)


def test_pointing_at_a_result_outlines_its_row_and_its_column_at_once_and_asks_nobody(reader):
    reader.visit("step=S1")
    reader.page.evaluate("""() => {
      const gd = document.querySelector(".pane.shown .stage .plot")
      const read = () => [...gd.parentElement.querySelectorAll(".outlines div")].map((e) => e.getBoundingClientRect())
        .filter((r) => r.width).map(({ left, top, right, bottom }) => [left, top, right, bottom])
      window.seen = {}
      addEventListener("mousemove", () => {
        seen.atOnce = read()
        requestAnimationFrame(() => { seen.nextFrame = read() })
      })
    }""")
    matrices, sent = reader.painted(), reader.sent
    row, column = reader.point("S¹", 70, 30)
    assert (row, column) == (70, 30)
    reader.page.wait_for_function("seen.nextFrame")
    shapes = {"X": (row, None, 100, 784), "W¹": (None, column, 784, 64), "b¹": (None, column, 1, 64),
              "S¹": (row, column, 100, 64)}
    expected = [band(matrices[name], *shape) for name, shape in shapes.items()]
    for when in ("atOnce", "nextFrame"):
        frames = reader.page.evaluate(f"seen.{when}")
        assert len(frames) == 4
        for box in expected:
            assert any(np.abs(np.subtract(frame, box)).max() <= 2 for frame in frames), (when, box, frames)
    reader.page.mouse.move(5, 5)
    reader.page.wait_for_function("!document.querySelector('.pane.shown .stage .outlines div')?.offsetWidth")
    assert reader.sent == sent
    reader.click("S¹", 20, 20)
    assert reader.sent > sent


def band(box, row, column, rows, columns):
    """[left, top, right, bottom] of a row, a column or a cell of a painted matrix."""
    width, height = box["width"] / columns, box["height"] / rows
    left, right = (0, columns) if column is None else (column, column + 1)
    top, bottom = (0, rows) if row is None else (row, row + 1)
    return [box["left"] + left * width, box["top"] + top * height,
            box["left"] + right * width, box["top"] + bottom * height]


RANGES = "['yaxis', 'xaxis2', 'xaxis', 'yaxis2'].map((name) => gd._fullLayout[name].range.map(Number))"


def test_zooming_the_result_zooms_the_operands_and_lasts_while_cells_are_selected(reader):
    reader.visit("step=S1")
    axes = reader.plot("[gd.data.find((t) => t.name === 'X').yaxis, gd.data.find((t) => t.name === 'W¹').xaxis]")
    assert axes == ["y", "x2"]
    whole, (strip, _) = reader.plot(RANGES), reader.thumbnails()
    reader.drag("S¹", (40, 10), (60, 30))
    reader.wait_for_plot("Math.abs(gd._fullLayout.yaxis.range[0] - gd._fullLayout.yaxis.range[1]) < 50")
    zoomed, (zoomed_strip, painted) = reader.plot(RANGES), reader.thumbnails()
    (bottom, top), (left, right), *others = zoomed
    assert (top, bottom, left, right) == pytest.approx((40, 60, 10, 30), abs=1.5)
    assert others == whole[2:]
    assert zoomed_strip != strip and painted > 100
    assert reader.click("S¹", 51, 22) == (51, 22)
    assert reader.plot(RANGES) == zoomed
    reader.press("ArrowRight")
    assert reader.plot("gd._fullLayout.yaxis.range.map(Number)") == whole[0]


# The middle of a pixel of a unit's image on the screen, worked out from where Plotly has put the whole grid.
PIXEL = """([where, name, unit, pixel]) => {
  const gd = document.querySelector(where), box = gd.getBoundingClientRect()
  const trace = gd.data.find((t) => t.name === name), across = trace.meta.mosaic
  const axis = (letter) => gd._fullLayout[letter + "axis" + (trace[letter + "axis"] ?? letter).slice(1)]
  const x = axis("x"), y = axis("y")
  const at = [29 * (unit % across) + pixel % 28, 29 * Math.floor(unit / across) + Math.floor(pixel / 28)]
  return [box.left + x._offset + x.d2p(at[0]), box.top + y._offset + y.d2p(at[1])]
}"""


def hovered(page, where, name, unit, pixel):
    """What is said of a pixel of a unit's image when one points at it."""
    page.mouse.move(2, 2)
    page.mouse.move(*page.evaluate(PIXEL, [where, name, unit, pixel]))
    label = page.locator(f"{where} .hoverlayer .hovertext")
    label.first.wait_for(timeout=5000)
    return label.first.text_content()


def test_pointing_at_an_image_of_weights_names_the_unit_and_the_pixel(reader, by_hand):
    where = ".pane.shown .stage .plot"
    reader.visit("step=dW1")
    told = hovered(reader.page, where, "∇W¹", 50, 381)
    assert "unit 50, pixel 381 (row 13, column 17)" in told
    assert f"{by_hand()['dW1'][381, 50]:.4g}".rstrip("0").replace("-", "−") in told
    reader.visit("step=W1_new&pictures=1")
    assert "unit 3, pixel 28 (row 1, column 0)" in hovered(reader.page, where, "W¹′", 3, 28)
    reader.page.get_by_role("link", name="Train").click()
    reader.page.wait_for_function("""() => {
      const all = [...document.querySelectorAll(".figures .plot")]
      const gd = all.find((gd) => gd.data?.some((t) => t.name === "W¹" && t.meta?.units === 64))
      if (gd) gd.id = "mosaic"
      return gd
    }""")
    reader.page.locator("#mosaic .heatmaplayer image").wait_for()
    assert "unit 9, pixel 406 (row 14, column 14)" in hovered(reader.page, "#mosaic", "W¹", 9, 406)


def test_a_long_sum_goes_on_in_the_next_line_after_a_plus_and_stays_readable(reader):
    reader.visit("net=xor&step=dW1&guide=0")
    lines = reader.page.evaluate("""() => {
      const line = document.querySelector(".pane.shown .sums .long"), tops = new Map()
      for (const base of line.querySelectorAll(".base")) {
        const top = Math.round(base.getBoundingClientRect().bottom / 6)
        tops.set(top, (tops.get(top) ?? "") + base.textContent)
      }
      return { texts: [...tops.values()], size: parseFloat(getComputedStyle(line).fontSize),
        over: line.scrollWidth - line.clientWidth }
    }""")
    assert len(lines["texts"]) >= 2 and "".join(lines["texts"]).count("⋅") == 4
    assert all(text.rstrip()[-1] == "+" for text in lines["texts"][:-1]), lines
    assert lines["size"] >= 12 and lines["over"] <= 0
