"""What the settings of the five source documents reach on the official test set, beside our own: as TOML.

    python -m benchmarks.documents path/to/mnist.npz [--only relu16]

Trains on all 60,000 images; the test images only measure. What it prints stands in explainer/measured.toml, which the
Sources page shows. l1g4v’s settings are followed for 1,500 of their 10,000 epochs of the full batch, some minutes.
"""
import argparse

from benchmarks.accuracy import data_set, reached

RUNS = [    # preset, setting, epochs, after which epochs it is measured, seeds
    ("deep", "source", 10, (1, 5, 10), (0, 1)),
    ("deep", "best", 30, (1, 5, 30), (0, 1)),
    ("relu16", "source", 1500, (1, 40, 100, 500, 1000, 1500), (0,)),
    ("relu16", "best", 30, (1, 30), (0, 1)),
    ("relu10", "source", 500, (1, 100, 500), (0, 1)),
    ("relu10", "best", 20, (1, 20), (0, 1)),
    ("online", "source", 5, (1, 5), (0, 1)),
    ("online", "best", 5, (1, 5), (0, 1)),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mnist", nargs="?", help="mnist.npz as Keras keeps it")
    parser.add_argument("--only", help="one preset")
    options = parser.parse_args()
    data = data_set(options.mnist)
    for preset, setting, epochs, at, seeds in RUNS:
        if options.only in (None, preset):
            found = [reached(preset, setting, epochs, at, data, seed)[0] for seed in seeds]
            print(f"[{preset}.{setting}]    # test accuracy in % after so many epochs, for the seeds {seeds}")
            for epoch in at:
                print(f"{epoch} = [{', '.join(f'{100 * shares[epoch]:.2f}' for shares in found)}]")
            print(flush=True)


if __name__ == "__main__":
    main()
