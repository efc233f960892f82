"""What are models, bases and parameters called on the page of models?"""

from collections.abc import Mapping
from typing import Any, Literal

from kobe_shots.models.evaluation import Estimate
from words import t

ModelName = Literal["lr", "dt"]


def model_title(model: str) -> str:
    """Return what lr or dt is called."""
    return {"lr": t("logistic regression"), "dt": t("decision tree")}[model]


def base_title(stage: str) -> str:
    """Return what a base is called."""
    return {"dev": t("dev: two-point shots"), "prod": t("prod: three-point shots")}[stage]


def show_estimate(estimate: Estimate) -> str:
    """Return a value with its interval."""
    return t("{value:.3f} [{low:.3f}, {high:.3f}]", value=estimate.value, low=estimate.low, high=estimate.high)


def show_params(params: Mapping[str, Any]) -> str:
    """Return parameters as scikit-learn takes them, as they would be typed."""
    return ", ".join(f"{name}={value}" for name, value in params.items()) or t("scikit-learn's own")


def show_condition(feature: str, limit: float, above: bool) -> str:
    """Return what is asked of a shot, and the answer."""
    if above:
        return t("{feature} > {limit:g}", feature=feature, limit=limit)
    return t("{feature} ≤ {limit:g}", feature=feature, limit=limit)
