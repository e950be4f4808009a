// A race: a network, and optimisers that train it side by side while one looks on. It stands in the figure, and
// runs when its button is pressed.

import { computed, effect, signal } from "@preact/signals-core";
import { settingsOf } from "./address/settings.ts";
import { share } from "./address/sharing.ts";
import { createAlone } from "./controls/alone.ts";
import { createRacers } from "./controls/choices.ts";
import { createSlider, type Control } from "./controls/controls.ts";
import { createLearned } from "./controls/learned.ts";
import { createLegend, type Stand } from "./controls/legend.ts";
import { createRates } from "./controls/rates.ts";
import { createRule } from "./controls/rule.ts";
import { createSchedule } from "./controls/schedule.ts";
import { createTools } from "./controls/tools.ts";
import { createWorking } from "./controls/works.ts";
import { createWorldChoice } from "./controls/world.ts";
import { heedFocus } from "./dom/focus.ts";
import { createFrames, watch } from "./dom/frames.ts";
import { button, createComplaint, element, setText, write } from "./dom/html.ts";
import { toolbar } from "./dom/tabs.ts";
import { followTheme } from "./dom/theme.ts";
import { editable, revise } from "./engine/rule.ts";
import { factorsOver } from "./engine/schedule.ts";
import type { RaceHistory } from "./model/contract.ts";
import type { Drafts } from "./model/drafts.ts";
import { follow, type Lab, type Model } from "./model/follow.ts";
import { format, parameterOf } from "./model/numbers.ts";
import { createRace, isOnPlane, shortName, type Entrant, type Race } from "./network/racing.ts";
import { createTuner, type Tuner } from "./network/tuner.ts";
import { createRegions } from "./plots/regions.ts";
import { chart, createStepPlot, marginOf } from "./plots/stepplot.ts";
import { checkRace } from "./tape/checked.ts";

const SMOOTH = 11; // batches whose mean loss a curve shows, as in picture.py

// Fill the figure; returns what takes it all away again.
// `id` names the race in the page's address, where it has one.
export function mountRace(figure: HTMLElement, model: Model, id: string | null = null): () => void {
  checkRace(model.get("spec"));
  const lab = follow(model, revise);
  const network = lab.spec.network!;
  const settings = settingsOf(lab.spec);
  const initial = new Map(settings.map(({ name }) => [name, lab.get(name)]));
  const race = createRace(lab);
  const following = followTheme(figure);
  const { theme } = following;
  const frames = createFrames();
  const alone = createAlone(lab);
  const drafts: Drafts = signal({});
  const remark = element("p", { className: "lab-note" });
  remark.setAttribute("role", "status");
  let found = ""; // what the last search for rates said, while it is to be read
  const say = (text: string) => {
    found = "";
    setText(remark, text);
  };

  // What one sees.
  const shown = { step: signal(null), alone: alone.key, theme };
  const [losses, errors, rates] = [lossChart(race), errorChart(race), rateChart(race)];
  const scaled = lab.spec.optimizers.some(({ scales }) => scales);
  const charts = scaled ? [losses, errors, rates] : [losses, errors];
  const left = computed(() =>
    marginOf(
      charts.map(({ value }) => value),
      theme.value.font,
    ),
  );
  const epochs = () => lab.number("epochs");
  const plots = charts.map((one) => {
    const steps = one === losses ? () => epochs() * race.perEpoch.value : epochs;
    return createStepPlot(one, left, steps, shown, frames);
  });
  const stands = computed(() => {
    void race.moved.value;
    return race.entrants.value.map((entrant) => standOf(entrant, race.perEpoch.value));
  });
  const playing = () => race.stage.value === "racing";
  const legend = createLegend(lab, stands, playing, alone, theme, say, frames);

  // What one presses and moves.
  const tuner = createTuner(
    lab,
    race.courseOf,
    () => race.perEpoch.value,
    (text) => {
      say(text);
      found = text;
    },
  );
  const controls = createControls(lab, race, tuner, say);
  frames.tell(() => controls.forEach(({ show }) => show()));
  const rule = editable(lab.spec) ? createRule(lab, say, frames, drafts) : null;
  const transport = createTransport(race, tuner, epochs);
  frames.tell(transport.show);
  // What is searched for is past when what it hangs on has changed.
  const stopForgetting = effect(() => {
    void race.entrants.value;
    tuner.stop();
  });
  let told = race.stage.value;
  frames.tell(() => {
    if (race.stage.value === told) return;
    told = race.stage.value;
    const lost = race.entrants.value.every(({ run }) => run.divergedAt !== null);
    const ended = lost ? "All have diverged." : `Finished: ${epochs()} epochs.`;
    setText(remark, told === "finished" ? `${found} ${ended}`.trim() : found);
  });
  frames.tell(() => {
    const entrants = race.entrants.value; // a short race may be run anew within a frame
    if (race.stage.value !== "racing") lab.writeAll([["history", historyOf(entrants)]]);
  });

  const complaint = createComplaint();
  const restoring = (complaints: string[]) => {
    race.restart();
    controls.forEach((control) => control.forget?.());
    rule?.forget();
    legend.forget();
    complaint.say(complaints);
  };
  const sharing = id === null ? null : share(lab, id, settings, initial, drafts, restoring);
  const reset = () => {
    restoring([]);
    lab.writeAll(initial);
    say("Reset.");
  };
  const tools = createTools("this race", { reset, sharing }, say);
  // What a reader looks at first stays in sight: the plane, where there is one, or else the loss.
  const plane = isOnPlane(network)
    ? createRegions(race, network.sizes, alone.key, alone.point, theme, frames)
    : null;
  const [first, ...others] = [...(plane ? [plane] : []), ...plots].map((picture) => picture.element);
  const stage = element("div", { className: "lab-stage" }, transport.element, first!, ...legend.elements);
  const pictures = element("div", { className: "lab-plots" }, ...others);
  const main = element("div", { className: "lab-main" }, stage, pictures);
  if (rule) main.append(rule.element);
  if (network.image) main.append(createLearned(network, race, theme, frames));
  const rows = element("div", { className: "lab-controls" }, ...controls.map((one) => one.element));
  const side = element("div", { className: "lab-side" }, rows);
  const board = element("div", { className: "lab-board" }, main, side);
  const body = element(
    "div",
    { className: "lab-live" },
    complaint.element,
    board,
    element("div", { className: "lab-foot" }, tools, remark),
  );
  heedFocus(body);
  figure.prepend(body);

  // Its life.
  const sight = new IntersectionObserver((entries) => race.rest(!entries.at(-1)?.isIntersecting));
  sight.observe(body);
  const drawn = [...plots, ...(plane ? [plane] : [])];
  const stopWatching = watch(body, [stage, ...drawn.map((picture) => picture.element)], frames, () => {
    following.look();
    board.style.setProperty("--lab-stage", `${stage.offsetHeight}px`);
    for (const { layers } of drawn) for (const layer of layers) layer.measure();
    legend.measure();
  });
  figure.dataset.state = "live";
  return () => {
    sight.disconnect();
    stopWatching();
    stopForgetting();
    for (const part of [tuner, race, plane, frames, legend, rule, sharing, following, lab]) part?.stop();
    body.remove();
    figure.dataset.state = "static";
  };
}

// ---- the curves ----------------------------------------------------------------------

const lossChart = (race: Race) =>
  computed(() => {
    void race.moved.value;
    const all = race.entrants.value;
    const curves = all.map((entrant) => {
      const {
        racer: { key, look },
        run,
      } = entrant;
      return {
        key,
        look,
        name: shortName(entrant, all),
        values: runningMean(run.losses),
        ends: run.divergedAt === null,
        away: run.divergedAt !== null,
      };
    });
    return chart("training loss, running mean", curves);
  });

const errorChart = (race: Race) =>
  computed(() => {
    void race.moved.value;
    const all = race.entrants.value;
    const curves = all.map((entrant) => ({
      key: entrant.racer.key,
      look: entrant.racer.look,
      name: shortName(entrant, all),
      values: Float64Array.from(entrant.right, (share) => 100 * (1 - share)),
      ends: true,
    }));
    return chart("wrong on new data, %", curves, "epoch", 100);
  });

// Of those who scale: the hidden layers' strong, the last one's thin.
const rateChart = (race: Race) =>
  computed(() => {
    void race.moved.value;
    const curves = race.entrants.value.flatMap(({ racer: { key, look, optimizer }, rates }) =>
      optimizer.scales
        ? rates.map((medians, layer) => ({
            key,
            look,
            values: Float64Array.from([NaN, ...medians]),
            width: layer === rates.length - 1 ? 1 : 2,
            name: layer === rates.length - 1 ? "last layer" : `layer ${layer + 1}`,
          }))
        : [],
    );
    return chart("median effective rate", curves, "epoch");
  });

// Of each batch's loss and those before it; of fewer at first.
function runningMean(losses: number[]): Float64Array {
  return Float64Array.from(losses, (_, k) => {
    const first = Math.max(0, k + 1 - SMOOTH);
    let sum = 0;
    for (let j = first; j <= k; j++) sum += losses[j]!;
    return sum / (k + 1 - first);
  });
}

// ---- where each stands -----------------------------------------------------------------

function standOf({ racer, name, run, right }: Entrant, perEpoch: number): Stand {
  const epoch = Math.floor(run.losses.length / perEpoch);
  const mean = run.losses.length > 0 ? runningMean(run.losses.slice(-SMOOTH)).at(-1)! : NaN;
  const share = right.at(-1)!;
  const data = { loss: String(mean), accuracy: String(share), epoch: String(epoch) };
  if (run.divergedAt !== null) {
    const since = ` at step ${run.divergedAt}`;
    return {
      look: racer.look,
      now: "diverged",
      since,
      sentence: `${name} diverged${since}`,
      spoken: `${name} diverged${since}`,
      data: { ...data, loss: "diverged" },
    };
  }
  const percent = `${(100 * share).toFixed(1)}%`;
  const loss = format(mean, 3);
  const begun = run.losses.length > 0;
  const sentence = `${name}, epoch ${epoch}: ${begun ? `training loss ${loss}, ` : ""}${percent} of new data right`;
  const now = begun ? `loss ${loss}` : "at the start";
  return { look: racer.look, now, since: `, ${percent} right`, sentence, spoken: sentence, data };
}

const historyOf = (entrants: Entrant[]): Record<string, RaceHistory> =>
  Object.fromEntries(
    entrants.map(({ name, run, right }) => [
      name,
      { batchLosses: [...run.losses], test: [...right], divergedAt: run.divergedAt },
    ]),
  );

// ---- what one presses and moves ---------------------------------------------------------

function createTransport(race: Race, tuner: Tuner, epochs: () => number) {
  const start = button("", () => (race.stage.value === "racing" ? race.pause() : race.start()));
  start.name = "start";
  const one = button("One epoch", race.stepEpoch);
  one.name = "epoch";
  const restart = button("Restart", race.restart);
  restart.name = "restart";
  const far = element("span", { className: "lab-epoch" });
  const cancel = button("Cancel", tuner.stop);
  const bar = toolbar("the race", "lab-transport", start, one, restart, cancel);
  const TEXTS = { ready: "Start", racing: "Pause", paused: "Go on", finished: "Start again" };
  return {
    element: element("div", { className: "lab-race" }, bar, far),
    show() {
      setText(start, TEXTS[race.stage.value]);
      one.disabled = race.stage.value === "racing";
      cancel.hidden = tuner.progress.value === "";
      write(far, tuner.progress.value || `epoch ${race.epoch.value} of ${epochs()}`);
    },
  };
}

// The controls that the figure asks for, each shown only where it does something.
function createControls(lab: Lab, race: Race, tuner: Tuner, say: (text: string) => void): Control[] {
  const { spec, number, write, writeNumber } = lab;
  const { works } = createWorking(lab);
  const factors = computed(() => factorsOver(lab, race.perEpoch.value * number("epochs")));
  const make = (name: string): Control => {
    if (name === "world") return createWorldChoice(lab);
    if (name === "racers") return createRacers(lab, (racers) => write({ racers }));
    if (name === "rates") return createRates(lab, tuner.tune, say, null);
    if (name === "schedule") return createSchedule(lab, factors);
    return createSlider(
      parameterOf(spec, name),
      () => number(name),
      (value) => writeNumber(name, value),
    );
  };
  return spec.controls
    .filter((name) => name !== "rule")
    .map((name) => {
      const control = make(name);
      const { element, show } = control;
      control.show = () => {
        element.hidden = !works(name);
        if (!element.hidden) show();
      };
      return control;
    });
}
