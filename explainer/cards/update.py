"""What is asked about the step itself: which way it goes, how far, and what it does to the loss and the answers."""
import numpy as np

from .card import ask, near
from .place import cell_name, name, number, peak

SAME = 2e-4     # a loss that moves by less than this share is not asked about


def turn_of_the_loss(at):
    """Whether the whole step lowers the loss of this batch."""
    E, E_new = float(at.walk.E), float(at.walk.E_new)
    if not np.isfinite([E, E_new]).all() or abs(E_new - E) < SAME * E or number(E, 4) == number(E_new, 4):
        return None
    now, then, fell = number(E, 4), number(E_new, 4), E_new < E
    falls_why = (f"It falls from {now} to {then}. Every weight moves against its slope, and α = {at.alpha} is not so "
                 "long a step that it overshoots.")
    rises_why = (f"It rises from {now} to {then}. Every slope is right, but α = {at.alpha} is too long a step here: it "
                 "overshoots.")
    wrong = ("Rise", "too long is worse", f"It falls from {now} to {then}. A step against the slopes lowers the loss "
                                          f"at first, and α = {at.alpha} is not long enough to "
                                          "overshoot.") if fell else (
        "Fall", "longer is better", f"It rises from {now} to {then}. Against the slopes the loss falls at first, but α "
                                    f"= {at.alpha} goes too far and overshoots.")
    to_zero = E_new > .05 * E and (
        "Fall to 0", "every example", "The slopes hold only near the old weights, so one step does not reach the "
                                      f"targets. The loss after it is {then}.")
    return ask(
        f"All gradients are known, and now all layers take their step with α = {at.alpha}. The loss of this batch is "
        f"{now}: what will it do?",
        ("Fall", falls_why) if fell else ("Rise", rises_why), wrong,
        ("Nothing more: it has fallen already, on the way back", "backpropagation moves",
         f"The backward pass only found the slopes and changed no weight, so the loss still is {now}. The update moves "
         f"the weights, and takes it to {then}."),
        to_zero or None,
        sees="The curve shows the loss along the step, which ends at $t = 1$.")


def rises_or_falls(at):
    """Which way one bias moves, or one weight where biases do not learn, and how far."""
    which, index = at.key[0], at.l - 1
    grads = at.walk.grads
    gradient, change = (grads.db, grads.change_b) if which == "b" else (grads.dW, grads.change_W)
    if change[index] is None:
        return None
    g, c = gradient[index], change[index]
    cell = (min(at.selection.j, g.size - 1),) if which == "b" else at.cell(g, row=at.selection.k)
    if abs(g[cell]) < .001 * np.abs(g).max():
        cell = peak(g)
    slope, moved = float(g[cell]), float(c[cell])
    if not abs(slope) > 1e-30:
        return None
    up = moved > 0
    way, other = ("rises", "falls") if up else ("falls", "rises")
    size, raw = number(abs(moved)), number(abs(slope))
    gradient_name, it = cell_name(f"d{which}", at.l, *cell), cell_name(which, at.l, *cell)
    over = "the sums of this unit are too " + ("low" if up else "high")
    because = f"on balance {over}" if which == "b" else f"the loss falls as this weight {'rises' if up else 'falls'}"
    return ask(
        f"{gradient_name} is {number(slope)}, and α is {at.alpha}. What does {it} do?",
        (f"It {way} by {size}", f"The change is −α·{gradient_name} = {number(moved)}. The slope is "
                                f"{'negative' if up else 'positive'}: {because}."),
        (f"It {other} by {size}", "slope is a target", "The step goes against the slope: the change is "
                                                       f"−{at.alpha}·{_bracketed(slope)} = {number(moved)}. Along the "
                                                       "slope the loss would rise."),
        None if near(abs(slope), abs(moved)) else (
            f"It {way} by {raw}", "gradient is the step", f"{raw} is the size of the slope, not of the step. The step "
                                                          f"is α times that, {size}."),
        ("Nothing, as no input goes through a bias", "bias stays",
         f"A bias adds to its unit’s sum in every example, so it has a slope, {number(slope)}. It learns by the same "
         "rule as the weights.") if which == "b" else None,
        sees=f"Compare {it} before and after.")


def _bracketed(value):
    return f"({number(value)})" if value < 0 else number(value)


def ten_times_alpha(at):
    """Where the loss would be after a step with ten times the α, by taking it."""
    E, E_new, E_far = float(at.walk.E), float(at.walk.E_new), float(at.walk.loss_along([10])[0])
    if not np.isfinite([E, E_new]).all() or abs(E_new - E) < SAME * E or number(E, 4) == number(E_new, 4):
        return None
    low, high = sorted((E, E_new))
    if np.isfinite(E_far) and min(abs(E_far - low), abs(E_far - high)) < .005 * high:
        return None
    finite = np.isfinite(E_far)
    reached = f"the loss would be {number(E_far, 4)}" if finite else "the numbers would grow beyond all bounds"
    place = 2 if not finite or E_far > high else 1 if E_far > low else 0
    bounds, fell = (number(low, 4), number(high, 4)), E_new < E
    texts = (f"Below {bounds[0]}", f"Between {bounds[0]} and {bounds[1]}", f"Above {bounds[1]}")
    alone = f"With α = {number(10 * at.walk.learning_rate, 6)}, {reached}"
    reason = {0: "Even so long a step ends lower here" if fell else "Beyond its rise the loss falls again",
              1: "The long step goes past the lowest place and part of the way up again" if fell else
                 "The long step ends lower than the short one, but not as low as before",
              2: "The long step overshoots: the slopes hold only near the old weights"}[place]
    wrong = {0: ("longer is better", f"{alone}. Ten times the step is not ten times the progress, as the slopes change "
                                     "on the way."),
             1: ("longer is better" if place == 2 else "too long is worse",
                 f"{alone}. How far a step may go depends on how the slopes change on the way; here that is what comes "
                 "out."),
             2: ("too long is worse", f"{alone}. A longer step can overshoot, but does not have to; it has to be "
                                      "tried.")}
    return ask(
        f"This step, with α = {at.alpha}, takes the loss from {number(E, 4)} to {number(E_new, 4)}. Where would one "
        "step with ten times the α take it?",
        (texts[place], f"{alone}: that step was taken to see it. {reason}."),
        *((texts[n], *wrong[n]) for n in range(3) if n != place),
        sees="The slider of α takes the step anew.")


def accuracy_after(at):
    """Whether more digits are read right after the step."""
    before, after = at.walk.passed.output, at.walk.passed_after.output
    if not at.images or at.m < 10 or not np.isfinite(after).all() or _tied(before) or _tied(after):
        return None
    true = at.walk.Y.argmax(axis=1)
    had, has = (int((A.argmax(axis=1) == true).sum()) for A in (before, after))
    place = int(np.sign(has - had)) + 1
    texts = (f"Fewer than {had}", f"Still {had}", f"More than {had}")
    fell = at.walk.E_new < at.walk.E
    E, E_new = number(at.walk.E, 4), number(at.walk.E_new, 4)
    loss = f"the loss {'fell' if fell else 'rose'} from {E} to {E_new}" if E != E_new else f"the loss stayed at {E}"
    now = f"It is {has} of {at.m}"
    changed = int((before.argmax(axis=1) != after.argmax(axis=1)).sum())
    in_some = f"in {changed} of {at.m} examples" if changed else f"in none of the {at.m} examples"
    why = f"{now}, while {loss}. The largest output of a row is another one {in_some}, and only that counts."
    wrong = (f"{now}, although {loss}. The loss measures how far every output is from its target, accuracy only which "
             "one is the largest.")
    return ask(
        f"Before the step, {had} of the {at.m} digits were read right, and then {loss}. How many are read right now?",
        (texts[place], why),
        *((texts[n], "accuracy follows", wrong) for n in (2, 0, 1)
          if n != place and (n or had) and (n < 2 or had < at.m)),
        sees="The note beneath the arithmetic has the accuracy before and after.")


def _tied(A):
    """Whether a row's largest output is there twice."""
    top = np.sort(A, axis=1)[:, -2:]
    return bool((top[:, 0] == top[:, 1]).any())


def every_example(at):
    """For how many examples the loss fell."""
    before, after, m = at.walk.losses, at.walk.losses_new, at.m
    if m < 3 or not np.isfinite(after).all() or (np.abs(after - before) <= 1e-5 * np.abs(before)).any():
        return None
    fell = int((after < before).sum())
    if fell * 2 == m:
        return None
    place = 2 if fell == m else 1 if fell * 2 > m else 0
    texts = ("For fewer than half", "For most, but not for all", "For all")
    of = "mean" if at.mean else "sum"
    why = (f"Here it fell for all {m}. That is not sure: the step follows the slope of their {of}." if place == 2 else
           f"It fell for {fell} of {m}. The step follows the slope of their {of}, and they do not all agree.")
    return ask(
        f"The step was made for the batch as a whole. For how many of its {m} examples did the loss fall?",
        (texts[place], why),
        *((texts[n], "every example", f"It fell for {fell} of {m}. The step follows the slope of the batch’s loss, "
                                      "which "
           "does not look at each example by itself.") for n in (2, 1, 0) if n != place),
        sees="The bars show each example’s loss before and after.")


def nearer_to_the_targets(at):
    """How many outputs of the one example came nearer to their targets."""
    if at.m > 1 or at.walk.Y.shape[1] < 2 or not np.isfinite(at.walk.passed_after.output).all():
        return None
    gap, gap_new = (np.abs(passed.output[0] - at.walk.Y[0]) for passed in (at.walk.passed, at.walk.passed_after))
    if (np.abs(gap_new - gap) <= 1e-5 * gap).any():
        return None
    n, near_now = gap.size, int((gap_new < gap).sum())
    place = 2 if near_now == n else 1 if near_now else 0
    texts = ("None of them", "Some, but not all", "All")
    j = int(np.abs(gap_new - gap).argmax())
    shown = f"{at.unit(at.L, j)} went from {number(gap[j])} to {number(gap_new[j])} away from its target"
    return ask(
        f"The step was made for the loss of this example as a whole. How many of its {n} outputs are nearer to their "
        "targets now?",
        (texts[place], f"It is {near_now} of {n}; {shown}. The outputs share the weights below them, so each moves "
                       "with the others."),
        *((texts[k], "every example", f"It is {near_now} of {n}; {shown}. The step lowers the loss as a whole and "
           "does not look at each output by itself.") for k in (2, 1, 0) if k != place),
        sees=f"Compare {name('A', at.L)} with {name('Y')} before and after.")
