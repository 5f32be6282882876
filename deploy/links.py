"""Links that put a learner into a lesson: through a hub with nbgitpuller, or through Binder.

    python -m deploy.links https://hub.example.org https://github.com/you/course
    python -m deploy.links https://hub.example.org https://github.com/you/course --lesson 05
"""

import argparse
import sys
from pathlib import PurePosixPath
from urllib.parse import quote, urlencode, urlsplit

from cnncourse.course import LESSONS


def notebook(lesson: str) -> str:
    """The path of a lesson's notebook in the repository; `lesson` is its number, as 05."""
    names = {each.number: each.name for each in LESSONS}
    if lesson not in names:
        raise ValueError(f"lesson should be one of {', '.join(names)}, but is {lesson!r}.")
    return f"notebooks/{names[lesson]}.ipynb"


def hub_link(hub: str, repository: str, lesson: str = "00", branch: str = "main") -> str:
    """A link that brings the learner's copy of the repository up to date and opens the lesson."""
    folder = PurePosixPath(urlsplit(repository).path).name.removesuffix(".git")
    page = f"lab/tree/{folder}/{notebook(lesson)}"
    words = {"repo": repository, "branch": branch, "urlpath": page}
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(words)}"


def binder_link(repository: str, lesson: str = "00", branch: str = "main") -> str:
    """A link to a server for an hour or so, on which nothing is kept."""
    parts = urlsplit(repository)
    if parts.netloc != "github.com":
        raise ValueError(f"repository should be on github.com, but is {repository!r}.")
    name = parts.path.strip("/").removesuffix(".git")
    page = urlencode({"urlpath": f"lab/tree/{notebook(lesson)}"})
    return f"https://mybinder.org/v2/gh/{name}/{quote(branch, safe='')}?{page}"


def main(words: list[str] | None = None) -> int:
    """Print both links; 0 if it went well."""
    parser = argparse.ArgumentParser(prog="python -m deploy.links", description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)  # fmt: skip
    parser.add_argument("hub", help="the address of the hub")
    parser.add_argument("repository", help="the address of the course's repository")
    parser.add_argument("--lesson", default="00", help="the number of a lesson (default: 00)")
    parser.add_argument("--branch", default="main", help="(default: main)")
    options = parser.parse_args(words)
    try:
        print(hub_link(options.hub, options.repository, options.lesson, options.branch))
        print(binder_link(options.repository, options.lesson, options.branch))
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
