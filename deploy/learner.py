"""A learner without a browser: what JupyterLab says to a hub and to a kernel, and how long it took.

learner = Learner(address, "ada", "a long password");  learner.come_in()
kernel = learner.kernel()
kernel.run("from cnncourse.explorers import kernel_lab; kernel_lab()")
seconds = kernel.move("0, 0", 3)      the slider with that description, to its place number 3
kernel.close()
"""

import json
import re
import time
import uuid
from pathlib import Path

import requests
import websocket

PATIENCE_SECONDS = 300
NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


class Learner:
    """One learner of a room: signs up, logs in, waits for the server, opens kernels."""

    def __init__(self, address: str, name: str, password: str):
        self.address, self.name, self.password = address, name, password
        self.server = f"{address}/user/{name}"
        self.web = requests.Session()

    def come_in(self) -> float:
        """Sign up, log in and start the server; the seconds from the log-in on."""
        self._send("hub/signup", username=self.name, signup_password=self.password,
                   signup_password_confirmation=self.password)  # fmt: skip
        begun = time.monotonic()
        page = self._send("hub/login", username=self.name, password=self.password)
        if "/hub/login" in page.url:
            raise RuntimeError(f"{self.name} could not log in")
        self.web.headers["Authorization"] = f"token {self._token()}"
        self._ask("POST", f"{self.address}/hub/api/users/{self.name}/server")
        while not self._ask("GET", f"{self.address}/hub/api/users/{self.name}").json()["server"]:
            if time.monotonic() - begun > PATIENCE_SECONDS:
                raise RuntimeError(f"{self.name}'s server did not start")
            time.sleep(1)
        self._ask("GET", f"{self.server}/lab/tree/my-lessons/00_welcome.ipynb")
        return time.monotonic() - begun

    def _send(self, page: str, **fields) -> requests.Response:
        """Fill in a form of the hub, as a person does."""
        form = self._ask("GET", f"{self.address}/{page}").text
        secret = re.search(r'name="_xsrf"\s+value="([^"]+)"', form).group(1)
        return self._ask("POST", f"{self.address}/{page}", data={"_xsrf": secret, **fields})

    def _token(self) -> str:
        """A token for what follows, in place of the cookies of a browser."""
        url = f"{self.address}/hub/api/users/{self.name}/tokens"
        headers = {"X-XSRFToken": self.web.cookies.get("_xsrf", path="/hub/")}
        return self._ask("POST", url, headers=headers, json={}).json()["token"]

    def _ask(self, method: str, url: str, **options) -> requests.Response:
        answer = self.web.request(method, url, timeout=PATIENCE_SECONDS, **options)
        answer.raise_for_status()
        return answer

    def kernel(self) -> "Kernel":
        """A new kernel; close() ends it."""
        where = {"path": "my-lessons/none.ipynb"}
        made = self._ask("POST", f"{self.server}/api/kernels", json=where)
        url = f"{self.server}/api/kernels/{made.json()['id']}"
        channels = websocket.create_connection(
            url.replace("http", "ws", 1) + "/channels",
            header=[f"Authorization: {self.web.headers['Authorization']}"],
            timeout=PATIENCE_SECONDS,
        )
        return Kernel(channels, lambda: self._ask("DELETE", url))


class Kernel:
    """One kernel behind its web socket; `widgets` holds the first state of each, by its number.

    Run something every half a minute: only whoever reads answers the server's pings, and one that
    does not is cut off.
    """

    def __init__(self, channels, end):
        self.channels, self.end, self.widgets = channels, end, {}

    def close(self) -> None:
        self.channels.close()
        self.end()

    def run(self, code: str) -> str:
        """Run a cell; what it printed. A RuntimeError holds the error of a cell that raises."""
        printed = []
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False,
                   "user_expressions": {}, "stop_on_error": False}  # fmt: skip
        for kind, what, _ in self._answers("execute_request", content):
            if kind == "stream":
                printed.append(what["text"])
            if kind == "error":
                raise RuntimeError(f"{what['ename']}: {what['evalue']}\nin the cell\n{code}")
        return "".join(printed)

    def run_lesson(self, name: str) -> float:
        """Run every code cell of a lesson, from top to bottom; the seconds it took."""
        begun = time.monotonic()
        notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                self.run("".join(cell["source"]))
        return time.monotonic() - begun

    def move(self, description: str, place: int) -> float:
        """Move the slider with this description; the seconds until all it changes has arrived."""
        number = next(
            n for n, state in self.widgets.items()
            if state.get("description") == description and "index" in state
        )  # fmt: skip
        data = {"method": "update", "state": {"index": place}, "buffer_paths": []}
        begun, arrived, pictures = time.monotonic(), None, 0
        for kind, what, buffers in self._answers("comm_msg", {"comm_id": number, "data": data}):
            if kind == "comm_msg" and what["data"].get("method") == "update":
                arrived = time.monotonic()
                pictures += buffers
        if not pictures:
            raise RuntimeError(f"the slider {description!r} changed no picture")
        return arrived - begun

    def _answers(self, kind: str, content: dict):
        """Send a message; the kind, content and number of buffers of all it led to."""
        header = {"msg_id": uuid.uuid4().hex, "session": "load-test", "username": "",
                  "msg_type": kind, "version": "5.3"}  # fmt: skip
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {},
                   "content": content}  # fmt: skip
        self.channels.send(json.dumps(message))
        while True:
            answer, buffers = read(self.channels.recv())
            what, kind = answer["content"], answer["header"]["msg_type"]
            if kind == "comm_open":
                self.widgets[what["comm_id"]] = what["data"].get("state", {})
            if answer["parent_header"].get("msg_id") == header["msg_id"]:
                yield kind, what, buffers
                if kind == "status" and what["execution_state"] == "idle":
                    return


def read(frame: str | bytes) -> tuple[dict, int]:
    """The message in a frame of the web socket, and how many buffers came with it."""
    if isinstance(frame, str):
        return json.loads(frame), 0
    count = int.from_bytes(frame[:4], "big")
    first, second = (int.from_bytes(frame[4 * i : 4 * i + 4], "big") for i in (1, 2))
    return json.loads(frame[first:second]), count - 1
