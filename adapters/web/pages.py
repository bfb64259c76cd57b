"""How our pages are made: the templates, and what text a page can hold."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent


def environment() -> Environment:
    """Everything that is put into a page is escaped; what is missing is a mistake."""
    pages = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["shown"] = _shown
    return pages


def _shown(text: str) -> str:
    """Text that a page can hold: no half characters, no NUL."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
