"""PipelineAplicacao: from production shots to published probabilities and a verdict on the champion."""

from kobe_shots.pipelines.application.pipeline import create_pipeline as create_pipeline
