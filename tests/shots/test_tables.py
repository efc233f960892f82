import pandas as pd
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots.tables import read_shots, read_table

ONE, OTHER = pd.DataFrame({"shot_id": [1], "lng": [2.5]}), pd.DataFrame({"shot_id": [3], "lng": [4.5]})


def test_all_tables_of_a_folder_are_read_in_the_order_of_their_names(tmp_path):
    ONE.to_csv(tmp_path / "b.csv", index=False)
    OTHER.to_parquet(tmp_path / "a.parquet")
    (tmp_path / "notes.txt").write_text("no shots")
    read = read_shots(tmp_path)
    assert read["shot_id"].tolist() == [3, 1]
    assert read["lon"].tolist() == [4.5, 2.5]


def test_a_column_that_is_called_lon_already_stays(tmp_path):
    ONE.assign(lon=7.5).to_parquet(tmp_path / "a.parquet")
    assert read_shots(tmp_path / "a.parquet")["lon"].tolist() == [7.5]


@pytest.mark.parametrize("name", ["missing.parquet", "missing", "empty"])
def test_where_there_are_no_shots_that_is_said(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(KobeShotsError, match=rf"No shots were found at .*{name}; a parquet or CSV file"):
        read_shots(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content"), [("half.parquet", b"PAR1"), ("none.csv", b""), ("odd.csv", b"\xff\xfe\x00")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(KobeShotsError, match=rf"{name} cannot be read \(.*\); give a whole parquet or CSV file"):
        read_shots(tmp_path / name)


def test_a_file_of_another_kind_is_named(tmp_path):
    with pytest.raises(KobeShotsError, match=r"Got .*labels\.xlsx; a file that ends in \.parquet or \.csv is needed"):
        read_table(tmp_path / "labels.xlsx")
