// Panels of which one shows at a time, and groups that the Tab key enters once.

import { button, element, newId } from "./html.ts";

const AHEAD: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

// One stop of the Tab key for what belongs together: from there the arrow keys lead on, round and round.
// Returns what looks again who can have the focus.
export function roam(group: HTMLElement, onFocus: (member: HTMLElement) => void = () => {}): () => void {
  const members = () =>
    [...group.querySelectorAll<HTMLButtonElement | HTMLInputElement>("button, input")].filter(
      ({ disabled, hidden }) => !disabled && !hidden,
    );
  const settle = (on?: HTMLElement) => {
    const all = members();
    const stop = on ?? all.find(({ tabIndex }) => tabIndex === 0) ?? all[0];
    for (const member of all) {
      const place = member === stop ? 0 : -1;
      if (member.tabIndex !== place) member.tabIndex = place; // what is written gets its styles anew
    }
  };
  group.addEventListener("focusin", ({ target }) => settle(target as HTMLElement));
  group.addEventListener("keydown", (event) => {
    const ahead = AHEAD[event.key];
    if (!ahead) return;
    event.preventDefault();
    event.stopPropagation();
    const all = members().filter((member) => member.checkVisibility());
    const at = all.findIndex((member) => member === event.target);
    const next = all.at((at + ahead) % all.length)!;
    next.focus();
    onFocus(next);
  });
  for (const [k, member] of members().entries()) member.tabIndex = k ? -1 : 0;
  return settle;
}

// A row of buttons that the Tab key enters once.
export function toolbar(name: string, className: string, ...children: (Node | string)[]): HTMLElement {
  const made = element("div", { className, role: "toolbar", ariaLabel: name }, ...children);
  roam(made);
  return made;
}

// The panels by their names; a panel alone needs no tab. `onShow` is told which one is seen.
export function createTabs(
  name: string,
  panels: [string, HTMLElement][],
  onShow: (panel: HTMLElement) => void,
): HTMLElement {
  const box = element("div", { className: "lab-deep" });
  const tabs = panels.map(([title, panel]) => {
    const tab = button(title, () => show(tab));
    tab.role = "tab";
    tab.id = newId();
    panel.id = newId();
    tab.setAttribute("aria-controls", panel.id);
    return tab;
  });
  const show = (shown: HTMLElement) => {
    for (const [k, tab] of tabs.entries()) {
      tab.ariaSelected = String(tab === shown);
      panels[k]![1].hidden = tab !== shown;
      if (tab === shown) onShow(panels[k]![1]);
    }
  };
  if (tabs.length > 1) {
    const list = element("div", { className: "lab-tabs", role: "tablist", ariaLabel: name }, ...tabs);
    roam(list, show);
    box.append(list);
    for (const [k, [, panel]] of panels.entries()) {
      panel.role = "tabpanel";
      panel.setAttribute("aria-labelledby", tabs[k]!.id);
    }
    show(tabs[0]!);
  }
  box.append(...panels.map(([, panel]) => panel));
  return box;
}
