"""What it takes to open the app to a class on purpose: the names it answers to, a password, limits.

Needs the standard library only, as scripts/environment.py does.
"""
import os
import secrets
import socket

UPLOAD = 64         # megabytes of one file: MNIST has 12, and thirty upload at once
HERE = ("localhost", "127.0.0.1")


def options(port):
    """Return the options for Streamlit: it listens on every network of this machine and opens no browser."""
    return ["--server.address", "0.0.0.0", "--server.headless", "true", "--server.port", str(port),
            "--server.maxUploadSize", str(UPLOAD), "--server.maxMessageSize", str(UPLOAD)]


def names(more=()):
    """Return the names and addresses by which this machine is asked for, the most usual first."""
    name = socket.gethostname().lower()
    found = [*more, *own_addresses(), name, f"{name}.local", *HERE]
    return list(dict.fromkeys(host.strip().lower() for host in found if host.strip()))


def own_addresses():
    """Return this machine's addresses in its networks, as far as they can be found; nothing is sent."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(("192.0.2.1", 9))       # an address that nobody has: only the way there is looked up
            found.append(way.getsockname()[0])
        except OSError:
            pass        # there is no network
    try:
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        pass            # the name is nobody's
    return [address for address in found if not address.startswith("127.")]


def password():
    """Return a new password that can be read out: four syllables and four digits, 40 bits."""
    syllables = (secrets.choice("bdfghjklmnprstvwz") + secrets.choice("aeiou") for _ in range(4))
    return "".join(syllables) + "-" + "".join(secrets.choice("0123456789") for _ in range(4))


def opened(port, more, environment=os.environ):
    """Return (options for Streamlit, additions to the environment, what to tell the teacher)."""
    hosts, word = names(more), environment.get("CLASS_PASSWORD") or password()
    said = (f"For the class: http://{hosts[0]}:{port} with the password {word} (the name may be anything). "
            "Ctrl-C ends it for all.\nWhat is typed and drawn goes through your network unencrypted; README.md says "
            "what else to know.")
    allowed = [part for host in hosts for part in ("--server.allowedHosts", host)]
    return options(port) + allowed, {"CLASS_HOSTS": " ".join(hosts), "CLASS_PASSWORD": word}, said
