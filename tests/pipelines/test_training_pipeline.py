import pytest
from kedro.pipeline import Pipeline

from kobe_shots.models.candidates import MODELS
from kobe_shots.pipelines import RUN_NAMES, STAGES, TRAINING
from kobe_shots.pipelines.training import create_pipeline

PARAMETERS = {"params:tuning", "params:evaluation", "params:selection"}


def bases(*stages: str) -> set[str]:
    return {f"base_{part}_{stage}" for part in ("train", "test") for stage in stages}


def kept(name: str) -> set[str]:
    return {f"{name}_{model}_model_{stage}" for model in MODELS for stage in STAGES}


def test_the_pipeline_reads_bases_and_registers_four_models() -> None:
    pipeline = create_pipeline()
    assert pipeline.inputs() == bases(*STAGES) | {"record_preparation"} | PARAMETERS
    assert kept("trained") <= pipeline.all_outputs()
    assert {"record_training_dev", "record_training_prod", "champion"} <= pipeline.all_outputs()
    assert kept("tags") | {f"tags_choice_{stage}" for stage in STAGES} <= pipeline.all_outputs()
    assert [name for name in pipeline.all_outputs() if "." in name] == []


def test_every_node_belongs_to_the_one_run_and_has_a_name_of_its_own() -> None:
    names = [node.name for node in create_pipeline().nodes]
    assert len(set(names)) == len(names)
    for node in create_pipeline().nodes:
        assert node.tags & set(RUN_NAMES) == {TRAINING}
        assert len(node.tags & {"training_dev", "training_prod"}) == 1


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_can_be_trained_by_itself(stage: str) -> None:
    pipeline = create_pipeline().only_nodes_with_tags(f"training_{stage}")
    assert pipeline.inputs() == bases(stage) | {"record_preparation"} | PARAMETERS
    assert ("champion" in pipeline.all_outputs()) == (stage == "dev")


def test_metrics_can_be_taken_anew_from_what_training_has_kept() -> None:
    pipeline: Pipeline = create_pipeline().only_nodes_with_tags("metrics")
    needed = kept("trained") | kept("candidates") | kept("picked") | bases(*STAGES)
    # how candidates were searched is told by what was picked, not by parameters that may have changed since
    assert pipeline.inputs() == needed | {"record_preparation", "params:evaluation", "params:selection"}
    assert not any(".train" in node.name or "register" in node.name for node in pipeline.nodes)


def test_no_model_is_registered_before_every_search_has_ended() -> None:
    names = [node.name.rpartition(".")[2] for node in create_pipeline().nodes]
    assert names.count("train") == names.count("register") == len(MODELS) * len(STAGES)
    last_search = max(at for at, name in enumerate(names) if name == "train")
    assert last_search < names.index("register")
