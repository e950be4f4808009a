"""Tapes run by the page's own code, in Node."""

import base64
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np

import rmsprop_lab
from rmsprop_lab.lab.spec import of_tape

SOURCES = Path(rmsprop_lab.__file__).parent / "lab" / "js" / "src"
PLACES = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
NODE = shutil.which("node", path=PLACES)
#: Where no function may be made of text, as under a strict policy, tapes are interpreted.
FORBID = "--disallow-code-generation-from-strings"
# Numbers come back as the bytes of their doubles: JSON has no not-a-number and no infinity.
SCRIPT = """
import { readFileSync } from "node:fs";
const [{ checkTape }, { compile }] = await Promise.all(
  ["checked.ts", "building.ts"].map((file) => import(process.argv[1] + file)),
);
const answers = JSON.parse(readFileSync(0, "utf8")).map(([tape, points]) => {
  checkTape(tape, tape.takes.length, tape.returns.length);
  const run = compile(tape);
  const numbers = Float64Array.from(points.flatMap((point) => run(...point)));
  return Buffer.from(numbers.buffer).toString("base64");
});
console.log(JSON.stringify(answers));
"""


def in_node(jobs, *flags):
    """Run each tape at each of its points; an array of shape (points, results) each."""
    answer = subprocess.run(
        [NODE, *flags, "--input-type=module", "-e", SCRIPT, (SOURCES / "tape").as_uri() + "/"],
        input=json.dumps([(of_tape(tape), points) for tape, points in jobs]),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [
        np.frombuffer(base64.b64decode(text)).reshape(len(points), -1)
        for text, (_, points) in zip(json.loads(answer.stdout), jobs, strict=True)
    ]


def operations_of_the_page():
    """The names in the page's table."""
    script = "console.log(JSON.stringify([...(await import(process.argv[1])).OPERATIONS.keys()]))"
    answer = subprocess.run(
        [NODE, "--input-type=module", "-e", script, (SOURCES / "tape/operations.ts").as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(answer.stdout))


@contextmanager
def conversation(script, *flags):
    """A Node process that answers one line of JSON with another; how to ask it."""
    command = [NODE, *flags, "--input-type=module", "-e", script, SOURCES.as_uri() + "/"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def ask(job):
            print(json.dumps(job), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


def same_bits(a, b):
    """Equal numbers, 0 told from -0; of what is no number any is like any other."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    equal = (a == b) & (np.signbit(a) == np.signbit(b)) | np.isnan(a) & np.isnan(b)
    return a.shape == b.shape and bool(np.all(equal))
