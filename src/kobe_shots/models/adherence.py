"""Does a champion fit a new base? It must keep its skill there, on shots like those it learned from."""

import pandas as pd
from pydantic import BaseModel, ConfigDict

from kobe_shots.language import Said, join, say
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
    support = say(
        "{share:.1%} of the new shots lie within the central {coverage:.0%} of the learned ones in {feature} "
        "({low:.4g} to {high:.4g})",
        share=farthest.share_in_support,
        coverage=limits.support_coverage,
        feature=farthest.feature,
        low=farthest.learned_low,
        high=farthest.learned_high,
    )
    in_support = farthest.share_in_support >= limits.minimum_share_in_support
    if skill_new is None or skill_new.n < limits.minimum_labelled:
        unmeasured = say("its skill cannot be measured on fewer than {n:,} labelled shots", n=limits.minimum_labelled)
        if in_support:
            return Verdict(
                code="too_few_labels",
                severity=Severity.CANNOT_TELL,
                sentence=say(
                    "Cannot tell whether the champion is adherent: {why}.", why=join("; ", [unmeasured, support])
                ),
            )
        return Verdict(
            code="out_of_support",
            severity=Severity.ACT,
            sentence=say("The champion is not adherent: {why}.", why=join("; ", [support, unmeasured])),
        )
    skill = say(
        "its log loss is {new} that of a constant that knows the make rate of these {n:,} labelled shots, {learned} on "
        "its own test base",
        new=_beside(skill_new),
        n=skill_new.n,
        learned=_beside(skill_learned),
    )
    both = join("; ", [skill, support])
    needed = limits.minimum_skill_retained * skill_learned.value
    keeps_skill = skill_new.low > 0 and skill_new.value >= needed
    loses_skill = skill_new.high < max(needed, 0)
    if keeps_skill and in_support:
        adherent = say("The champion is adherent: {why}.", why=both)
        return Verdict(code="adherent", severity=Severity.OK, sentence=adherent)
    if in_support and not loses_skill:
        return Verdict(
            code="too_few_labels",
            severity=Severity.CANNOT_TELL,
            sentence=say(
                "Cannot tell whether the champion is adherent: {skill}; whether it keeps the {asked:.0%} of that which "
                "are asked for takes more labelled shots; {support}.",
                skill=skill,
                asked=limits.minimum_skill_retained,
                support=support,
            ),
        )
    return Verdict(
        code="skill_lost" if loses_skill else "out_of_support",
        severity=Severity.ACT,
        sentence=say("The champion is not adherent: {why}.", why=both),
    )


def _beside(skill: Estimate) -> Said:
    """Return a difference of log losses in words: below is better, and an interval may reach from one to the other."""
    if skill.low > 0:
        return say("{gap:.4f} [{low:.4f}, {high:.4f}] below", gap=skill.value, low=skill.low, high=skill.high)
    if skill.high < 0:
        return say("{gap:.4f} [{low:.4f}, {high:.4f}] above", gap=-skill.value, low=-skill.high, high=-skill.low)
    return say("between {above:.4f} above and {below:.4f} below", above=abs(skill.low), below=skill.high)
