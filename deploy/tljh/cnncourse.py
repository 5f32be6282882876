"""For The Littlest JupyterHub: copy it to /opt/tljh/config/jupyterhub_config.d/."""

c = get_config()  # noqa: F821  JupyterHub hands it over

# Everybody comes at nine: nobody is sent away, and a start may take long.
c.JupyterHub.concurrent_spawn_limit = 0
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300
c.Spawner.environment.update(
    {
        "CNNCOURSE_WORKERS": "1",  # or more, where there are more cores than learners
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
)
