"""Rosters that people have: each is read as it comes."""

import pytest

from classroom.course.roster import Roster, Student, read_roster
from classroom.errors import ClassroomError

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,descent (123),momentum (124)
    Points Possible,,,,,17,22
"Last01, First01",1001,s001,login001,Section A,,
"Last02, First02",1002,s002,login002,Section B,12,
"Student, Test",1999,,deadbeef0123,Section A,,
"""
MOODLE = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,\
Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments
Participant 2001,First01 Last01,s001,s001@example.org,Submitted for grading - ,,17.00,Yes,\
"Friday, 20 November 2026, 10:15 AM",-,
Participant 2002,First02 Last02,s002,s002@example.org,No submission - ,,17.00,Yes,-,-,
"""


@pytest.fixture
def read(tmp_path):
    def of(content: str | bytes) -> Roster:
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_roster(path)

    return of


FIRST = Student("s001", "First01 Last01")
AS_THEY_COME = {
    "Canvas's gradebook": (
        CANVAS,
        [
            Student("s001", "Last01, First01", "", "1001", "login001", "Section A"),
            Student("s002", "Last02, First02", "", "1002", "login002", "Section B"),
        ],
    ),
    "Canvas's gradebook, first and last names apart": (
        "LastName,FirstName,ID,SIS Login ID,Section,descent (123)\n"
        ",,,,,Manual Posting\n    Points Possible,,,,,17\nLast01,First01,1001,l1,A,\n",
        [Student("l1", "First01 Last01", "", "1001", "l1", "A")],
    ),
    "Canvas's gradebook without SIS": (
        'Student,ID,Section,descent (1)\n    Points Possible,,,17\n"Last01, First01",1001,A,\n'
        '"Student, Test",1999,A,\n',
        [Student("1001", "Last01, First01", "", "1001", "", "A")],
    ),
    "Moodle's grading worksheet": (
        MOODLE,
        [
            Student("s001", "First01 Last01", "s001@example.org", moodle_id="s001",
                    participant="2001"),
            Student("s002", "First02 Last02", "s002@example.org", moodle_id="s002",
                    participant="2002"),
        ],
    ),
    "Moodle's grading worksheet without numbers": (
        "Identifier,Full name,Email address,Status,Grade,Feedback comments\n"
        'Participant 7,Ada L,ada.l@x.org,-,,"<p>two\nlines</p>"\n',
        [Student("ada.l", "Ada L", "ada.l@x.org", participant="7")],
    ),
    "Moodle's participants": (
        '"First name","Last name","ID number","Email address"\nAda,Love,s1,a@x\n',
        [Student("s1", "Ada Love", "a@x", moodle_id="s1")],
    ),
    "GitHub Classroom's roster": (
        '"identifier","github_username","github_id","name"\n'
        '"s001","login001","5001",""\n"s002","","",""\n',
        [Student("s001"), Student("s002")],
    ),
    "nbgrader's students": (
        "id,first_name,last_name,email,lms_user_id\ns001,First01,Last01,s001@example.org,1001\n",
        [Student("s001", "First01 Last01", "s001@example.org")],
    ),
    "Brightspace's gradebook": (
        "OrgDefinedId,Username,Last Name,First Name,Email,descent Points Grade <Numeric "
        "MaxPoints:17>,End-of-Line Indicator\n#s001,#login001,Last01,First01,a@x,,#\n",
        [Student("s001", "First01 Last01", "a@x", login="login001")],
    ),
    "Blackboard's gradebook": (
        '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\n'
        '"Last01"\t"First01"\t"login001"\t"s001"\t""\t"Yes"\n',
        [Student("s001", "First01 Last01", login="login001")],
    ),
    "Gradescope's roster": (
        "Name,SID,Email,Role\nFirst01 Last01,s001,a@x,Student\n",
        [Student("s001", "First01 Last01", "a@x")],
    ),
    "a table": ("Student ID|Full Name|E-mail||\ns001|First01 Last01|a@x||\n",
                [Student("s001", "First01 Last01", "a@x")]),
}  # fmt: skip


@pytest.mark.parametrize("kind", AS_THEY_COME)
def test_a_systems_file_is_read_as_it_comes(read, kind):
    content, students = AS_THEY_COME[kind]
    roster = read(content)
    assert roster.students == students
    assert kind.startswith(roster.kind)
    assert roster.said[0].startswith(roster.kind)


@pytest.mark.parametrize("kind", AS_THEY_COME)
def test_a_systems_file_may_be_unicode_text(read, kind):
    content, students = AS_THEY_COME[kind]
    assert read(content.encode("utf-16")).students == students


def test_one_line_says_what_was_taken_for_what(read):
    assert read(CANVAS).said == (
        "Canvas's gradebook, 2 students: id is 'SIS User ID', name is 'Student', canvas_id is "
        "'ID', login is 'SIS Login ID', section is 'Section'; not used: descent (123), "
        "momentum (124)",
        "line 5: 'Student, Test' is Canvas's test student and is left out",
    )
    assert read("id,name,seat\ns1,A,3\n").said == ("a table, 1 student: id, name; not used: seat",)


def test_a_student_called_test_is_a_student(read):
    real = CANVAS.replace("1999,,deadbeef0123", "1999,s999,tstudent")
    assert read(real).students[-1].name == "Student, Test"


def test_an_id_of_another_column_is_said(read):
    roster = read(CANVAS.replace("1002,s002", "1002,"))
    assert [student.id for student in roster.students] == ["s001", "login002"]
    assert "line 4: the id is 'SIS Login ID', since no better one is there" in roster.said


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-32")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
@pytest.mark.parametrize("said", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_encoding_separator_and_line_end(read, encoding, between, said, end):
    header = between.join(("id", "name", "email"))
    rows = [between.join(("s001", "First01 Last01", "")), "",
            between.join(("s002", '"Zoë; a, b | c"', "x@y")), between * 2]  # fmt: skip
    text = end.join([*([f"sep={between}"] if said else []), header, *rows, ""])
    assert read(text.encode(encoding)).students == [
        FIRST, Student("s002", "Zoë; a, b | c", "x@y")
    ]  # fmt: skip


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_mark_says_the_order_of_bytes(read, order):
    assert read("\ufeffid\tname\ns001\tFirst01 Last01\n".encode(order)).students == [FIRST]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CANVAS.replace("s002", "s001"), "line 4: the id 's001' stands in line 3 already"),
        (CANVAS.replace("1002", "1001"), "line 4: the canvas_id '1001' stands in line 3"),
        (MOODLE.replace(" 2002", " 2001"), "line 3: the participant '2001' stands in line 2"),
        (
            MOODLE.replace("s002,s002@example.org", ","),
            r"line 3: the id '' \(ID number, Email a.*is empty",
        ),
        ("identifier,github_username\ns1,a\n,b\n", r"line 3: the id '' \(identifier\) is empty"),
        (
            "id,Full name,name\na,b,c\n",
            "line 1: each of the columns name, Full name could be the name",
        ),
        ("id,name\na,Love, Ada\n", "line 2: 3 values for 2 columns. A value with the separator"),
        (
            "sep=;\nid;names\nx;y\n",
            "line 2: there is no column 'names'; choices: id, name.*'name' meant",
        ),
        ("sep=;\nid;name\nx;y;z\n", "line 3: 3 values for 2 columns"),
        (
            "naam;x\n1;2\n",
            "line 1: the column 'id' is missing; choices: id, name.* Found: 'naam, x'",
        ),
        (b"id,name\ns001,A\ns002,Zo\xeb\n", "line 3: byte 23 is not UTF-8. Save the roster as CSV"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_column(read, content, said):
    with pytest.raises(ClassroomError, match=rf"roster\.csv, {said}"):
        read(content)


def test_the_file_is_kept_so_that_it_can_go_back(read):
    roster = read(MOODLE)
    assert roster.header[0] == "Identifier"
    assert [row.student for row in roster.rows] == ["s001", "s002"]
    assert roster.rows[0].values[8] == "Friday, 20 November 2026, 10:15 AM"
    assert [row.student for row in read(CANVAS).rows] == ["", "s001", "s002", ""]
