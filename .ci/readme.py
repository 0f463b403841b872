"""Runs the commands of a README as they stand there, so that what it promises keeps working.

Each fenced ``sh`` block is preceded by one line that says what to do with it:

    <!-- ci: run -->                            run it; it must end well
    <!-- ci: serve http://127.0.0.1:8765/ -->   start it, wait until the address answers, stop it
    <!-- ci: skip because ... -->               leave it, and say why

A block without such a line is an error: nothing is left out silently.
"""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

BLOCK = re.compile(r"^(?:<!-- ci: (?P<how>[^\n]+?) -->\n+)?```sh\n(?P<commands>.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = ("bash", "-euo", "pipefail", "-c")
PATIENCE = 300  # seconds until a server must answer


def main(readme: str) -> None:
    """Runs every marked block of ``readme`` in the folder it lies in, in order; the first failure ends it."""
    path = Path(readme).resolve()
    os.chdir(path.parent)
    blocks = list(BLOCK.finditer(path.read_text(encoding="utf-8")))
    if not blocks:
        sys.exit(f"{readme}: no sh block found")
    for block in blocks:
        verb, _, rest = (block["how"] or "").partition(" ")
        commands = block["commands"]
        print(f"\n-- {block['how'] or 'not marked'}\n{commands}", end="", flush=True)
        begin = time.monotonic()
        if verb == "run":
            subprocess.run([*SHELL, commands], check=True, stdin=subprocess.DEVNULL)
        elif verb == "serve" and rest:
            serve(commands, rest)
        elif verb != "skip" or not rest:
            sys.exit(f"{readme}: a sh block needs a line '<!-- ci: run | serve URL | skip because ... -->' before it")
        print(f"-- {time.monotonic() - begin:.1f} s", flush=True)


def serve(commands: str, url: str) -> None:
    """Starts ``commands``, waits until ``url`` answers with 200, then stops all that was started."""
    if answers(url):
        sys.exit(f"something else answers at {url} already")
    server = subprocess.Popen([*SHELL, commands], stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(url):
            if server.poll() is not None:
                sys.exit(f"ended with {server.returncode} before {url} answered")
            if time.monotonic() > deadline:
                sys.exit(f"{url} did not answer within {PATIENCE} s")
            time.sleep(0.2)
    finally:
        stop(server)


def answers(url: str) -> bool:
    """Whether the address gives a page, asked without any proxy."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def stop(server: subprocess.Popen) -> None:
    """Ends a server and what it started: politely, after ten seconds not."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + 10
        try:
            os.killpg(server.pid, sign)
            while time.monotonic() < deadline:
                server.poll()
                os.killpg(server.pid, 0)  # raises when nobody of the group is left
                time.sleep(0.1)
        except ProcessLookupError:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
