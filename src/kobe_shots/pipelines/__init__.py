"""The steps of the job. Each step is one MLflow run, and its name is a tag on every node of the step."""

PREPARATION = "PreparacaoDados"
TRAINING = "Treinamento"
APPLICATION = "PipelineAplicacao"
RUN_NAMES = (PREPARATION, TRAINING, APPLICATION)
