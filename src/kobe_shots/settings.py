"""How is Kedro set up for this project?"""

import warnings

from kobe_shots.hooks.guards import MissingInputs, OneNodeAtATime, OneRunAtATime, UnknownParameters
from kobe_shots.hooks.reporting import ReportWriter
from kobe_shots.hooks.tracking import TrackedRuns

# Kedro's configuration loader calls an OmegaConf function by its old name; nothing a user can mend.
warnings.filterwarnings("ignore", message=r"register_new_resolver\(\) is deprecated")

tracked = TrackedRuns()
# The lock wraps all others. Of these Kedro calls the last first: what may not run is refused, then runs are opened.
HOOKS = (ReportWriter(tracked), tracked, MissingInputs(), UnknownParameters(), OneNodeAtATime(), OneRunAtATime())
DISABLE_HOOKS_FOR_PLUGINS = ("kedro-telemetry",)
CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "local",
    "config_patterns": {"mlflow": ["mlflow*"]},
    "merge_strategy": {"parameters": "soft"},  # an environment, or --params, names only what differs
}
