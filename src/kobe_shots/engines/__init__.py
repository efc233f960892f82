"""Who searches? An engine takes shots, folds, a number of candidates and a metric, and returns what it found.

`scikit-learn` is the default and needs nothing more. `pycaret` is PyCaret 3.3.2, which wants a Python, a scikit-learn
and a pandas of years ago; it works in an environment of its own and has no say in this one.
"""

from collections.abc import Callable

import pandas as pd

from kobe_shots.engines import grid, pycaret
from kobe_shots.engines.found import Found
from kobe_shots.parameters import Tuning

Engine = Callable[[str, pd.DataFrame, pd.Series, Tuning], Found]

ENGINES: dict[str, Engine] = {"scikit-learn": grid.train, "pycaret": pycaret.train}
