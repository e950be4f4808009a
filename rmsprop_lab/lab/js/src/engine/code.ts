// A racer as code, the same text as `as_code` in Python, which made the lines.

import type { CodeLine, OptimizerSpec } from "../model/contract.ts";
import type { Lab } from "../model/follow.ts";
import { parameterOf } from "../model/numbers.ts";
import { settingOf, steered, type Racer } from "../model/racers.ts";
import { isEdited, toPython } from "./rule.ts";
import { scheduleOf } from "./schedule.ts";
import { batchSize, startOf, type Surface } from "./surface.ts";

type Values = Record<string, string>;

export function codeOf(lab: Lab, surface: Surface, racer: Racer, library: string): string {
  const { optimizer } = racer;
  const { spec, get, number } = lab;
  const values: Values = { start: startOf(lab, surface).map(python).join(", "), steps: String(get("steps")) };
  surface.spec.parameters.forEach((name) => (values[name] = python(number(name))));
  optimizer.parameters.forEach((name) => (values[name] = python(settingOf(lab, racer, name))));
  if (!optimizer.exact) {
    const batch = surface.batch ? batchSize(lab, surface) : 0;
    values.noise = python(number("noise"));
    values["batch size"] = String(batch);
    values.seed = batch || number("noise") ? String(number("seed")) : "";
  }
  const { name } = surface.spec;
  const typed = { import: "descend", "import schedules": "", surface: JSON.stringify(name) };
  for (const [part, text] of Object.entries(spec.code?.surfaces[name] ?? typed)) {
    values[part] = put(text, values);
  }
  if (surface.spec.line) {
    values.import = "descend, least_squares";
    values.surface = lineCode(surface.spec.examples!.rows);
  }
  const schedule = scheduleOf(lab);
  if (schedule && steered(racer) && !(schedule.name === "constant" && number("warmup") === 0)) {
    for (const name of schedule.parameters) {
      values[name] = parameterOf(spec, name).whole ? String(number(name)) : python(number(name));
    }
    for (const [part, text] of Object.entries(spec.code?.schedules[schedule.name] ?? {})) {
      values[part] = put(text, values);
    }
  }
  const edited = isEdited(lab, optimizer);
  if (edited && library !== BOOK) return `# ${library} has no equal of ${JSON.stringify(optimizer.label)}.\n`;
  const lines = edited ? editedPath(lab, optimizer) : spec.code?.libraries[library]?.[optimizer.name];
  return fill(lines ?? [], values);
}

// A line's points say all of it.
function lineCode(rows: readonly (readonly number[])[]): string {
  const column = (place: number) => rows.map((row) => python(row[place]!)).join(", ");
  return `least_squares(\n        [${column(0)}],\n        [${column(2)}],\n    )`;
}

const BOOK = "this book";

// The lines for a rule that a reader has edited: the rule, what the book cannot know about it, and the path.
function editedPath(lab: Lab, { label, parameters, state, initial }: OptimizerSpec): CodeLine[] {
  const text = lab.get("rule") ?? "";
  const called = /^def\s+(\w+)/m.exec(text)?.[1] ?? "rule";
  const known = lab.get("spec").parameters;
  const strange = parameters.filter((name) => !known.some((one) => one.name === name));
  const first = state.flatMap((name, k) => (initial[k] ? [`"${name}": ${python(initial[k])}`] : []));
  const own = strange.map(
    (name) =>
      `Parameter("${name}", "${name}", ${python(lab.number(name))}, low=float("-inf"), high=float("inf"), slider=(${lab.spec.parameters
        .find((one) => one.name === name)!
        .slider.map(python)
        .join(", ")}))`,
  );
  const more = [
    ...(own.length > 0 ? [`    parameters=[${own.join(", ")}],`] : []),
    ...(first.length > 0 ? [`    initial={${first.join(", ")}},`] : []),
  ];
  const lines = [
    ...toPython(text).split("\n"),
    "",
    `from rmsprop_lab import {import}{import schedules}, Optimizer${own.length > 0 ? ", Parameter" : ""}`,
    "",
    "optimizer = Optimizer.of(",
    `    ${called},`,
    `    ${JSON.stringify(label)},`,
    '    name="edited",',
    ...more,
    ")",
    "path = descend(",
    "    {surface},",
    "    optimizer,",
    "    ({start}),",
    "    steps={steps},",
  ].map((text): CodeLine => ({ text }));
  const chance = ["noise", "batch size", "seed"].map((name): CodeLine => ({
    text: `    ${name.replace(" ", "_")}={${name}},`,
    needs: name,
  }));
  const falling: CodeLine = { text: "    schedule={schedule},", needs: "schedule" };
  const settings = [...parameters.map((name) => `    ${name}={${name}},`), ")", "print(path.params[-1])"];
  return [...lines, ...chance, falling, ...settings.map((text): CodeLine => ({ text }))];
}

const NEEDLESS = new Set(["", "0", "0.0"]);

function fill(lines: CodeLine[], values: Values): string {
  return lines
    .filter(({ needs }) => needs === undefined || !NEEDLESS.has(values[needs] ?? ""))
    .map(({ text }) => `${put(text, values)}\n`)
    .join("");
}

const put = (text: string, values: Values): string =>
  text.replace(/\{([^{}]+)\}/g, (whole, name: string) => values[name] ?? whole);

// A number in Python's words, which read back are the same: 0.1, 1e-6, 1.0.
export function python(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const [digits, power] = value.toExponential().split("e") as [string, string];
  if (Number(power) < -4 || Number(power) >= 16) return `${digits}e${Number(power)}`;
  const plain = String(value);
  return plain.includes(".") ? plain : `${plain}.0`;
}
