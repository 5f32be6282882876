"""python -m cnncourse doctor: every problem that it knows is made here, and has to be named."""

import json
import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from cnncourse import __version__, checkup, doctor
from cnncourse.__main__ import main


def assert_problem(finding, *words):
    assert not finding.fine
    for word in words:
        assert word in finding.text
    assert finding.advice.endswith((".", "anywidget"))


# ---- The whole


def test_here_all_is_well_and_a_widget_has_answered(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["doctor"]) == 0
    versions, *lines, browser = capsys.readouterr().out.splitlines()
    assert versions.startswith(f"cnncourse {__version__}, Python {sys.version.split()[0]} (")
    assert "ipywidgets 8." in versions
    assert sum(line.startswith("fine     ") for line in lines) == 10
    assert any("widgets answer" in line for line in lines)
    assert "Open lesson 00" in browser
    assert list(tmp_path.iterdir()) == []  # it leaves nothing behind


def test_a_problem_is_told_and_gives_another_exit_code(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(doctor, "check_widgets", lambda seconds: doctor.Finding(True, "widgets"))
    monkeypatch.setattr(doctor, "LEAST_MEMORY", 1e6)
    assert main(["doctor", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "PROBLEM  " in out and "GB of memory are free, but should be at least 1000000.0" in out
    assert "What to do: Close other programs" in out
    assert main(["doctor", str(tmp_path / "nowhere")]) == 1
    assert "it is no longer there" in capsys.readouterr().out


# ---- Cores, memory, disk, port


def test_cores(tmp_path):
    assert doctor.check_cores(8, None).text == "8 processor cores"
    assert doctor.check_cores(8, 2.5).text == "2 processor cores"
    assert "twice as long" in doctor.check_cores(1, None).text
    (tmp_path / "cpu.max").write_text("50000 100000\n", encoding="utf-8")
    assert_problem(doctor.check_cores(8, doctor.core_quota(tmp_path)), "may use 0.5 of a")
    (tmp_path / "cpu.max").write_text("max 100000\n", encoding="utf-8")
    assert doctor.core_quota(tmp_path) is None
    assert doctor.core_quota(tmp_path / "nowhere") is None


def test_memory(tmp_path):
    assert 0 < doctor.free_memory(tmp_path) < 1e5
    (tmp_path / "memory.max").write_text("2000000000\n", encoding="utf-8")
    (tmp_path / "memory.current").write_text("1700000000\n", encoding="utf-8")
    free = doctor.free_memory(tmp_path)
    assert free == pytest.approx(0.3)
    assert_problem(doctor.check_memory(free), "0.3 GB of memory are free, but should be at least 1")
    assert doctor.check_memory(None).fine and doctor.check_memory(3.2).fine


def test_a_disk_that_is_full(tmp_path, monkeypatch):
    assert doctor.check_disk(tmp_path).fine
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 10**8))
    assert_problem(doctor.check_disk(tmp_path), "0.10 GB of the disk of", "at least 0.5")


def test_a_folder_that_is_not_there_or_is_a_file(tmp_path):
    (tmp_path / "file").touch()
    for name in ("nowhere", "file"):
        finding = doctor.check_disk(tmp_path / name)
        assert_problem(finding, f"nothing can be written in {tmp_path / name}")


def test_ports_that_are_taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert f"port {port} is taken, so JupyterLab will take" in doctor.check_port(port, 50).text
        assert_problem(doctor.check_port(port, 1), f"no port from {port} to {port} is free")
    assert "is free" in doctor.check_port(port, 1).text


def test_a_computer_that_may_not_speak_to_itself(monkeypatch):
    def refused(*arguments, **options):
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", refused)
    finding = doctor.check_port(18888, 50)
    assert_problem(finding, "cannot speak to itself (127.0.0.1): connection refused")
    assert "firewall" in finding.advice


# ---- Widgets


def kernel(folder: Path, monkeypatch, *words, **env) -> None:
    """Let python3, the kernel of JupyterLab, be another command."""
    spec = folder / "kernels" / "python3"
    spec.mkdir(parents=True)
    words = words or (sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    kept = {"argv": words, "display_name": "Python 3", "language": "python", "env": env}
    (spec / "kernel.json").write_text(json.dumps(kept), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(folder))


def test_a_kernel_that_does_not_start(tmp_path, monkeypatch):
    kernel(tmp_path, monkeypatch, sys.executable, "-c", "raise SystemExit(1)")
    finding = doctor.check_widgets(60)
    assert_problem(finding, "does not start or answer", "died")
    assert "jupyter kernelspec remove python3" in finding.advice


def test_a_kernel_whose_program_is_gone(tmp_path, monkeypatch):
    kernel(tmp_path, monkeypatch, str(tmp_path / "no-python"))
    assert_problem(doctor.check_widgets(60), "does not start or answer")


def test_a_kernel_that_never_answers(tmp_path, monkeypatch):
    kernel(tmp_path, monkeypatch, sys.executable, "-c", "import time; time.sleep(60)")
    assert_problem(doctor.check_widgets(0.5), "does not start or answer")


def shadow(folder, name, text) -> str:
    """A folder in which a module of this name comes before the real one."""
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])


def test_an_ipywidgets_that_cannot_be_imported(tmp_path, monkeypatch):
    path = shadow(tmp_path, "anywidget", "raise ImportError('traitlets is too old')")
    kernel(tmp_path, monkeypatch, PYTHONPATH=path)
    finding = doctor.check_widgets(60)
    assert_problem(finding, "a widget cannot be made: ImportError: traitlets is too old")


def test_a_widget_that_does_not_answer(monkeypatch):
    probe = doctor.PROBE.replace('slider.observe(move, "value")\n', "")
    monkeypatch.setattr(doctor, "PROBE", probe)
    monkeypatch.setattr(doctor, "ANSWER_SECONDS", 1)
    assert_problem(doctor.check_widgets(60), "a slider is moved", "does not answer")


def test_cells_that_run_in_another_python(tmp_path, monkeypatch):
    probe = doctor.PROBE.replace("print(sys.prefix)", f"print({str(tmp_path)!r})")
    monkeypatch.setattr(doctor, "PROBE", probe)
    assert_problem(doctor.check_widgets(60), f"cells run in another Python, {tmp_path}, and not")


def test_without_jupyter(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyter_client.manager", None)
    assert_problem(doctor.check_widgets(1), "Jupyter is missing")


def test_versions_name_what_is_missing(monkeypatch):
    monkeypatch.setattr(checkup, "installed", lambda: {"numpy": "2.1", "tqdm": None})
    told = doctor.versions()
    assert told.startswith(f"cnncourse {__version__}, Python ")
    assert told.endswith("; numpy 2.1, tqdm missing")
