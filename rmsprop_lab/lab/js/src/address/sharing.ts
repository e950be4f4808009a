// A lab of a page in the page's address: set as the address says, and written into it when the hand rests.

import { effect } from "@preact/signals-core";
import { draftsOf, longOf, note, noted } from "./address.ts";
import { decode, encode, tooLong } from "./permalink.ts";
import type { Drafts } from "../model/drafts.ts";
import type { Lab } from "../model/follow.ts";
import type { Setting } from "./settings.ts";

const REST = 300; // ms without a change before the address is written

export function share(
  { get, writeAll }: Lab,
  id: string,
  settings: Setting[],
  initial: ReadonlyMap<string, unknown>,
  drafts: Drafts,
  restoring: (complaints: string[]) => void, // about what the address asks for in vain
) {
  let rest = 0;
  const forget = () => clearTimeout(rest);
  const atRest = (act: () => void) => {
    forget();
    rest = window.setTimeout(act, REST);
  };
  const labs = () => noted() ?? location.hash;
  const described = () => encode(labs(), id, settings, initial, get);
  const left = () => tooLong(settings, get);
  const keep = (labs: string, address?: string) => {
    const long = Object.fromEntries(left().map((name) => [name, get(name)]));
    note({ labs, drafts: { [id]: drafts.peek() }, long: { [id]: long } }, address);
  };
  const link = () => {
    const [page = "", fragment] = [location.href.split("#")[0], described()];
    const link = fragment ? `${page}#${fragment}` : page;
    keep(fragment, link);
    return link;
  };
  const stop = effect(() => {
    for (const { name } of settings) get(name);
    void drafts.value;
    atRest(link);
  });
  // The address speaks for this lab: what it does not name is as it was at first. A link to a heading does not
  // speak of it, and leaves it; Back comes to a place where it is known how all labs stood.
  const restore = () => {
    const back = noted() !== null;
    const begun = new Map([...initial, ...Object.entries(longOf(id))]);
    const found = decode(labs(), id, settings, begun);
    if (found || back) {
      restoring(found?.complaints ?? []);
      writeAll([...begun, ...(found?.values ?? [])]);
      drafts.value = draftsOf(id);
    }
    atRest(found ? link : () => keep(described()));
  };
  restore();
  window.addEventListener("hashchange", restore);
  // From here on the address is another place's: what waits to be written belongs to the last one.
  window.addEventListener("popstate", forget);
  return {
    link, // to the lab as it stands
    left, // what the link leaves out
    stop() {
      stop();
      forget();
      window.removeEventListener("hashchange", restore);
      window.removeEventListener("popstate", forget);
    },
  };
}
