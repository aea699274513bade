"""The five source documents as tables: their systems, what we measured with them, where they disagree, what they cite.

What a document says is data in TOML; what stands beside it here is derived from the presets.
"""
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mlp_core.presets import PRESETS

from . import shipped
from .notation import ACTIVATION_NOTATION, LOSS_NOTATION, initialisation_name
from .sources import read

HERE = Path(__file__).parent
ROWS = ("architecture", "activation", "loss", "reduction", "initialisation", "batch", "rate", "epochs", "metric",
        "result")
PARTS = {       # {key: (its name, of which documents it is)}; "all": of all five together
    "system": ("System", ("readme", "pdf", "post", "equations", "notebook")),
    "formulas": ("Formulas", ("readme", "pdf", "post", "equations", "notebook")),
    "chain": ("Chain rule", ("readme", "pdf")),
    "one": ("One weight", ("post",)),
    "softmax": ("Softmax", ("post",)),
    "columns": ("Columns and turned images", ("post",)),
    "apart": ("Where they disagree", ("all",)),
    "works": ("What they cite", ("all",)),
    "glossary": ("Glossary", ("all",)),
}


def _toml(name):
    return shipped.read(HERE / name, lambda path: tomllib.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class System:
    name: str           # as the notes cite it: "MLP PDF"
    preset: str         # a key of PRESETS
    system: dict        # {a member of ROWS: what the document says, Markdown}

    @property
    def described(self):
        """Which document it is, in a sentence of Markdown with its link."""
        documents, _ = read(HERE / "sources" / f"{self.preset}.toml")
        return next(document for document in documents if document.name == self.name).described()


SYSTEMS = {key: System(**table) for key, table in _toml("documents.toml").items()}


def ours(preset, which="source"):
    """Return {a member of ROWS: text} of a preset's setting, as it is walked and trained here."""
    chosen, setting = PRESETS[preset], PRESETS[preset].setting(which)
    names = [ACTIVATION_NOTATION[name].name for name in chosen.activations]
    alpha = f"{setting.learning_rate:g}{', falling to 0' if setting.falling else ''}"
    return {"architecture": "-".join(map(str, chosen.sizes)),
            "activation": f"{names[0]} in every layer" if len(set(names)) == 1 else ", ".join(names),
            "loss": LOSS_NOTATION[chosen.loss].name,
            "reduction": "one example a step" if setting.batch_size == 1 else f"{setting.reduction} over the batch",
            "initialisation": initialisation_name(setting)
            + (", biases too" if setting.random_biases else ", biases 0"),
            "batch": "all training images" if setting.batch_size is None
            else f"{setting.batch_size:,}{'' if setting.shuffle else ', always in the same order'}",
            "rate": f"α = {alpha}", "epochs": f"{setting.epochs:,}",
            "metric": "loss and accuracy", "result": measured(preset, which)}


@cache
def _measured():
    return _toml("measured.toml")


def measured(preset, which):
    """Return what a setting reached, in words: the test accuracy after so many epochs, for each seed."""
    parts = []
    for epoch, shares in _measured()[preset][which].items():
        parts.append(" or ".join(f"{share:.2f}" for share in shares) + f" % after {int(epoch):,}")
    return "; ".join(parts) + (" epochs" if parts else "")


def last_measured(preset, which):
    """Return (epochs, [test accuracy in % for each seed]) of the longest training that was measured."""
    epoch, shares = list(_measured()[preset][which].items())[-1]
    return int(epoch), shares


HOW_MEASURED = ("Measured by `python -m benchmarks.documents`: trained on all 60,000 images of MNIST with the seeds 0 "
                "and "
                "1 (the post’s settings with seed 0), and read on its 10,000 test images.")


@dataclass(frozen=True)
class Work:
    """Something that a document refers to."""
    of: tuple           # keys of SYSTEMS
    title: str
    author: str
    url: str
    note: str = ""
    net: str = ""       # the key of the preset that has its numbers

    @property
    def described(self):
        return f"[{self.title}]({self.url}), {self.author}." + (f" {self.note}" if self.note else "")


WORKS = tuple(Work(**table | {"of": tuple(table["of"])}) for table in _toml("bibliography.toml")["work"])
CONTRADICTIONS = tuple(_toml("contradictions.toml")["row"])     # {"topic", a key of SYSTEMS: Markdown, "here"}
