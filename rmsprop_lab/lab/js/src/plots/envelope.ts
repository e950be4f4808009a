// Curves of more steps than the picture has columns: from the lowest to the highest of each column.

export interface Envelope {
  xs: Float64Array;
  top: Float64Array; // the curve itself, where each step has a column
  bottom?: Float64Array; // where several steps share one
}

// `ys` in pixels, downwards; step k stands at `x0 + k * pixels`.
export function envelope(ys: Float64Array, x0: number, pixels: number): Envelope {
  if (!(pixels < 1)) return { xs: ys.map((_, k) => x0 + k * pixels), top: ys };
  const columns = ys.length > 0 ? Math.floor((ys.length - 1) * pixels) + 1 : 0;
  const xs = Float64Array.from({ length: columns }, (_, column) => x0 + column);
  const [top, bottom] = [new Float64Array(columns).fill(NaN), new Float64Array(columns).fill(NaN)];
  ys.forEach((y, k) => {
    const column = Math.floor(k * pixels);
    if (!(y >= top[column]!)) top[column] = y;
    if (!(y <= bottom[column]!)) bottom[column] = y;
  });
  return { xs, top, bottom };
}
