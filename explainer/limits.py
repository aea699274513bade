"""How much is taken of what comes from outside: whoever reads a file asks here, before memory is given away."""
import re

# Networks (array_files.py, networks.py)
MOST_NETWORK_BYTES = 64 * 2**20     # of a file with a network, and of what it unpacks to
MOST_NETWORK_NUMBERS = 4_000_000    # in all its arrays: six hidden layers of 784 units have 3.7 million
MOST_NETWORK_ARRAYS = 200
MOST_NETWORK_LAYERS = 7             # six hidden layers, as a network of one's own has at most
MOST_WORDS = 300                    # letters of a sentence in which words of a file occur


def plain_name(text, most=40):
    """Return a name from outside without anything that Markdown or HTML would read, and not longer than that."""
    return re.sub(r"[^\w .,+=-]", "", str(text)[:10 * most]).strip()[:most]
