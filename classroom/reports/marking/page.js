"use strict";

// What the students wrote is text here, and stays text: it is set with textContent, nothing else.
const DATA = JSON.parse(document.getElementById("data").textContent);
const COLUMNS = ["student", "assignment", "task", "points"]; // which a table must have
const TEXT = "text"; // and may have: the text that got the points, by its fingerprint

const element = (id) => document.getElementById(id);

/** The name of an answer's mark; no part of it can hold the separator. */
const keyOf = (question, answer) => [answer.student, question.assignment, question.task].join("\n");

const ANSWERS = new Map(); // by key: the question
const NOW = new Map(); // by key: the fingerprint of the text that is handed in
for (const question of DATA.questions) {
  for (const answer of question.answers) {
    ANSWERS.set(keyOf(question, answer), question);
    NOW.set(keyOf(question, answer), answer.fingerprint);
  }
}

// --- what is kept ---------------------------------------------------------------------------

let marks = {}; // the points by key, as a text: "2.5"
let texts = {}; // the fingerprints of the texts that got them, where that is known
let saved = {}; // both, as they stood when they were last saved or loaded
let isKept = true; // whether this browser keeps them

function remember() {
  try {
    localStorage.setItem(DATA.storage, JSON.stringify({ marks, texts, saved }));
    isKept = true;
  } catch {
    isKept = false; // forbidden, or full
  }
}

function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(DATA.storage) ?? "{}");
    marks = kept.marks ?? {};
    texts = kept.texts ?? {};
    saved = kept.saved ?? {};
    // Says at once whether it can be written. What was read is not written back: within some
    // milliseconds after a mark, a page that is loaded again may read what stood there before.
    localStorage.setItem("can be written", "");
    localStorage.removeItem("can be written");
    isKept = true;
  } catch {
    isKept = false;
  }
}

/** A mark and its text, as a text; "" for none. */
const stateOf = (key) => (isMarked(key) ? `${marks[key]} ${texts[key] ?? ""}`.trim() : "");

const statesOf = (keys) => Object.fromEntries(keys.map((key) => [key, stateOf(key)]));

const isMarked = (key) => marks[key] !== undefined;

/** Whether a mark was given to another text than the one that is handed in now. */
const isOutdated = (key) => isMarked(key) && Boolean(texts[key]) && texts[key] !== NOW.get(key);

/** How many marks differ from the file's. */
function unsaved() {
  return [...ANSWERS.keys()].filter((key) => stateOf(key) !== (saved[key] ?? "")).length;
}

// --- points ---------------------------------------------------------------------------------

/** The points of a text; "" for none. Throws where it is no number, or out of range. */
function pointsOf(text, most) {
  const plain = text.trim().replace(",", ".");
  if (plain === "") return "";
  const value = Number(plain);
  if (!/^\d*\.?\d+$|^\d+\.$/.test(plain))
    throw new Error(`“${text.slice(0, 40)}” is not a number of points.`);
  if (value > most) throw new Error(`${plain} is out of range: 0 to ${most} points.`);
  return String(value);
}

// --- the table ------------------------------------------------------------------------------

/** The rows of a CSV text, each a list of cells. */
function rowsOf(text) {
  const said = /^"?sep=(.)"?[^\S\r\n]*\r?\n/i.exec(text); // as Excel's first line may
  const content = said ? text.slice(said[0].length) : text;
  const header = content.split(/\r?\n/, 1)[0];
  const separator =
    said?.[1] ??
    [",", ";", "\t"].reduce((best, sign) =>
      header.split(sign).length > header.split(best).length ? sign : best,
    );
  const rows = [[]];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < content.length; at++) {
    const sign = content[at];
    if (quoted && sign === '"' && content[at + 1] === '"') {
      cell += '"';
      at++;
    } else if (sign === '"' && (quoted || cell === "")) {
      quoted = !quoted;
    } else if (!quoted && sign === separator) {
      rows.at(-1).push(cell);
      cell = "";
    } else if (!quoted && (sign === "\n" || sign === "\r")) {
      rows.at(-1).push(cell);
      cell = "";
      if (sign === "\r" && content[at + 1] === "\n") at++;
      rows.push([]);
    } else {
      cell += sign;
    }
  }
  rows.at(-1).push(cell);
  return rows.filter((row) => row.some((value) => value.trim() !== ""));
}

const quoted = (cell) => (/[",\r\n]|^ | $/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** The table of this page's answers, with the marks that there are. */
function tableOf() {
  const lines = [[...COLUMNS, TEXT].join(",")];
  for (const question of DATA.questions) {
    for (const answer of question.inOrder) {
      const key = keyOf(question, answer);
      lines.push(
        [answer.student, question.assignment, question.task, marks[key] ?? "", textOf(key)]
          .map(quoted)
          .join(","),
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The text that has the mark, or will have it; "" where an older table did not say it. */
const textOf = (key) => (isMarked(key) ? (texts[key] ?? "") : NOW.get(key));

/** A student as a spreadsheet may have changed it: without apostrophe, spaces, zeros in front. */
const bare = (student) =>
  student
    .trim()
    .replace(/^'/, "")
    .replace(/^0+(?=\d)/, "");

/** The text of a file, without its byte order mark, which tells UTF-16: "Unicode text" in Excel. */
async function textOfFile(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const encodings = { "255,254": "utf-16le", "254,255": "utf-16be" };
  return new TextDecoder(encodings[bytes.slice(0, 2).join()] ?? "utf-8").decode(bytes);
}

/** Take the marks of a table. What could not be read is said, line by line. */
function take(text) {
  const [header = [], ...rows] = rowsOf(text);
  const names = header.map((name) => name.trim().toLowerCase());
  if (COLUMNS.some((name) => !names.includes(name))) {
    throw new Error(
      `The columns are ${names.join(", ").slice(0, 100)}; they must be ${COLUMNS.join(", ")}.`,
    );
  }
  const alike = new Map(); // by the bare key: all that it may mean
  for (const key of ANSWERS.keys()) alike.set(bare(key), [...(alike.get(bare(key)) ?? []), key]);
  const taken = {};
  const given = {};
  const problems = [];
  let others = 0;
  rows.forEach((row, place) => {
    const cell = (name) => row[names.indexOf(name)] ?? "";
    const exact = [cell("student"), cell("assignment").trim(), cell("task").trim()].join("\n");
    const meant = alike.get(bare(exact)) ?? [];
    const key = ANSWERS.has(exact) ? exact : meant.length === 1 ? meant[0] : undefined;
    if (key === undefined) {
      others += cell("points").trim() !== "";
      return;
    }
    try {
      const points = pointsOf(cell("points"), ANSWERS.get(key).points);
      if (points === "") return;
      if (key in taken) throw new Error("a row above has a mark of the same answer.");
      taken[key] = points;
      given[key] = cell(TEXT).trim();
    } catch (error) {
      problems.push(`Row ${place + 2} is left out: ${error.message}`);
    }
  });
  if (others) problems.push(`Marks of answers that are not on this page are left out: ${others}.`);
  const changed = Object.keys(taken).filter(
    (key) => marks[key] !== undefined && marks[key] !== taken[key],
  );
  if (changed.length)
    problems.push(`Marks that were another on this page: ${changed.length}. The file's count.`);
  marks = { ...marks, ...taken };
  texts = { ...texts, ...given };
  saved = statesOf(Object.keys(taken));
  return [`Marks taken from the file: ${Object.keys(taken).length}.`, ...problems].join("\n");
}

// --- what is seen ---------------------------------------------------------------------------

let question = DATA.questions[0];
let place = 0; // of the answer

const marked = (of) => of.answers.filter((answer) => isMarked(keyOf(of, answer))).length;

function show() {
  const answer = question.answers[place];
  const mark = marks[keyOf(question, answer)] ?? "";
  element("place").textContent = `Answer ${place + 1} of ${question.answers.length}`;
  element("rubric").textContent = question.rubric;
  element("answer").textContent = answer.text.trim() === "" ? "(nothing but spaces)" : answer.text;
  element("points-label").textContent = `Points, 0 to ${question.points}`;
  element("points").value = mark;
  complain("");
  element("outdated").textContent = isOutdated(keyOf(question, answer))
    ? "This mark was given to another text: the student has handed in again. Read this one. Enter takes the points for it."
    : "";
  element("previous").disabled = place === 0;
  element("quick").replaceChildren(
    ...Array.from({ length: Math.floor(question.points) + 1 }, (_, points) => quick(points, mark)),
  );
  showState();
}

function quick(points, mark) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = String(points);
  button.setAttribute("aria-pressed", String(mark === String(points)));
  button.addEventListener("click", () => {
    element("points").value = String(points);
    go(+1);
  });
  return button;
}

/** How far one is, and whether the marks are safe. */
function showState() {
  for (const [index, of] of DATA.questions.entries()) {
    element("question").options[index].textContent =
      `${of.title} (${marked(of)} of ${of.answers.length} marked)`;
  }
  const all = [...ANSWERS.keys()];
  const done = all.filter(isMarked).length;
  const outdated = all.filter(isOutdated).length;
  const again = outdated ? ` Marks that were given to another text: ${outdated}.` : "";
  element("progress").textContent = `Marked: ${done} of ${all.length}.${again}`;
  const open = unsaved();
  const some = open === 1 ? "1 mark is" : `${open} marks are`;
  const where = isKept
    ? "kept in this browser, and not in a file yet."
    : "not in a file yet, and this browser keeps nothing: save before you close the page.";
  const nothing = done === 0 ? "" : "All marks are in a file.";
  element("kept").textContent = open === 0 ? nothing : `${some} ${where}`;
  element("kept").classList.toggle("unkept", open > 0 && !isKept);
}

function complain(message) {
  element("wrong").textContent = message;
  element("points").setAttribute("aria-invalid", String(message !== ""));
}

/** Take what stands in the field; whether it is a mark, or none yet. A new mark is of this text. */
function enter() {
  const key = keyOf(question, question.answers[place]);
  try {
    const points = pointsOf(element("points").value, question.points);
    if (points === (marks[key] ?? "")) return true;
    if (points === "") delete marks[key];
    else {
      marks[key] = points;
      texts[key] = NOW.get(key);
    }
  } catch (error) {
    complain(error.message);
    return false;
  }
  remember();
  return true;
}

/** Take the mark, and go to another answer; at the end of a question to the next question. */
function go(by) {
  if (!enter()) return;
  if (by > 0) takeForThisText();
  if (place + by >= question.answers.length) {
    const next = DATA.questions.indexOf(question) + 1;
    if (next < DATA.questions.length) choose(next, 0);
    else show();
    if (next >= DATA.questions.length)
      element("said").textContent = "This was the last answer. Save the table.";
  } else {
    place = Math.max(0, place + by);
    show();
  }
  element("answer").scrollTop = 0;
  element("points").focus({ preventScroll: true });
  element("points").select();
}

/** Who has read the text and goes on leaves an older mark for it, too. */
function takeForThisText() {
  const key = keyOf(question, question.answers[place]);
  if (!isOutdated(key)) return;
  texts[key] = NOW.get(key);
  remember();
}

function choose(index, at) {
  question = DATA.questions[index];
  place = at;
  element("question").selectedIndex = index;
  element("said").textContent = "";
  show();
}

/** Go to the next answer that has no mark, or another text's: behind this one, then from the beginning. */
function goToUnmarked() {
  if (!enter()) return;
  const all = DATA.questions.flatMap((of, index) =>
    of.answers.map((answer, at) => ({ of, index, answer, at })),
  );
  const here = all.findIndex((one) => one.of === question && one.at === place);
  const next = [...all.slice(here + 1), ...all.slice(0, here + 1)].find((one) => {
    const key = keyOf(one.of, one.answer);
    return !isMarked(key) || isOutdated(key);
  });
  if (next) choose(next.index, next.at);
  else showState();
  if (!next) element("said").textContent = "All answers are marked. Save the table.";
  element("points").focus();
}

// --- what one does --------------------------------------------------------------------------

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  go(+1);
});
element("points").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.shiftKey) return;
  event.preventDefault();
  go(-1);
});
element("points").addEventListener("change", () => {
  if (enter()) showState();
});
element("previous").addEventListener("click", () => go(-1));
element("unmarked").addEventListener("click", goToUnmarked);
element("question").addEventListener("change", (event) => choose(event.target.selectedIndex, 0));

element("save").addEventListener("click", () => {
  if (!enter()) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([tableOf()], { type: "text/csv" }));
  link.download = DATA.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  saved = statesOf(Object.keys(marks));
  remember();
  show();
  element("said").textContent = `${DATA.file} is in your downloads.`;
});

element("load").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  event.target.value = ""; // so that the same file can be loaded again
  if (!file) return;
  try {
    element("said").textContent = take(await textOfFile(file));
  } catch (error) {
    element("said").textContent = `${file.name}: ${error.message}`;
  }
  remember();
  show();
});

// The page may be open twice: the other one's marks come here, too.
window.addEventListener("storage", (event) => {
  if (event.key !== DATA.storage) return;
  recall();
  showState();
});
window.addEventListener("beforeunload", (event) => {
  enter();
  if (unsaved() > 0 && !isKept) event.preventDefault();
});

for (const of of DATA.questions) {
  of.inOrder = of.answers.toSorted((a, b) => (a.student < b.student ? -1 : 1)); // as in the table
  element("question").append(new Option(of.title));
}
recall();
choose(0, 0);
element("points").focus();
