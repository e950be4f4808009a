// What a lab of points has besides: other points, their picture, and their text. For a static page it is a script of
// its own, for pages that have such a lab. It comes before the labs' own script, which looks for it.

import { createDataField, type DataField } from "./controls/data.ts";
import type { Frames } from "./dom/frames.ts";
import { pointsOf, withPoints } from "./engine/line.ts";
import { parsePoints, writePoints } from "./engine/points.ts";
import type { Point, Spec } from "./model/contract.ts";
import type { Drafts } from "./model/drafts.ts";
import type { Lab } from "./model/follow.ts";
import { createScatter, type Tools } from "./plots/scatter.ts";
import type { Shown, View } from "./plots/shown.ts";

// As `Setting` of address/settings.ts.
const settingOf = (spec: Spec) => ({
  name: "data",
  write: (value: unknown) => writePoints((value as Point[] | null) ?? pointsOf(spec.objectives[0]!)),
  read: parsePoints,
});

function create(
  lab: Lab,
  shown: Shown,
  tools: Tools,
  frames: Frames,
  drafts: Drafts,
  say: (text: string) => void,
): { view: View; field: DataField } {
  return {
    view: createScatter(lab, shown, tools, frames, say),
    field: createDataField(lab, frames, drafts, say),
  };
}

export const points = { withPoints, settingOf, create };
export type Points = typeof points;
