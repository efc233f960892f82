"""What does a row of shots hold? The two boundaries, raw and prepared, as pandera schemas.

A frame is validated once, where it enters; past this point the code trusts it.
"""

from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors
from pandera.typing import Series

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots import court

FEATURES = ["lat", "lon", "minutes_remaining", "period", "playoffs", "shot_distance"]
TARGET = "shot_made_flag"
ROW_ID = "shot_id"
ALIASES = {"lng": "lon"}
MAX_FAULTS_NAMED = 3


class RawShots(pa.DataFrameModel):
    """One field-goal attempt a row, as the league published it; the target is missing where it was withheld."""

    action_type: Series[str] = pa.Field(description="shot as scored, e.g. 'Driving Dunk Shot'; coded after the outcome")
    combined_shot_type: Series[str] = pa.Field(description="family of action_type: Jump Shot, Layup, Dunk, ...")
    game_event_id: Series[np.int64] = pa.Field(ge=0, description="running number of the play within its game")
    game_id: Series[np.int64] = pa.Field(ge=0, description="game; 4... is a playoff game, 2... a regular one")
    lat: Series[np.float64] = pa.Field(
        ge=33, le=35, nullable=True, description="latitude, degrees: 34.0443 - loc_y / 1000"
    )
    loc_x: Series[np.int64] = pa.Field(ge=-300, le=300, description="court units across, hoop at 0, 10 = 1 foot")
    loc_y: Series[np.int64] = pa.Field(ge=-100, le=900, description="court units from the hoop, hoop at 0, 10 = 1 foot")
    lon: Series[np.float64] = pa.Field(ge=-119, le=-117, nullable=True, description="degrees: -118.2698 + loc_x / 1000")
    minutes_remaining: Series[np.int64] = pa.Field(ge=0, le=11, description="whole minutes left in the period")
    period: Series[np.int64] = pa.Field(ge=1, le=10, description="quarter; 5 and above are overtimes")
    playoffs: Series[np.int64] = pa.Field(isin=[0, 1], description="1 in a playoff game")
    season: Series[str] = pa.Field(description="season, e.g. '2000-01'")
    seconds_remaining: Series[np.int64] = pa.Field(ge=0, le=59, description="seconds left beyond minutes_remaining")
    shot_distance: Series[np.int64] = pa.Field(ge=0, le=94, description="whole feet to the hoop, rounded down")
    shot_made_flag: Series[np.float64] = pa.Field(isin=[0, 1], nullable=True, description="1 made, 0 missed")
    shot_type: Series[str] = pa.Field(
        isin=["2PT Field Goal", "3PT Field Goal"], description="what a basket is worth; splits dev from prod"
    )
    shot_zone_area: Series[str] = pa.Field(description="side of the court")
    shot_zone_basic: Series[str] = pa.Field(description="zone of the court, e.g. 'Mid-Range'")
    shot_zone_range: Series[str] = pa.Field(description="band of distance, e.g. '16-24 ft.'")
    team_id: Series[np.int64] = pa.Field(description="team; constant")
    team_name: Series[str] = pa.Field(description="team; constant")
    game_date: Series[str] = pa.Field(str_matches=r"^\d{4}-\d{2}-\d{2}$", description="day of the game, YYYY-MM-DD")
    matchup: Series[str] = pa.Field(description="both teams; '@' is away, 'vs.' at home")
    opponent: Series[str] = pa.Field(description="opponent, three letters")
    shot_id: Series[np.int64] = pa.Field(unique=True, description="row id; not chronological")

    class Config:
        """Undeclared columns are refused: a misspelt one would otherwise go unnoticed."""

        strict = True

    @pa.dataframe_check(name="coordinates agree with loc_x and loc_y")
    def _geometry(cls, shots: pd.DataFrame) -> pd.Series:
        lat, lon = shots["lat"], shots["lon"]
        lat_agrees = lat.isna() | np.isclose(lat, court.to_lat(shots["loc_y"]), rtol=0, atol=1e-6)
        lon_agrees = lon.isna() | np.isclose(lon, court.to_lon(shots["loc_x"]), rtol=0, atol=1e-6)
        return lat_agrees & lon_agrees & (shots["shot_distance"] == court.to_distance(shots["loc_x"], shots["loc_y"]))


class PreparedShots(pa.DataFrameModel):
    """One labelled shot a row, as the models see it: six features and the target, nothing missing."""

    lat: Series[np.float64] = pa.Field(ge=33, le=35)
    lon: Series[np.float64] = pa.Field(ge=-119, le=-117)
    minutes_remaining: Series[np.int64] = pa.Field(ge=0, le=11)
    period: Series[np.int64] = pa.Field(ge=1, le=10)
    playoffs: Series[np.int64] = pa.Field(isin=[0, 1])
    shot_distance: Series[np.int64] = pa.Field(ge=0, le=94)
    shot_made_flag: Series[np.int64] = pa.Field(isin=[0, 1], description="1 made, 0 missed")

    class Config:
        """Exactly these seven columns."""

        strict = True


def validate_raw(shots: pd.DataFrame) -> pd.DataFrame:
    """Return raw shots, `lng` renamed to `lon`, or refuse them in one sentence.

    Raises KobeShotsError when there are no rows, when columns are missing, unknown or of another type, or when values
    lie outside what `RawShots` allows.
    """
    aliases = {alias: name for alias, name in ALIASES.items() if name not in shots.columns}
    return _validate(shots.rename(columns=aliases), RawShots, "raw shots")


def validate_prepared(shots: pd.DataFrame) -> pd.DataFrame:
    """Return prepared shots as they are, or refuse them in one sentence.

    Raises KobeShotsError as `validate_raw` does, against `PreparedShots`.
    """
    return _validate(shots, PreparedShots, "prepared shots")


def _validate(shots: pd.DataFrame, schema: type[pa.DataFrameModel], what: str) -> pd.DataFrame:
    if shots.empty:
        raise KobeShotsError(
            f"The {what} hold no rows; at least one is needed. Fetch the data again: kobe-shots fetch."
        )
    try:
        return schema.validate(shots, lazy=True)
    except SchemaErrors as errors:
        raise KobeShotsError(
            f"The {what} do not follow the schema: {_faults(errors.failure_cases, schema)}. "
            "Mend the file, or fetch the data again with `kobe-shots fetch`."
        ) from None


def _faults(cases: pd.DataFrame, schema: type[pa.DataFrameModel]) -> str:
    of_columns = cases["check"].str.match(r"column_in_|dtype\(")
    of_values = ~of_columns & cases["index"].notna()  # a check that could not run names no row: a column fault says why
    rule_of = cases["column"].where(cases["schema_context"] == "Column", "")
    faults = [
        *dict.fromkeys(_column_fault(case, schema) for case in cases[of_columns].itertuples()),
        *(_value_fault(rows) for _, rows in cases[of_values].groupby([rule_of, "check"], sort=False)),
    ]
    more = len(faults) - MAX_FAULTS_NAMED
    return "; ".join(faults[:MAX_FAULTS_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _column_fault(case: Any, schema: type[pa.DataFrameModel]) -> str:
    if case.check == "column_in_dataframe":
        return f"column '{case.failure_case}' is missing"
    if case.check == "column_in_schema":
        return f"column '{case.failure_case}' is not one of the {len(schema.to_schema().columns)} known ones"
    return f"column '{case.column}' does not hold {case.check.removeprefix('dtype').strip('()')} throughout"


def _value_fault(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    where = f"{rows['index'].nunique()} row(s), the first at index {first['index']}"
    if first["schema_context"] == "DataFrameSchema":
        return f"the rule '{first['check']}' is broken in {where}"
    return f"column '{first['column']}' holds {first['failure_case']} in {where}, allowed is {first['check']}"
