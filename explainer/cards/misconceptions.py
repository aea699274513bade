"""What learners are known to believe: every wrong choice of a card or a question stands for one of these."""
from dataclasses import dataclass

HERE = "seen where this walk was tried with learners; no source is known"


@dataclass(frozen=True)
class Misconception:
    belief: str     # as somebody who holds it would say it
    source: str     # where it was met


MISCONCEPTIONS = {
    "updated weights": Misconception("Each layer can be updated at once; its new weights then give the δ below it.",
                                     "stackoverflow.com/q/6013429; ai.stackexchange.com/q/26136; Mazur’s first "
                                     "program"),
    "inverse": Misconception("Going back undoes the forward product, by a division or the inverse of W.",
                             "stats.stackexchange.com/q/414825; stats.stackexchange.com/q/316005"),
    "own weights": Misconception("A layer’s δ uses the layer’s own weights, not those above it.",
                                 "ai.stackexchange.com/q/42884"),
    "batch averaged": Misconception("A batch goes through the network as one average example.",
                                    "datascience.stackexchange.com/q/37313"),
    "cancelling": Misconception("Errors above and below the target cancel before they are squared.",
                                "stats.stackexchange.com/q/266968"),
    "one example": Misconception("A gradient needs no sum over the examples.",
                                 "datascience.stackexchange.com/q/20139"),
    "slope at the output": Misconception("The slope f′ is taken at the output A, or is A itself, not at the sum S.",
                                         "stackoverflow.com/q/62512010"),
    "large error": Misconception("A large error, or one large factor, always gives a large gradient.",
                                 "stats.stackexchange.com/q/490374"),
    "backpropagation moves": Misconception("Backpropagation is gradient descent: it changes the weights.",
                                           "ai.stackexchange.com/q/8962"),
    "sum or mean": Misconception("A factor before the loss, as between sum and mean, does not matter at the same α.",
                                 "issue 54 of Open-Deep-ML"),
    "order": Misconception("W·x and x·W are the same; only the shapes have to fit somehow.",
                           "datascience.stackexchange.com/q/76545"),
    "equal start": Misconception("A start at 0 fails because the loss is the same everywhere, or does not fail at all.",
                                 "community.deeplearning.ai/t/431799; community.deeplearning.ai/t/121049"),
    "every example": Misconception("One step lowers every example’s loss and brings it to its targets.", HERE),
    "gradient is the step": Misconception("The gradient is what is added: without α, or without turning its sign.",
                                          HERE),
    "accuracy follows": Misconception("The loss counts wrong answers, so accuracy rises whenever the loss falls.",
                                      "ai.stackexchange.com/q/12878"),
    "slope is a target": Misconception("A positive δ or slope says that the number should rise, or what it should be.",
                                       "ai.stackexchange.com/q/25563"),
    "slopes alone": Misconception("Gradients vanish through the slopes f′ alone, and vanished means 0.", HERE),
    "input forgotten": Misconception("A weight’s slope is the δ of its unit, whatever comes in through it.", HERE),
    "bias stays": Misconception("No input goes through a bias, so it has nothing to learn.",
                                "Mazur’s example, which uses its biases and never changes them"),
    "which outputs count": Misconception("Every output counts in cross-entropy, or only the right one in a squared "
                                         "error.", HERE),
    "loss is the error": Misconception("The loss of an example is the error of its output.", HERE),
    "longer is better": Misconception("Ten times the α brings ten times the progress.",
                                      "community.deeplearning.ai/t/721311"),
    "too long is worse": Misconception("A larger α always makes the loss rise.", HERE),
    "no slope": Misconception("The δ of a layer is the slope by its outputs, whatever the activation.", HERE),
    "any start": Misconception("Any random weights are a good start.",
                               "“a randomized matrix” in the PDF; the blog’s unifrnd(0, 1)"),
    "cell by cell": Misconception("Softmax treats each sum by itself, as the sigmoid does.", HERE),
}
