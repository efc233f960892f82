"""A repository like the graduate project that the assignment comes from, file by file, in small."""

import json
import pickle
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

FEATURES = ["lat", "lng", "minutes_remaining", "period", "playoffs", "shot_distance"]
TARGET = "shot_made_flag"
RAW = [
    *("action_type", "combined_shot_type", "game_event_id", "game_id", "lat", "loc_x", "loc_y", "lng"),
    *("minutes_remaining", "period", "playoffs", "season", "seconds_remaining", "shot_distance", TARGET, "shot_type"),
    *("shot_zone_area", "shot_zone_basic", "shot_zone_range", "team_id", "team_name", "game_date", "matchup"),
    *("opponent", "shot_id"),
]
ROWS = {"dev": (1100, 100), "prod": (550, 50)}  # and how many of them have no label
CATEGORIES = {
    "Numéricas contínuas": ["lat", "lng", "loc_x", "loc_y", "shot_distance"],
    "Numéricas discretas": ["minutes_remaining", "seconds_remaining", "period"],
    "Categóricas nominais": [
        *("action_type", "combined_shot_type", "shot_zone_area", "shot_zone_basic", "team_name", "matchup", "opponent"),
    ],
    "Categóricas ordinais": ["season", "shot_zone_range"],
    "Binárias": ["playoffs", "shot_type", TARGET],
    "Identificadores": ["game_event_id", "game_id", "team_id", "shot_id"],
    "Temporais": ["game_date"],
}
README = """# Preditor de arremessos do Kobe

## Os dados

{categories}

A base de desenvolvimento só tem arremessos de 2 pontos, enquanto a de produção só tem arremessos de 3 pontos.

A base filtrada de dev tem 1.000 linhas e 7 colunas; a de prod, 500 linhas e 7 colunas.

## Diagrama

```mermaid
flowchart LR
    A[Aquisição: dataset_kobe_dev] --> B[Preparação: data_filtered_dev]
    B --> C[base_train_dev e base_test_dev] --> D[Treinamento]
    D --> E[Modelo registrado] --> F[Aplicação: predictions_prod] --> G[Monitoramento]
```

## Artefatos

| artefato | objetivo | composição |
| --- | --- | --- |
| `dataset_kobe_{{dev,prod}}` | guardar os arremessos como foram publicados | 25 colunas, uma linha por arremesso |
| `data_filtered_{{dev,prod}}` | dados limpos, com que se trabalha daqui em diante | as 7 colunas, sem faltantes |
| `base_train_{{dev,prod}}` | base de treino, com que os modelos aprendem | 80% das linhas filtradas, 7 colunas |
| `base_test_{{dev,prod}}` | base de teste, com que os modelos são avaliados | 20% das linhas filtradas, 7 colunas |
| `predictions_prod` | predições da produção para o dashboard e a saúde | as colunas da base e a probabilidade |
| modelo treinado | prever se o arremesso entra, servido pelo MLflow | um pickle com o pipeline do scikit-learn |

## Respostas

### O modelo é aderente a essa nova base? O que mudou?

O modelo não é aderente à nova base, porque os arremessos saem de mais longe.

### Descreva como monitorar a saúde do modelo com e sem a variável resposta.

- **Com a variável resposta:** acompanhamos log loss e F1 de cada lote e comparamos com o teste.
- **Sem a variável resposta:** acompanhamos o drift das entradas e a distribuição das probabilidades.

### Descreva as estratégias reativa e preditiva de retreinamento.

- **Reativa:** o modelo é retreinado quando o log loss em produção piora além de um limite.
- **Preditiva:** o modelo é retreinado antes da queda, pela tendência do drift das entradas.
"""
CATALOG = """
dataset_kobe_dev: {type: pandas.ParquetDataset, filepath: data/01_raw/dataset_kobe_dev.parquet}
dataset_kobe_prod: {type: pandas.ParquetDataset, filepath: data/01_raw/dataset_kobe_prod.parquet}
data_filtered_dev: {type: pandas.ParquetDataset, filepath: data/02_intermediate/data_filtered_dev.parquet}
data_filtered_prod: {type: pandas.ParquetDataset, filepath: data/02_intermediate/data_filtered_prod.parquet}
base_train_dev: {type: pandas.ParquetDataset, filepath: data/05_model_input/base_train_dev.parquet}
base_test_dev: {type: pandas.ParquetDataset, filepath: data/05_model_input/base_test_dev.parquet}
base_train_prod: {type: pandas.ParquetDataset, filepath: data/05_model_input/base_train_prod.parquet}
base_test_prod: {type: pandas.ParquetDataset, filepath: data/05_model_input/base_test_prod.parquet}
predictions_prod: {type: pandas.ParquetDataset, filepath: data/07_model_output/predictions_prod.parquet}
"""
PREPARATION = """from sklearn.model_selection import train_test_split

COLUNAS = ["lat", "lng", "minutes_remaining", "period", "playoffs", "shot_distance", "shot_made_flag"]


def preparar(bruta):
    return bruta[COLUNAS].dropna()


def separar(filtrada):
    return train_test_split(filtrada, test_size=0.2, stratify=filtrada["shot_made_flag"])
"""
PIPELINE = """from kedro.pipeline import Pipeline, node

from .nodes import preparar

def create_pipeline():
    return Pipeline([
        node(preparar, "dataset_kobe_dev", "data_filtered_dev"),
        node(preparar, "dataset_kobe_prod", "data_filtered_prod"),
    ])
"""
TRAINING = """from pycaret.classification import ClassificationExperiment


def treinar(base):
    experimento = ClassificationExperiment()
    experimento.setup(data=base, target="shot_made_flag")
    lr = experimento.tune_model(experimento.create_model("lr"), n_iter=100, optimize="F1")
    dt = experimento.tune_model(experimento.create_model("dt"), n_iter=100, optimize="F1")
    return lr, dt
"""
APPLICATION = """import mlflow
import pandas as pd

modelo = mlflow.sklearn.load_model("models:/trained_lr_model_dev/latest")
base = pd.read_parquet("data/02_intermediate/data_filtered_prod.parquet")
base["predicao"] = modelo.predict_proba(base.drop(columns="shot_made_flag"))[:, 1]
"""
DASHBOARD = """import streamlit as st
from sklearn.metrics import f1_score, log_loss

st.title("Monitoramento")
st.metric("Log Loss", log_loss(y, p))
st.metric("F1", f1_score(y, p > 0.5))
"""
FORM = """import requests
import streamlit as st

st.title("Monitoramento da operação")
lat = st.number_input("lat")
st.json(requests.post("http://localhost:5001/score", json={"inputs": [[lat]]}).json())
"""
FILES = {
    "pyproject.toml": '[project]\nname = "kobe"\n\n[tool.kedro]\npackage_name = "kobe"\n',
    "requirements.txt": "kedro\nmlflow\npycaret\nstreamlit\n",
    "conf/base/catalog.yml": CATALOG,
    "conf/base/parameters.yml": "test_size: 0.2\n",
    "src/kobe/pipeline_registry.py": "",
    "src/kobe/pipelines/preparacao/nodes.py": PREPARATION,
    "src/kobe/pipelines/preparacao/pipeline.py": PIPELINE,
    "src/kobe/pipelines/treino/nodes.py": TRAINING,
    "aplicacao.py": APPLICATION,
    "streamlit/main.py": DASHBOARD,
}
IDS = {"PreparacaoDados": "a" * 32, "Treinamento": "b" * 32, "PipelineAplicacao": "c" * 32}
PARAMS = {
    "PreparacaoDados": {"test_size": "0.2"},
    "Treinamento": {"n_iter": "100"},
    "PipelineAplicacao": {"model_name": "trained_lr_model_dev"},
}
METRICS: dict[str, dict[str, float]] = {
    "PreparacaoDados": {"train_size_dev": 800.0, "test_size_dev": 200.0, "filtered_size_dev": 1000.0},
    "Treinamento": {"lr_log_loss": 0.68, "lr_f1": 0.51, "dt_log_loss": 0.67, "dt_f1_score": 0.47},
    "PipelineAplicacao": {"log_loss": 0.63, "f1": 0.0},
}
ELSEWHERE = "file:///home/aluno/kobe/mlruns"  # where the store says it is: another machine
MODELS = {"lr": LogisticRegression, "dt": DecisionTreeClassifier}


def make(folder: Path, in_files: bool = True) -> Path:
    """Make the repository, its runs in a store of files or in SQLite."""
    for name, text in FILES.items():
        write(folder / name, text)
    categories = "\n".join(f"- **{kind}:** {', '.join(of)}." for kind, of in CATEGORIES.items())
    write(folder / "README.md", README.format(categories=categories))
    for stage, (rows, unlabelled) in ROWS.items():
        _make_data(folder / "data", stage, rows, unlabelled)
    for kind, estimator in MODELS.items():
        artifact = folder / "mlruns/1" / IDS["Treinamento"] / "artifacts" / f"{kind}_model" / "model.pkl"
        artifact.parent.mkdir(parents=True)
        artifact.write_bytes(pickle.dumps(estimator()))
    if in_files:
        store_in_files(folder)
    else:
        store_in_database(folder / "mlflow.db")
    return folder


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def change(old: str, new: str, name: str = "README.md") -> Callable[[Path], None]:
    """Return what replaces a text that stands in a file."""

    def changing(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        write(folder / name, text.replace(old, new))

    return changing


def store_in_files(folder: Path, names: Mapping[str, str] = {}) -> None:
    """Write the runs as MLflow's file store has them; `names` are those of runs that are called otherwise."""
    root = folder / "mlruns"
    for name, run in IDS.items():
        home = root / "1" / run
        write(
            home / "meta.yaml",
            f"artifact_uri: {ELSEWHERE}/1/{run}/artifacts\nlifecycle_stage: active\nrun_id: {run}\n"
            f"run_name: {names.get(name, name)}\nstart_time: 1\nstatus: 3\n",
        )
        for key, value in PARAMS[name].items():
            write(home / "params" / key, value)
        for key, number in METRICS[name].items():
            write(home / "metrics" / key, f"1 0.5 0\n2 {number} 1\n")
    for kind in MODELS:
        name = f"trained_{kind}_model_dev"
        write(
            root / "models" / name / "version-1" / "meta.yaml",
            f"name: {name}\nversion: 1\nrun_id: {IDS['Treinamento']}\n"
            f"source: {ELSEWHERE}/1/{IDS['Treinamento']}/artifacts/{kind}_model\n",
        )


def store_in_database(path: Path) -> None:
    """Write the same as MLflow's tables."""
    with closing(sqlite3.connect(path)) as store, store:
        store.executescript(
            "CREATE TABLE runs (run_uuid, name, status, start_time, lifecycle_stage, artifact_uri);"
            "CREATE TABLE params (run_uuid, key, value); CREATE TABLE tags (run_uuid, key, value);"
            "CREATE TABLE latest_metrics (run_uuid, key, value, is_nan);"
            "CREATE TABLE model_versions (name, version, run_id, source, current_stage);"
        )
        for name, run in IDS.items():
            store.execute("INSERT INTO runs VALUES (?, ?, 'FINISHED', 1, 'active', '')", (run, name))
            store.executemany("INSERT INTO params VALUES (?, ?, ?)", [(run, *one) for one in PARAMS[name].items()])
            store.executemany(
                "INSERT INTO latest_metrics VALUES (?, ?, ?, 0)", [(run, *one) for one in METRICS[name].items()]
            )
        for kind in MODELS:
            source = f"{ELSEWHERE}/1/{IDS['Treinamento']}/artifacts/{kind}_model"
            store.execute(
                "INSERT INTO model_versions VALUES (?, 1, ?, ?, 'None')",
                (f"trained_{kind}_model_dev", IDS["Treinamento"], source),
            )


def notebook(*cells: tuple[str, str]) -> str:
    """Return a notebook of cells, each a kind and a source."""
    held = [{"cell_type": kind, "source": source.splitlines(keepends=True), "outputs": []} for kind, source in cells]
    return json.dumps({"cells": held})


def _make_data(data: Path, stage: str, rows: int, unlabelled: int) -> None:
    raw = pd.DataFrame({name: np.arange(rows, dtype=float) for name in RAW})
    raw.loc[: unlabelled - 1, TARGET] = np.nan
    filtered = raw[[*FEATURES, TARGET]].dropna()
    cut = len(filtered) * 4 // 5
    for name, table in (
        ("01_raw/dataset_kobe", raw),
        ("02_intermediate/data_filtered", filtered),
        ("05_model_input/base_train", filtered[:cut]),
        ("05_model_input/base_test", filtered[cut:]),
    ):
        path = data / f"{name}_{stage}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_parquet(path, index=False)
