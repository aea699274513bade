"""Start the app, on any system: python3 start.py, on Windows py start.py. With the word test, run every test.

Makes .venv first and installs into it what is missing. This file is kept to what any Python can read, so that one
that is too old says so; the work is in scripts/environment.py.
"""
import os
import subprocess
import sys

CHOSEN = os.environ.pop("PYTHON", None)     # the Python to take instead of the one that runs this

if CHOSEN:
    try:
        if os.name == "posix":
            os.execvp(CHOSEN, [CHOSEN] + sys.argv)
        sys.exit(subprocess.call([CHOSEN] + sys.argv))
    except OSError as error:
        sys.exit("PYTHON is set to %s, which does not start: %s." % (CHOSEN, error.strerror))
    except KeyboardInterrupt:
        sys.exit(130)
if sys.version_info < (3, 11):
    sys.exit("This needs Python 3.11 or newer, and %s is Python %d.%d. Where a newer one is installed, start with that "
             "one, as in: python3.12 start.py" % ((sys.executable,) + sys.version_info[:2]))

from scripts.environment import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
