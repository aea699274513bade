"""What a run is made of: a preset, a setting, a seed, or a network that was saved and goes on.

A Recipe decides a run to the last bit.
"""
from dataclasses import dataclass, fields, replace
from math import isfinite

from mlp_core.network import Network
from mlp_core.presets import PRESETS, Preset, Setting

from . import limits
from .choice import RUN, NextRun, after, hidden_sizes, own_fields
from .notation import ACTIVATION_NOTATION, LOSS_NOTATION, initialisation_name
from .toys import whose


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a run."""
    net: str                        # a key of PRESETS, or "own"
    preset: Preset
    which: str                      # "best" or "source"
    setting: Setting                # the preset's, with what the reader changed
    seed: int = 0                   # of the initial weights and of the order
    start: Network | None = None    # a network to go on from, instead of new weights
    numbers: int = 0                # of a worked example: the seed of its numbers; 0: the source's own
    edits: str = ""                 # and what was typed over them
    file: str = ""                  # the name of the file that `start` is from

    def problems(self, examples):
        """Return a sentence for each thing that cannot be, with so many training examples."""
        found, setting = [], self.setting
        if not (isfinite(setting.learning_rate) and setting.learning_rate > 0):
            found.append(f"The learning rate α must be a number above 0; it is {setting.learning_rate:g}.")
        elif setting.learning_rate > limits.RATE:
            found.append(f"The learning rate α can be up to {limits.RATE} here; it is {setting.learning_rate:g}.")
        if setting.epochs < 1:
            found.append(f"Training needs at least 1 epoch; it was asked for {setting.epochs}.")
        elif setting.epochs > limits.EPOCHS:
            found.append(f"Training can have up to {limits.EPOCHS:,} epochs here; it was asked for {setting.epochs:,}.")
        if setting.batch_size is not None and not 1 <= setting.batch_size <= examples:
            found.append(f"A batch of {setting.batch_size:,} cannot be made: there are {examples:,} training "
                         f"examples, so it can have 1 to {examples:,}.")
        return found

    @property
    def choices(self):
        """What tells two recipes apart."""
        return self.net, self.preset.sizes, self.preset.activations, self.preset.loss, self.setting, self.seed, \
            self.numbers, self.edits

    def words(self, trained=True):
        """Return {name: text} of what the run is made of, for a reader; `trained`: whether it has learned here.

        What a loaded network was trained with, nobody knows: the setting is said of what it learns here only.
        """
        setting, network = self.setting, {"network": "-".join(map(str, self.preset.sizes))}
        if self.start:
            network |= {"loaded from": self.file or "a file", "activations": self._activations(),
                        "loss": LOSS_NOTATION[self.preset.loss].name}
            if not trained:
                return network
        falls = ", falling to 0" if setting.falling else ""
        made = network | {"α": f"{setting.learning_rate:g}{falls}",
                          "batch": "all" if setting.batch_size is None else f"{setting.batch_size:,}",
                          "reduction": setting.reduction, "epochs": f"{setting.epochs:,}"}
        return made if self.start else made | {"initial weights": self._where_the_weights_are_from()}

    def _activations(self):
        return ", ".join(ACTIVATION_NOTATION[name].name for name in self.preset.activations)

    def _where_the_weights_are_from(self):
        own = whose(self.numbers, self.edits)
        if self.setting.initialisation is None:
            return own or initialisation_name(self.setting)
        return ", ".join(filter(None, [initialisation_name(self.setting), f"seed {self.seed}", own]))


def chosen_recipe(chosen):
    """Return the Recipe of the next run: the chosen network and setting, with what was changed for training."""
    choice = chosen.choice
    return Recipe(choice.net, choice.preset(), choice.chosen_setting, chosen.next_run.of(choice), choice.seed,
                  numbers=choice.numbers, edits=choice.edits)


def recipe_for(network, file=""):
    """Return the Recipe that goes on from a file's network: a preset's where one has the same shape, else "your own".

    Raises ValueError for a network that does not read MNIST images.
    """
    activations = tuple(layer.activation for layer in network.layers)
    for net, preset in PRESETS.items():
        if (preset.sizes, preset.activations, preset.loss) == (network.sizes, activations, network.loss):
            setting = replace(preset.best, reduction=network.reduction)
            return Recipe(net, preset, "best", _same_step(setting, preset.best), start=network, file=file)
    if network.sizes[0] != 784 or network.sizes[-1] != 10:
        raise ValueError(f"this network goes from {network.sizes[0]} inputs to {network.sizes[-1]} outputs; "
                         "for MNIST it needs 784 and 10")
    setting = Setting(0.1 if network.reduction == "mean" else 0.001, 100, 10, network.reduction)
    preset = Preset("Your own", network.sizes, activations, network.loss, setting, setting, network.dtype.type)
    _check_that_it_can_be_walked(preset)
    return Recipe("own", preset, "best", setting, start=network, file=file)


def _check_that_it_can_be_walked(preset):
    """Raise ValueError for what the fields of one's own network cannot describe."""
    if len(set(preset.activations[:-1])) > 1:
        raise ValueError("its hidden layers have different activations; here they all have the same one")
    hidden_sizes(own_fields(preset)["hidden"])


def _same_step(setting, usual):
    """The usual learning rate, made to fit where the network reduces over the batch in the other way."""
    if setting.reduction == usual.reduction or usual.batch_size is None:
        return setting
    factor = usual.batch_size if setting.reduction == "mean" else 1 / usual.batch_size
    return replace(setting, learning_rate=usual.learning_rate * factor)


def adopted(chosen, recipe):
    """Return the Chosen with a recipe's network, setting and numbers, for the next run and the walk."""
    setting = recipe.setting
    return after(chosen, net=recipe.net, setting=recipe.which, seed=recipe.seed, **_of(recipe),
                 **{field.name: getattr(setting, field.name) for field in fields(NextRun)})


def opened(chosen, recipe, weights, **changes):
    """Return the Chosen whose walk has these weights, and the recipe's network, setting and α.

    A run's weights bring the run's own α with them, that of their moment. The numbers that are set for the next run
    stay, if that is of the same network and setting.
    """
    rate, usual = recipe.setting.learning_rate, recipe.preset.setting(recipe.which).learning_rate
    alpha = None if rate == usual or RUN.fullmatch(weights) else rate
    changes = _of(recipe) | {"weights": weights, "alpha": alpha} | changes
    if (recipe.net, recipe.which) == (chosen.choice.net, chosen.choice.chosen_setting):
        walked, rate = after(chosen, **changes), chosen.next_run.of(chosen.choice).learning_rate
        return after(walked, learning_rate=None if rate == walked.choice.learning_rate else rate)
    return after(chosen, net=recipe.net, setting=recipe.which, **changes)


def _of(recipe):
    """Return the fields of the Choice that describe how the recipe's network is made."""
    usual, setting = recipe.preset.setting(recipe.which), recipe.setting
    same = (usual.initialisation, usual.options) == (setting.initialisation, setting.options)
    init = "" if same else setting.initialisation
    return {"init": init, "numbers": recipe.numbers, "edits": recipe.edits} | (
        own_fields(recipe.preset) if recipe.net == "own" else {})
