"""How much is taken of what comes from outside: whoever reads a file, or what somebody typed, asks here first.

Nothing is given memory or time for before it was compared with these.
"""

# Settings (choice.py, recipes.py, address.py)
EPOCHS = 1_000_000          # of one run; the most that a source has are 10,000
RATE = 1_000                # the largest α
LAYERS = 6                  # hidden layers of a network of one's own
UNITS = 784                 # in each of them; so it has 3.7 million weights and biases at most
AHEAD = 2_000               # steps of training before the one that is walked: a second or two
TYPED = 2_000               # letters of one message, text or number that a reader typed

# Networks (array_files.py, networks.py)
MOST_NETWORK_BYTES = 64 * 2**20     # of a file with a network, and of what it unpacks to
MOST_NETWORK_NUMBERS = 4_000_000    # in all its arrays: six hidden layers of 784 units have 3.7 million
MOST_NETWORK_ARRAYS = 200
MOST_NETWORK_LAYERS = LAYERS + 1
MOST_WORDS = 300                    # letters of a sentence in which words of a file occur

# Data (incoming/)
MB = 1_000_000
FILES = 64                  # files of one upload, and files in a .zip or .npz
FILE = 1_000 * MB           # bytes of one file as it lies there
UNPACKED = 1_000 * MB       # bytes of everything in one upload, unpacked
UNPACKED_TIMES = 26         # … and that many times its packed size; MNIST as int64 needs 22 to 25, as text 8
UNPACKED_FREE = 16 * MB     # … but so much is unpacked in any case
GZIP_MEMBERS = 5_000        # pieces of one .gz; bgzip makes 1,700 of MNIST as text
IMAGES = 500_000            # images of one data set; EMNIST has 280,000 digits
LINE = 1 << 16              # bytes of a line of text; 785 numbers of 25 letters are 20,000
BLOCK = 4 * MB              # bytes of text that are made numbers at once

# Links (address.py, links.py)
MOST_LINKED_TEXT = 2_000            # letters of a run or of a drawing in an address
MOST_LINKED_STEPS = 1_000_000       # that a run is trained again when a link is opened: a minute or two
MOST_LINKED_WORK = 200_000_000_000  # likewise: examples times weights

# A session as a file (session_file.py)
MOST_SESSION_BYTES = 200 * 2**20    # of the file, as the uploader takes, and of what is in it
MOST_SESSION_RUNS = 50
MOST_SESSION_DRAWINGS = 2_000
MOST_NOTES = 20_000                 # letters

# Words (outside.py)
NAME = 60           # letters of a file's or an array's name that a sentence quotes
RUN_NAME = 40       # … and of a run's, which stands in a row of its own
