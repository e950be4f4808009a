// The lab: one view over a model, in a Jupyter notebook and on a static page.

import { computed, effect, signal } from "@preact/signals-core";
import { share } from "./address/sharing.ts";
import { createAlone } from "./controls/alone.ts";
import { createCode } from "./controls/code.ts";
import { createInspector } from "./controls/inspector.ts";
import { createLegend } from "./controls/legend.ts";
import { createPanel } from "./controls/panel.ts";
import { createRule } from "./controls/rule.ts";
import { createTools } from "./controls/tools.ts";
import { createTransport } from "./controls/transport.ts";
import type { Points } from "./data.ts";
import { Layer } from "./dom/canvas.ts";
import { heedFocus } from "./dom/focus.ts";
import { createFrames, watch } from "./dom/frames.ts";
import type { Edited } from "./check/field.ts";
import { createComplaint, element, setText } from "./dom/html.ts";
import { createTabs } from "./dom/tabs.ts";
import { followTheme } from "./dom/theme.ts";
import { drawBatches } from "./engine/batches.ts";
import { createSweeper } from "./engine/grid.ts";
import { extent, glance, standing } from "./engine/report.ts";
import { currentNoise, currentPaths } from "./engine/paths.ts";
import { changing, currentFactors } from "./engine/schedule.ts";
import { currentSurface } from "./engine/surface.ts";
import { editable, revise } from "./engine/rule.ts";
import { parseRule } from "./formula/rule.ts";
import { createTuner } from "./engine/tuner.ts";
import { conditionsOf } from "./export/conditions.ts";
import { download, png, svg, type Vectors } from "./export/picture.ts";
import { toCsv } from "./export/table.ts";
import type { Drafts } from "./model/drafts.ts";
import { follow, type Model } from "./model/follow.ts";
import { createPlayer } from "./model/player.ts";
import { settingsOf } from "./address/settings.ts";
import { labelled, margin, scaleOf, sideBySide } from "./plots/axis.ts";
import { createViews } from "./plots/views.ts";
import { checkTape, checkTapes } from "./tape/checked.ts";

const FOR_THE_EYE = new Set(["step", "window"]); // settings that no path depends on

// Fill the figure; returns what takes it all away again.
// `id` names the lab in the page's address, where it has one; `add` adds to a rule that can be edited; `points` is
// what a lab of points needs.
export function mount(
  figure: HTMLElement,
  model: Model,
  vectors: Vectors,
  id: string | null = null,
  add?: (edited: Edited) => void,
  points?: Points,
): () => void {
  checkTapes(model.get("spec")); // as it was sent: an edited rule hides a tape that Reset goes back to
  const lab = follow(model, revise);
  const lined = lab.spec.objectives[0]!.line ? points : undefined;
  const settings = [...settingsOf(lab.spec), ...(lined ? [lined.settingOf(lab.spec)] : [])];
  const initial = new Map(
    ["steps", ...settings.map(({ name }) => name)].map((name) => [name, lab.get(name)]),
  );

  // What follows from the settings.
  const surface = currentSurface(lab, points?.withPoints);
  const noise = currentNoise(lab);
  const factors = currentFactors(lab);
  const multiplied = changing(factors);
  const paths = currentPaths(lab, surface, noise, multiplied);
  const sweeper = createSweeper(lab, surface, noise, multiplied);
  const player = lab.spec.controls.includes("step") ? createPlayer(lab) : null;
  const following = followTheme(figure);
  const { theme } = following;

  // What one sees, then what one reads: words may change the layout, and the drawing asks for it.
  const frames = createFrames();
  const alone = createAlone(lab);
  const shown = { surface, paths, step: player?.marked ?? signal(null), alone: alone.key, theme };
  const views = createViews(lab, shown, sweeper, player, frames);
  const remark = element("p", { className: "lab-note" });
  remark.setAttribute("role", "status");
  const say = (text: string) => setText(remark, text);
  const stands = computed(() => {
    const step = player?.marked.value ?? lab.get("steps");
    return paths.value.map(({ name, path, racer }) => {
      const { loss, ...seen } = glance(path, step);
      const sentence = standing(name, path, step);
      const spoken = standing(name, path, step, extent(path));
      return { ...seen, look: racer.look, sentence, spoken, data: { loss } };
    });
  });
  const playing = () => player?.playing.value ?? false;
  const parts = { Layer, signal, computed, scaleOf, labelled, sideBySide, margin, drawBatches };
  const drafts: Drafts = signal({});
  const data = lab.spec.controls.includes("data")
    ? lined?.create(lab, shown, parts, frames, drafts, say)
    : null;
  if (data) views.all.push(data.view);
  const legend = createLegend(lab, stands, playing, alone, theme, say, frames);
  const complaint = createComplaint();

  // What one moves.
  const tuner = createTuner(lab, surface, sweeper, say);
  const panel = createPanel(lab, surface, factors, tuner, say, frames, drafts);
  const restoring = (complaints: string[]) => {
    player?.stop();
    panel.forget();
    rule?.forget();
    data?.field.forget();
    legend.forget();
    complaint.say(complaints);
  };
  const rule = editable(lab.spec) ? createRule(lab, say, frames, drafts) : null;
  const sharing = id === null ? null : share(lab, id, settings, initial, drafts, restoring);
  const reset = () => {
    restoring([]);
    lab.writeAll(initial);
    say("Reset.");
  };
  const conditions = () => conditionsOf(lab, surface.value, multiplied.value !== null);
  const keep = (picture: Promise<Blob>, name: string) =>
    void picture.then(
      (blob) => download(blob, name),
      (error: Error) => say(`There is no picture: ${error.message}.`),
    );
  const save = {
    CSV: () => download(new Blob([toCsv(paths.value)], { type: "text/csv" }), "paths.csv"),
    PNG: () => keep(png(views.all, legend, conditions(), theme.value), "lab.png"),
    SVG: () => keep(svg(views.all, legend, conditions(), theme.value, vectors), "lab.svg"),
  };
  const body = element("div", { className: "lab-live" });
  const code = lab.spec.code && createCode(lab, surface, paths, say, frames);
  const tools = createTools(
    "this lab",
    { reset, sharing, code: code?.button ?? null, save, whole: body },
    say,
  );

  // The map and the legend stay in sight; at their side is what one moves, and the curves where there is room.
  const seen = data ? [data.view.element, views.map.element] : [views.map.element];
  const stage = element("div", { className: "lab-stage" }, ...seen, ...legend.elements);
  const plots = element("div", { className: "lab-plots" }, ...views.plots.map((plot) => plot.element));
  const main = element("div", { className: "lab-main" }, stage);
  const side = element("div", { className: "lab-side" }, panel.element);
  if (player) main.append(createTransport(lab, player, frames));
  if (rule) {
    main.append(rule.element);
    add?.({ lab, field: rule.element, parse: parseRule, checkTape, tell: frames.tell });
  }
  (panel.many ? main : side).append(plots);
  if (data) side.append(data.field.element);
  const deep: [string, HTMLElement][] = [];
  if (views.convergence) deep.push(["Convergence map", views.convergence.element]);
  const inspected = signal(true);
  const inspector = player && createInspector(lab, paths, factors, player, inspected, frames);
  if (inspector) deep.push(["Numbers of the step", inspector]);
  const look = (panel: HTMLElement) => (inspected.value = panel === inspector);
  if (deep.length > 0) main.append(createTabs("more about the paths", deep, look));
  const foot = element("div", { className: "lab-foot" }, tools, remark, ...(code ? [code.element] : []));
  const board = element("div", { className: "lab-board" }, main, side);
  board.classList.toggle("lab-many", panel.many);
  board.classList.toggle("lab-with-data", Boolean(data));
  body.append(complaint.element, board, foot);
  heedFocus(body);
  figure.prepend(body);
  if (getComputedStyle(board).display === "flex") panel.fold(); // one column: a phone

  // Its life. What was said and searched for is past when the paths are others.
  const stopForgetting = effect(() => {
    for (const { name } of settings) if (!FOR_THE_EYE.has(name)) lab.get(name);
    tuner.stop();
    say("");
  });
  const stopWatching = watch(body, [stage, ...views.all.map((view) => view.element)], frames, () => {
    following.look();
    for (const { layers } of views.all) for (const layer of layers) layer.measure();
    legend.measure();
    // Last, because all that was measured gets its styles anew.
    board.style.setProperty("--lab-stage", `${stage.offsetHeight}px`);
  });
  figure.dataset.state = "live";
  return () => {
    stopWatching();
    stopForgetting();
    for (const part of [frames, views, legend, rule, data?.field, player, tuner, sharing, following, lab])
      part?.stop();
    body.remove();
    figure.dataset.state = "static";
  };
}
