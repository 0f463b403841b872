"""The project's own source as syntax trees: what the promises about the code are checked against."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("scenarios", "agents", "model", "experiments", "viz")


@cache
def tree(path: Path) -> ast.Module:
    """Syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def files(*folders: str) -> list[Path]:
    """Every Python file below these top-level folders, in order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def where(path: Path, node: ast.AST) -> str:
    """``folder/file.py:line`` of a node."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def dotted(node: ast.AST) -> str | None:
    """``a.b.c`` of a name or a chain of attributes, None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        left = dotted(node.value)
        return f"{left}.{node.attr}" if left else None
    return None


def imports(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """Every module that a file imports, at any depth and in any way, with full dotted names.

    ``from a import b`` counts as ``a.b``, because ``b`` may be a module.
    """
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            inside = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*inside, *filter(None, [node.module])])
            yield from ((node, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and (dotted(node.func) or "").endswith(
            ("import_module", "__import__", "run_module")
        ):
            yield from ((node, arg.value) for arg in node.args[:1] if isinstance(arg, ast.Constant))


def meanings(path: Path) -> dict[str, str]:
    """What the names that a file imports stand for: ``{"nx": "networkx", "norm": "scipy.stats.norm"}``."""
    names = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def full_name(node: ast.AST, names: dict[str, str]) -> str | None:
    """Full dotted name of an expression, imported names spelt out: ``np.random.rand`` is ``numpy.random.rand``."""
    name = dotted(node)
    if name is None:
        return None
    head, _, rest = name.partition(".")
    return ".".join(filter(None, [names.get(head, head), rest]))
