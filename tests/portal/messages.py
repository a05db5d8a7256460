"""Finds every text that the interface says, in the code and in the templates.

Run as `python -m tests.portal.messages` to print what the Dutch catalogue lacks, as entries to
fill in.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.template import Engine
from django.template.base import Node, NodeList
from django.template.loader_tags import ExtendsNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from sojourn.config.messages import sources

PACKAGE = Path(__file__).resolve().parents[2] / "sojourn"
_SINGULAR = {"_", "gettext", "gettext_lazy"}
_PLURAL = {"ngettext", "ngettext_lazy"}
_CONTEXT = {"pgettext", "pgettext_lazy"}


@dataclass(frozen=True, order=True)
class Message:
    text: str
    plural: str = ""
    context: str = ""
    where: str = ""


def _string(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def in_code(path: Path) -> Iterator[Message]:
    where = str(path.relative_to(PACKAGE))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        said = [_string(argument) for argument in node.args]
        if name in _SINGULAR and said[0]:
            yield Message(said[0], where=where)
        elif name in _PLURAL and said[0] and said[1]:
            yield Message(said[0], said[1], where=where)
        elif name in _CONTEXT and said[0] and said[1]:
            yield Message(said[1], context=said[0], where=where)


def _nodes(nodelist: NodeList) -> Iterator[Node]:
    for node in nodelist:
        yield node
        for attribute in node.child_nodelists:
            inner = getattr(node, attribute, None)
            if inner:
                yield from _nodes(inner)
        for _condition, inner in getattr(node, "conditions_nodelists", ()):
            yield from _nodes(inner)
        if isinstance(node, ExtendsNode):
            yield from _nodes(node.nodelist)


def _block(node: BlockTranslateNode) -> tuple[str, str]:
    def text(tokens: list[Any]) -> str:
        if not tokens:
            return ""
        return node.render_token_list(tokens)[0]

    return text(node.singular), text(node.plural)


def in_template(engine: Engine, path: Path) -> Iterator[Message]:
    where = str(path.relative_to(PACKAGE))
    template = engine.from_string(path.read_text(encoding="utf-8"))
    for node in _nodes(template.nodelist):
        context = getattr(node, "message_context", None)
        context = str(context.var) if context is not None else ""
        if isinstance(node, TranslateNode):
            literal = node.filter_expression.var
            text = literal if isinstance(literal, str) else getattr(literal, "literal", None)
            if text:
                yield Message(str(text), context=context, where=where)
        elif isinstance(node, BlockTranslateNode):
            singular, plural = _block(node)
            yield Message(singular, plural, context, where)


@lru_cache(maxsize=1)
def of_the_interface() -> list[Message]:
    """Every message of our own code and templates, once."""
    from django.template import engines

    engine = engines["django"].engine
    found: dict[tuple[str, str], Message] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            for message in in_code(path):
                found.setdefault((message.context, message.text), message)
    for suffix in ("*.html", "*.txt"):
        for path in sorted(PACKAGE.rglob(f"templates/**/{suffix}")):
            for message in in_template(engine, path):
                found.setdefault((message.context, message.text), message)
    return sorted(found.values(), key=lambda message: (message.where, message.text))


@lru_cache(maxsize=1)
def catalogues() -> dict[Path, dict[tuple[str, str], tuple[str, ...]]]:
    """What each Dutch catalogue says, by context and English text."""
    from babel.messages.pofile import read_po

    found = {}
    for path in sources():
        with path.open("rb") as file:
            catalogue = read_po(file, locale="nl")
        known: dict[tuple[str, str], tuple[str, ...]] = {}
        for message in catalogue:
            if message.id:
                key = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
                said = (
                    message.string
                    if isinstance(message.string, (list, tuple))
                    else (message.string,)
                )
                known[(message.context or "", key)] = tuple(said) if not message.fuzzy else ("",)
        found[path] = known
    return found


@cache
def dutch() -> dict[tuple[str, str], tuple[str, ...]]:
    """All catalogues together."""
    return {key: said for known in catalogues().values() for key, said in known.items()}


def untranslated() -> list[Message]:
    known = dutch()
    return [
        message
        for message in of_the_interface()
        if not all(known.get((message.context, message.text), ("",)))
    ]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main() -> None:
    import django

    django.setup()
    where = ""
    for message in untranslated():
        if message.where != where:
            where = message.where
            print(f"\n# {where}")
        if message.context:
            print(f"msgctxt {_quoted(message.context)}")
        print(f"msgid {_quoted(message.text)}")
        if message.plural:
            print(f'msgid_plural {_quoted(message.plural)}\nmsgstr[0] ""\nmsgstr[1] ""\n')
        else:
            print('msgstr ""\n')


if __name__ == "__main__":
    main()
