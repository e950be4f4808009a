from types import SimpleNamespace

from classroom.grading.grade_all import all_records


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
            yield job, {"new": job.student}

    assert all_records(jobs, records, run, lambda _: None, {"bob"}) == [
        {"old": "ada"}, {"new": "bob"}, {"new": "eve"}
    ]  # fmt: skip
    assert kept == ["bob", "eve"]
