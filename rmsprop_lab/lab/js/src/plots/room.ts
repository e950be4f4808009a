// Words on a picture: each beside what it names, none on another, and left out where there is no room.

import type { Box, Context } from "../dom/canvas.ts";

export const LINE = 14; // px: the height of a line of words
const GAP = 3; // px between words, and to the edge

export type Side = "right" | "left" | "above" | "below" | "on";

export interface Word {
  text: string;
  left: number;
  top: number;
  width: number;
}

export interface Room {
  take(box: Box): void;
  // A text so wide on the first of these sides of a point, so far from it, that is free; null where none is.
  beside(text: string, width: number, x: number, y: number, away: number, sides: Side[]): Word | null;
  taken: Box[];
}

// `crossed` says what else may not lie under a word.
export function createRoom(
  bounds: Box,
  already: Box[] = [],
  crossed: (box: Box) => boolean = () => false,
): Room {
  const taken = [...already];
  const free = (box: Box) =>
    box.left >= bounds.left + GAP &&
    box.right <= bounds.right - GAP &&
    box.top >= bounds.top + GAP &&
    box.bottom <= bounds.bottom - GAP &&
    !taken.some((other) => overlap(box, other)) &&
    !crossed(box);
  return {
    taken,
    take: (box) => void taken.push(box),
    beside(text, width, x, y, away, sides) {
      for (const side of sides) {
        const [left, top] = cornerOf(side, width, x, y, away);
        const box = { left, right: left + width, top, bottom: top + LINE };
        if (!free(box)) continue;
        taken.push(box);
        return { text, left, top, width };
      }
      return null;
    },
  };
}

const overlap = (one: Box, other: Box) =>
  one.left < other.right + GAP &&
  other.left < one.right + GAP &&
  one.top < other.bottom + GAP &&
  other.top < one.bottom + GAP;

function cornerOf(side: Side, width: number, x: number, y: number, away: number): [number, number] {
  const [middleX, middleY] = [x - width / 2, y - LINE / 2];
  if (side === "right") return [x + away, middleY];
  if (side === "left") return [x - away - width, middleY];
  if (side === "above") return [middleX, y - away - LINE];
  if (side === "below") return [middleX, y + away];
  return [middleX, middleY];
}

const PLATE = 0.6; // opacity of the ground of a word that may lie on lines

export function write(
  context: Context,
  { text, left, top, width }: Word,
  color: string,
  plate: string | null = null,
): void {
  if (plate) {
    const alpha = context.globalAlpha;
    context.globalAlpha = PLATE * alpha;
    context.fillStyle = plate;
    context.fillRect(left - 2, top, width + 4, LINE);
    context.globalAlpha = alpha;
  }
  context.textAlign = "left";
  context.textBaseline = "top";
  context.fillStyle = color;
  context.fillText(text, left, top + 1);
}
