"""Print the built book as one PDF.

Chromium prints it twice: the first print tells on which page everything stands, and the second has
these numbers.
"""

from pathlib import Path

from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from tools.find_browser import FLAGS
from tools.one_page import fill, whole

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "_build/html"
PRINTED = "rmsprop-lab.pdf"


def pages_of_places(path: Path) -> dict[str, int]:
    """On which page each place of a PDF stands that something leads to."""
    reader = PdfReader(path)
    return {
        name.removeprefix("/"): (reader.get_destination_page_number(target) or 0) + 1
        for name, target in reader.named_destinations.items()
    }


def print_book(book: Path, browser: str, pdf: Path) -> int:
    """Print a built book.

    Returns:
        How many pages there are.
    """
    soup, page_of_all = whole(book), book / "_print.htm"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
        page = chromium.new_page()
        page.set_default_timeout(0)

        def print_it() -> None:
            page_of_all.write_text(str(soup))
            page.goto(page_of_all.as_uri())
            page.evaluate("document.fonts.ready")
            page.pdf(path=pdf, prefer_css_page_size=True, outline=True, tagged=True)

        try:
            print_it()
            fill(soup, pages_of_places(pdf))
            print_it()
        finally:
            page_of_all.unlink(missing_ok=True)
        chromium.close()
    return len(PdfReader(pdf).pages)


def main() -> None:
    pdf = BOOK.parent / PRINTED
    count = print_book(BOOK, (ROOT / ".venv/browser").read_text(), pdf)
    size = pdf.stat().st_size / 1e6
    print(f"{pdf.relative_to(ROOT)}: {count} pages, {size:.1f} MB")


if __name__ == "__main__":
    main()
