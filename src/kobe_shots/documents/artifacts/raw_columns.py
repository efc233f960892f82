"""What kind of variable is each raw column, and does the model use it? A statistician's categories, with the reasons.

`follows_from` claims that a column is a function of others; a test holds the claims, and the categories, against data.
"""

from dataclasses import dataclass

IDENTIFIER, NOMINAL, ORDINAL, BINARY = "identifier", "nominal", "ordinal", "binary"
DISCRETE, CONTINUOUS, DATE, CONSTANT = "discrete", "continuous", "date", "constant"
TARGET_KIND = "binary, the target"
CATEGORIES = {
    IDENTIFIER: "names a thing; not measured",
    NOMINAL: "kinds without an order",
    ORDINAL: "kinds or numbers with an order, whose steps need not be alike",
    BINARY: "one of two values",
    DISCRETE: "in whole units",
    CONTINUOUS: "measured; recorded in small steps",
    DATE: "a day",
    CONSTANT: "the same on every row",
    TARGET_KIND: "what is to be predicted",
}

ASKED_FOR = "yes: asked for"
IN_OTHER_WORDS = "no: the place of the shot, which `lat` and `lon` tell already"
OF_THE_GAME = "no: not asked for; it describes the game, not the shot"
NOTHING_TO_LEARN = "no: a constant tells nothing"


@dataclass(frozen=True)
class RawColumn:
    """A raw column: what it is, its category, its unit or coding, and whether the model uses it and why."""

    name: str
    what: str
    category: str
    unit: str
    use: str
    follows_from: tuple[str, ...] = ()


RAW_COLUMNS = (
    RawColumn(
        "action_type",
        "the shot as the scorer named it",
        NOMINAL,
        "English name",
        "no: it is coded after the outcome and leaks it; what is named with care went in more often",
    ),
    RawColumn(
        "combined_shot_type",
        "the family of `action_type`",
        NOMINAL,
        "English name",
        "no: it leaks as `action_type` does",
        ("action_type",),
    ),
    RawColumn(
        "game_event_id",
        "number of the play in its game; with `game_id` it names a shot",
        IDENTIFIER,
        "running number",
        "no: an identifier; it puts the shots of a game in order",
    ),
    RawColumn(
        "game_id",
        "the game",
        IDENTIFIER,
        "number; starts with 2 in the regular season, with 4 in the playoffs",
        "no: an identifier, and a coming game has a new one",
        ("game_date",),
    ),
    RawColumn(
        "lat",
        "how far from the hoop along the court, as a latitude",
        CONTINUOUS,
        "degrees, in steps of 0.0001",
        ASKED_FOR,
    ),
    RawColumn(
        "loc_x",
        "how far across the court; the hoop at 0, negative to the left",
        CONTINUOUS,
        "tenths of a foot",
        IN_OTHER_WORDS,
        ("lon",),
    ),
    RawColumn(
        "loc_y",
        "how far from the hoop along the court",
        CONTINUOUS,
        "tenths of a foot",
        IN_OTHER_WORDS,
        ("lat",),
    ),
    RawColumn("lon", "how far across the court, as a longitude", CONTINUOUS, "degrees, in steps of 0.0001", ASKED_FOR),
    RawColumn("minutes_remaining", "whole minutes left in the period", DISCRETE, "minutes", ASKED_FOR),
    RawColumn("period", "the quarter, or the overtime", ORDINAL, "1 to 4 quarters, from 5 on overtimes", ASKED_FOR),
    RawColumn(
        "playoffs",
        "whether it is a game of the playoffs",
        BINARY,
        "1 playoffs, 0 regular season",
        ASKED_FOR,
        ("game_id",),
    ),
    RawColumn(
        "season",
        "the season",
        ORDINAL,
        "`YYYY-YY`",
        "no: not asked for, and a coming season has a value that nothing was learned of; it cuts the windows of health",
        ("game_id",),
    ),
    RawColumn(
        "seconds_remaining",
        "seconds left beyond `minutes_remaining`",
        DISCRETE,
        "seconds",
        "no: not asked for",
    ),
    RawColumn(
        "shot_distance",
        "how far from the hoop, rounded down to whole feet",
        DISCRETE,
        "feet",
        ASKED_FOR,
        ("loc_x", "loc_y"),
    ),
    RawColumn(
        "shot_made_flag",
        "whether the shot went in; missing where it was withheld",
        TARGET_KIND,
        "1 made, 0 missed",
        "it is what is predicted",
    ),
    RawColumn(
        "shot_type",
        "what a basket is worth",
        BINARY,
        "English name",
        "no: it divides dev from prod, and is a constant in each",
    ),
    RawColumn("shot_zone_area", "side of the court", NOMINAL, "English name", IN_OTHER_WORDS, ("loc_x", "loc_y")),
    RawColumn("shot_zone_basic", "zone of the court", NOMINAL, "English name", IN_OTHER_WORDS, ("loc_x", "loc_y")),
    RawColumn("shot_zone_range", "band of distance", ORDINAL, "English name", IN_OTHER_WORDS, ("loc_x", "loc_y")),
    RawColumn("team_id", "the team", CONSTANT, "number", NOTHING_TO_LEARN),
    RawColumn("team_name", "the team", CONSTANT, "English name", NOTHING_TO_LEARN),
    RawColumn(
        "game_date",
        "day of the game",
        DATE,
        "`YYYY-MM-DD`",
        "no: not asked for; it puts games in order",
        ("game_id",),
    ),
    RawColumn(
        "matchup",
        "both teams, and whose floor",
        NOMINAL,
        "letters; `@` away, `vs.` at home",
        OF_THE_GAME,
        ("game_id",),
    ),
    RawColumn("opponent", "the other team", NOMINAL, "three letters", OF_THE_GAME, ("matchup",)),
    RawColumn(
        "shot_id",
        "the shot, in both bases together; not in the order of time",
        IDENTIFIER,
        "running number",
        "no: an identifier; it is the index of every table of shots",
    ),
)
