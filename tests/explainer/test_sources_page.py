"""The Sources page: every part of every document, proofs on a button, and the ways to the walk and back."""
import pytest

from explainer.address import READERS
from explainer.documents import CONTRADICTIONS, PARTS, ROWS, SYSTEMS, WORKS, last_measured, ours
from explainer.formulas import FORMULAS, formula_of, note_of
from explainer.further import on_the_sources_page
from explainer.glossary import entries
from explainer.numbers import plain_number
from explainer.pages.sources.chain import links
from explainer.pages.sources.formulas import same
from explainer.proofs import PROOFS
from explainer.proofs.claim import Claim
from explainer.sources import NOTES
from explainer.way import keys
from mlp_core.presets import PRESETS
from tests.explainer.test_check_page import texts
from tests.explainer.test_pages import address_of, app, do, pane
from tests.explainer.test_walkthrough import walk_of

pytestmark = pytest.mark.usefixtures("no_data_of_this_machine")

PAGE = "explainer/pages/sources/page.py"


def opened(address=""):
    at = app("net=mazur").switch_page(PAGE)
    for part in filter(None, address.split("&")):
        name, _, text = part.partition("=")
        at.query_params[name] = text
    return at.run()


def walked(at):
    """The walk's page, once a button has asked for it."""
    assert not at.exception and at.head is not None
    return address_of(at)


@pytest.mark.parametrize("source", [*SYSTEMS, "all"])
def test_every_part_of_every_document_is_there_and_comes_back_from_its_address(source):
    at = opened()
    for about in (key for key, (_, of) in PARTS.items() if source in of):
        do(at, source=source, about=about)
        assert not at.exception and not at.warning
        assert at.button_group("ui_source").value == source and at.button_group("ui_about").value == about
        again = opened("&".join(f"{name}={text}" for name, text in address_of(at).items()))
        assert texts(again) == texts(at)


def test_a_part_that_a_document_does_not_have_is_its_first_one():
    at = opened("source=notebook&about=chain")
    assert not at.exception and at.button_group("ui_about").value == "system"


@pytest.mark.parametrize("address", ["source=none", "about=none", "formula=<b>", "link=5"])
def test_what_the_address_cannot_have_is_told_and_the_default_is_shown(address):
    at = opened(address)
    assert not at.exception and "the default is shown" in at.warning[0].value


def test_a_formula_that_a_document_does_not_have_is_told():
    at = opened("source=post&about=formulas&formula=2.5")
    assert not at.exception and "no formula 2.5" in at.warning[0].value


# The systems

def test_a_systems_table_has_every_row_and_our_settings_are_the_presets_own():
    for one in SYSTEMS.values():
        assert tuple(one.system) == ROWS and all(one.system.values())
        here, setting = ours(one.preset), PRESETS[one.preset].source
        assert here["rate"] == f"α = {setting.learning_rate:g}" and here["epochs"] == f"{setting.epochs:,}"
        assert here["architecture"] in one.system["architecture"]


@pytest.mark.parametrize("preset, lowest, highest", [     # another program, kept with other results of these networks
    ("deep", 8, 12), ("relu16", 44, 55), ("relu10", 89, 92), ("online", 92, 93.5)])
def test_what_was_measured_is_what_others_found_with_these_settings(preset, lowest, highest):
    _, shares = last_measured(preset, "source")
    assert all(lowest < share < highest for share in shares)


@pytest.mark.parametrize("source", SYSTEMS)
def test_walk_and_train_open_with_exactly_the_documents_settings(source):
    preset = SYSTEMS[source].preset
    at = opened(f"source={source}&seed=3&part=test&alpha=7")
    at.button("walk_it").click().run()
    address = walked(at)
    assert (address["net"], address["setting"], address["step"]) == (preset, "source", "X")
    assert not {"alpha", "seed", "part", "init", "weights"} & set(address)
    before, expected = at.session_state["session"].walk[1].before, PRESETS[preset].source
    assert before.reduction == expected.reduction and before.sizes == PRESETS[preset].sizes
    at = opened(f"source={source}")
    at.button("train_it").click().run()
    assert not at.exception and at.session_state["session"].chosen.choice.setting == "source"
    assert at.button("start") and not at.session_state["session"].leave


# The formulas

@pytest.mark.parametrize("source", SYSTEMS)
def test_every_formula_is_shown_with_what_is_printed_what_is_right_and_why(source):
    preset = SYSTEMS[source].preset
    at = opened(f"source={source}&about=formulas")
    every = [formula for formula in FORMULAS[preset] if formula.only in ("", source)]
    seen = [at.radio("ui_formula").value]
    while not at.button("formula_next").disabled:
        at.button("formula_next").click().run()
        seen.append(at.radio("ui_formula").value)
        formula = every[len(seen) - 1]
        said = [element.value for element in at.markdown]
        assert not at.exception and f"**Why.** {formula.why}" in said and (formula.right or "The same.") in said
        assert any(same(formula.printed or formula.shows, text) for text in said)
        assert [button.key for button in at.button].count("prove") == bool(formula.proof)
    assert seen == [formula.key for formula in every]


def test_a_proof_is_run_on_the_button_and_is_the_function_that_the_test_asserts(monkeypatch):
    at = opened("source=pdf&about=formulas&formula=2.13")
    assert "Proved" not in texts(at)
    at.button("prove").click().run()
    expected = PROOFS["deep"]["A20"]()
    assert "**✓ Proved.** 4 of 4 hold" in texts(at)
    assert all(f"* ✓ {claim.says}" in texts(at) for claim in expected)
    monkeypatch.setitem(PROOFS["deep"], "A20", lambda: [Claim("One.", True), Claim("Two.", False)])
    at.button("prove").click().run()
    assert "**✗ Not proved.** 1 of 2 hold" in texts(at) and "* ✗ Two." in texts(at)
    do(at, formula="2.12")
    assert "roved." not in texts(at)


def test_another_section_begins_with_its_first_formula():
    at = opened("source=pdf&about=formulas")
    at.button_group("ui_section").set_value("Matrices").run()
    assert address_of(at)["formula"] == "transposed" and not at.exception
    at.radio("ui_formula").set_value("2.13").run()
    assert address_of(at)["formula"] == "2.13"


# The ways there and back

@pytest.mark.parametrize("preset", FORMULAS)
def test_every_formula_leads_to_a_step_that_the_walk_has(preset):
    steps = keys(walk_of(f"{preset}, best"))
    assert [formula.key for formula in FORMULAS[preset] if formula.step not in steps] == []


@pytest.mark.parametrize("preset", FORMULAS)
def test_every_note_of_a_step_leads_to_a_formula_of_its_document(preset):
    for note in NOTES[preset]:
        to = on_the_sources_page(preset, note)
        assert to["page"] == "sources" and note.reference.startswith(SYSTEMS[to["source"]].name)
        offered = {formula.key for formula in FORMULAS[preset] if formula.only in ("", to["source"])}
        assert to["formula"] in offered | {""}
        for name in ("source", "about", "formula"):
            assert not to[name] or READERS[name](to[name]) == to[name]
        if note.erratum:
            found = next(formula for formula in FORMULAS[preset] if formula.key == to["formula"])
            assert found.erratum == note.erratum
    for formula in FORMULAS[preset]:
        if formula.erratum:
            assert formula_of(preset, note_of(preset, formula)).erratum == formula.erratum


def test_from_a_formula_to_its_step_and_from_the_steps_note_back_to_it():
    at = opened("source=pdf&about=formulas&formula=2.5")
    at.button("to_step").click().run()
    assert (walked(at)["net"], address_of(at)["step"]) == ("deep", "dA4")
    _, (name, blocks) = pane(at)["further"]
    gone = [content for kind, runs in blocks if kind == "paragraph" for run, content in runs if run == "go"]
    assert name == "In the source" and ["In Sources", {"page": "sources", "source": "pdf", "about": "formulas",
                                                       "formula": "2.5"}] in gone
    changes = {name: value for name, value in gone[0][1].items() if name != "page"}
    do(at, **changes)
    at.session_state["session"].leave = "sources"
    at.run()
    assert not at.exception and at.radio("ui_formula").value == "2.5" and address_of(at)["step"] == "dA4"


def test_ones_own_walk_stays_where_the_formula_is_of_its_network():
    at = opened("net=deep&seed=5&source=readme&about=formulas&formula=2.11-1")
    at.button("to_step").click().run()
    assert walked(at)["seed"] == "5" and address_of(at)["step"] == "delta1"


def test_a_source_of_no_document_here_has_no_way_to_the_page():
    assert on_the_sources_page("mazur", NOTES["mazur"][0]) is None


# The chain rule

def test_the_chain_grows_by_two_links_a_layer_as_eq_2_3_has_it_and_each_is_a_step():
    assert [key for _, key in links(4, 4)] == ["dA4", "delta4", "dW4"]
    assert [key for _, key in links(1, 4)] == "dA4 delta4 dA3 delta3 dA2 delta2 dA1 delta1 dW1".split()
    assert [len(links(l, 4)) for l in (4, 3, 2, 1)] == [3, 5, 7, 9]
    assert set(key for _, key in links(1, 4)) <= set(keys(walk_of("deep, best")))


def test_the_diagram_goes_back_a_layer_at_a_time_and_its_links_lead_to_the_walk():
    at = opened("source=readme&about=chain")
    rows = [sum(button.key.startswith("link_") for button in at.button)]
    while not at.button("further_back").disabled:
        at.button("further_back").click().run()
        rows.append(sum(button.key.startswith("link_") for button in at.button))
    assert rows == [3, 8, 15, 24] and address_of(at)["link"] == "1"
    at.button("link_1_dA1").click().run()
    assert (walked(at)["net"], address_of(at)["step"]) == ("deep", "dA1")


# The post's own parts

def test_one_weight_has_the_numbers_of_the_walk_that_is_chosen():
    at = opened("net=relu16&source=post&about=one&i=3&j=5&k=11")
    walk = at.session_state["session"].walk[1]
    assert f"**{plain_number(walk.grads.dW[-1][11, 5], 5)}**" in texts(at)
    at.number_input("ui_at_j").set_value(2).run()
    assert plain_number(walk.grads.db[-1][2], 5) in texts(at) and address_of(at)["j"] == "2"
    at.button("one_to_dW3").click().run()
    assert (walked(at)["net"], address_of(at)["step"]) == ("relu16", "dW3")


def test_the_parts_of_the_post_work_beside_a_walk_of_another_network():
    at = opened("net=mazur&source=post&about=softmax")
    assert not at.exception and "| a − y |" in texts(at)
    at.button("to_diagonal").click().run()
    assert address_of(at)["formula"] == "diagonal" and at.session_state["session"].chosen.choice.net == "mazur"


# All five

def test_every_contradiction_every_work_and_every_term_is_shown():
    at = opened("source=all&about=apart")
    topics = " ".join(row["topic"] for row in CONTRADICTIONS)
    assert all(word in topics for word in ("layout", "loss", "batch", "layer", "ReLU′(0)"))
    assert all(row[key] in texts(at) for row in CONTRADICTIONS for key in ("here", "pdf", "post", "equations"))
    assert all(set(row) == {"topic", "here", *SYSTEMS} for row in CONTRADICTIONS)
    do(at, about="works")
    assert len(WORKS) == 14 and all(work.url in texts(at) for work in WORKS)
    do(at, about="glossary")
    assert all(entry.says in texts(at) and f"**{entry.title}**" in texts(at) for entry in entries().values())
    do(at, about="works")
    at.button("walk_nielsen").click().run()
    assert walked(at)["net"] == "nielsen"
