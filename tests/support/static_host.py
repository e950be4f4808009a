"""A static host as one finds it: the book beneath a path, a policy of its own, a page for 404."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def hosting(book: Path, beneath: str = "/", policy: str = "") -> Iterator[str]:
    """Serve a book; where it is."""

    class Host(http.server.SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            inside = path.startswith(beneath)
            return super().translate_path(path.removeprefix(beneath)) if inside else "/nowhere"

        def send_error(self, code: int, *told: str | None) -> None:
            page = (book / "404.html").read_bytes()
            self.send_response(code)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(page)

        def end_headers(self) -> None:
            if policy:
                self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(book))

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{beneath}"
        server.shutdown()
