"""How is a replay started and tracked? From the project's shots or another player's; one MLflow run a policy."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from kobe_shots import job
from kobe_shots.errors import KobeShotsError
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.retraining import text
from kobe_shots.retraining.keeping import Asked, Kept, replay
from kobe_shots.retraining.policies import POLICIES
from kobe_shots.shots.tables import read_shots, read_table

FOLDER = Path("data/08_reporting/replay")
RUN = "Replay"


def run(
    project: Path,
    scenario: str,
    family: str,
    against: str,
    policies: tuple[str, ...],
    seed: int,
    *,
    shots: Path | None,
    labels: Path | None,
    notify: Callable[[str, int, int], None],
) -> str:
    """Replay the project's shots, or those at a path, log a run a policy, and return the comparison in words.

    Raises KobeShotsError for whatever the user can mend.
    """
    parameters, monitoring = job.load(project, "params:retraining", "params:monitoring")
    how, watching = Retraining.model_validate(parameters), Monitoring.model_validate(monitoring)
    if family not in how.families:
        raise KobeShotsError(
            f"Got the family {family}; retraining.families in parameters.yml names {', '.join(how.families)}. "
            "Choose one."
        )
    raw = read_shots(shots) if shots else pd.concat(job.load(project, "dataset_kobe_dev", "dataset_kobe_prod"))
    challengers = (family,) if against == "own" else tuple(how.families)
    asked = Asked(scenario, family, challengers, policies or tuple(POLICIES), seed)
    kept = replay(
        raw,
        read_table(labels) if labels else None,
        asked,
        how,
        watching,
        project / FOLDER,
        notify,
        lambda played: log_runs(project, played),
    )
    return f"{text.render(kept.comparison)}\n\nTables and figure: {kept.folder.relative_to(project)}"


def log_runs(project: Path, kept: Kept) -> None:
    """Log a replay as one MLflow run a policy, unless it has been logged already."""
    import mlflow

    with job.tracking(project) as tags:
        client = mlflow.MlflowClient()
        for one in kept.comparison.results:
            told = {"replay.key": kept.key, "policy": one.policy}
            query = " and ".join(f"tags.`{name}` = '{value}'" for name, value in told.items())
            known = mlflow.search_runs(
                filter_string=f"attributes.status = 'FINISHED' and {query}", output_format="list"
            )
            if known:
                continue
            with mlflow.start_run(run_name=RUN, tags=tags | told) as active:
                mlflow.set_tags(
                    {"scenario": kept.comparison.scenario, "family": kept.comparison.family}
                    | {"conclusion": kept.comparison.conclusion}
                )
                mlflow.log_metrics(
                    {
                        "log_loss": one.log_loss,
                        "gain_over_never": one.gain.value,
                        "regret": one.regret.value,
                        "retrainings": one.retrainings,
                        "retrainings_in_vain": one.in_vain,
                        "promotions": one.promotions,
                        "labels_used": one.labels_used,
                    }
                )
                for name in ("comparison.json", "decisions.parquet", "games.parquet", "replay.html"):
                    client.log_artifact(active.info.run_id, str(kept.folder / name))
