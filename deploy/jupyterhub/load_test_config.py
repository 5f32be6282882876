"""The room's configuration, with what differs in a load test: no accounts of this computer."""

import os
from pathlib import Path

c = get_config()  # noqa: F821  JupyterHub hands it over
load_subconfig("jupyterhub_config.py", path=os.environ["LOAD_TEST_CONFIG"])  # noqa: F821

homes = Path(os.environ["CNNCOURSE_ROOM"])
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(homes / "home" / "{username}")
c.JupyterHub.hub_port = int(os.environ["LOAD_TEST_HUB_PORT"])
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ['LOAD_TEST_PROXY_PORT']}"
c.Spawner.pre_spawn_hook = None
c.Spawner.notebook_dir = ""
c.Spawner.environment |= {n: os.environ[n] for n in os.environ["LOAD_TEST_ENV"].split()}
if os.geteuid() == 0:  # each server would be root's, and says no to that
    c.Spawner.args = ["--allow-root"]
