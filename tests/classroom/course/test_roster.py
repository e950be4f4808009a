"""The roster and the secret: files that people write, and lose."""

import stat

import pytest

from classroom.course.roster import Student, read_roster
from classroom.course.secret import keep_secret, new_secret, read_secret
from classroom.errors import ClassroomError


@pytest.fixture
def roster(tmp_path):
    def of(content):
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_roster(path).students

    return of


def test_columns_in_any_order(roster):
    text = "Name, id ,email,canvas_id,login,section,moodle_id\nAda L,ada,a@b.c,17,al,S1,M3\n"
    assert roster(text) == [Student("ada", "Ada L", "a@b.c", "17", "al", "S1", "M3")]


def test_a_file_as_spreadsheets_save_it(roster):
    text = b'\xef\xbb\xbfid,name\r\n ada , "Lovelace, Ada" \r\n\r\n,\r\nzo\xc3\xab,Zo\xc3\xab\r\n'
    assert roster(text) == [Student("ada", "Lovelace, Ada"), Student("zoë", "Zoë")]


def test_missing_values_are_empty(roster):
    assert roster("id,name,email\nada\n") == [Student("ada")]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("name\nada\n", 1, "'id' is missing; choices: id, name, email, canvas_id"),
        ("", 1, "'id' is missing"),
        ("id,cavnas_id\nada,3\n", 1, "no column 'cavnas_id'; choices: id,.*'canvas_id' meant"),
        ("id,student id\nada,a\n", 1, "columns id, student id could be the id. Rename all but one"),
        ("id,name,ID\nada,Ada,x\n", 1, "'id' comes twice"),
        ("id,name\nada,A\n,B\n", 3, "the id '' is empty"),
        ("id\nada\nbob\nada\n", 4, "'ada' stands in line 2 already"),
        ("id\nada\nAda\n", 3, "'Ada' stands in line 2 already"),
        ("id\nada\n\nzoe\u0301\nzo\u00e9\n", 5, "stands in line 4 already"),
        ("id\na/b\n", 2, "contains '/'"),
        ("id\na\\b\n", 2, r"contains '\\\\'"),
        ("id\n.\n", 2, "begins with a dot"),
        ("id\n..\n", 2, "begins with a dot"),
        ("id\n.hidden\n", 2, "begins with a dot"),
        ("id\na\x00b\n", 2, r"contains '\\x00'"),
        ("id\na\x1bb\n", 2, r"contains '\\x1b'"),
        ("id\na\u202eb\n", 2, r"contains '\\u202e'"),
        ("id\na\u00a0b\n", 2, r"contains '\\xa0'"),
        (f"id\n{'a' * 101}\n", 2, "101 characters; at most 100"),
        (f"id\n{'字' * 90}\n", 2, "more than 255 bytes"),
        ("id\n007\n7\n", 3, "'7' stands in line 2 already. Capitals and zeros"),
        ("id,canvas_id\nada,17\nbob,\neve,\nzoe,17\n", 5, "canvas_id '17' stands in line 2"),
        ("id,moodle_id\nada,m1\nbob,m2\nzoe,M1\n", 4, "moodle_id 'M1' stands in line 2"),
        ("id,email\nada,a@b.c\nzoe,A@b.c\n", 3, "email 'A@b.c' stands in line 2"),
        ("id,login\nada,al\nzoe,AL\n", 3, "login 'AL' stands in line 2"),
        ("id,name\nada,A\x0bda\n", 2, r"name 'A\\x0bda' contains '\\x0b'"),
        ("id,name\nada,A\u2028da\n", 2, r"contains '\\u2028'"),
        ("id,email\nada,+a@b.c\n", 2, r"email '\+a@b.c' would be run by a spreadsheet"),
        ("id,login\nada,＝1\n", 2, "login '＝1' would be run .* Canvas would not find"),
        ("id,moodle_id\nada,x;=1+1\n", 2, "would be run .* Moodle would not find"),
        ("id,name\nada,Lovelace, Ada\n", 2, "3 values for 2 columns"),
        ('id,name\nada,"Ada\nbob,Bob\n', 3, "quotation mark missing"),
    ],
)  # fmt: skip
def test_what_is_refused(roster, text, line, reason):
    with pytest.raises(ClassroomError, match=rf"roster\.csv, line {line}: .*{reason}"):
        roster(text)


def test_a_hundred_characters_are_possible(roster):
    assert roster(f"id\n{'a' * 100}\n") == [Student("a" * 100)]


def test_no_students_and_no_file(roster, tmp_path):
    with pytest.raises(ClassroomError, match="no students"):
        roster("id,name\n")
    with pytest.raises(ClassroomError, match=r"nowhere\.csv: the roster cannot be read"):
        read_roster(tmp_path / "nowhere.csv")
    with pytest.raises(ClassroomError, match="byte 4 is not UTF-8"):
        roster(b"id\n\xe9\n")


def test_a_new_secret_is_its_owners_alone(tmp_path):
    path = tmp_path / "course" / "secret.txt"
    secret = new_secret()
    assert len(secret) == 32
    keep_secret(path, secret)
    assert path.read_bytes() == secret.hex().encode() + b"\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert read_secret(path) == secret != new_secret()


def test_a_secret_that_is_none(tmp_path):
    path = tmp_path / "secret.txt"
    with pytest.raises(ClassroomError, match="there is no secret"):
        read_secret(path)
    for text in ("", "ab" * 31, "ab" * 33, "xy" * 32, "é" * 64, "ab" * 16 + "\n" + "ab" * 16):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ClassroomError, match="64 hexadecimal digits") as refused:
            read_secret(path)
        assert not text or text not in str(refused.value)
        assert path.read_text(encoding="utf-8") == text
    path.write_text("AB" * 32, encoding="ascii")
    assert read_secret(path) == bytes.fromhex("ab" * 32)


def test_a_secret_made_by_somebody_else_in_the_same_moment(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text("cd" * 32, encoding="ascii")
    with pytest.raises(ClassroomError, match=r"secret\.txt: another release has made a secret"):
        keep_secret(path, new_secret())
    assert path.read_text(encoding="ascii") == "cd" * 32
