"""Set up .venv for the app or for the tests, and run them in it. Does what is missing, asks nothing.

Runs before anything is installed, so it imports the standard library and what of this project needs no more.
"""
import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from explainer import places
from scripts import classroom

ROOT = Path(__file__).parents[1]
HEALTHY = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
AT_ONCE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]    # a file stays in one of two processes
# A browser that was too slow, or drew an element anew while it was asked for, is asked once more, and pytest says so;
# what a test asserts never is.
ONCE_MORE = ["--reruns", "1", "--only-rerun", "^(Timeout)?Error: (Locator|Page|ElementHandle|Mouse|Keyboard)\\."]
CANCELLED = 130     # what a shell reports of a program that was ended by Ctrl-C


class Stop(Exception):
    """Why it cannot go on, and what to do, in a sentence or two."""


def main(arguments):
    """Do what the command line asks for and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")   # a console that cannot show a letter of a path shows its number
    try:
        options, more = read(arguments)
        venv = set_up(options)
        if options.what == "test":
            chromium()
            return run([python(venv), "-m", "pytest", *AT_ONCE, *ONCE_MORE, *more], {"OPENBLAS_NUM_THREADS": "1"})
        if options.classroom:
            told, environment, said = classroom.opened(options.port or 8501, options.host)
            print(said, flush=True)
            return run([python(venv), "-m", "streamlit", "run", "class_app.py", *told, *more], environment)
        port = ["--server.port", str(options.port)] if options.port else []
        return run([python(venv), "-m", "streamlit", "run", "streamlit_app.py", *port, *more])
    except (Stop, OSError) as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return CANCELLED


def read(arguments):
    """Return (options, further arguments): what is not ours goes on to Streamlit or pytest."""
    named = arguments[:1] in (["run"], ["test"])
    parser = argparse.ArgumentParser(usage="start.py [run | test] [options]", allow_abbrev=False, description="Open "
                                     "the app in the browser, or run every test. Other options go on to Streamlit or "
                                     "pytest.")
    parser.add_argument("--find-links", metavar="FOLDER", help="install without a network, from the wheels in this "
                                                               "folder")
    parser.add_argument("--proxy", metavar="URL", help="install through this proxy, as with HTTPS_PROXY in the "
                                                       "environment")
    parser.add_argument("--class", action="store_true", dest="classroom", help="open it to other computers, behind a "
                        "password; CLASS_PASSWORD in the environment sets another one than the one it makes up")
    parser.add_argument("--host", metavar="NAME", action="append", default=[], help="with --class: a further name by "
                        "which this machine is asked for, as that of a reverse proxy; may be given again")
    parser.add_argument("--port", type=int, help="where it listens; 8501 if not given")
    parser.set_defaults(what=arguments[0] if named else "run")
    return parser.parse_known_args(arguments[named:])


def set_up(options):
    """Return the folder of an environment that has everything `options.what` needs."""
    wanted = ["-r", "requirements.txt", "-r", "tests/requirements.txt"] if options.what == "test" else app_needs()
    stamp, content = f"{options.what}.installed", listed(wanted)
    for venv in homes():
        if healthy(venv) and is_stamped(venv, stamp, content):
            return venv
        if places.can_write(venv.parent):
            break
    else:
        raise Stop(f"{ROOT} cannot be written to, and no other folder was found: the app needs about 0.6 GB for "
                   "Python's packages. Is the disk full?")
    if venv.parent != ROOT:
        print(f"{ROOT} cannot be written to, so Python's packages go to {venv}.", flush=True)
    make(venv)
    install(venv, wanted, options)
    (venv / stamp).write_text(content, encoding="utf-8")
    return venv


def homes():
    """Yield where the environment may be: in the project, or, one a project, in the folder of our own."""
    yield ROOT / ".venv"
    folder = places.writable()
    if folder:
        yield folder / f"venv-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"


def app_needs():
    """Return the five packages, pinned, that the app imports."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]


def listed(wanted):
    """Return what is wanted, line by line, files by their content: it is installed again only when this changes."""
    return "\n".join((ROOT / word).read_text(encoding="utf-8") if word.endswith(".txt") else word for word in wanted)


def is_stamped(venv, stamp, content):
    try:
        return (venv / stamp).read_text(encoding="utf-8") == content
    except OSError:
        return False


def python(venv, platform=sys.platform):
    """Return the path of the environment's Python."""
    return str(venv / "Scripts" / "python.exe" if platform == "win32" else venv / "bin" / "python")


def healthy(venv):
    try:
        return subprocess.run([python(venv), "-c", HEALTHY], capture_output=True).returncode == 0
    except OSError:
        return False


def make(venv):
    """Make the environment, unless a working one is there."""
    if healthy(venv):
        return
    if subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True).returncode:
        debian_package("python3-venv")
    shutil.rmtree(venv, ignore_errors=True)
    call([sys.executable, "-m", "venv", str(venv)], f"{venv} could not be made; the reason is above.")


def install(venv, wanted, options):
    """Let pip install what is wanted; `--find-links` means that nothing comes from anywhere else."""
    links = ["--no-index", "--find-links", str(Path(options.find_links).resolve())] if options.find_links else []
    proxy = ["--proxy", options.proxy] if options.proxy else []
    call([python(venv), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", *links, *proxy, *wanted],
         "The packages could not be installed; the reason is above. Without a network: --find-links FOLDER, a folder "
         "of wheels. Behind a proxy: --proxy URL. Then the same command again.")


def call(command, sentence):
    if subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode:
        raise Stop(sentence)


def debian_package(name, more=""):
    """Install it where that is allowed, else say what to do."""
    if not (hasattr(os, "getuid") and os.getuid() == 0 and shutil.which("apt-get")):
        raise Stop(f"{name} is missing. On Debian or Ubuntu: sudo apt-get install {name}, then the same command "
                   f"again.{more}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    call(["apt-get", "update"], "apt-get update failed; the reason is above.")
    call(["apt-get", "install", "-y", "--no-install-recommends", name], f"{name} could not be installed.")


def chromium():
    """See to it that there is a browser for the tests."""
    from tests.browser.chromium import executable
    if not shutil.which(executable() or ""):
        debian_package("chromium", " Or install Google Chrome, or set CHROMIUM to the path of one.")


def home(platform=sys.platform):
    """Return what to add to the environment where there is no home: Streamlit does not start without one."""
    folder = os.path.expanduser("~")
    if os.path.isdir(folder) and os.access(folder, os.X_OK):
        return {}
    return {"USERPROFILE" if platform == "win32" else "HOME": str(places.writable() or ROOT)}


def run(command, environment=None, platform=sys.platform):
    """Become this program where the system can, so that Ctrl-C and kill reach it alone; else wait for it."""
    sys.stdout.flush()
    os.chdir(ROOT)
    environment = os.environ | home() | (environment or {})
    if platform != "win32":
        os.execve(command[0], command, environment)
    process = subprocess.Popen(command, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            pass    # it has had the Ctrl-C as well, and ends by itself
