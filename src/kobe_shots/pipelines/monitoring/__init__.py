"""Monitoramento: from scored shots to the health of the model, with outcomes and without, and a verdict."""

from kobe_shots.pipelines.monitoring.pipeline import create_pipeline as create_pipeline
