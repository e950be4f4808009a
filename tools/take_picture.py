"""Take the README's picture: the lab of the first page, as a reader sees it."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tools.find_browser import FLAGS

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "book/_static/lab.png"


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=(ROOT / ".venv/browser").read_text(), args=list(FLAGS)
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900}, device_scale_factor=1.5)
        page.goto((ROOT / "_build/html/book/index.html").as_uri())
        box = page.get_by_label("learning rate, as a number").first
        box.fill("0.09")
        box.press("Enter")
        box.blur()
        page.wait_for_timeout(500)
        page.locator(".lab-live").first.screenshot(path=PICTURE)
        browser.close()
    Image.open(PICTURE).convert("RGB").quantize(128, Image.Quantize.FASTOCTREE).save(
        PICTURE, optimize=True
    )
    print(PICTURE.relative_to(ROOT), PICTURE.stat().st_size // 1000, "kB")


if __name__ == "__main__":
    main()
