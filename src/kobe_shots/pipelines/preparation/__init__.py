"""PreparacaoDados: from raw shots to the bases the models learn from and are tested on."""

from kobe_shots.pipelines.preparation.pipeline import create_pipeline as create_pipeline
