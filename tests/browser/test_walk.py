"""Walking through a whole network with the arrow keys and the map: what stands at every step."""
import numpy as np
import pytest

from explainer.way import CLOSING, OPENING
from tests.browser.reader import results
from tests.browser.test_view import wrong

pytestmark = pytest.mark.browser

SIZES = [(1366, 641), (820, 1180)]
DEEP = ("X S1 A1 S2 A2 S3 A3 S4 A4 E dA4 delta4 dW4 db4 dA3 delta3 dW3 db3 dA2 delta2 dW2 db2 dA1 delta1 dW1 db1 "
        "W1_new b1_new W2_new b2_new W3_new b3_new W4_new b4_new E_new").split()
MAZUR = "X S1 A1 S2 A2 E dA2 delta2 dW2 db2 dA1 delta1 dW1 db1 W1_new W2_new E_new".split()     # biases are frozen
STEPS = {"deep": DEEP, "mazur": MAZUR}

# Matt Mazur, "A Step by Step Backpropagation Example": the published numbers, and, recomputed to nine decimals, those
# that the post leaves out. His w1 … w8 stand here as W[input, unit].
PUBLISHED = {
    "X": [[.05, .10]], "Y": [[.01, .99]],
    "W¹": [[.15, .25], [.20, .30]], "b¹": [[.35, .35]], "W²": [[.40, .50], [.45, .55]], "b²": [[.60, .60]],
    "W²ᵀ": [[.40, .45], [.50, .55]], "Xᵀ": [[.05], [.10]],
    "S¹": [[.3775, .3925]], "A¹": [[.593269992, .596884378]], "A¹ᵀ": [[.593269992], [.596884378]],
    "S²": [[1.105905967, 1.224921404]], "A²": [[.751365070, .772928465]], "Eᵢ": [[.298371109]],
    "∂Eᵢ/∂A²": [[.741365070, -.217071535]], "f′(S²)": [[.186815602, .175510053]], "δ²": [[.138498562, -.038098237]],
    "∇W²": [[.082167041, -.022602540], [.082667628, -.022740242]], "∇b²": [[.138498562, -.038098237]],
    "∂Eᵢ/∂A¹": [[.036350306, .041370323]], "f′(S¹)": [[.241300709, .240613417]], "δ¹": [[.008771355, .009954255]],
    "∇W¹": [[.000438568, .000497713], [.000877135, .000995425]], "∇b¹": [[.008771355, .009954255]],
    "W¹′": [[.149780716, .249751144], [.199561432, .299502287]],
    "W²′": [[.358916480, .511301270], [.408666186, .561370121]],
    "Eᵢ′": [[.291027774]],    # the post's 0.291027924 is from its first program, which updated in the wrong order
}
PUBLISHED |= {f"−α{name}": np.multiply(-.5, PUBLISHED[name]) for name in ("∇W¹", "∇W²")}


@pytest.mark.parametrize("net", STEPS)
def test_the_right_arrow_goes_through_every_step(walked, net):
    assert [seen["step"] for seen in walked(net)] == STEPS[net]


@pytest.mark.parametrize("net", STEPS)
def test_every_step_has_its_title_its_equation_its_arithmetic_and_its_code(walked, net):
    for seen in walked(net):
        assert seen["title"] and seen["equation"] and "=" in seen["sums"] and seen["code"], seen
        assert seen["code"].startswith(f"{seen['step']} = "), seen["code"]
        assert seen["errors"] == [], seen["errors"]


def test_the_loss_is_smaller_after_the_step(walked, by_hand):
    E, E_new = (results(seen["sums"])[-1] for seen in walked("deep") if seen["step"] in ("E", "E_new"))
    assert E_new < E
    assert (E, E_new) == pytest.approx((by_hand()["E"], by_hand()["E_new"]), rel=2e-5)


def test_the_walk_has_an_opening_before_its_first_step_and_a_closing_after_its_last(walked, reader):
    assert {(seen["next"], seen["back"]) for seen in walked("deep")} == {(True, True)}
    reader.visit()
    assert reader.step == OPENING and reader.page.locator(".st-key-back button").is_disabled()
    reader.press("ArrowRight")
    assert reader.step == "X"
    reader.go_to("E_new")
    reader.press("ArrowRight")
    assert reader.step == CLOSING and reader.page.locator(".st-key-next button").is_disabled()


def test_the_left_arrow_goes_back_and_a_click_on_the_map_anywhere(reader):
    reader.visit("net=deep&step=A1")
    reader.press("ArrowLeft")
    assert reader.step == reader.address["step"] == "S1"
    reader.go_to("delta4")
    assert reader.step == reader.address["step"] == "delta4"
    assert reader.look()["here"] == ["delta4"] and reader.look()["map"]["dA4"] == "done"
    reader.press("ArrowLeft")
    assert reader.step == "dA4"


@pytest.mark.parametrize("net", STEPS)
def test_the_map_tells_what_is_done_where_one_is_and_what_is_coming(walked, net):
    steps = STEPS[net]
    for n, seen in enumerate(walked(net)):
        assert seen["here"] == [steps[n]]
        assert seen["named"] == f"{seen['title']}, step {n + 1} of {len(steps)}, current"
        assert seen["position"] == f"{n + 1} / {len(steps)}"
        assert seen["map"] == {key: "done" if m < n else "current" if m == n else "coming"
                               for m, key in enumerate([OPENING, *steps, CLOSING], -1)}


@pytest.mark.parametrize("net, width, height", [
    (net, *size) if size == SIZES[0] or net != "deep" else pytest.param(net, *size, marks=pytest.mark.heavy)
    for net in STEPS for size in SIZES])
def test_nothing_is_wider_than_the_page_and_no_formula_is_cut(walked, net, width, height):
    seen = walked(net, width, height)
    wrong = {s["step"]: {"cut": s["cut"], "no TeX": s["errors"], "wider": s["wider"], "hidden on the map": s["hidden"]}
             for s in seen if s["cut"] or s["errors"] or max(s["wider"]) > 0 or s["hidden"]}
    assert wrong == {}


@pytest.mark.parametrize("net", [*STEPS, "relu16"])
def test_every_step_is_on_one_screen(walked, net):
    found = {seen["step"]: faults for seen in walked(net) if (faults := wrong(seen["boxes"]) + seen["cut"])}
    assert found == {}


def test_a_walk_leaves_no_heap_behind(walked):
    _, *seen = [seen["kept"] for seen in walked("deep")]
    (_, first, *_), *_ = seen       # with the step behind and the step ahead
    assert len(seen) > 30 and max(panes for panes, *_ in seen) <= 4
    assert max(arrays for _, arrays, *_ in seen) <= first + 20, seen
    assert all(turned <= arrays for _, arrays, turned, _ in seen)
    assert max(plots for *_, plots in seen) <= 12


def test_mazurs_cells_carry_the_numbers_of_his_post(walked):
    compared = set()
    for seen in walked("mazur"):
        assert seen["cells"], seen["step"]
        for name, cells in seen["cells"].items():
            shape = cells.pop("shape")
            assert set(cells) == {f"{row},{column}" for row, column in np.ndindex(*shape)}, (seen["step"], name)
            if name in PUBLISHED:
                assert list(np.shape(PUBLISHED[name])) == shape, (seen["step"], name)
                for place, shown in cells.items():
                    published = np.array(PUBLISHED[name])[tuple(map(int, place.split(",")))]
                    assert same(shown, published), (seen["step"], name, place, shown, published)
                compared.add(name)
    assert compared == set(PUBLISHED)


def same(shown, published):
    """Whether a number written with up to nine digits is the published one, which has nine decimals."""
    last = 10.0 ** (np.floor(np.log10(abs(published))) - 8)
    return abs(float(shown.replace("−", "-")) - published) <= .51 * (last + 1e-9)
