#!/bin/sh
# Set up .venv for the app, and with the word "test" also what the tests need. Does what is missing, asks nothing.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
export DEBIAN_FRONTEND=noninteractive PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1
exec </dev/null

stop() {
    echo "$1" >&2
    exit 1
}

debian_package() {      # install it where that is allowed, else say what to do
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update
        apt-get install -y --no-install-recommends "$1"
    else
        stop "$1 is missing. On Debian or Ubuntu: sudo apt-get install $1 — then the same make command again.${2:-}"
    fi
}

pip_install() {         # again only when the list has changed
    stamp=.venv/$(echo "$1" | tr / -)
    cmp -s "$1" "$stamp" || { .venv/bin/python -m pip install -r "$1" && cp "$1" "$stamp"; }
}

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "This needs Python 3.11 or newer as $python."
    "$python" -c 'import ensurepip' 2>/dev/null || debian_package python3-venv
    rm -rf .venv
    "$python" -m venv .venv
fi
pip_install requirements.txt

[ "${1:-}" = test ] || exit 0
pip_install tests/requirements.txt
for browser in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if command -v "$browser" >/dev/null; then exit 0; fi
done
debian_package chromium " Or set CHROMIUM to the path of a Chromium or Chrome."
