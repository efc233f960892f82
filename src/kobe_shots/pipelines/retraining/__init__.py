"""Retreino: from the health of the champion to a challenger, a comparison, and perhaps another champion."""

from kobe_shots.pipelines.retraining.pipeline import create_pipeline as create_pipeline
