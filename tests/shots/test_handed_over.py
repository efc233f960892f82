"""Is a handed over file read as what it is, and is one that cannot be told so in one sentence?"""

from io import BytesIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kobe_shots.errors import KobeShotsError
from kobe_shots.language import Said
from kobe_shots.shots import handed_over
from kobe_shots.shots.handed_over import (
    BRAZILIAN,
    INTERNATIONAL,
    Dialect,
    read_handed_over,
    write_csv,
    write_parquet,
)

PLAIN = "lat,lng,period\n34.0,-118.2,1\n33.9,-118.3,2\n"
CELLS = st.text(st.characters(codec="utf-8", exclude_characters='"\0\r\n', exclude_categories=["Cs"]), max_size=8)


def parquet(table: pd.DataFrame) -> bytes:
    file = BytesIO()
    table.to_parquet(file)
    return file.getvalue()


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(KobeShotsError) as refused:
        read_handed_over(name, content)
    assert isinstance(refused.value.args[0], Said)  # so that it can be said in Portuguese
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "dialect"),
    [
        (PLAIN.encode(), INTERNATIONAL),
        (PLAIN.replace("\n", "\r\n").encode(), INTERNATIONAL),
        (PLAIN.encode("utf-8-sig"), Dialect(encoding="utf-8-sig")),
        (PLAIN.encode("utf-16"), Dialect(encoding="utf-8-sig")),
        (PLAIN.encode("utf-16-le"), Dialect(encoding="utf-8-sig")),
        (PLAIN.encode("utf-16-be"), Dialect(encoding="utf-8-sig")),
        (PLAIN.replace(",", "\t").encode(), Dialect(separator="\t")),
        (b"sep=|\r\n" + PLAIN.replace(",", "|").encode(), Dialect(separator="|")),
        (b"\n\n" + PLAIN.replace("\n", "\n\n").encode(), INTERNATIONAL),
    ],
)
def test_separator_and_encoding_are_found_out(content: bytes, dialect: Dialect) -> None:
    given_over = read_handed_over("shots.csv", content)
    assert given_over.dialect == dialect
    assert given_over.table.to_dict("list") == {
        "lat": ["34.0", "33.9"],
        "lng": ["-118.2", "-118.3"],
        "period": ["1", "2"],
    }


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-8-sig"])
def test_what_excel_writes_in_brazil_is_read_as_written(encoding: str) -> None:
    content = "lat;lon;jogador;\r\n34,0443;-118,2698;João;\r\n".encode(encoding)
    given_over = read_handed_over("arremessos.csv", content)
    assert given_over.dialect == BRAZILIAN
    assert given_over.table.to_dict("records") == [
        {"lat": "34,0443", "lon": "-118,2698", "jogador": "João", "unnamed_4": ""}
    ]


def test_a_comma_in_a_column_that_is_not_known_is_no_decimal_comma() -> None:
    assert read_handed_over("a.csv", b"lat;price\n34.0;1,50\n").dialect == Dialect(separator=";")


def test_the_first_line_of_a_file_without_an_end_of_line_is_its_columns() -> None:
    assert refusal("a.csv", b"lat,lon") == "a.csv has columns and no row; give at least one shot."


def test_a_parquet_file_is_known_by_its_first_bytes_and_keeps_its_types() -> None:
    table = pd.DataFrame({"lat": [34.0], "shot_id": [7]}).set_index("shot_id")
    for name in ("a.parquet", "a.csv", "a"):
        given_over = read_handed_over(name, parquet(table))
        assert given_over.dialect is None
        pd.testing.assert_frame_equal(given_over.table, pd.DataFrame({"lat": [34.0], "shot_id": [7]}))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "a.csv is empty; give a CSV or parquet file, one row a shot under the names of its columns."),
        (
            "a.csv",
            b" \n ",
            "a.csv is empty; give a CSV or parquet file, one row a shot under the names of its columns.",
        ),
        ("a.csv", b"lat,lon\n", "a.csv has columns and no row; give at least one shot."),
        (
            "a.csv",
            b"lat,lon\n34,0,-118,2\n",
            "Row 2 of a.csv, the names of the columns being row 1, has 4 fields where there are 2 columns; put fields "
            "that hold a ',' into quotation marks, or divide them by another separator.",
        ),
        (
            "a.csv",
            b'lat,lon\n34,"-118\n33,-118\n',
            'a.csv opens a quotation mark (") that nothing closes; mend it, or give a parquet file.',
        ),
        (
            "a.csv",
            b"PK\x03\x04\x14\x00\x06\x00",
            "a.csv is neither text nor parquet (a workbook, perhaps, or an archive); save it as CSV and give that.",
        ),
        (
            "a.parquet",
            PLAIN.encode(),
            "a.parquet is called parquet and does not hold it; write it anew, or give a CSV file.",
        ),
        (
            "a.csv",
            b"lat,lat,period\n1,2,3\n",
            "a.csv has several columns called 'lat'; give every column a name of its own.",
        ),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(name: str, content: bytes, sentence: str) -> None:
    assert refusal(name, content) == sentence


def test_columns_of_one_name_are_refused_in_parquet_too() -> None:
    file = BytesIO()
    pq.write_table(pa.table([[1.0], [2.0]], ["lat", "lat"]), file)
    assert refusal("a", file.getvalue()) == "a has several columns called 'lat'; give every column a name of its own."


@pytest.mark.parametrize("kept", [4, 200, -20])
def test_a_part_of_a_parquet_file_is_no_parquet_file(kept: int) -> None:
    said = refusal("a.parquet", parquet(pd.DataFrame({"lat": [34.0] * 50}))[:kept])
    assert said.startswith("a.parquet begins as parquet does and cannot be read on (")
    assert said.endswith("); write or copy it anew, the whole file.")


def test_too_much_is_told_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handed_over, "MOST_ROWS", 2)
    read_handed_over("a.csv", b"lat,lon\n1,2\n1,2\n")
    long = "a has 3 rows, and at most 2 are read at once; give it in parts."
    assert refusal("a", b"lat,lon\n1,2\n1,2\n1,2\n") == long
    assert refusal("a", parquet(pd.DataFrame({"lat": [1, 2, 3]}))) == long
    monkeypatch.setattr(handed_over, "MOST_MEGABYTES", 1)
    assert refusal("a", b"x" * 3 * 2**20) == "a has 3 MB, and at most 1 MB are read at once; give it in parts."


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.sampled_from([INTERNATIONAL, BRAZILIAN]))
def test_a_table_that_was_written_is_read_as_it_was(cells: list[tuple[str, str]], dialect: Dialect) -> None:
    table = pd.DataFrame(cells, columns=["lat", "note"], dtype="str")
    read = read_handed_over("a.csv", write_csv(table, dialect)).table
    assert read.to_dict("list") == table.to_dict("list")
    assert read_handed_over("a.parquet", write_parquet(table)).table.to_dict("list") == table.to_dict("list")


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.parquet"]), st.sampled_from([b"", b"PAR1", b"lat,lon\n"]))
def test_whatever_the_bytes_are_a_table_or_a_sentence_comes_of_them(content: bytes, name: str, start: bytes) -> None:
    try:
        assert len(read_handed_over(name, start + content).table)
    except KobeShotsError as refused:
        assert name in str(refused)  # noqa: PT017 -- either is right


def test_numbers_are_written_as_the_dialect_writes_them() -> None:
    table = pd.DataFrame({"lat": ["34,1"], "probability": [0.25], "note": ["não"]})
    assert write_csv(table, BRAZILIAN) == "lat;probability;note\n34,1;0,25;não\n".encode("utf-8-sig")
    assert write_csv(table, INTERNATIONAL) == 'lat,probability,note\n"34,1",0.25,não\n'.encode()
