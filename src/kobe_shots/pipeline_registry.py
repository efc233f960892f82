"""Which pipelines can be asked for by name? One per step of the job, and all of them together."""

from kedro.pipeline import Pipeline

from kobe_shots.pipelines import (
    APPLICATION,
    JOB,
    MONITORING,
    PREPARATION,
    RETRAINING,
    TRAINING,
    application,
    monitoring,
    preparation,
    retraining,
    training,
)


def register_pipelines() -> dict[str, Pipeline]:
    """Return the pipelines by name; `kedro run` without one runs the whole job, which does not decide about itself."""
    steps = {
        PREPARATION: preparation.create_pipeline(),
        TRAINING: training.create_pipeline(),
        APPLICATION: application.create_pipeline(),
        MONITORING: monitoring.create_pipeline(),
        RETRAINING: retraining.create_pipeline(),
    }
    return steps | {"__default__": sum((steps[name] for name in JOB), start=Pipeline([]))}
