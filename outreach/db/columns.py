"""Columns between PostgreSQL and numpy: whole columns at once, without a Python object for each value.

A query's columns come as one array each, in PostgreSQL's binary form of arrays (a header of five numbers, then for each
element its length and its bytes in network order), which numpy reads in one piece.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

#: Dimensions, whether there are nulls, the type, the length and the lower bound, four bytes each.
_HEADER_LENGTH = 20


def read_columns(
    connection: psycopg.Connection, query: str, values: Mapping[str, Any], columns: Mapping[str, str]
) -> NDArray[Any]:
    """The rows of `query`, in its order, as a structured array with a field for each of `columns`.

    Args:
        query: its columns are never null and of the types bigint, integer, smallint, double precision or boolean.
        values: of its parameters.
        columns: names and numpy types in the order of the query: `i8`, `i4`, `i2`, `f8`, `?`.

    Raises:
        ValueError: if a column holds a null or is not as wide as it should be.
    """
    names = ", ".join(f"c{place}" for place in range(len(columns)))
    wrapped = (
        f"SELECT {', '.join(f'array_agg(c{place})' for place in range(len(columns)))} FROM ({query}) AS q({names})"  # noqa: S608
    )
    with connection.cursor(binary=True) as cursor:
        cursor.execute(wrapped, values)
        result = cursor.pgresult
        assert result is not None
        read = {
            name: _column(result.get_value(0, place), name=name, kind=kind)
            for place, (name, kind) in enumerate(columns.items())
        }
    rows = np.empty(len(next(iter(read.values()))), np.dtype(list(columns.items())))
    for name, column in read.items():
        rows[name] = column
    return rows


def _column(data: bytes | None, *, name: str, kind: str) -> NDArray[Any]:
    if data is None:
        return np.empty(0, kind)
    element = np.dtype([("length", ">i4"), ("value", kind if kind == "?" else f">{kind}")])
    dimensions, nulls, _, length, _ = np.frombuffer(data, ">i4", count=5).tolist()
    if dimensions != 1 or nulls or len(data) != _HEADER_LENGTH + length * element.itemsize:
        raise ValueError(f"the column {name} holds a null, or is not as wide as {kind}")
    values: NDArray[Any] = np.frombuffer(data, element, offset=_HEADER_LENGTH)["value"]
    return values


def array_text(values: Iterable[object]) -> str:
    """Numbers or plain words as the text of an array, to be cast (`%s::bigint[]`): much cheaper than a list.

    Words must hold nothing that an array's text gives a meaning to (quotes, commas, braces, backslashes, blanks).
    """
    return "{" + ",".join(map(str, values)) + "}"
