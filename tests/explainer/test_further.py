"""What there is to read beyond a step: its own derivation, and each note of its source with every erratum."""
import pytest

from explainer import prose
from explainer.further import further, on_the_sources_page
from explainer.inline import blocks, runs
from explainer.sources import DOCUMENTS, NO_DOCUMENT, NOTES, source_notes
from mlp_core.presets import PRESETS
from tests.explainer.test_walkthrough import every_case, walk_of


@every_case
def test_the_derivation_is_the_steps_own(case):
    for step in walk_of(case).steps:
        (name, found), _ = further("own", step)
        assert name == "Derivation" and found == blocks(prose.derivation(step.prose))


def way_to_sources(net, note):
    """What follows a note of one of the five documents: the way to its formula."""
    place = on_the_sources_page(net, note)
    return [("text", " "), ("go", ["In Sources", place])] if place else []


@pytest.mark.parametrize("net", [*PRESETS, "own"])
def test_what_the_source_says_of_a_step_is_all_there_with_its_errata(net):
    for step in walk_of(f"{net}, best").steps if net in PRESETS else walk_of("deep, best").steps:
        _, (name, (document, *said, cited)) = further(net, step)
        notes = source_notes(net, step.topic, step.layer)
        assert name == "In the source" and document == ("small", runs(DOCUMENTS[net])) and cited[0] == "small"
        paragraphs = [content for kind, content in said if kind == "paragraph"]
        assert [runs(f"**{note.reference}.** {note.says}") + way_to_sources(net, note) for note in notes] == paragraphs
        errata = [[runs(note.printed), runs(note.right), runs(note.proof)] for note in notes if note.erratum]
        assert errata == [lines[1] for kind, lines in said if kind == "table"]


def test_a_network_that_no_document_describes_says_so(monkeypatch):
    monkeypatch.delitem(NOTES, "relu10")
    monkeypatch.delitem(DOCUMENTS, "relu10")
    assert further("relu10", walk_of("relu10, best").step("X"))[1][1] == [("small", runs(NO_DOCUMENT))]
