// A racer as code, the same text as `as_code` in Python, which made the lines.

import type { CodeLine } from "../model/contract.ts";
import type { Lab } from "../model/follow.ts";
import { parameterOf } from "../model/numbers.ts";
import { settingOf, steered, type Racer } from "../model/racers.ts";
import { scheduleOf } from "./schedule.ts";
import { startOf, type Surface } from "./surface.ts";

type Values = Record<string, string>;

export function codeOf(lab: Lab, surface: Surface, racer: Racer, library: string): string {
  const { optimizer } = racer;
  const { spec, get, number } = lab;
  const values: Values = { start: startOf(lab, surface).map(python).join(", "), steps: String(get("steps")) };
  surface.spec.parameters.forEach((name) => (values[name] = python(number(name))));
  optimizer.parameters.forEach((name) => (values[name] = python(settingOf(lab, racer, name))));
  if (!optimizer.exact) {
    const batch = surface.batch ? number("batch_size") : 0;
    values.noise = python(number("noise"));
    values["batch size"] = String(batch);
    values.seed = batch || number("noise") ? String(number("seed")) : "";
  }
  const { name } = surface.spec;
  const typed = { import: "descend", "import schedules": "", surface: JSON.stringify(name) };
  for (const [part, text] of Object.entries(spec.code?.surfaces[name] ?? typed)) {
    values[part] = put(text, values);
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
  return fill(spec.code?.libraries[library]?.[optimizer.name] ?? [], values);
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
