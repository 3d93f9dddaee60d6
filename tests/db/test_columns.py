"""Columns come as arrays, in order and of the right types, and what cannot be one is refused."""

from datetime import timedelta

import numpy as np
import pytest

from outreach.db.columns import array_text, read_columns
from outreach.db.session import Database

KINDS = {"big": "i8", "number": "i4", "small": "i2", "real": "f8", "flag": "?"}


def test_each_type_arrives_as_it_is(db: Database) -> None:
    query = """
        SELECT n::bigint * 10000000000, n::integer, (-n)::smallint, n / 4.0::float8, n %% 2 = 0
        FROM generate_series(1, %(most)s) AS n ORDER BY n DESC
    """
    with db.raw_transaction() as connection:
        rows = read_columns(connection, query, {"most": 3}, KINDS)
    assert rows["big"].tolist() == [30000000000, 20000000000, 10000000000]
    assert rows["number"].tolist() == [3, 2, 1]
    assert rows["small"].tolist() == [-3, -2, -1]
    assert rows["real"].tolist() == [0.75, 0.5, 0.25]
    assert rows["flag"].tolist() == [False, True, False]


def test_infinity_arrives_and_no_rows_are_empty_columns(db: Database) -> None:
    with db.raw_transaction() as connection:
        endless = read_columns(connection, "SELECT '-infinity'::float8", {}, {"at": "f8"})
        nothing = read_columns(connection, "SELECT 1::bigint WHERE false", {}, {"id": "i8"})
    assert np.isneginf(endless["at"]).all()
    assert len(nothing) == 0


@pytest.mark.parametrize("query", ["SELECT NULL::bigint", "SELECT 1::integer", "SELECT ARRAY[1::bigint]"])
def test_a_null_or_another_type_is_refused_by_the_name_of_its_column(db: Database, query: str) -> None:
    with db.raw_transaction() as connection, pytest.raises(ValueError, match="the column id"):
        read_columns(connection, query, {}, {"id": "i8"})


def test_a_thousand_numbers_survive_the_way_there_and_back(db: Database) -> None:
    numbers = list(range(-500, 500))
    with db.raw_transaction() as connection:
        query = "SELECT n FROM unnest(%(numbers)s::bigint[]) WITH ORDINALITY AS t(n, place) ORDER BY place"
        rows = read_columns(connection, query, {"numbers": array_text(numbers)}, {"n": "i8"})
    assert rows["n"].tolist() == numbers
    assert timedelta(seconds=float(rows["n"][0])) < timedelta(0)
