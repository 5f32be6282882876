"""The hubs' settings, read as a hub reads them, without a hub: who gets in, and with what."""

import os
import stat
import subprocess
from types import SimpleNamespace

import pytest
from traitlets.config.loader import PyFileConfigLoader

from deploy.hub import ROOT

grp = pytest.importorskip("grp", reason="JupyterHub needs accounts of Linux or macOS")


def load(path):
    return PyFileConfigLoader(str(ROOT / "deploy" / path)).load_config()


@pytest.fixture
def room(tmp_path, monkeypatch):
    """The folder of a room with two learners and a teacher."""
    tmp_path.chmod(0o700)
    (tmp_path / "learners.txt").write_text("Ada\n# the back row\nben  # by the window\n\n", "utf-8")
    (tmp_path / "teachers.txt").write_text("you\n", "utf-8")
    monkeypatch.setenv("CNNCOURSE_ROOM", str(tmp_path))
    return tmp_path


@pytest.fixture
def hub(room, monkeypatch):
    """Return hub(login) -> the settings of the room's hub."""

    def hub(login):
        monkeypatch.setenv("CNNCOURSE_LOGIN", login)
        return load("jupyterhub/jupyterhub_config.py")

    return hub


def test_who_may_come_in_and_with_how_many_cores(hub, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    c = hub("native")
    assert c.Authenticator.allowed_users == {"ada", "ben", "you"}
    assert c.Authenticator.admin_users == {"you"}
    assert c.Spawner.environment["CNNCOURSE_WORKERS"] == "3"  # 7 cores for two learners
    assert c.JupyterHub.bind_url == "http://127.0.0.1:8000"
    assert (ROOT / "deploy" / "learner_server.py").samefile(c.Spawner.cmd[1])
    assert "pre_spawn_hook" not in hub("pam").Spawner  # there the computer's own accounts


def test_passwords_are_made_once_and_belong_to_their_owner(hub, room):
    first, again = (hub("shared-password").SharedPasswordAuthenticator for _ in range(2))
    assert first == again
    assert len(first.user_password) >= 12 and len(first.admin_password) >= 32
    for name in ("password.txt", "teachers-password.txt"):
        assert stat.S_IMODE((room / name).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "spoil, login, says",
    [
        (lambda room: None, "dummy", "CNNCOURSE_LOGIN should be one of native, shared-password"),
        (lambda room: room.chmod(0o755), "native", "only its owner may open"),
        (lambda room: (room / "learners.txt").unlink(), "native", "should hold the names of those"),
        (lambda room: (room / "teachers.txt").unlink(), "pam", "should hold the names of those"),
    ],
)
def test_a_room_that_is_not_ready_is_refused_in_a_sentence(spoil, login, says, hub, room):
    spoil(room)
    with pytest.raises(SystemExit, match=says):
        hub(login)


def test_accounts_are_made_for_learners_and_no_other_account_is_taken(hub, monkeypatch):
    ran, members = [], []
    monkeypatch.setattr(subprocess, "run", lambda words, check: ran.append(words))
    monkeypatch.setattr(grp, "getgrnam", lambda name: SimpleNamespace(gr_mem=members))
    make_account = hub("native").Spawner.pre_spawn_hook
    spawner = SimpleNamespace(user=SimpleNamespace(name="root"))
    with pytest.raises(ValueError, match="root is an account that this hub has not made"):
        make_account(spawner)
    assert [words[0] for words in ran] == ["groupadd"]
    spawner.user.name = "a-learner-who-is-new"
    members.append(spawner.user.name)
    make_account(spawner)
    assert [words[0] for words in ran] == ["groupadd", "groupadd", "useradd"]
    assert ran[-1][-3:] == ["--groups", "cnncourse-learners", spawner.user.name]


def test_what_is_added_to_the_littlest_jupyterhub_can_be_read():
    c = load("tljh/cnncourse.py")
    assert c.Spawner.environment.to_dict()["update"]["CNNCOURSE_WORKERS"] == "1"
    assert (c.JupyterHub.concurrent_spawn_limit, c.Spawner.start_timeout) == (0, 300)
