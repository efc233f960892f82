"""Which kinds of model can be trained again? The two that are searched, and a third that starts from the first.

`boost` is gradient boosting that starts from a logistic regression's log odds: where it has learned it is as good as
any, and where there was nothing to learn its trees are flat and the regression speaks (Friedman 2001, Annals of
Statistics 29; the offset is scikit-learn's `init`). `HistGradientBoostingClassifier` is quicker and takes no `init`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.pipeline import Pipeline

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.candidates import MODELS, Candidate, build

FAMILIES = MODELS | {"boost": "boosted regression"}
BOOST = "boost"
REACHED_IN_32_BITS = 1e-5  # boosting hands its start 32-bit features, whose gradients stop short of the usual tolerance

Floats = npt.NDArray[np.float64]
Rows = pd.DataFrame | Floats


def build_family(family: str, params: Mapping[str, Any], seed: int) -> Pipeline:
    """Return the unfitted pipeline of a family; `params` are those of its last step.

    Those of `boost` are gradient boosting's, and `C` of the regression it starts from.

    Raises KobeShotsError for a family that is not in `FAMILIES`.
    """
    if family not in FAMILIES:
        raise KobeShotsError(f"Got the family '{family}'; allowed are {', '.join(FAMILIES)}. Choose one of them.")
    if family != BOOST:
        return build(Candidate(family, 1, params), seed)
    own = {name: value for name, value in params.items() if name != "C"}
    start_with = {name: value for name, value in params.items() if name == "C"}
    scale, start = (step for _, step in build(Candidate("lr", 1, start_with), seed).steps)
    start.set_params(tol=REACHED_IN_32_BITS)
    return Pipeline([("scale", scale), ("model", GradientBoostingClassifier(init=start, random_state=seed, **own))])


def fit_family(
    family: str, params: Mapping[str, Any], seed: int, features: Rows, made: Any, weight: Floats | None = None
) -> Pipeline:
    """Return a family's pipeline fitted to (n, 6) features and (n,) outcomes, each row counting `weight` times.

    Rows of a frame are taken as float64. Raises KobeShotsError for outcomes that are all alike, or too few, and for
    parameters or features that the model cannot take.
    """
    outcomes = np.asarray(made)
    if len(outcomes) == 0 or outcomes.min() == outcomes.max():
        raise KobeShotsError(
            f"Got {len(outcomes)} shots to learn from, {int(outcomes.sum())} of them baskets; makes and misses are "
            "both needed. Wait for more labels."
        )
    weights = {} if weight is None else {"model__sample_weight": weight}
    try:
        return build_family(family, params, seed).fit(features.astype(np.float64), outcomes.astype(np.int64), **weights)
    except (TypeError, ValueError) as error:
        raise KobeShotsError(
            f"The {FAMILIES[family]} could not be trained on {len(outcomes):,} labelled shots with {dict(params)}: "
            f"{error}. Mend retraining.families in parameters.yml."
        ) from error
