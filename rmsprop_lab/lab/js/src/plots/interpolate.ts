// All that d3's scales need of d3-interpolate here, which the bundler puts in its place: numbers. With its
// colours and dates the script would weigh seven kilobytes more, gzipped.

export const interpolateNumber = (from: number, to: number) => (share: number) =>
  from * (1 - share) + to * share;

export { interpolateNumber as interpolate, interpolateNumber as interpolateRound };
export { interpolateNumber as piecewise };
