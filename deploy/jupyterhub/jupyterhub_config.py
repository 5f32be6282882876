"""JupyterHub for a room: one Linux computer, a browser for each learner.

deploy/README.md says how to install it and what the choices mean. They are made in the
environment:

    CNNCOURSE_ROOM    the folder with learners.txt and teachers.txt, one name a line; the hub keeps
                      its database there                              (default: /srv/cnncourse)
    CNNCOURSE_LOGIN   native, shared-password or pam                  (default: native)
    CNNCOURSE_BIND    the address that browsers reach                 (default: this computer alone)
"""

import grp
import os
import pwd
import secrets
import subprocess
import sys
from pathlib import Path

c = get_config()  # noqa: F821  JupyterHub hands it over

HERE = Path(__file__).resolve().parents[1]
ROOM = Path(os.environ.get("CNNCOURSE_ROOM", "/srv/cnncourse"))
LOGIN = os.environ.get("CNNCOURSE_LOGIN", "native")
LOGINS = "native", "shared-password", "pam"
GROUP = "cnncourse-learners"  # the accounts that this hub has made are in it, and no others


def names(file):
    """The names in a text file of the room, one a line; a # begins a remark."""
    try:
        lines = (ROOM / file).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        sys.exit(f"{ROOM / file} should hold the names of those who may log in, one a line, but is "
                 "not there.")  # fmt: skip
    return {line.split("#")[0].strip().lower() for line in lines} - {""}


def password(file, length):
    """A password of the room; it is made at the first start, and only its owner may read it."""
    path = ROOM / file
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(length) + "\n", encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def make_account(spawner):
    """Let a learner have an account of this computer, so that nobody reads another's files.

    An account that somebody else made is refused: who signs up as root should not become root.
    """
    name = spawner.user.name
    subprocess.run(["groupadd", "--force", "--system", GROUP], check=True)
    try:
        pwd.getpwnam(name)
    except KeyError:
        useradd = ["useradd", "--create-home", "--key", "HOME_MODE=0700", "--shell", "/bin/bash"]
        subprocess.run([*useradd, "--groups", GROUP, name], check=True)
    if name not in grp.getgrnam(GROUP).gr_mem:
        problem = ValueError(
            f"The name should be a learner's, but {name} is an account that this hub has not made."
        )
        problem.jupyterhub_message = str(problem)  # what the learner is shown
        raise problem


if LOGIN not in LOGINS:
    sys.exit(f"CNNCOURSE_LOGIN should be one of {', '.join(LOGINS)}, but is {LOGIN!r}.")
if not ROOM.is_dir() or ROOM.stat().st_mode & 0o077:
    sys.exit(f"{ROOM} should be a folder that only its owner may open (chmod 700), but is none.")

# Who may come in. Names that are in neither file cannot log in until a teacher lets them.
teachers = names("teachers.txt")
learners = names("learners.txt")
c.JupyterHub.authenticator_class = LOGIN
c.Authenticator.allowed_users = learners | teachers
c.Authenticator.admin_users = teachers
if LOGIN == "native":
    c.NativeAuthenticator.allow_all = True  # whom a teacher lets in at /hub/authorize, too
    c.NativeAuthenticator.minimum_password_length = 10
    c.NativeAuthenticator.check_common_password = True
    c.NativeAuthenticator.allowed_failed_logins = 5
    c.NativeAuthenticator.seconds_before_next_try = 60
    c.JupyterHub.template_vars = {
        "announcement_login": "Here for the first time? Choose “Sign up” below, with the name that "
        "your teacher has for you and a password of at least ten characters. Then log in here."
    }
if LOGIN == "shared-password":
    c.SharedPasswordAuthenticator.user_password = password("password.txt", 9)
    c.SharedPasswordAuthenticator.admin_password = password("teachers-password.txt", 32)

c.JupyterHub.bind_url = os.environ.get("CNNCOURSE_BIND", "http://127.0.0.1:8000")
c.JupyterHub.db_url = f"sqlite:///{ROOM / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(ROOM / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(ROOM / "proxy.pid")
c.ConfigurableHTTPProxy.command = ["configurable-http-proxy"]

# A start costs seconds of processor time. Twenty at once, with JupyterHub's own limits of time,
# left more than half of a room outside. So everybody may wait for long, and nobody is sent away:
# a low concurrent_spawn_limit would show learners an error, "try again in 50 seconds".
c.JupyterHub.concurrent_spawn_limit = 0
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300
c.JupyterHub.init_spawners_timeout = 30

# What a learner gets: an account, the lessons, and a part of the computer.
if LOGIN != "pam":
    c.Spawner.pre_spawn_hook = make_account
c.Spawner.cmd = [sys.executable, str(HERE / "learner_server.py")]
c.Spawner.default_url = "/lab/tree/my-lessons/00_welcome.ipynb"
c.Spawner.notebook_dir = "~"
each = str(max(1, (os.cpu_count() or 1) // max(1, len(learners))))
c.Spawner.environment = {
    "CNNCOURSE_WORKERS": each,  # processes and threads of the course's package
    "OMP_NUM_THREADS": each,  # those of matrix products, here and in PyTorch
    "OPENBLAS_NUM_THREADS": each,
    "CNNCOURSE_MEMORY": "2",  # GB for each process; lesson 09 needs 0.7
}

# A server that nobody has used for an hour is ended; the notebooks stay.
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]
