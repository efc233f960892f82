from kobe_shots.pipeline_registry import register_pipelines
from kobe_shots.pipelines import JOB, RETRAINING, RUN_NAMES, STAGES


def test_pipelines_go_by_the_names_of_the_runs_and_the_default_is_the_whole_job() -> None:
    pipelines = register_pipelines()
    assert sorted(pipelines) == sorted([*RUN_NAMES, "__default__"])
    for name in JOB:
        assert pipelines["__default__"].only_nodes_with_tags(name).nodes == pipelines[name].nodes
    assert len(pipelines["__default__"].nodes) == sum(len(pipelines[name].nodes) for name in JOB)


def test_the_job_does_not_challenge_the_champion_it_has_just_promoted() -> None:
    assert [*JOB, RETRAINING] == list(RUN_NAMES)
    assert register_pipelines()["__default__"].only_nodes_with_tags(RETRAINING).nodes == []


def test_every_stage_has_a_base_and_a_training_of_its_own() -> None:
    assert STAGES == ("dev", "prod")
    outputs = register_pipelines()["__default__"].all_outputs()
    for stage in STAGES:
        assert {f"base_train_{stage}", f"record_training_{stage}"} <= outputs


def test_the_whole_job_needs_raw_data_and_parameters_only() -> None:
    groups = ("preparation", "tuning", "evaluation", "selection", "adherence", "monitoring", "retraining")
    inputs = {"dataset_kobe_dev", "dataset_kobe_prod", "provenance", *(f"params:{group}" for group in groups)}
    inputs |= {"last_retraining"}  # empty where a champion was never challenged
    assert register_pipelines()["__default__"].inputs() == inputs


def test_the_champion_is_promoted_before_anything_is_scored() -> None:
    pipeline = register_pipelines()["__default__"]
    (promote,) = (node for node in pipeline.nodes if "champion" in node.outputs)
    readers = [node for node in pipeline.nodes if "champion" in node.inputs]
    assert {node.name for node in readers} == {
        "score_production",
        "record_application",
        "score_batches",
        "examine_batches",
        "look_out",
    }
    for reader in readers:
        assert promote in pipeline.node_dependencies[reader]
        assert pipeline.nodes.index(promote) < pipeline.nodes.index(reader)


def test_every_node_belongs_to_the_run_its_pipeline_is_named_after() -> None:
    pipelines = register_pipelines()
    for name in RUN_NAMES:
        assert {frozenset(node.tags & set(RUN_NAMES)) for node in pipelines[name].nodes} == {frozenset({name})}
