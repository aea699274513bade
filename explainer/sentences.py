"""Sentences worked out from a walk or a run: what the loss did, why the accuracy did not rise, why it is stuck."""
import numpy as np

from mlp_core.data import DIGITS
from mlp_core.metrics import accuracy, mean_squared_error

from .notation import LOSS_NOTATION
from .numbers import called, percent, plain_number
from .runs import best
from .stuck import why_it_is_stuck
from .trainer import GRACE

PATIENCE = 3    # epochs that a run may stand still before it is remarked on: four sigmoid layers start on a plateau


def what_is_read(reading, unsure=False, classes=DIGITS):
    """The answer of the network, in a line; `unsure` where something else than its outputs speaks against it."""
    sure = ", but is not sure" if unsure or reading.outputs[reading.answer] <= .5 else ""
    return f"It reads {called(classes, reading.answer)}{sure}"


ORDINALS = "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"


def why_it_is_unsure(answer, misled, classes=DIGITS):
    """What small changes of the image make of the answer, given {change: the other answer}."""
    by_answer = {}
    for change, other in misled.items():
        by_answer.setdefault(other, []).append(change)
    told = [f"{called(classes, other)} when it is a little {_or(changes)}" for other, changes in by_answer.items()]
    return f"Do not trust the {classes[answer]}: the network reads the same picture as {', and as '.join(told)}."


def _or(words):
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def which_digit(count, chosen):
    """That a picture has several digits, and which of them is read."""
    number = ORDINALS[chosen] if chosen < len(ORDINALS) else f"{chosen + 1}th"
    return f"There are {count} digits on this picture. The {number} is read on this page."


def how_it_was_prepared(found):
    """The stations of a Preparation, in words."""
    told = []
    if found.found.sheet is not None:
        told.append("The sheet was found, and what lies around it left out.")
    if found.found.lines.any():
        told.append("Lines that go from edge to edge, and frames, are print and were taken away.")
    if not found.found.clean:
        told.append("Ink is what is darker, or on a board lighter, than the paper just around it.")
    if found.thickened:
        told.append("The pen was thin: its strokes were made as thick as those of MNIST, which the network knows.")
    return " ".join(told)


def how_sure(reading):
    """The two largest outputs."""
    outputs, first, second = reading.outputs, reading.answer, reading.second
    return f"(output {outputs[first]:.3f}; next: {second} with {outputs[second]:.3f})"


def turn_of_the_loss(walk):
    """Whether the step lowered the batch's loss."""
    E, E_new = plain_number(walk.E, 6), plain_number(walk.E_new, 6)
    if E == E_new:
        return f"The loss stayed at {E}."
    change = plain_number(abs(float(walk.E_new) - float(walk.E)), 4)
    by = f", by {change}" if np.isfinite([walk.E, walk.E_new]).all() else ""
    return f"The loss {'fell' if walk.E_new < walk.E else 'rose'} from {E} to {E_new}{by}."


@np.errstate(over="ignore", invalid="ignore")
def measures(walk, after=False):
    """The accuracy and, where the loss is made of squares, the mean squared error as both its readings."""
    A, Y = (walk.passed_after if after else walk.passed).output, walk.Y
    text = ""
    if LOSS_NOTATION[walk.before.loss].squares:
        entries, examples = (plain_number(mean_squared_error(A, Y, n)) for n in ("entries", "examples"))
        text = (f"Mean squared error: {entries} with n = {A.size:,} entries"
                + (f", {examples} with n = {walk.m} examples." if walk.m > 1 else "."))
    if A.shape[1] > 2:
        text += f" Accuracy: {percent(accuracy(walk.passed.output, Y), 0)}"
        text += f" before, {percent(accuracy(A, Y), 0)} after." if after else "."
    return text.strip()


def first_step(walk, usual_rate):
    """Why the accuracy did not rise, where the usual step lowered the outputs as a whole and did little else; or ""."""
    A, after = walk.passed.output, walk.passed_after.output
    lowered = A.min() >= 0 and after.mean() < A.mean() / 2 and walk.learning_rate == usual_rate
    if walk.m == 1 or not lowered or accuracy(after, walk.Y) > accuracy(A, walk.Y):
        return ""
    return (f"A first step lowers the outputs as a whole, here from {plain_number(A.mean(), 2)} to "
            f"{plain_number(after.mean(), 2)} on average, because nine of ten targets are 0; "
            "which digit is which takes some hundred steps.")


def step_of_the_run(decided):
    """Whether the walk is a step of the run whose weights it has: its batch size, its α then; "" without a run."""
    run, moment = decided.run, decided.moment
    if run is None:
        return ""
    then, size = run.rate_at(moment), run.batch_size
    if decided.learning_rate != then:
        return f"Not a step of {run.name}: {moment.title} its α was {then:.3g}."
    if decided.choice.part == "test":
        return f"Not a step of {run.name}: it never learns from test images. Its α {moment.title} was {then:.3g}."
    if size > decided.m:
        return (f"Not a step of {run.name}, which takes {size:,} examples at once: {decided.m} of them are walked, "
                f"with its α {moment.title}, {then:.3g}.")
    if run.material.dataset is None:
        return f"A step of {run.name} {moment.title}, with its α then, {then:.3g}."
    return (f"A step as {run.name} takes them {moment.title}: batches of {size}, α = {then:.3g}; which images come "
            "next there is drawn at random.")


def what_a_batch_is(m, part):
    kind = "test" if part == "test" else "training"
    if m == 1:
        return f"A batch is what one step learns from: a single image here. Batch n is the n-th {kind} image."
    return f"A batch is what one step learns from: {m} images here. Batch n is the n-th {m} of the {kind} images."


def what_will_be_learned(material, epochs):
    """What pressing Start does."""
    what = f"{len(material.X):,} images" if material.dataset else \
        f"its {len(material.X)} examples" if len(material.X) > 1 else "its one example"
    held = f" {len(material.held_out):,} more are held out to validate." if material.dataset else ""
    return (f"**Press Start**, and the network above learns from {what}, {epochs:,} times over.{held} Loss, accuracy, "
            "gradients and the first layer’s weights move while it learns. Then go back to any moment of the training "
            "and walk a batch with its weights.")


def what_to_watch(run):
    """How to read the curves and pictures of a run that goes on, or went as it should."""
    if run.material.dataset is None:
        return ("The loss should fall. Where mean |∇W| is near 0, a layer hardly learns. Each kept moment has its "
                "weights: walk with them to see where its numbers come from.")
    return ("The loss should fall and the accuracy rise, for validation images as for those learned from. Where mean "
            "|∇W| is near 0, a layer hardly learns. The pictures are the weights of layer 1: strokes appear in the "
            "noise where units have found something to look for.")


def state_of(run, state):
    """What a run is doing, for who hears the page."""
    if run is None or state == "ready":
        return "Nothing is being trained."
    if state in ("running", "paused"):
        return f"{run.name} is {state}."
    return f"{run.name} {state} after {run.epoch:,.4g} of {run.recipe.setting.epochs:,} epochs."


def left_alone(run):
    """Why a run halted by itself."""
    return (f"{run.name} was paused: the page had lost its connection for {GRACE:.0f} seconds, so nobody seemed to "
            "wait for it. Nothing of it is lost; Resume goes on.")


def how_it_diverged(run):
    """Why a run could not go on. Without any example learned, the weights that it began with are to blame, not α."""
    if not run.examples:
        whose = f"of {run.recipe.file or 'the file'}" if run.recipe.start else "that it began with"
        return (f"Nothing could be learned: with the weights {whose} the loss of the first batch is no finite number, "
                "because they are too large to compute with. No α helps; begin with smaller weights.")
    return (f"Training ended in epoch {run.progress.epoch}, batch {run.progress.batch:,}: the loss was no longer a "
            f"finite number. α = {run.recipe.setting.learning_rate:g} is too large here. The weights from before "
            "that batch are kept; choose a smaller α and start again.")


def how_it_ended(run):
    """What a run that ended reached by validation; or "" where nothing was validated or nothing learned yet."""
    if not run.ended or not run.examples or "validation" not in (top := best(run.moments)).accuracy:
        return ""
    return (f"{run.name} {run.ended}. Its best moment by validation is {top.title}: "
            f"{percent(top.accuracy['validation'])} read right. Below, go back to any moment, see what it takes "
            "for what, and walk a batch with its weights.")


def learned_nothing(run):
    """Where whole epochs brought no more than guessing, at the end or while the loss stands still; else ""."""
    last, share = run.moments[-1], run.moments[-1].accuracy.get("validation")
    before = [moment.loss for moment in run.moments if moment.epoch <= last.epoch / 2 and moment.loss == moment.loss]
    still = before and last.loss >= 0.9 * before[-1]
    if run.epoch < 1 or share is None or share > 0.2 or not (run.ended or (still and run.epoch >= PATIENCE)):
        return ""
    return (f"{last.title[:1].upper() + last.title[1:]}, {percent(share, 0)} of the validation images are read right, "
            f"about what guessing gives{', and the loss no longer falls' if still else ''}. "
            f"{why_it_is_stuck(run.network_at(last), *run.sample, run.rate_at(last))}")


def reached(run):
    """The best that a run reached, in a few words."""
    top, last = best(run.moments), run.moments[-1]
    if "validation" in top.accuracy:
        text = f"best validation {percent(top.accuracy['validation'])} {top.title}"
    else:
        text = last.title if last.loss != last.loss else f"loss {plain_number(last.loss)} {last.title}"
    return text + (", then it diverged" if run.ended == "diverged" else "")


def how_much_is_read_right(examined):
    """Of which images, and how many of them."""
    if not len(examined.labels):
        return "These data have no test images, and too few others to hold any out"
    which = "test" if examined.part == "test" else "validation"
    right = float((examined.answers == examined.labels).mean())
    return f"{percent(right)} of the {len(examined.labels):,} {which} images are read right"


def what_a_lesson_did(lessons):
    """What the last of the lessons changed, and what all of them cost."""
    last = lessons[-1]
    before, after = map(percent, last.right)
    steps = "One gradient step" if last.steps == 1 else f"{last.steps} gradient steps"
    moved = abs(last.after[last.label] - last.before[last.label]) >= .0005
    why = "" if moved else (" It hardly moved: where the outputs are near 0 or 1 their slopes are near 0, and so is δ. "
                            "The walk shows it.")
    first = f"; before all {len(lessons)} lessons {percent(lessons[0].right[0])}" if len(lessons) > 1 else ""
    return (f"{steps} with α = {last.rate:g} on this one image: its output for {last.label} went from "
            f"{last.before[last.label]:.3f} to {last.after[last.label]:.3f}.{why} **What it cost**: of {last.on} the "
            f"network read {before} right before, {after} after{first}. A copy was taught; the network itself is as "
            "it was.")


def what_spoke_for_it(image, answer, mistake, classes=DIGITS):
    """How the pictures of the evidence are to be read, and how far the nearest mistake is, if one was found."""
    text = ("**What spoke for it**: each inked pixel times how strongly the output’s sum rises with it, "
            f"∂S[{answer}]/∂x · x. Without ink there is nothing to weigh. Even a clear digit has both colours; each "
            "picture has a scale of its own, from its strongest pixel down.")
    if mistake is None:
        return text
    return text + (f" **The nearest mistake** found adds ink where orange and takes it away where blue: a change of "
                   f"length {mistake.size:.2f} (1 is one pixel from empty to full; the drawing itself has "
                   f"{np.linalg.norm(image / 255):.2f}) and it would be read as {called(classes, mistake.answer)}.")
