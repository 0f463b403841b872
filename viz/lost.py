"""What a browser gets for an address that is no page of the app: a word in its language and the way back."""

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from viz.state import View

STYLE = "body{font:1rem/1.5 sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}"


def page(view: "View") -> str:
    """A whole page that needs nothing from the server; the link back keeps the language and nothing else."""
    from viz.state import View, write
    from viz.texts import texts

    t, search = texts(view.language), write(View(language=view.language))
    heading, told, back = (escape(t(f"lost.{key}")) for key in ("heading", "told", "back"))
    link = escape("/" + (f"?{search}" if search else ""))
    return (
        f'<!doctype html><html lang="{view.language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" '
        f'content="light dark"><title>{heading} · {escape(t("app.name"))}</title><style>{STYLE}</style></head>'
        f'<body><main><h1>{heading}</h1><p>{told}</p><p><a href="{link}">{back}</a></p></main></body></html>'
    )
