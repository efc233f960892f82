"""How is Kedro set up for this project?"""

import warnings

from kobe_shots.hooks.guards import MissingInputs, OneRunAtATime
from kobe_shots.hooks.reporting import ReportWriter
from kobe_shots.hooks.tracking import TrackedRuns

# Kedro calls the hook registered last first: inputs are looked for, the lock is taken, then runs are opened.
# Kedro's configuration loader calls an OmegaConf function by its old name; nothing a user can mend.
warnings.filterwarnings("ignore", message=r"register_new_resolver\(\) is deprecated")

tracked = TrackedRuns()
HOOKS = (ReportWriter(tracked), tracked, OneRunAtATime(), MissingInputs())
DISABLE_HOOKS_FOR_PLUGINS = ("kedro-telemetry",)
CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "local",
    "config_patterns": {"mlflow": ["mlflow*"]},
}
