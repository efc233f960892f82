"""Does a champion fit a new base? It must keep its skill there, on shots like those it learned from."""

import pandas as pd
from pydantic import BaseModel, ConfigDict

from kobe_shots.models.evaluation import Estimate
from kobe_shots.parameters import Adherence
from kobe_shots.shots.schema import FEATURES
from kobe_shots.verdicts import Severity, Verdict


class FeatureShift(BaseModel):
    """How one feature differs between the base a model learned from and a new one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    feature: str
    learned_mean: float
    learned_low: float
    learned_high: float
    new_mean: float
    share_in_support: float


def shifts(learned: pd.DataFrame, new: pd.DataFrame, coverage: float) -> list[FeatureShift]:
    """Return, per feature, both means and the share of new shots inside the central `coverage` of the learned ones.

    >>> learned = pd.DataFrame({name: range(101) for name in FEATURES})
    >>> [shift.share_in_support for shift in shifts(learned, learned + 95, 0.9)][0]
    0.009900990099009901
    """
    tail = (1 - coverage) / 2
    return [_shift(name, learned[name], new[name], tail) for name in FEATURES]


def _shift(feature: str, learned: pd.Series, new: pd.Series, tail: float) -> FeatureShift:
    low, high = (float(learned.quantile(share)) for share in (tail, 1 - tail))
    return FeatureShift(
        feature=feature,
        learned_mean=float(learned.mean()),
        learned_low=low,
        learned_high=high,
        new_mean=float(new.mean()),
        share_in_support=float(new.between(low, high).mean()),
    )


def judge(skill_learned: Estimate, skill_new: Estimate | None, moved: list[FeatureShift], limits: Adherence) -> Verdict:
    """Return whether the champion is adherent: skill kept, on shots in support; one that fails is enough for a no.

    Skill is lost only when the whole interval lies below what is asked: on 500 shots about half of the champions that
    keep all of it would fall short by chance.

    Args:
        skill_learned: log loss of the constant rate minus that of the champion, on the test base it was chosen on.
        skill_new: the same on the new base's labelled shots, against their own rate; none when there are too few.
        moved: what `shifts` found between the bases.
        limits: what is asked.
    """
    farthest = min(moved, key=lambda shift: shift.share_in_support)
    support = (
        f"{farthest.share_in_support:.1%} of the new shots lie within the central {limits.support_coverage:.0%} of the "
        f"learned ones in {farthest.feature} ({farthest.learned_low:.4g} to {farthest.learned_high:.4g})"
    )
    in_support = farthest.share_in_support >= limits.minimum_share_in_support
    if skill_new is None or skill_new.n < limits.minimum_labelled:
        unmeasured = f"its skill cannot be measured on fewer than {limits.minimum_labelled:,} labelled shots"
        if in_support:
            return Verdict(
                code="too_few_labels",
                severity=Severity.CANNOT_TELL,
                sentence=f"Cannot tell whether the champion is adherent: {unmeasured}; {support}.",
            )
        return Verdict(
            code="out_of_support",
            severity=Severity.ACT,
            sentence=f"The champion is not adherent: {support}; {unmeasured}.",
        )
    skill = (
        f"its log loss is {_beside(skill_new)} that of a constant that knows the make rate of these "
        f"{skill_new.n:,} labelled shots, {_beside(skill_learned)} on its own test base"
    )
    needed = limits.minimum_skill_retained * skill_learned.value
    keeps_skill = skill_new.low > 0 and skill_new.value >= needed
    loses_skill = skill_new.high < max(needed, 0)
    if keeps_skill and in_support:
        return Verdict(code="adherent", severity=Severity.OK, sentence=f"The champion is adherent: {skill}; {support}.")
    if in_support and not loses_skill:
        return Verdict(
            code="too_few_labels",
            severity=Severity.CANNOT_TELL,
            sentence=f"Cannot tell whether the champion is adherent: {skill}; whether it keeps the "
            f"{limits.minimum_skill_retained:.0%} of that which are asked for takes more labelled shots; {support}.",
        )
    return Verdict(
        code="skill_lost" if loses_skill else "out_of_support",
        severity=Severity.ACT,
        sentence=f"The champion is not adherent: {skill}; {support}.",
    )


def _beside(skill: Estimate) -> str:
    """Return a difference of log losses in words: below is better, and an interval may reach from one to the other."""
    if skill.low > 0:
        return f"{skill.value:.4f} [{skill.low:.4f}, {skill.high:.4f}] below"
    if skill.high < 0:
        return f"{-skill.value:.4f} [{-skill.high:.4f}, {-skill.low:.4f}] above"
    return f"between {abs(skill.low):.4f} above and {skill.high:.4f} below"
