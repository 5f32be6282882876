"""For The Littlest JupyterHub: copy it to /opt/tljh/config/jupyterhub_config.d/."""

c = get_config()  # noqa: F821  JupyterHub hands it over

c.JupyterHub.concurrent_spawn_limit = 4
c.Spawner.start_timeout = 240
c.Spawner.http_timeout = 180
c.Spawner.environment.update(
    {
        "CNNCOURSE_WORKERS": "1",  # or more, where there are more cores than learners
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
)
