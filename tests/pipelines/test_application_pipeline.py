from kobe_shots.pipelines.application import create_pipeline


def test_the_pipeline_reads_the_champion_and_production_and_publishes_predictions() -> None:
    pipeline = create_pipeline()
    assert pipeline.inputs() == {
        "champion",
        "trained_lr_model_dev",
        "trained_dt_model_dev",
        "dataset_kobe_prod",
        "provenance",
        "params:evaluation",
        "params:adherence",
    }
    assert pipeline.all_outputs() == {
        "predictions_prod",
        "record_application",
        "metrics_application",
        "tags_application",
    }
