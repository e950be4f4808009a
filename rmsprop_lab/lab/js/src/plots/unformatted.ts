// What d3's scales ask of d3-format, which the bundler puts in its place. The numbers at an axis are written by
// axis.ts, so none of these is ever called, and the script weighs two kilobytes less, gzipped.

const unused = (): never => {
  throw new Error("axis.ts writes the numbers");
};

export { unused as format, unused as formatPrefix, unused as formatSpecifier };
export { unused as precisionFixed, unused as precisionPrefix, unused as precisionRound };
