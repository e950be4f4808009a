// The points of a lab's line, for a static page.

import { points, type Points } from "./data.ts";

declare global {
  interface Window {
    labPoints?: Points; // where a page has the script
  }
}

window.labPoints = points;
