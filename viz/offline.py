"""Lets Solara run with the network cut: its settings, its browser files, and the page it sends.

Solara fetches browser files it does not find on disk from a content network, reports its use, and asks a registry for
newer versions. Here all of that is off, and the few files that `solara-assets` lacks are put beside those it has.
`configure` must run before Solara is imported: some settings are read at that moment and never again.
"""

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

HERE = Path(__file__).parent

SETTINGS = {
    "SOLARA_APP": "viz.app",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_ASSETS_CDN": "http://127.0.0.1:9/",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_TITLE": "Pokmas",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}

SAME_FILES = {"vega@5": "vega@5.21.0", "vega-lite@5": "vega-lite@5.2.0", "vega-embed@6": "vega-embed@6.20.2"}
"""Folders the browser asks for, and the ones of `solara-assets` that hold the files."""

SHELL_WORDS = {
    "App is disconnected, and may not function properly. Please refresh the page.": "shell.broken",
    "Server disconnected.": "shell.disconnected",
    "Could not restore session. Please refresh.": "shell.no_session",
    "Please refresh the page": "shell.refresh",
    "Refresh now": "shell.refresh_now",
    "Loading resources": "shell.loading",
}
"""What Solara's own page says when something is wrong, and our words for it; longer texts first."""

VIEWPORT = "width=device-width, initial-scale=1"

NOT_FOUND = 404

POLICY = "Content-Security-Policy"
SELF_ONLY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'self'"
)
"""What a page may load: nothing that is not here. Solara compiles its templates in the browser, hence `eval`."""


def configure() -> None:
    """Put the settings into the environment; what the person has set there already stays."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)


def seed() -> None:
    """Put the chart library where the browser asks for it, and the app's own style sheet among Solara's files."""
    from solara.server import settings

    files = Path(settings.assets.proxy_cache_dir)
    for asked, held in SAME_FILES.items():
        source, target = files / held / "build", files / asked / "build"
        if source.is_dir() and not target.exists():
            target.mkdir(parents=True)
            for file in source.glob("*.min.js"):
                shutil.copy2(file, target / file.name)
    settings.assets.extra_locations = [str(HERE / "assets")]


def open_page() -> None:
    """Have the first page name its language, let people zoom, and forbid the browser to ask anybody else."""
    from solara.server import starlette as server
    from starlette.middleware import Middleware
    from starlette.middleware.base import BaseHTTPMiddleware

    server.app.user_middleware.append(Middleware(BaseHTTPMiddleware, dispatch=_improved))


async def _improved(request: "Request", call_next: Any) -> "Response":
    from starlette.responses import Response

    from viz import lost
    from viz.state import read

    response = await call_next(request)
    view, _ = read(request.url.query)
    if response.status_code == NOT_FOUND and "text/html" in request.headers.get("accept", ""):
        return Response(lost.page(view), NOT_FOUND, {POLICY: SELF_ONLY}, "text/html")
    if not response.headers.get("content-type", "").startswith("text/html"):
        return response
    page = b"".join([chunk async for chunk in response.body_iterator]).decode("utf-8")
    improved = Response(rewritten(page, view.language), response.status_code, {POLICY: SELF_ONLY}, "text/html")
    improved.raw_headers += [header for header in response.raw_headers if header[0] == b"set-cookie"]
    return improved


def rewritten(page: str, language: str) -> str:
    """Solara's page in a language of its own and without its ban on zooming."""
    from viz.texts import texts

    page = page.replace("<html>", f'<html lang="{language}">', 1)
    for said, key in SHELL_WORDS.items():
        page = re.sub(r"\s+".join(map(re.escape, said.split())), texts(language)(key), page)
    start = page.find('<meta name="viewport"')
    if start < 0:
        return page
    return f'{page[:start]}<meta name="viewport" content="{VIEWPORT}">{page[page.index(">", start) + 1 :]}'
