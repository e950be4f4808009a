// A lab's settings in the fragment of an address: #lab-2;learning_rate=0.2;start=5,4;step=7
//
// What comes from an address is anybody's: it is read as numbers within their ranges, or left.

import { parse } from "./numbers.ts";
import type { Model, Parameter } from "./spec.ts";

// The settings of the model, as a fragment without its "#".
export function encode(id: string, names: string[], model: Model): string {
  const settings = names
    .map((name) => [name, model.get(name)])
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`);
  return [id, ...settings].join(";");
}

// Set the model to what the fragment holds for this lab; the complaints about what it may not be.
export function decode(fragment: string, id: string, parameters: Parameter[], model: Model): string[] {
  const [whose, ...settings] = plain(fragment).split(";", 40);
  if (whose !== id) return [];
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const complaints: string[] = [];
  for (const setting of settings) {
    const [name, text] = [setting.split("=", 1)[0], setting.slice(setting.indexOf("=") + 1)];
    const parameter = known.get(name);
    if (!parameter || !setting.includes("=")) {
      complaints.push(`“${setting.slice(0, 24)}” is not a setting of this lab`);
      continue;
    }
    const values = (name === "start" ? text.split(",", 3) : [text]).map((part) => parse(parameter, part));
    const wrong = values.find((value) => typeof value === "string");
    if (wrong !== undefined) complaints.push(String(wrong));
    else if (name !== "start") model.set(name, values[0]);
    else if (values.length === 2) model.set(name, values);
    else complaints.push("start takes two numbers, x,y");
  }
  return complaints;
}

function plain(fragment: string): string {
  const text = fragment.replace(/^#/, "").slice(0, 2000);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
