from types import SimpleNamespace

from classroom.grading.grade_all import all_records
from tests.classroom.support import tiny

ENDS = {"stopped": False, "tasks": ["path"]}


def test_only_what_is_not_finished_or_asked_for_is_graded():
    jobs = [SimpleNamespace(student=one, assignment="descent") for one in ("ada", "bob", "eve")]
    finished = {"ada": {"old": "ada"}, "bob": {"old": "bob"}}
    kept = []
    records = SimpleNamespace(
        find=lambda job: finished.get(job.student),
        keep=lambda job, record: kept.append(job.student),
    )

    def run(rest):
        for job in rest:
            yield job, {"new": job.student} | ENDS

    assert all_records(jobs, records, run, lambda _: None, {"bob"}) == [
        {"old": "ada"}, {"new": "bob"} | ENDS, {"new": "eve"} | ENDS
    ]  # fmt: skip
    assert kept == ["bob", "eve"]


def test_what_was_stopped_for_some_in_a_row_is_not_tried_for_all(monkeypatch, capsys):
    tiny.use(monkeypatch)
    endless = {"ada", "bob", "dan", "eli", "fay", "gus", "ida"}
    tried, kept = [], []
    records = SimpleNamespace(find=lambda job: None, keep=lambda job, _: kept.append(job.student))

    def run(rest):
        for job in rest:
            tried.append(job.student)
            stopped = {"stopped": True, "tasks": [], "reason": f"a check, of {job.student}"}
            record = stopped if job.student in endless else ENDS
            # What cannot be read asks no check, and says nothing of it.
            yield job, {"stopped": False, "tasks": []} if job.student == "eve" else record

    names = ["ada", "bob", "cy", "dan", "eli", "eve", "fay", "gus", "hal", "ida"]
    found = all_records([tiny.job(b"", one) for one in names], records, run, lambda _: None)
    assert tried == kept == ["ada", "bob", "cy", "dan", "eli", "eve", "fay"]
    for record in found[-3:]:
        assert (record["status"], record["score"]) == ("grader error", None)
        assert record["reason"].endswith("stopped for others: a check, of fay")
    said = capsys.readouterr().err
    assert said.count("stopped for 3 submissions of tiny in a row, so the others are not") == 1
