// The settings of a page's labs in the fragment of its address:
// #lab-1;learning_rate=0.2;start=5,4&lab-2;step=7

import type { Lab } from "../model/follow.ts";
import { FIRST, quote, type Setting } from "./settings.ts";

const LONGEST = 4000;
const LAB = /^lab-\d+$/;

// The labs of a fragment, each with its settings as text, by id.
function split(fragment: string): Map<string, string[]> {
  const text = whole(fragment.replace(/^#/, ""));
  const labs = new Map<string, string[]>();
  for (const lab of (text.includes(";") ? text : plain(text)).split("&")) {
    const [id = "", ...settings] = lab.split(";"); // some encode it all on the way
    labs.set(id, [...(labs.get(id) ?? []), ...settings.filter(Boolean)]);
  }
  return labs;
}

// As many settings as there is room for, none of them cut.
const whole = (text: string) =>
  text.length > LONGEST ? text.slice(0, Math.max(text.lastIndexOf(";", LONGEST), 0)) : text;

// The lab that a reader who follows the link comes to.
export const firstOf = (fragment: string): string => [...split(fragment).keys()][0] ?? "";

// What the fragment says of the labs there are, and what is wrong with the rest; a heading's name has no settings.
export function sort(fragment: string, ids: string[]): { rest: string; complaints: string[] } {
  const labs = split(fragment);
  const strange = [...labs].filter(([id, { length }]) => !ids.includes(id) && (length > 0 || LAB.test(id)));
  for (const [id] of strange) labs.delete(id);
  const names = strange.map(([id]) => quote(id)).join(", ");
  const choices = ids.length > 0 ? `choices: ${ids.join(", ")}` : "it has none";
  return {
    rest: join(labs),
    complaints: names ? [`no lab of this page is ${names}; ${choices}`] : [],
  };
}

const join = (labs: Map<string, string[]>) =>
  [...labs].map(([id, settings]) => [id, ...settings].join(";")).join("&");

// Letters, digits, comma, colon, and little else: a chat program ends a link before a last bracket or
// dot, and takes asterisks for its own.
const portable = (text: string) =>
  encodeURIComponent(text)
    .replaceAll("%2C", ",")
    .replaceAll("%3A", ":")
    .replace(/[!'()*~]|\.$/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

// The fragment, without its "#", in which this lab stands as its model does now: what
// differs from where it began. The other labs of the fragment stay as they are.
export function encode(
  fragment: string,
  id: string,
  settings: Setting[],
  initial: ReadonlyMap<string, unknown>,
  get: Lab["get"],
): string {
  const labs = split(fragment);
  for (const other of labs.keys()) if (!LAB.test(other)) labs.delete(other);
  const text = ({ write }: Setting, value: unknown) => (value === null ? "" : write(value));
  // A step beyond the last is the end.
  const now = (name: string) => (name === "step" && (get("step") ?? 0) >= get("steps") ? null : get(name));
  const changed = settings.flatMap((setting) => {
    const [value, before] = [text(setting, now(setting.name)), text(setting, initial.get(setting.name))];
    return value === null || value === before ? [] : [`${setting.name}=${portable(value)}`];
  });
  labs.delete(id);
  if (changed.length > 0) labs.set(id, changed);
  return join(labs);
}

// The settings that no address can carry as they are now.
export const tooLong = (settings: Setting[], get: Lab["get"]): string[] =>
  settings
    .filter(({ name, write }) => get(name) !== null && write(get(name)) === null)
    .map(({ name }) => name);

// What the fragment sets this lab to, by name, and the complaints about what it may not be;
// null if it does not speak of this lab.
export function decode(
  fragment: string,
  id: string,
  settings: Setting[],
  initial: ReadonlyMap<string, unknown>,
): { values: Map<string, unknown>; complaints: string[] } | null {
  const found = split(fragment).get(id);
  if (!found) return null;
  const known = new Map(settings.map((setting) => [setting.name, setting]));
  const [values, complaints] = [new Map<string, unknown>(), [] as string[]];
  if (fragment.length > LONGEST) complaints.push(`only its first ${LONGEST} characters are read`);
  const isFirst = (entry: string) => FIRST.some((name) => entry.startsWith(`${name}=`));
  const get = (name: string) => values.get(name) ?? initial.get(name);
  for (const entry of [...found.filter(isFirst), ...found.filter((one) => !isFirst(one))]) {
    const [name = "", ...after] = entry.split("=");
    const text = plain(after.join("="));
    const setting = known.get(name);
    if (!setting || after.length === 0) {
      complaints.push(`“${plain(entry).slice(0, 24)}” is not a setting of this lab`);
      continue;
    }
    // Nothing after the sign: no step, no window of its own.
    const read =
      text === "" && (name === "step" || name === "window") ? { value: null } : setting.read(text, get);
    if (typeof read === "string") complaints.push(read);
    else if (values.has(name)) complaints.push(`“${name}” stands there twice`);
    else values.set(name, read.value);
  }
  const [step, steps] = [Number(values.get("step")), Number(values.get("steps") ?? initial.get("steps"))];
  if (step > steps) {
    complaints.push(
      `“${step}” is not allowed: step takes whole numbers from 0 to ${steps}, the steps there are`,
    );
    values.delete("step");
  }
  return { values, complaints };
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
