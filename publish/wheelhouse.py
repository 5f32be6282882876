"""The packages of the course as wheels, for this computer and for others, to install offline."""

import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import NamedTuple

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# What pip calls the platforms of a system, and what a requirement may ask about it.
SYSTEMS = {
    "windows": (["win_amd64"], ("win32", "Windows", "nt", "AMD64")),
    "mac": (["macosx_12_0_arm64"], ("darwin", "Darwin", "posix", "arm64")),
    "mac-intel": (["macosx_12_0_x86_64"], ("darwin", "Darwin", "posix", "x86_64")),
    "linux": (
        [f"manylinux_2_{minor}_x86_64" for minor in (28, 27, 26, 24, 17, 12, 5)]
        + ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"],
        ("linux", "Linux", "posix", "x86_64"),
    ),
}
HERE = f"computers like the one that made this ({platform.system()} {platform.machine()})"


class Target(NamedTuple):
    """A system of SYSTEMS, or this computer, and a version of Python such as "3.12"."""

    system: str
    python: str

    def __str__(self):
        return f"{self.system}, Python {self.python}"

    def words(self) -> list[str]:
        """What tells pip to fetch for it."""
        if self.system == HERE:
            return []
        platforms = [f"--platform={name}" for name in SYSTEMS[self.system][0]]
        return [*platforms, f"--python-version={self.python}", "--implementation=cp"]

    def environment(self) -> dict[str, str]:
        """What a requirement may ask about it."""
        if self.system == HERE:
            return default_environment()
        platform, system, name, machine = SYSTEMS[self.system][1]
        return default_environment() | {
            "sys_platform": platform,
            "platform_system": system,
            "os_name": name,
            "platform_machine": machine,
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "implementation_version": f"{self.python}.0",
        }


def here() -> Target:
    return Target(HERE, "{}.{}".format(*sys.version_info))


def check_python(text: str) -> str:
    """The text, or a ValueError unless it is a version such as 3.12."""
    if not re.fullmatch(r"3\.\d+", text) or int(text[2:]) < 11:
        raise ValueError(f"usb: --python should be 3.11 or newer, as in 3.12, but is {text}.")
    return text


def build(course: Path, place: Path) -> Path:
    """The wheel of the course in a folder, built in `place`."""
    pip("wheel", "--no-deps", "--wheel-dir", place, course)
    (wheel,) = place.glob("cnncourse-*.whl")
    return wheel


def fetch(course: Path, target: Target, wheels: Path) -> None:
    """Put into `wheels` the course and all that it needs on the target, JupyterLab included.

    pip decides by this computer whether a requirement "on Windows only" is needed, so what it left
    out is looked for in what every wheel says, and fetched as well.
    """
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        shutil.copy(course, place)
        wanted = [f"{course}[lab]"]
        while wanted:
            words = ["--only-binary=:all:", "--dest", place, "--find-links", place]
            pip("download", *words, *target.words(), *wanted)
            left = missing(place, target, "cnncourse[lab]")
            if set(left) & set(wanted):
                raise ValueError(f"usb: {', '.join(left)} should be had for {target}, but is not.")
            wanted = left
        for wheel in place.glob("*.whl"):
            shutil.copy(wheel, wheels)


def missing(place: Path, target: Target, first: str) -> list[str]:
    """What the wheels in a folder need on the target, from a first requirement on, and lack."""
    wheels = {canonicalize_name(path.name.split("-")[0]): path for path in place.glob("*.whl")}
    seen, lacking = set(), {}
    to_do = [Requirement(first)]
    while to_do:
        asked = to_do.pop()
        name = canonicalize_name(asked.name)
        for extra in ["", *asked.extras]:
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            if name not in wheels:
                lacking[name] = f"{asked.name}{asked.specifier}"
                continue
            environment = target.environment() | {"extra": extra}
            for further in needs(wheels[name]):
                if not further.marker or further.marker.evaluate(environment):
                    to_do.append(further)
    return sorted(lacking.values())


def needs(wheel: Path) -> list[Requirement]:
    """What a wheel says that it needs, whatever the computer."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)]
        stated = message_from_bytes(archive.read(name))
    return [Requirement(text) for text in stated.get_all("Requires-Dist", [])]


def pip(*words) -> None:
    """Run pip; a ValueError where it fails, below what it says."""
    quiet = ["--quiet", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", words[0], *quiet, *map(str, words[1:])]
    if subprocess.run(command).returncode:
        raise ValueError(f"usb: pip {words[0]} should succeed, but did not; see above.")
