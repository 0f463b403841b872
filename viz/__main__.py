"""Starts the app: `python -m viz [--port N] [--host ADDRESS] [--no-open]`."""

import argparse
import ipaddress
import os
import signal
import socket
import sys
import threading
import time
import warnings
import webbrowser
from collections.abc import Sequence
from urllib.request import urlopen

from viz import offline

PORT = 8765
HOST = "127.0.0.1"
PASSWORD = "POKMAS_PASSWORD"
GLANCE = 0.2
TERMINATED = 143
INTERRUPTED = 130


class RefusedError(Exception):
    """The app cannot start as asked; the message is one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the app and serve until stopped. Returns the exit code: 2 when it cannot start as asked."""
    asked = _parser().parse_args(arguments)
    try:
        _check_host(asked.host)
        port = _free_port(asked.host, asked.port)
    except RefusedError as error:
        print(f"pokmas ui: {error}", file=sys.stderr)
        return 2
    address = f"http://{f'[{asked.host}]' if ':' in asked.host else asked.host}:{port}/"
    threading.Thread(target=_announce, args=(address, asked.open), daemon=True).start()
    serve(asked.host, port)
    return 0


def serve(host: str, port: int) -> None:
    """Run the server in this process; a worker computes the first comparison while the server is still starting."""
    offline.configure()
    from viz.desk import desk
    from viz.state import View

    desk().ask(View().question)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    from click.exceptions import Abort
    from solara.__main__ import cli

    warnings.filterwarnings("ignore", message="Cookies with samesite")
    offline.seed()
    offline.open_page()
    options = ["--production", "--no-open", "--no-check-version", "--theme-loader", "plain", "--log-level", "warning"]
    try:
        cli(["run", "viz.app", "--host", host, "--port", str(port), *options], standalone_mode=False)
    except Abort:
        raise KeyboardInterrupt from None
    finally:
        desk().close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pokmas ui", description="Open the app in a browser.")
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"port to listen on (default {PORT}; 0 takes a free one)"
    )
    parser.add_argument("--host", default=HOST, help=f"address to listen on (default {HOST}, this machine only)")
    parser.add_argument("--no-open", dest="open", action="store_false", help="do not open a browser")
    return parser


def _check_host(host: str) -> None:
    if not _is_loopback(host):
        raise RefusedError(
            f"{host} is not this machine alone; listening on another address needs a password ({PASSWORD}) and comes "
            f"with a later version; use --host {HOST}"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _free_port(host: str, port: int) -> int:
    if not 0 <= port <= 65535:
        raise RefusedError(f"--port {port}: a port is a number from 0 to 65535")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise RefusedError(f"port {port} is not open to ordinary users; use --port {PORT}") from None
        except OSError as error:
            raise RefusedError(f"port {port} on {host} is in use ({error.strerror}); try --port {port + 1}") from None
        return int(probe.getsockname()[1])


def _announce(address: str, browse: bool) -> None:
    """Print the address once the server answers, and open a browser where there is a screen."""
    while not _answers(address):
        time.sleep(GLANCE)
    print(f"Pokmas: {address}  (Ctrl-C: stop)", flush=True)
    if browse and _has_screen():
        webbrowser.open(address)


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}readyz"):
            return True
    except OSError:
        return False


def _has_screen() -> bool:
    return (
        os.name != "posix"
        or sys.platform == "darwin"
        or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
