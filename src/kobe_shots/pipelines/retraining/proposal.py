"""May the last challenger take office now? Only as it was judged: better than this champion, on these raw shots."""

from kobe_shots.language import Said, say
from kobe_shots.report import Challenge, Retrained
from kobe_shots.retraining.gate import Answer


def why_not_promoted(record: Retrained | None, in_office: int | None, fingerprint: str) -> Said | None:
    """Return why the last challenger cannot be put in office, in one sentence; None where it can.

    Args:
        record: of the last Retreino, if there was one.
        in_office: version of the champion.
        fingerprint: of the raw shots that lie there.
    """
    challenge = None if record is None else record.challenge
    if record is None or challenge is None:
        return say("No challenger has been trained yet; train one: `kobe-shots retrain --ask`.")
    if challenge.promoted_as is not None and challenge.promoted_as == in_office:
        return say(
            "The last challenger is in office already, as {name} version {n}.", name=record.model_name, n=in_office
        )
    if challenge.ledger is None:
        return say("The last challenger could not be trained, so there is nothing to promote.")
    if challenge.ledger.answer is not Answer.PROMOTE:
        return say("The gate does not let the last challenger pass: its answer is not to promote it.")
    why = _why_outdated(challenge, record.model_name, in_office, fingerprint)
    return None if why is None else say("{why} Train another one: `kobe-shots retrain --force --ask`.", why=why)


def why_not_withdrawn(name: str, in_office: int | None, before: int | None) -> Said | None:
    """Return why the champion cannot make way for the one before it, in one sentence; None where it can."""
    if in_office is None:
        return say("{name} has no champion to withdraw.", name=name)
    if before is None:
        return say(
            "{name} version {n} succeeds no other champion, so there is none to restore.", name=name, n=in_office
        )
    return None


def _why_outdated(challenge: Challenge, name: str, in_office: int | None, fingerprint: str) -> Said | None:
    if challenge.against != in_office:
        return say(
            "The last challenger was compared with {name} version {against}, which is not in office now.",
            name=name,
            against=challenge.against,
        )
    if challenge.fingerprint != fingerprint:
        return say(
            "The last challenger was compared on other raw shots ({then}) than lie there now ({now}).",
            then=challenge.fingerprint,
            now=fingerprint,
        )
    if challenge.version is None:
        return say("The record does not tell which version in the registry the last challenger is.")
    return None
