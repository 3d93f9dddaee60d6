"""Tables as people really save them, and files that are none."""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.errors import BadInput
from outreach.intake.tables import Table, open_table

REQUIRED = ("external_id", "industry")
KNOWN = (*REQUIRED, "first_name")


def opened(path: Path, **options: object) -> Table:
    return open_table(path, required=REQUIRED, known=KNOWN, **options)  # type: ignore[arg-type]


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file."""

    def write(content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / "contacts.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def refusal(path: Path) -> str:
    """What is said about a file that cannot be used, which must be one fault."""
    with pytest.raises(BadInput) as refused:
        opened(path)
    (fault,) = refused.value.faults
    assert fault.mend.endswith(".")
    return str(fault)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_separator_and_order_and_spelling_of_columns_is_understood(
    written: Callable[..., Path], separator: str
) -> None:
    header = separator.join(["First Name", "Industry ", "EXTERNAL-ID"])
    row = separator.join(['"Anna, or; Ann|a"', " shops ", "C1"])
    table = opened(written(f"{header}\n\n{row}\n"))
    (only,) = table.rows()
    assert only.number == 3
    assert only.cells == {"first_name": "Anna, or; Ann|a", "industry": "shops", "external_id": "C1"}


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "Zoë 李"),
        ("utf-8-sig", "Zoë 李"),
        ("utf-16", "Zoë 李"),
        ("cp1252", "Jürgen Größmann, Köln"),
        ("gb18030", "李小明在北京的餐馆工作"),
    ],
)
def test_any_encoding_is_understood(written: Callable[..., Path], encoding: str, name: str) -> None:
    rows = "".join(f'C{number},shops,"{name}"\n' for number in range(40))
    table = opened(written("external_id,industry,first_name\n" + rows, encoding))
    assert {row.cells["first_name"] for row in table.rows()} == {name}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_is_understood(written: Callable[..., Path], end: str) -> None:
    table = opened(written(end.join(["external_id,industry", "C1,shops", "C2,shops"])))
    assert [row.number for row in table.rows()] == [2, 3]


def test_columns_can_be_mapped(written: Callable[..., Path]) -> None:
    path = written("Kunden Nr;Branche\nC1;shops\n")
    table = opened(path, mapping={"kunden-nr": "external_id", "Branche": "industry"})
    assert [row.cells for row in table.rows()] == [{"external_id": "C1", "industry": "shops"}]


def test_a_row_is_numbered_by_the_line_it_begins_on(written: Callable[..., Path]) -> None:
    table = opened(written('external_id,industry\nC1,"two\nlines"\nC2,shops\n'))
    assert [(row.number, row.cells["external_id"]) for row in table.rows()] == [(2, "C1"), (4, "C2")]


def test_a_row_with_more_or_fewer_cells_than_the_header_is_at_fault(written: Callable[..., Path]) -> None:
    table = opened(written("external_id,industry\nC1,shops,x\nC2\nC3,shops\n"))
    assert [[fault.value for fault in row.shape_faults()] for row in table.rows()] == [["1 more"], ["1 fewer"], []]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "contacts.csv: " in refusal(tmp_path / "contacts.csv")
    assert "there is no such file" in refusal(tmp_path / "contacts.csv")
    assert "there is no such file" in refusal(tmp_path)


def test_an_excel_workbook_is_recognised(written: Callable[..., Path]) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as workbook:
        workbook.writestr("xl/workbook.xml", "<workbook/>")
    said = refusal(written(archive.getvalue()))
    assert said.startswith("contacts.csv: this is an Excel workbook")
    assert "Save it as CSV" in said


def test_a_binary_file_is_refused_wherever_its_zero_bytes_stand(written: Callable[..., Path]) -> None:
    assert "zero bytes" in refusal(written(b"external_id,industry\nC1,sh\0ps\n"))
    assert "zero bytes" in refusal(written(b"external_id,industry\n" + b"C1,shops\n" * 40_000 + b"C2,sh\0ps\n"))


def test_a_file_that_changes_its_encoding_half_way_is_refused(written: Callable[..., Path]) -> None:
    said = refusal(written("external_id,industry\nC1,shops\n".encode("utf-8-sig") + "C2,Bäcker\n".encode("cp1252")))
    assert "begins in UTF-8 and goes on in something else" in said


@pytest.mark.parametrize("content", ["external_id,industry\n", "external_id,industry", "external_id,industry\n\n ,\n"])
def test_a_table_without_rows_is_refused(written: Callable[..., Path], content: str) -> None:
    assert "there are no rows below the header" in refusal(written(content))


def test_an_empty_file_is_refused(written: Callable[..., Path]) -> None:
    assert "the file is empty" in refusal(written(b""))


def test_a_missing_column_is_named_with_the_nearest_one_there_is(written: Callable[..., Path]) -> None:
    said = refusal(written("external id no,industry\nC1,shops\n"))
    assert said.startswith("contacts.csv, line 1, column external_id: the column is missing")
    assert "Rename 'external_id_no' to 'external_id'" in said


def test_every_missing_and_every_doubled_column_is_named_at_once(written: Callable[..., Path]) -> None:
    with pytest.raises(BadInput) as refused:
        opened(written("name,Name,city\nx,y,z\n"))
    columns = [fault.column for fault in refused.value.faults]
    assert columns == ["column external_id", "column industry", "column name"]


@pytest.mark.parametrize("columns", [201, 30_000, 1_000_000])
def test_a_million_columns_are_refused_with_their_number(written: Callable[..., Path], columns: int) -> None:
    names = ",".join(f"c{number}" for number in range(columns))
    said = refusal(written(f"external_id,industry,{names}\n"))
    assert said.startswith("contacts.csv, line 1: '")
    assert " columns" in said
    assert "200" in said


def test_a_quotation_mark_that_is_never_closed_is_named_with_its_row(written: Callable[..., Path]) -> None:
    said = refusal(written('external_id,industry\nC1,shops\nC2,"shops\nC3,shops\n'))
    assert said.startswith("contacts.csv, line 3: a quotation mark is opened")
    many = "C3,shops\n" * 20_000
    assert "line 3: the row cannot be read" in refusal(written(f'external_id,industry\nC1,shops\nC2,"{many}'))


def test_a_row_without_end_is_refused_before_it_fills_the_memory(written: Callable[..., Path]) -> None:
    assert "line 2: the row cannot be read" in refusal(written("external_id,industry\n" + "x" * 300_000 + "\n"))
    endless = 'C1,"' + '\n","' * 400_000
    assert "line 2: the row cannot be read" in refusal(written("external_id,industry\n" + endless))


@settings(max_examples=60)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_the_bytes_the_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "contacts.csv"
    path.write_bytes(b"external_id,industry\n" + content)
    with suppress(BadInput):
        table = opened(path)
        assert table.row_count == len(list(table.rows())) > 0
