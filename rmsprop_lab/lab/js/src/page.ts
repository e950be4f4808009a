// The labs of a static page. They start also when the address asks for them.

import { entry, note, noted } from "./address/address.ts";
import { startInView } from "./arriving.ts";
import { mount } from "./lab.ts";
import type { Model } from "./model/follow.ts";
import { createComplaint } from "./dom/html.ts";
import { load } from "./dom/script.ts";
import { inWorker, serve } from "./engine/worker.ts";
import type { Vectors } from "./export/picture.ts";
import { firstOf, sort } from "./address/permalink.ts";

const SETTLED = 2000; // ms after which a page that has loaded has its layout

declare global {
  interface Window {
    mountRace?: (figure: HTMLElement, model: Model, id: string) => void; // where a page has the script
  }
}

declare const svgcanvas: { Context: Awaited<ReturnType<Vectors>> }; // of svg.js
const vectors: Vectors = () => load("svg.js").then(() => svgcanvas.Context);

function begin(): void {
  const begun = entry();
  const labs = startInView("figure.rmsprop-lab", (figure, model, id) => {
    if (figure.matches(".rmsprop-race")) window.mountRace!(figure, model, id);
    else mount(figure, model, vectors, id, window.addCheck, window.labPoints);
  });

  // Come to the figure at once, because the theme's script stops a scroll that takes its time; and again while
  // what stands above it finds its size, unless the reader has moved on.
  let arrived = () => {};
  function comeTo(figure: HTMLElement): void {
    arrived();
    const moves = ["wheel", "touchstart", "pointerdown", "keydown"];
    const land = () => figure.scrollIntoView({ behavior: "instant" });
    const sizes = new ResizeObserver(land);
    for (let around = figure.parentElement; around; around = around.parentElement) sizes.observe(around);
    let timer = 0;
    const settle = () => (timer = window.setTimeout(arrived, SETTLED));
    arrived = () => {
      clearTimeout(timer);
      window.removeEventListener("load", settle);
      sizes.disconnect();
      for (const move of moves) window.removeEventListener(move, arrived);
    };
    for (const move of moves) window.addEventListener(move, arrived, { passive: true });
    if (document.readyState === "complete") settle();
    else window.addEventListener("load", settle);
    land();
  }

  for (const [id, { figure, start }] of labs) {
    const answer = () => {
      if (firstOf(noted() ?? location.hash) !== id) return;
      start();
      if (noted() === null) comeTo(figure); // else the browser comes back to where one was
    };
    window.addEventListener("hashchange", answer); // a link in the text
    // A link to where one is already changes nothing, and still leads there.
    document.addEventListener("click", (event) => {
      const link = (event.target as Element).closest("a");
      if (link?.href === location.href && firstOf(link.hash) === id) comeTo(figure);
    });
    answer();
  }

  // A lab that is not there is asked for in vain: that is said at the lab the reader comes to, or over a page of none.
  const complaint = createComplaint();
  complaint.element.classList.add("rmsprop-lab");
  function refuse(): void {
    if (noted() !== null) return;
    const { rest, complaints } = sort(location.hash, [...labs.keys()]);
    complaint.say(complaints);
    if (complaints.length === 0) return;
    note({}, `${location.href.split("#")[0]}${rest && "#"}${rest}`);
    const lab = labs.get(firstOf(rest)) ?? [...labs.values()][0];
    lab?.start();
    (lab?.figure ?? document.querySelector("article") ?? document.body).prepend(complaint.element);
    if (lab) comeTo(lab.figure);
  }
  window.addEventListener("hashchange", refuse);
  refuse();
  // At once, and when all scripts have run: Sphinx's clears what is noted beside the address.
  function noteWhereItBegins(): void {
    if (noted() === null) note(begun?.labs === undefined ? { labs: location.hash } : begun);
  }
  noteWhereItBegins();
  document.addEventListener("DOMContentLoaded", () => setTimeout(noteWhereItBegins));
}

if (inWorker) serve();
else begin();
