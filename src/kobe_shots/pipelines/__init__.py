"""The steps of the job. Each step is one MLflow run, and its name is a tag on every node of the step."""

from typing import Literal

PREPARATION = "PreparacaoDados"
TRAINING = "Treinamento"
APPLICATION = "PipelineAplicacao"
MONITORING = "Monitoramento"
STAGES: tuple[Literal["dev"], Literal["prod"]] = ("dev", "prod")
RUN_NAMES = (PREPARATION, TRAINING, APPLICATION, MONITORING)
