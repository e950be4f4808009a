"""Records on disk."""

from classroom.grading.records import Records


def test_what_a_killed_write_has_left_is_taken_away(tmp_path):
    """A kill may come after the file is made and before it has its name."""
    folder = tmp_path / "descent"
    folder.mkdir()
    left, kept = folder / ".abc.tmp", folder / "s001.json"
    left.write_text("{")
    kept.write_text("{}")
    Records(tmp_path)
    assert list(folder.iterdir()) == [kept]
