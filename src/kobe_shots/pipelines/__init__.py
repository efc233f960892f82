"""The steps of the job, and the one that may follow it. Each is one MLflow run, and its name a tag on its nodes."""

from typing import Literal

PREPARATION = "PreparacaoDados"
TRAINING = "Treinamento"
APPLICATION = "PipelineAplicacao"
MONITORING = "Monitoramento"
RETRAINING = "Retreino"
STAGES: tuple[Literal["dev"], Literal["prod"]] = ("dev", "prod")
JOB = (PREPARATION, TRAINING, APPLICATION, MONITORING)
RUN_NAMES = (*JOB, RETRAINING)
