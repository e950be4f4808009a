"""Pack the built book into one archive, which is live wherever it is unpacked."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "_build/html"
NAME = "rmsprop-lab"  # of the archive, and of the one folder inside
PASSING = ".htm"  # how the names of pages end that tests and print write beside the book's own


def pack(book: Path, archive: Path) -> int:
    """Write the files of a book; the same files make the same bytes.

    Returns:
        How many files there are.
    """
    files = sorted(path for path in book.rglob("*") if path.is_file())
    inside = [path.relative_to(book) for path in files]
    kept = [path for path in inside if path.suffix != PASSING]
    with ZipFile(archive, "w", ZIP_DEFLATED, compresslevel=9) as packed:
        for path in kept:
            entry = ZipInfo(f"{NAME}/{path.as_posix()}")  # of 1980: no clock, no time zone
            entry.external_attr = 0o644 << 16
            entry.compress_type = ZIP_DEFLATED
            packed.writestr(entry, (book / path).read_bytes())
    return len(kept)


def main() -> None:
    archive = BOOK.parent / f"{NAME}.zip"
    count = pack(BOOK, archive)
    size = archive.stat().st_size / 1e6
    print(f"{archive.relative_to(ROOT)}: {count} files, {size:.1f} MB")
    print(f"Unpack it anywhere and open {NAME}/index.html")


if __name__ == "__main__":
    main()
