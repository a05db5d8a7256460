"""Fields of pydantic models that are known only when the program starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from pydantic import BaseModel, create_model

M = TypeVar("M", bound=BaseModel)


def with_fields(fields: Mapping[str, Any]) -> Callable[[type[M]], type[M]]:
    """Give a model further fields: the kind of each, and what it is when left out (`...`: never).

    A field may have a name that is none in Python, such as `zh-hant`.
    """

    def more(model: type[M]) -> type[M]:
        make: Any = create_model  # its overloads know the names of all fields
        made = make(model.__name__, __base__=model, __doc__=model.__doc__, **fields)
        return cast("type[M]", made)

    return more
