// The lab: one view over a model, in a Jupyter notebook and on a static page.

import { note, noted } from "./address/address.ts";
import { createSweeper } from "./engine/grid.ts";
import { createComplaint, element, setText } from "./dom/html.ts";
import { onThemeChange, readTheme, sameTheme, type Theme } from "./dom/theme.ts";
import { createInspector } from "./controls/inspector.ts";
import { download, png, svg } from "./export/picture.ts";
import { createLegend } from "./controls/legend.ts";
import { createPanel } from "./controls/panel.ts";
import { decode, encode } from "./address/permalink.ts";
import { settingsOf } from "./model/settings.ts";
import { SLICE } from "./engine/slices.ts";
import type { Model, Spec } from "./model/spec.ts";
import { createSurface } from "./engine/surface.ts";
import { toCsv } from "./export/table.ts";
import { checkTapes } from "./tape/tape.ts";
import { createTools } from "./controls/tools.ts";
import { createTransport } from "./controls/transport.ts";
import { createTuner } from "./engine/tuner.ts";
import { createViews } from "./plots/views.ts";
import { createNoise, createWalk, type Trajectory } from "./engine/paths.ts";

const REST = 300; // ms without a change before the address is written
const COMPUTED = ["computed", "heights"]; // what the kernel sends

// Some hosts have no kernel to save to, or no way to take a callback back, and throw.
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // The picture does not depend on it.
  }
}

// Fill the figure; returns what takes it all away again.
// `id` names the lab in the page's address, where it has one.
export function mount(figure: HTMLElement, model: Model, id: string | null = null): () => void {
  const spec: Spec = model.get("spec");
  checkTapes(spec);
  const write = (values: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    quietly(() => model.save_changes());
  };

  const surface = createSurface(spec, model);
  const noise = createNoise(model);
  const walk = createWalk(spec, model, noise);
  const sweeper = createSweeper(spec, model, noise);
  let walked: Trajectory[] = [];

  // Stepping: `step` is null at the end of the path, and follows it.
  const stepping = spec.controls.includes("step");
  const steps = (): number => model.get("steps");
  const stepNow = (): number => Math.min(model.get("step") ?? steps(), steps());
  const go = (step: number) => write({ step: step >= steps() ? null : step });
  const shown = (): number | null => {
    if (!stepping) return null;
    return views.pointed() ?? (stepNow() < steps() ? stepNow() : null);
  };

  const remark = element("p", { className: "lab-note" });
  remark.setAttribute("role", "status");
  const say = (text: string) => setText(remark, text);
  const complaint = createComplaint();
  const tuner = createTuner(spec, model, sweeper, surface, write, say);

  const transport = createTransport(() => ({ step: stepNow(), steps: steps() }), go);
  const inspector = createInspector(() => redraw());
  const views = createViews(
    spec,
    model,
    write,
    sweeper,
    () => redraw(),
    (step) => {
      transport.stop();
      go(step);
    },
  );
  const panel = createPanel(spec, model, write, tuner, say);
  const legend = createLegend(transport.playing);
  const live = element("div", { className: "lab-live" }, complaint.element, views.element);
  if (stepping) live.append(transport.element);
  live.append(panel.element, ...legend.elements);
  if (stepping) live.append(inspector.element);

  const settings = settingsOf(spec);
  const initial = new Map(
    ["steps", ...settings.map(({ name }) => name)].map((name) => [name, model.get(name)]),
  );
  const scene = () => ({
    title: `${surface().spec.name}: ${legend
      .entries()
      .map(({ text }) => text)
      .join("; ")}`,
    views: views.element,
    layers: views.layers,
    legend: legend.entries(),
    theme,
  });
  const paths = () =>
    toCsv(
      walked.map(({ optimizer }) => optimizer.label),
      walked.map(({ path }) => path),
    );
  const labs = () => noted() ?? location.hash;
  const described = () => encode(labs(), id!, settings, initial, model);
  const address = () => {
    const [page, fragment] = [location.href.split("#")[0], described()];
    const link = fragment ? `${page}#${fragment}` : page;
    note(fragment, link);
    return link;
  };
  const tools = createTools(
    {
      reset: () => {
        transport.stop();
        panel.forget();
        write(Object.fromEntries(initial));
        complaint.say([]);
        say("Reset.");
      },
      link: id === null ? null : address,
      save: {
        CSV: () => download(new Blob([paths()], { type: "text/csv" }), "paths.csv"),
        PNG: () => void png(scene()).then((blob) => download(blob, "lab.png")),
        SVG: () => download(svg(scene()), "lab.svg"),
      },
      whole: live,
    },
    say,
  );
  live.append(tools);
  tools.append(remark);
  // In JupyterLab the keys are the control's that has the focus, not the notebook's.
  live
    .querySelectorAll("input, button, select, [tabindex]")
    .forEach((taker) => taker.setAttribute("data-lm-suppress-shortcuts", "true"));
  figure.prepend(live);

  // At most one walk and one drawing a frame, however many values change in it. Another step
  // of the same paths is only drawn, another window only seen.
  let theme: Theme = readTheme(figure);
  let frame = 0;
  let stale = true;
  let rest = 0;
  let sweeping = 0;
  let left = false;
  const draw = () => {
    const begun = performance.now();
    const now = surface();
    if (stale) walked = walk(now);
    views.fit(now); // another shape comes back as another size
    const step = shown();
    // The drawing reads sizes, and the words change them: first the one, then the other.
    views.draw(now, walked, step, theme);
    // The map that is swept comes with the others, unless these have held the page long enough.
    if (stale) {
      clearTimeout(sweeping);
      const late = performance.now() - begun > SLICE;
      sweeping = late ? window.setTimeout(() => views.sweep(now, theme)) : 0;
      if (!late) views.sweep(now, theme);
    }
    stale = false;
    panel.show(now.spec);
    const rates: Record<string, number> = model.get("rates");
    const own = walked.map(({ optimizer }) => rates[optimizer.name] ?? null);
    legend.say(walked, step ?? steps(), own);
    if (!stepping) return;
    transport.show(stepNow(), step ?? steps(), steps());
    inspector.show(walked, step ?? steps());
  };
  const redraw = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
  };
  const atRest = (act: () => void) => {
    clearTimeout(rest);
    rest = window.setTimeout(act, REST);
  };
  const changed = (name: string) => () => {
    if (left) return; // the host still calls
    stale ||= name !== "step" && name !== "window";
    if (stale) tuner.stop();
    if (stale && !COMPUTED.includes(name)) say("");
    if (id !== null) atRest(address);
    redraw();
  };
  const redrawAll = () => {
    theme = readTheme(figure);
    stale = true;
    views.fit(surface());
    for (const layer of views.layers) layer.measure();
    draw();
    legend.draw(theme);
  };

  // The address speaks for this lab: what it does not name is as it was at first. A link to a heading does not
  // speak of it, and leaves it; Back comes to a place where it is known how all labs stood.
  const restore = () => {
    const back = noted() !== null;
    const found = decode(labs(), id!, settings, initial);
    if (found || back) {
      panel.forget();
      write(Object.fromEntries([...initial, ...(found?.values ?? [])]));
      complaint.say(found?.complaints ?? []);
    }
    atRest(found ? address : () => note(described()));
  };
  if (id !== null) {
    restore();
    window.addEventListener("hashchange", restore);
  }

  const names = [...settings.map(({ name }) => name), ...COMPUTED];
  const listeners = names.map((name) => [`change:${name}`, changed(name)] as const);
  for (const [event, listener] of listeners) model.on(event, listener);
  const observer = new ResizeObserver(redrawAll);
  observer.observe(views.element);
  const stopTheme = onThemeChange(() => {
    if (!sameTheme(theme, readTheme(figure))) redrawAll();
  });
  redrawAll();
  figure.dataset.state = "live";

  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(rest);
    clearTimeout(sweeping);
    transport.stop();
    tuner.stop();
    views.stop();
    legend.stop();
    left = true;
    for (const [event, listener] of listeners) quietly(() => model.off(event, listener));
    window.removeEventListener("hashchange", restore);
    observer.disconnect();
    stopTheme();
    live.remove();
    figure.dataset.state = "static";
  };
}
