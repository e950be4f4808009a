"""A real JupyterLab: the RMSProp chapter opens as a notebook, runs, and its lab is live."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client import BlockingKernelClient
from playwright.sync_api import Browser, expect

from tests.browser.lab_page import LabOnPage

ROOT = Path(__file__).parents[2]


@pytest.fixture
def jupyterlab(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The server's address, and the folder of its kernels' connection files."""
    shutil.copy(ROOT / "book/rmsprop.md", tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    runtime = tmp_path / "runtime"
    environment = os.environ | {
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
    }
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token=", str(tmp_path)]
    command += ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.25)
        yield address, runtime
    finally:
        server.terminate()
        server.wait(timeout=30)


def evaluate(client: BlockingKernelClient, expression: str) -> object:
    """The value of an expression in the notebook's kernel."""
    client.execute("pass", user_expressions={}, silent=True)
    reply = client.execute(
        "", user_expressions={"value": f"__import__('json').dumps({expression})"}, reply=True
    )
    value = reply["content"]["user_expressions"]["value"]
    assert value["status"] == "ok", value
    return json.loads(value["data"]["text/plain"].strip("'"))


def test_chapter_runs_and_its_lab_answers(jupyterlab: tuple[str, Path], browser: Browser) -> None:
    address, runtime = jupyterlab
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/lab/tree/rmsprop.md")
    # Opened as a notebook, not as text.
    expect(page.locator(".jp-NotebookPanel .jp-CodeCell").first).to_be_visible(timeout=60_000)
    page.wait_for_function(
        "jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
        timeout=60_000,
    )
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    # The last cell prints the table of epsilons.
    expect(
        page.locator(".jp-OutputArea-output", has_text="epsilon  measured").first
    ).to_be_attached(timeout=60_000)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0

    lab = LabOnPage(page)
    assert lab.said().startswith("RMSProp, step 101: x = -3.07701828e-17")

    connection = next(runtime.glob("kernel-*.json"))
    client = BlockingKernelClient(connection_file=str(connection))
    client.load_connection_file()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)

        # From the page to Python: a slider and the start, moved by keys.
        lab.figure.scroll_into_view_if_needed()
        before, pictures = lab.said(), lab.pictures()
        lab.slider("learning_rate").focus()
        for _ in range(20):
            lab.slider("learning_rate").press("ArrowRight")
        lab.handle.focus()
        lab.handle.press("ArrowLeft")
        assert lab.said() != before
        assert lab.pictures() != pictures
        shown = float(lab.box("learning_rate").input_value())
        assert shown > 0.15
        for _ in range(40):
            if evaluate(client, "lab.start[0]") < 5:
                break
            time.sleep(0.1)
        assert evaluate(client, "lab.learning_rate") == shown
        x, y = evaluate(client, "lab.trajectory('rmsprop').params[-1].tolist()")
        assert lab.ends()["RMSProp"][:2] == (float(f"{x:.9g}"), float(f"{y:.9g}"))

        # From Python to the page.
        client.execute("lab.rho = 0.5; lab.steps = 7", reply=True)
        expect(lab.box("rho")).to_have_value("0.5")
        x, y = evaluate(client, "lab.trajectory('rmsprop').params[-1].tolist()")
        assert lab.said().startswith("RMSProp, step 7: ")
        assert lab.ends()["RMSProp"][:2] == (float(f"{x:.9g}"), float(f"{y:.9g}"))
    finally:
        client.stop_channels()
    assert not errors
    page.close()
