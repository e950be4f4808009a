"""Notebooks that cheat, break or attack the grader, each against a live one.

All of them are graded in one run, between honest neighbours, with two at work at a time.
"""

import ctypes
import json
import multiprocessing
import platform
import resource
import socket
import time
from base64 import b64encode
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from classroom.course.assignment import Record
from classroom.grading import grade as grading
from classroom.grading.grade import grade
from classroom.sandbox.channel import WAITING
from classroom.sandbox.inside.refused import CLONE, MACHINES, REFUSED
from classroom.sandbox.limits import Limits
from rmsprop_lab.checking.kept import BEGIN, END, Keeper
from tests.classroom.support import at_home, in_process
from tests.classroom.support.at_home import asked, handed_in, output, solved
from tests.classroom.support.at_home import graded as graded_by_numbers
from tests.classroom.support.processes import nothing_runs_on
from tests.classroom.support.tiny import EXPECTED, HONEST, MAXIMUM, job, notebook, use
from tests.support.effort import weighed

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sandbox")]  # they look for what runs on

#: Seconds of a processor for what must reach a limit: an honest notebook takes a tenth of them.
LIMIT = 1.0
AMPLE = 5 * LIMIT  # for what must not, on a slow machine too
SECRET_FILE = Path("/tmp/rmsprop-lab-test-secret")
OUTSIDE = Path("/tmp/rmsprop-lab-test-written")

#: Three tasks, at the clock's limit; once more alone; and as long a wait until it may be alone.
#: Half as long again, since to start a worker anew takes its time too; and on a busy machine the
#: clock goes on while a process waits for a processor.
LONGEST = 1.5 * 3 * 3 * Limits.patience * LIMIT / (1 - WAITING)
PARENT = 200 << 20  # bytes: what no answer may make the grader's own process grow by
KEY = "teacher-password"

#: Calls of the kernel by number, as `done(call, arguments)`; `found` keeps what succeeds. Where
#: something does, the answers are wrong: an attack that is refused has full marks.
CALLS = f"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
numbers = { ({n: c[MACHINES[platform.machine()][0]] for n, c in REFUSED.items()})!r}
numbers["clone"] = {CLONE[MACHINES[platform.machine()][0]]}
found = []
def done(call, *arguments):
    result = libc.syscall(numbers.get(call, call), *arguments)
    if result >= 0: found.append(call)
    return result
"""
UNLESS_FOUND = "def double(values): return None if found else 2 * values"

#: Replaces the worker's own `answer` by one that changes what it sends.
REPLACED = """
import sys
frame = sys._getframe()
while 'private_ends' not in frame.f_globals: frame = frame.f_back
own = frame.f_globals
were = own['answer']
def answer(*given):
    reply = were(*given)
    if given[1]['do'] == 'ASKED': reply.update(CHANGE)
    return reply
own['answer'] = answer
"""


def replaced(asked: str, change: str) -> tuple[str, ...]:
    return (REPLACED.replace("ASKED", asked).replace("CHANGE", change), *HONEST)


#: For each: the cells, the status, the score (None: whatever it earns by itself).
CORPUS: dict[str, tuple[tuple[str, ...], str, float | None]] = {
    "an endless loop in a cell": (("while True: pass", *HONEST), "limit reached", MAXIMUM),
    "an endless loop in a function": (
        (*HONEST, "def double(values):\n    while True: pass"),
        "limit reached",
        3.0,
    ),
    "an endless loop that ignores signals": (
        (
            "import signal\nfor number in range(1, 60):\n    try: signal.signal(number, "
            "signal.SIG_IGN)\n    except Exception: pass\nwhile True:\n    try: \n"
            "        while True: pass\n    except BaseException: pass",
            *HONEST,
        ),
        "limit reached",
        MAXIMUM,
    ),
    "sleeps in every function": (
        (
            *HONEST,
            "import time\ndef double(v): time.sleep(99)\ndef optimizer(g, s): time.sleep(99)",
        ),
        "limit reached",
        1.0,
    ),
    "memory at once": (("hoard = bytearray(1 << 40)", *HONEST), "limit reached", MAXIMUM),
    "memory by and by": (
        ("hoard = []\nwhile True: hoard.append(bytearray(1 << 24))", *HONEST, "hoard = None"),
        "limit reached",
        None,
    ),
    "memory in shared files": (
        (
            "import os\nfor folder in ('/dev/shm', '/tmp'):\n    try:\n"
            "        for n in range(999): open(f'{folder}/{n}', 'wb').write(bytes(1 << 24))\n"
            "    except OSError: pass",
            *HONEST,
        ),
        "graded",
        MAXIMUM,
    ),
    "a fork bomb": (
        ("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", *HONEST),
        "limit reached",
        None,
    ),
    "ten gigabytes of output": (
        ("block = 'x' * (1 << 20)\nfor _ in range(10_000): print(block)", *HONEST),
        None,
        MAXIMUM,
    ),
    "ten gigabytes on every channel": (
        (
            "import os\nblock = b'x' * (1 << 20)\nfor _ in range(10_000):\n"
            "    for n in range(1, 20):\n        try: os.write(n, block)\n"
            "        except OSError: pass",
            *HONEST,
        ),
        "tampered with",
        0.0,
    ),
    "an enormous result": (
        (*HONEST, "def double(values): return [float(n) for n in range(10**6)] * 9"),
        None,
        3.0,
    ),
    "an orphan": (
        (
            "import os, time\nif not os.fork():\n    os.setsid()\n    if not os.fork():\n"
            "        while True: time.sleep(1)\n    os._exit(0)",
            *HONEST,
        ),
        "graded",
        MAXIMUM,
    ),
    "os._exit": (("import os\nos._exit(0)", *HONEST), "graded", MAXIMUM),
    "cell after cell of os._exit": (  # more than the fastest Python starts again in the time
        (*HONEST, *["import os\nos._exit(0)"] * 600),
        "limit reached",
        None,
    ),
    "os._exit in a function": (
        (*HONEST, "def double(values):\n    import os\n    os._exit(0)"),
        "graded",
        3.0,
    ),
    "sys.exit": (("import sys\nsys.exit()", *HONEST, "exit()\nquit()"), "graded", MAXIMUM),
    "killing the parent": (
        (
            "import os, signal\nfor pid in (os.getppid(), 1, -1):\n"
            "    try: os.kill(pid, signal.SIGKILL)\n    except OSError: pass",
            *HONEST,
        ),
        None,
        MAXIMUM,
    ),
    "reading the secret": (
        (
            *HONEST,
            f"try: double = answer = open({str(SECRET_FILE)!r}).read()\nexcept OSError: pass",
        ),
        "graded",
        MAXIMUM,
    ),
    "importing the answers": (
        (
            "try:\n    from classroom.assignments.descent import ASSIGNMENT\n"
            "    found = 1\nexcept ImportError: found = 0",
            "def double(values): return values * 2 if not found else None",
            HONEST[1],
        ),
        "graded",
        MAXIMUM,
    ),
    "the environment": (
        ("import os\nleft = [n for n in os.environ if 'LEAK' in n]\nassert left", *HONEST[1:]),
        "graded",
        3.0,
    ),
    "the network": (
        (
            "import socket\ndef double(values):\n"
            "    try: socket.create_connection(('127.0.0.1', PORT), timeout=.3)\n"
            "    except OSError: return 2 * values",
            HONEST[1],
        ),
        "graded",
        MAXIMUM,
    ),
    "writing outside": (
        (
            f"for path in ({str(OUTSIDE)!r}, '/lab/inside/worker.py', '/usr/x', '/dev/x'):\n"
            "    try: open(path, 'w').write('x')\n    except OSError: pass",
            *HONEST,
        ),
        "graded",
        MAXIMUM,
    ),
    "patched NumPy": (
        (
            "import numpy as np, numpy.testing\n"
            "np.allclose = np.array_equal = lambda *a, **k: True\n"
            "numpy.testing.assert_allclose = lambda *a, **k: None\n"
            "np.asarray = lambda *a, **k: np.zeros(3)",
            "def double(values): return values * 3",
        ),
        "graded",
        0.0,
    ),
    "patched json": (
        (
            "import json\nwere = json.dumps\ndef dumps(message, **k):\n"
            "    message['score'] = 100; message['correct'] = True\n    return were(message)\n"
            "json.dumps = dumps",
            "def double(values): return values * 3",
        ),
        "tampered with",
        0.0,
    ),
    "arrays that equal everything": (
        (
            "import numpy as np\nclass Equal(np.ndarray):\n"
            "    __eq__ = lambda self, other: np.ones(self.shape, bool)\n"
            "    __array_function__ = lambda self, *a: True\n"
            "    __array_ufunc__ = lambda self, *a, **k: np.ones(3, bool)",
            "def double(values): return np.zeros(3).view(Equal)",
            "class Always(float):\n    __eq__ = lambda self, other: True\nanswer = Always(1)",
        ),
        "graded",
        0.0,
    ),
    "AST hooks": (
        (
            "import ast, builtins\nast.parse = lambda *a, **k: None\n"
            "builtins.compile = lambda *a, **k: None\nbuiltins.exec = lambda *a, **k: None",
            "def double(values): return 2 * values",
        ),
        "graded",
        0.0,
    ),
    "forged records": (
        (
            'import os\nrecord = b\'{"word": "0", "value": 1, "score": 100}\\n\'\n'
            "for n in range(3, 30):\n    try: os.write(n, record)\n    except OSError: pass",
        ),
        "tampered with",
        0.0,
    ),
    "a forged record in a function": (
        (
            *HONEST,
            "def double(values):\n    import os\n    for n in range(3, 30):\n"
            "        try: os.write(n, b'{\"score\": 100}\\n')\n        except OSError: pass\n"
            "    return 2 * values",
        ),
        "tampered with",
        0.0,
    ),
    "the channel closed": (
        ("import os\nos.closerange(0, 60)", *HONEST),
        None,
        MAXIMUM,
    ),
    "the worker's own module": (
        (
            "import sys, gc\nfor thing in gc.get_objects():\n"
            "    if type(thing).__name__ == 'Asked':\n"
            "        type(thing).answer = lambda *a: {'value': True, 'error': '', 'changed': [],"
            " 'score': 9}",
            *HONEST,
        ),
        "tampered with",
        0.0,
    ),
    "deep recursion": (
        ("def down(n): return down(n + 1)\ndown(0)", *HONEST),
        "graded",
        MAXIMUM,
    ),
    "deep recursion without a limit": (
        (
            "import sys\nsys.setrecursionlimit(10**9)\ndef down(n): return down(n + 1)\ndown(0)",
            *HONEST,
        ),
        None,
        None,
    ),
    "deep nesting": (
        (
            "deep = []\nfor _ in range(10**5): deep = [deep]",
            *HONEST,
            "def double(values): return deep",
        ),
        "graded",
        3.0,
    ),
    "a crash of the interpreter": (
        ("import ctypes\nctypes.string_at(0)", *HONEST),
        "graded",
        MAXIMUM,
    ),
    "a pickle": (
        (
            "class Bomb:\n    def __reduce__(self):\n        import os\n"
            f"        return os.system, ('touch {OUTSIDE}',)\n",
            "def double(values): return Bomb()\ndef optimizer(grad, state): return Bomb(), Bomb()",
            "answer = Bomb()",
        ),
        "graded",
        0.0,
    ),
    "threads that go on": (
        (
            "import threading, time\ndef spin():\n    while True: pass\n"
            "for _ in range(99):\n    try: threading.Thread(target=spin, daemon=True).start()\n"
            "    except RuntimeError: pass",
            *HONEST,
        ),
        None,
        None,
    ),
    "keys of the kernel": (
        (
            f"{CALLS}buffer = ctypes.create_string_buffer(64)\n"
            f"key = done('request_key', b'user', b'{KEY}', None, -3)\n"
            "done('keyctl', 11, key, buffer, 64)\ndone('keyctl', 0, -3, 0)\n"
            "for ring in (-3, -4, -5): done('add_key', b'user', b'note', b'x', 1, ring)\n"
            f"try: found += ['names'] * ({KEY!r} in open('/proc/keys').read())\n"
            "except OSError: pass",
            UNLESS_FOUND,
            *HONEST[1:],
        ),
        "graded",
        MAXIMUM,
    ),
    "memory without a process": (
        (
            f"{CALLS}for _ in range(24):\n"
            "    file = done('memfd_create', b'x', 0)\n"
            "    if file >= 0: os.posix_fallocate(file, 0, 64 << 20)\n"
            "for _ in range(12): done('shmget', 0, 128 << 20, 0o1600)\n"
            "done('msgget', 0, 0o1600); done('semget', 0, 32000, 0o1600)\n"
            "for number in (425, 447): done(number, 0, 0)",
            UNLESS_FOUND,
            *HONEST[1:],
        ),
        "graded",
        MAXIMUM,
    ),
    "a namespace of its own": (
        (
            f"{CALLS}user = 0x10000000\n"
            "for flags in (user, user | 0x20000, 0x20000, 0x8000000): done('unshare', flags)\n"
            "for flags in (user, user | 0x20000):\n"
            "    if not done('clone', flags | 17, 0, 0, 0, 0): os._exit(0)\n"
            "done(435, (ctypes.c_uint64 * 11)(user, 0, 0, 0, 17), 88)\n"
            "done('mount', b'x', b'/tmp', b'tmpfs', 0, b'size=2g'); done(430, b'tmpfs', 0)",
            UNLESS_FOUND,
            *HONEST[1:],
        ),
        "graded",
        MAXIMUM,
    ),
    "other processes": (
        (
            f"{CALLS}done('ptrace', 16, 1, 0, 0); done('ptrace', 0, 0, 0, 0)\n"
            "done('process_vm_readv', 1, 0, 0, 0, 0, 0); done('bpf', 0, 0, 0)\n"
            "done('perf_event_open', 0, 0, -1, -1, 0); done('userfaultfd', 0)",
            UNLESS_FOUND,
            *HONEST[1:],
        ),
        "graded",
        MAXIMUM,
    ),
    "files without end": (
        (
            "import os\nn = 0\nwhile True:\n    os.close(os.open(f'/tmp/{n}', os.O_CREAT))\n"
            "    n += 1",
            *HONEST,
        ),
        "limit reached",
        MAXIMUM,
    ),
    "memory by four processes": (
        (
            # In one statement: a child that comes to the next one is ended.
            "import os, time\ndef hoard():\n    for _ in range(3):\n"
            "        if not os.fork(): break\n"
            "    held = bytearray(b'x') * (400 << 20)\n    time.sleep(60)\nhoard()",
            *HONEST,
        ),
        "limit reached",
        MAXIMUM,
    ),
    "processors by children": (
        (
            "import os, time\nfor _ in range(3):\n    if not os.fork():\n        os.setsid()\n"
            "        while True: pass\ntime.sleep(60)",
            *HONEST,
        ),
        "limit reached",
        MAXIMUM,
    ),
    "a long text in a list": (
        (*HONEST, "answer = ['x' * 400] + [''] * 999_999"),
        "graded",
        4.0,
    ),
    "long texts from a function": (
        (*HONEST, "def double(values): return ['x' * 10_000] + [''] * 999_999"),
        "graded",
        3.0,
    ),
    "a list that holds itself": (
        (*HONEST, "answer = []\nanswer += [answer] * 9", "def double(values): return answer"),
        "graded",
        2.0,
    ),
    "a hundred thousand notes": (
        replaced("run", "errors=['MemoryError:%d' % i for i in range(100_000)]"),
        "tampered with",
        0.0,
    ),
    "notes that are none": (replaced("run", "errors=None"), "tampered with", 0.0),
    "a change before the first argument": (
        replaced("call", "changed=[-100]"),
        "tampered with",
        0.0,
    ),
    "changes of arguments that there are not": (
        replaced("call", "changed=list(range(10, 300_000))"),
        "tampered with",
        0.0,
    ),
    "a change without end": (replaced("call", "changed=[0] * 9"), "tampered with", 0.0),
    "an array with another shape": (
        replaced("call", "value={'array': '', 'kind': 'f', 'shape': [99999, 99999]}"),
        "tampered with",
        0.0,
    ),
    "an array of everything": (
        replaced("call", "value={'array': 'A' * (3 << 20), 'kind': 'b', 'shape': [100_000] * 2}"),
        "tampered with",
        0.0,
    ),
    "a list of text on the channel": (
        replaced("value", "value={'list': ['x' * 999] + [''] * 100_000}"),
        "tampered with",
        2.0,
    ),
    "objects without end": (replaced("value", "value=[{}] * 900_000"), "tampered with", 2.0),
    "a whole number without end": (replaced("value", "value=10**4000"), "tampered with", 2.0),
    "an answer that is not asked for": (
        replaced("defined", "score=MAXIMUM"),
        "graded",
        0.0,
    ),
    "tampered with at the end": (replaced("step", "extra=1"), "tampered with", 3.0),
    "lines without end": (
        (
            REPLACED.replace("reply = were(*given)", "while True: given[2](1)").replace(
                "if given[1]['do'] == 'ASKED': reply.update(CHANGE)", ""
            ),
            *HONEST,
        ),
        "limit reached",
        None,
    ),
    "half a character": (
        (
            *HONEST,
            "def double(values): raise ValueError('\\udcff \\x00 \\u2028')",
            "answer = '\\udcff'",
        ),
        "graded",
        2.0,
    ),
    "stops at the fifth step": (
        (
            *HONEST,
            "def optimizer(grad, state):\n    n = (state or 0) + 1\n"
            "    return (0.5 * grad, n) if n < 5 else ('done', n)",
        ),
        "graded",
        3.0,
    ),
}
NEIGHBOURS = {f"neighbour {n}": HONEST for n in range(6)}


def keep_a_key() -> None:
    """A key in this process's session keyring, as a teacher's login or a mounted disk may have."""
    libc = ctypes.CDLL(None, use_errno=True)
    column = MACHINES[platform.machine()][0]
    keyctl, add_key = (REFUSED[call][column] for call in ("keyctl", "add_key"))
    libc.syscall(keyctl, 1, None)
    assert libc.syscall(add_key, b"user", KEY.encode(), b"text", 4, -3) > 0


@pytest.fixture(scope="module")
def results():
    """All records, with the seconds each took, and how this process has grown meanwhile."""
    patch = pytest.MonkeyPatch()
    keep_a_key()
    use(patch)
    patch.setenv("LEAK", "a-secret-of-the-teacher")
    SECRET_FILE.write_text(str(EXPECTED))
    SECRET_FILE.chmod(0o644)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        cells = {name: case[0] for name, case in CORPUS.items()} | NEIGHBOURS
        mixed = sorted(cells, key=lambda name: (hash_free(name), name))

        def timed(name):
            data = notebook(*(cell.replace("PORT", port) for cell in cells[name]))
            started = time.monotonic()
            must_end = name in CORPUS and CORPUS[name][1] != "graded"
            record = grade(job(data, student=name, seconds=LIMIT if must_end else AMPLE))
            return name, (record, time.monotonic() - started)

        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with ThreadPoolExecutor(2) as pool:
            found = dict(pool.map(timed, mixed))
        found["grown"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
    patch.undo()
    SECRET_FILE.unlink()
    return found


def hash_free(name: str) -> int:
    """An order that mixes neighbours and attackers, the same in every run."""
    return sum(map(ord, name)) % 17


@pytest.mark.parametrize("name", CORPUS)
def test_an_attack_is_one_record_with_the_score_it_earns(results, name):
    record, seconds = results[name]
    _, status, score = CORPUS[name]
    assert record["student"] == name
    assert record["status"] in ([status] if status else ["graded", "limit reached"]), record
    assert (record["reason"] == "") == (record["status"] == "graded")
    if score is not None:
        assert record["score"] == score, json.dumps(record, indent=1)
    assert 0 <= record["score"] <= MAXIMUM
    for task in record["tasks"]:
        for check in task["checks"]:
            assert bool(check["reason"]) == (check["score"] < check["points"])
    assert seconds <= LONGEST
    assert len(json.dumps(record)) < 50_000


def test_the_graders_own_process_stays_small(results):
    assert results["grown"] < PARENT


@pytest.mark.parametrize("name", CORPUS)
def test_nothing_leaks(results, name):
    record, _ = results[name]
    text = json.dumps({key: record[key] for key in ("reason", "notes", "tasks", "open")})
    for secret in (str(EXPECTED * 3), "a-secret-of-the-teacher"):
        assert secret not in text


def test_a_neighbour_that_needs_its_time_gets_it(monkeypatch):
    """Beside processes that spin, as many as a notebook may have on each processor and more."""
    use(monkeypatch)
    spin = (
        "import os\nfor _ in range(3):\n    if not os.fork():\n        os.setsid()\n        break\n"
    )
    slow = (
        "import time\nuntil = time.process_time() + 0.8\n"
        "while time.process_time() < until: pass\ndone = True",
        "def double(values): return 2 * values if done else None",
        *HONEST[1:],
    )
    jobs = [
        job(notebook(*slow), student="slow", seconds=1.2),
        *(job(notebook(f"{spin}while True: pass", *HONEST), seconds=3.0) for _ in range(2)),
    ]
    with ThreadPoolExecutor(3) as pool:
        record, *others = pool.map(grade, jobs)
    assert (record["status"], record["score"], record["notes"]) == ("graded", MAXIMUM, [])
    assert {other["status"] for other in others} == {"limit reached"}


def test_what_several_processes_hold_is_one_sum(monkeypatch):
    """With time enough: a slow machine may take longer than LIMIT to hand out so many pages."""
    use(monkeypatch)
    cells, *_ = CORPUS["memory by four processes"]
    record = grade(job(notebook(*cells), student="hoards", seconds=4 * AMPLE))
    assert any("more memory than allowed" in note for note in record["notes"])


def test_neighbours_get_full_marks(results):
    for name in NEIGHBOURS:
        record, _ = results[name]
        assert (record["status"], record["score"], record["notes"]) == ("graded", MAXIMUM, [])


def test_nothing_is_written_and_nothing_runs_on(results):
    assert not OUTSIDE.exists()
    nothing_runs_on()


# --- numbers that a notebook keeps ----------------------------------------------------------


def kept(content: object) -> str:
    return b64encode(json.dumps(content).encode()).decode()


def with_answer(answer: object) -> str:
    """What a solved handout for PyTorch keeps of `path`, with another first answer."""
    content = Keeper(dict(solved("descent")), asked("descent"))("path").content
    content["answers"][0][0] = answer
    return kept(content)


VALUES = {
    "code": {"value": "__import__('os').system('touch /tmp/rmsprop-lab-test-written')"},
    "a pickle": {"value": {"array": "gASVAAAAAAAAAIwFcG9zaXg=", "kind": "O", "shape": [1]}},
    "a shape that is too large": {"value": {"array": "", "kind": "f", "shape": [10**9, 10**9]}},
    "a negative shape": {"value": {"array": "", "kind": "f", "shape": [-1]}},
    "a shape of many axes": {"value": {"array": "", "kind": "f", "shape": [0] * 1000}},
    "lists in lists": {"value": {"list": [{"list": [{"list": []}] * 99}] * 99}},
    "no number": {"value": {"array": b64encode(b"\xff" * 16).decode(), "kind": "f", "shape": [2]}},
    "half a character": {"value": "\ud800"},
    "an error that is no text": {"error": ["x"]},
    "a long error": {"error": "x" * 10_000},
    "a word of the grader's": {"word": "", "score": 99},
    "a score": {"score": 99, "share": 1.0},
    "changes that are no places": {"changed": [0, 0, "x", 10**30]},
    "a number of three hundred digits": {"value": 10**299},
}
BLOCKS = {
    "no base64": "((((" * 100,
    "no JSON": b64encode(b"{'a': 1}").decode(),
    "brackets": b64encode(b"[" * 100_000).decode(),
    "a long number": b64encode(b"9" * 100_000).decode(),
    "another form": kept([1, 2, 3]),
    "another key": kept({"answers": [], "questions": "", "sources": [], "score": 99}),
    "no answers": kept({"answers": [], "questions": "", "sources": []}),
    "answers that are none": kept({"answers": "x", "questions": 1, "sources": {}}),
    "millions of answers": kept({"answers": [[{}] * 100_000], "questions": "", "sources": []}),
    "much": "A" * 20_000_000,
    "nothing": "",
}


def notebook_that_keeps(*blocks: str, end: str = END) -> object:
    made = handed_in("descent", solved("descent"))
    for cell in made["cells"]:
        if cell["id"] == "descent-path-kept":
            texts = (f"{BEGIN.format(task='path')}\n{block}\n{end}\n" for block in blocks)
            cell["outputs"] = [output({"text/html": "".join(texts)})]
    return made


@pytest.mark.parametrize("attack", [*BLOCKS, *VALUES])
def test_kept_numbers_that_attack_cost_their_task_alone(attack):
    if attack in BLOCKS:
        block = BLOCKS[attack]
    else:
        block = with_answer({"changed": [], "error": "", "value": None} | VALUES[attack])
    made = notebook_that_keeps(block)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    effort, record = weighed(lambda: graded_by_numbers("descent", made))
    assert effort < 100
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10 < PARENT
    assert record["status"] in ("numbers missing", "graded")
    by_task = {task["name"]: task for task in record["tasks"]}
    assert by_task["path"]["score"] < by_task["path"]["points"]
    lost = record["maximum"] - record["score"]
    assert lost == by_task["path"]["points"] - by_task["path"]["score"]
    assert not OUTSIDE.exists()
    json.dumps(record).encode()


def test_blocks_without_an_end_and_thousands_of_them_are_read_quickly():
    for made in (
        notebook_that_keeps(*["AAAA"] * 20_000),
        notebook_that_keeps(*[""] * 20_000, end=""),
    ):
        effort, record = weighed(lambda made=made: graded_by_numbers("descent", made))
        assert effort < 30
        assert record["status"] == "numbers missing"


def test_ten_megabytes_of_values_take_little_memory():
    values = ",".join(['{"":{}}'] * 93_000)
    content = f'{{"answers":[[{values}]],"questions":"","sources":[]}}'
    made = notebook_that_keeps(*[b64encode(content.encode()).decode()] * 10)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
        grows, record = alone.submit(grown, made).result()
    assert grows < PARENT
    assert record["status"] == "numbers missing"


def grown(made: object) -> tuple[int, Record]:
    """How many bytes this process grows by while it grades a notebook; and the record."""
    graded_by_numbers("descent", handed_in("descent", solved("descent")))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    record = graded_by_numbers("descent", made)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10, record


def test_one_text_is_no_block_of_many_tasks():
    marks = [BEGIN.format(task=task) for task in asked("descent")]
    one = "".join(marks) + "\n" + "A " * 900_000
    made = notebook_that_keeps(*[one] * 10)
    effort, record = weighed(lambda: graded_by_numbers("descent", made))
    assert effort < 100
    assert record["status"] == "numbers missing"


def test_a_notebook_whose_numbers_are_graded_is_not_run():
    made = handed_in("descent", solved("descent"))
    made["cells"].insert(0, {"cell_type": "code", "metadata": {}, "outputs": [], "source": (
        f"open({str(OUTSIDE)!r}, 'w').write('x')\nwhile True: pass"
    )})  # fmt: skip
    record = graded_by_numbers("descent", made)
    assert (record["status"], record["score"]) == ("graded", record["maximum"])
    assert not OUTSIDE.exists()


@pytest.mark.parametrize("torch", [False, True])
def test_cells_that_keep_numbers_bring_no_points_into_a_handout_of_numpy(torch, monkeypatch):
    """Neither a cell nor a neighbour's right numbers: it is another handout, or has none."""
    monkeypatch.setattr(grading, "_in_turn", lambda *_: pytest.fail("it was run"))
    text = in_process.assignment_text("descent")
    made = json.loads(text.notebook(in_process.numbers("descent", "ada"), "ada"))
    theirs = handed_in("descent", solved("descent", "bob"), "bob")
    made["cells"] += [cell for cell in theirs["cells"] if cell["id"].endswith("-kept")]
    record = grade(at_home.job("descent", made, torch=torch))
    assert (record["status"], record["score"]) == (
        ("numbers missing", 0) if torch else ("another handout", None)
    )


def test_whether_a_notebook_keeps_numbers_is_seen_quickly():
    for block in "A " * 900_000, "".join(BEGIN.format(task=task) for task in asked("descent")):
        made = notebook_that_keeps(*[block] * 10, end="")
        del made["metadata"]["classroom"]["torch"]
        effort, record = weighed(lambda made=made: graded_by_numbers("descent", made))
        assert effort < 100
        assert record["status"] == "numbers missing"
