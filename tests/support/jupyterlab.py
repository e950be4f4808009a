"""A real JupyterLab, and the kernels of its notebooks."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from jupyter_client import BlockingKernelClient
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from playwright.sync_api import Error, Page, expect

from tests.support.servers import serving

ROOT = Path(__file__).parents[2]
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


@contextmanager
def serve(folder: Path, python: str = sys.executable) -> Iterator[str]:
    """A server of a folder, that keeps nothing elsewhere."""
    environment = os.environ | {
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "PYTHONPATH": str(ROOT),
    }
    command = [python, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token=", str(folder)]
    command += ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None"]
    with serving(folder, command, environment, ready="/api") as address:
        yield address


def evaluate(client: BlockingKernelClient, expression: str) -> object:
    """The value of an expression in the notebook's kernel."""
    client.execute("pass", user_expressions={}, silent=True)
    reply = client.execute(
        "", user_expressions={"value": f"__import__('json').dumps({expression})"}, reply=True
    )
    value = reply["content"]["user_expressions"]["value"]
    assert value["status"] == "ok", value
    return json.loads(value["data"]["text/plain"].strip("'"))


def eventually(look: Callable[[], object], expected: object) -> None:
    """Until one sees it: what the page or its kernel has set comes to the other a moment later."""
    until = time.monotonic() + 30
    while (found := look()) != expected:
        assert time.monotonic() < until, f"{found!r}, not {expected!r}"
        time.sleep(0.05)


def wait_for(client: BlockingKernelClient, expression: str, expected: object) -> None:
    """Until an expression of the kernel has this value."""
    eventually(lambda: evaluate(client, expression), expected)


class JupyterLab:
    """One page of it, in which one notebook after the other is opened: loading it takes seconds."""

    def __init__(self, page: Page, address: str, folder: Path) -> None:
        self.page, self.address, self.folder = page, address, folder
        self.errors: list[str] = []
        page.on("pageerror", self._wrong)
        page.goto(f"{address}/lab?reset")
        page.wait_for_function("globalThis.jupyterapp?.shell.currentWidget", timeout=60_000)

    def _wrong(self, error: Error) -> None:
        """A message under way when a notebook is closed is canceled; JupyterLab says so later."""
        if "Canceled future for" not in str(error):
            self.errors.append(str(error))

    def command(self, name: str, **arguments: object) -> object:
        return self.page.evaluate(
            "async ([name, given]) => Boolean(await jupyterapp.commands.execute(name, given))",
            [name, arguments],
        )

    def open(self, name: str) -> None:
        """As a double-click does; what was open before is closed, and its kernel ended."""
        self.close()
        self.command("docmanager:open", path=name)
        expect(self.page.locator(".jp-NotebookPanel .jp-Cell").first).to_be_visible(timeout=60_000)

    def write(self, name: str, *cells: NotebookNode) -> None:
        metadata = {"kernelspec": KERNEL}
        nbformat.write(new_notebook(cells=list(cells), metadata=metadata), self.folder / name)

    def wait_until_idle(self) -> None:
        self.page.wait_for_function(
            "globalThis.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
            " === 'idle'",
            timeout=60_000,
        )

    def run_all(self, name: str, last: str = "") -> None:
        """Open a notebook, and run it to the cell that shows `last`."""
        self.open(name)
        self.wait_until_idle()
        assert self.command("notebook:run-all-cells")
        if last:
            shown = self.page.locator(".jp-OutputArea-output", has_text=last).first
            expect(shown).to_be_attached(timeout=60_000)
        for kind in ("error", "stderr"):
            wrong = self.page.locator(f"[data-mime-type='application/vnd.jupyter.{kind}']")
            assert wrong.count() == 0

    def cells(self) -> list[dict[str, object]]:
        """Each cell as it is shown: its kind, its words, whether its code is folded."""
        return self.page.evaluate(
            """async () => {
              const { content: notebook, context } = jupyterapp.shell.currentWidget;
              const shown = [];
              await context.ready;
              while (!notebook.widgets.length) await new Promise(requestAnimationFrame);
              for (const [place, cell] of notebook.widgets.entries()) {
                await notebook.scrollToItem(place, "center");
                await cell.ready;
                if (cell.model.type === "markdown") {
                  while (!cell.node.querySelector(".jp-RenderedMarkdown")?.innerText)
                    await new Promise(requestAnimationFrame);
                }
                const rendered = cell.node.querySelector(".jp-RenderedMarkdown") ?? cell.node;
                const [kind, words] = [cell.model.type, rendered.innerText];
                shown.push({ kind, words, folded: cell.inputHidden });
              }
              return shown;
            }"""
        )

    @contextmanager
    def kernel(self) -> Iterator[BlockingKernelClient]:
        """Of the notebook that was opened last."""
        files = (self.folder / "runtime").glob("kernel-*.json")
        newest = max(files, key=lambda path: path.stat().st_mtime)
        client = BlockingKernelClient(connection_file=str(newest))
        client.load_connection_file()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            yield client
        finally:
            client.stop_channels()

    def close(self) -> None:
        """Leave no kernel behind: the next notebook has the machine to itself.

        A notebook that is closed while its kernel starts leaves that kernel behind, and an error.
        """
        self.page.evaluate(
            """async () => {
              for (const open of jupyterapp.shell.widgets("main"))
                await open.sessionContext?.ready;
              await jupyterapp.serviceManager.sessions.shutdownAll();
              for (const open of [...jupyterapp.shell.widgets("main")]) {
                if (open.context) open.context.model.dirty = false; // or it asks whether to save
                open.close();
              }
            }"""
        )
        expect(self.page.locator(".jp-NotebookPanel")).to_have_count(0)
