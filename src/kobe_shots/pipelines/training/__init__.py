"""Treinamento: from bases to registered models and a champion."""

from kobe_shots.pipelines.training.pipeline import create_pipeline as create_pipeline
