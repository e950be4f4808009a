// Which controls do something now; the others are hidden.

import { scheduleOf } from "../engine/schedule.ts";
import type { Lab } from "../model/follow.ts";
import { racing, steered, type Racer } from "../model/racers.ts";

export interface Working {
  ruling: Set<string>; // the optimisers' numbers
  scheduling: Set<string>; // the schedules'
  sharing(name: string): Racer[]; // who takes it, and has none of its own
  works(name: string): boolean;
}

export function createWorking(lab: Lab): Working {
  const namesOf = (all: { parameters: string[] }[]) => new Set(all.flatMap(({ parameters }) => parameters));
  // As they were sent: a rule may come to lose one.
  const [ruling, scheduling] = [namesOf(lab.spec.optimizers), namesOf(lab.spec.schedules)];
  const sharing = (name: string) =>
    racing(lab).filter(({ optimizer, own }) => optimizer.parameters.includes(name) && !(name in own));
  return {
    ruling,
    scheduling,
    sharing,
    works(name) {
      const steering = name === "schedule" || name === "rates" || scheduling.has(name);
      if (steering && !racing(lab).some(steered)) return false;
      if (scheduling.has(name)) return scheduleOf(lab)!.parameters.includes(name);
      return !ruling.has(name) || sharing(name).length > 0;
    },
  };
}
