# The verbs of a project that `kobe-shots new` has laid out; the program itself is installed beside it.

SOURCE ?= auto
export DO_NOT_TRACK := true

.PHONY: run serve app

run: # fetch, prepare, train, apply, watch, replay (SOURCE=auto|download|simulate|FOLDER)
	@kobe-shots run --source "$(SOURCE)"
	@kobe-shots replay --scenario production

serve: # MLflow on http://127.0.0.1:5000
	@MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false mlflow server --workers 1

app: # the dashboard on http://127.0.0.1:8501
	@streamlit run ./streamlit/main.py --server.address 127.0.0.1
