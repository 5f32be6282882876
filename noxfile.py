"""The tests with other versions of what the course needs than those of .venv.

    pipx run --spec "nox[uv]" nox -s oldest           the oldest versions that are allowed
    pipx run --spec "nox[uv]" nox -s newest -P 3.13   the newest, with another Python
    ... -- tests/test_ops.py                          only these tests
"""

import nox

nox.options.default_venv_backend = "uv"
nox.options.sessions = ["oldest", "newest"]


def test(session, resolution):
    session.install("--resolution", resolution, "-e", ".[lab,test]", "pip")
    session.run("python", "-c", "import numpy, sys; print(sys.version, 'NumPy', numpy.__version__)")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session(python="3.11")
def oldest(session):
    """Python 3.11 and the lowest version of each range."""
    test(session, "lowest-direct")


@nox.session(python=["3.12", "3.13"])
def newest(session):
    """A newer Python and the newest version of everything."""
    test(session, "highest")


@nox.session(python="3.11")
def audit(session):
    """Whether a weakness is known in anything that the course installs; asks the package index."""
    session.install("-e", ".[lab,test]", "pip-audit")
    session.run("pip-audit", "--skip-editable")
