// Bundle the lab twice from one source: a module for Jupyter, a classic script for pages
// (a page opened by double-click may not load a module from a file). What a page seldom needs is a script beside it.
import { build } from "esbuild";

const shared = {
  bundle: true,
  minify: true,
  target: "es2022",
  legalComments: "eof",
  logLevel: "warning",
  alias: { "d3-interpolate": "./src/plots/interpolate.ts" },
};

await Promise.all([
  build({ ...shared, entryPoints: ["src/widget.ts"], format: "esm", outfile: "../static/widget.js" }),
  build({ ...shared, entryPoints: ["src/page.ts"], format: "iife", outfile: "../static/page.js" }),
  build({
    ...shared,
    entryPoints: ["svgcanvas"],
    format: "iife",
    globalName: "svgcanvas",
    outfile: "../static/svg.js",
  }),
  build({ ...shared, entryPoints: ["src/lab.css"], outfile: "../static/lab.css" }),
]);
