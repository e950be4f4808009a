// The map of settings in a worker, so that the page has its time for the hand. The worker is made of the text of this
// very script: a page opened from a file may load no other. Where a policy refuses it, the page computes the map.

import { createMapper, type Asked, type Mapped, type Mapper } from "./mapper.ts";
import type { Tapes } from "./sweep.ts";

declare const rmspropLab: (() => unknown) | undefined; // all of this script: build.mjs makes it one function

export const inWorker = "WorkerGlobalScope" in globalThis;

interface Request {
  number: number;
  tapes: Tapes | null; // null: those of the last request
  asked: Asked;
}

interface Answer {
  number: number; // of the request
  mapped: Mapped;
}

// What the script does when it runs in the worker: compute what it is asked for, until it is asked for something else.
export function serve(): void {
  const mapper = createMapper();
  let last: Tapes | null = null;
  addEventListener("message", ({ data }: MessageEvent<Request | null>) => {
    mapper.stop();
    if (!data) return;
    const { number, tapes, asked } = data;
    last = tapes ?? last;
    // Begun when no other request waits: of many only the last one counts.
    mapper.start(last!, asked, true, (mapped) => postMessage({ number, mapped } satisfies Answer));
  });
}

let address = ""; // of the script's text, for all labs of the page

function open(): Worker | null {
  if (typeof rmspropLab === "undefined") return null;
  address ||= URL.createObjectURL(new Blob([`(${String(rmspropLab)})()`], { type: "text/javascript" }));
  try {
    return new Worker(address);
  } catch {
    return null;
  }
}

// Computes it in a worker, or where there can be none here.
export function createDistantMapper(): Mapper & { close(): void } {
  const here = createMapper();
  let worker: Worker | null = null;
  let number = 0; // of the last request
  let waiting = false; // for its answer
  let sent: Tapes | null = null;
  let answer: (mapped: Mapped) => void = () => {};
  const nothing = (_late: boolean) => {};
  let ask = nothing; // what was asked for last, of the worker or of the page
  let [begun, beginning]: [boolean, ReturnType<typeof setTimeout> | undefined] = [false, undefined];
  const send = (request: Request | null) => worker?.postMessage(request, []);
  const begin = () => {
    worker = open();
    worker?.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      if (data.number !== number) return;
      waiting = false;
      answer(data.mapped);
    });
    // A policy that refuses it is told of later.
    worker?.addEventListener("error", (event) => {
      event.preventDefault();
      worker?.terminate();
      worker = null;
      ask(true);
    });
    begun = true;
    ask(true);
  };
  return {
    start(tapes, asked, late, done) {
      number++;
      answer = done;
      ask = (late) => {
        waiting = worker !== null;
        if (worker) send({ number, tapes: tapes === sent ? null : tapes, asked });
        else here.start(tapes, asked, late, done);
        sent = tapes;
      };
      if (begun) ask(late);
      else beginning ??= setTimeout(begin); // when the lab has been drawn: to make a worker takes a while
    },
    stop() {
      number++;
      ask = nothing;
      here.stop();
      if (waiting) send(null);
      waiting = false;
    },
    close() {
      clearTimeout(beginning);
      here.stop();
      worker?.terminate();
    },
  };
}
