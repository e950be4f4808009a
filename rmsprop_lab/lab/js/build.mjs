/// <reference types="node" />
// Bundle the lab from one source: a module for Jupyter, a classic script for pages (a page opened by double-click may
// not load a module from a file), another for pages with a race. What a page seldom needs is a script beside it, such
// as the points of a line.
// With a check of a reader's rule it is another module, and one more script.
// Licences of others' code that is in the bundles are written beside them.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

// A jump over 2^128 numbers of the Mersenne twister, which nobody here calls, has 3 kB of coefficients.
/** @type {import("esbuild").Plugin} */
const withoutJumps = {
  name: "without jumps",
  setup: ({ onLoad }) =>
    onLoad({ filter: /pure-rand.*mersenne\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const shorter = text.replace(/(?<=JUMP_COEFS = ")(\\.|[^"\\])*/, "");
      if (shorter === text)
        throw new Error(`${path} has no JUMP_COEFS; is a build without them needed still?`);
      return { contents: shorter };
    }),
};

// The style sheet's rem is the lab's own, wherever it has a value: not where it is defined, nor in a question about the
// window.
/** @type {import("esbuild").Plugin} */
const withOwnRem = {
  name: "with a rem of its own",
  setup: ({ onLoad }) =>
    onLoad({ filter: /lab\.css$/ }, async ({ path }) => {
      const lines = (await readFile(path, "utf8")).split("\n").map((line) => {
        if (/^\s*(@|--lab-rem:)/.test(line)) return line;
        return line.replace(/(-?[\d.]+)rem\b/g, "calc($1 * var(--lab-rem))");
      });
      return { contents: lines.join("\n"), loader: "css" };
    }),
};

const shared = {
  plugins: [withoutJumps, withOwnRem],
  bundle: true,
  minify: true,
  target: "es2022",
  legalComments: "eof",
  metafile: true,
  logLevel: "warning",
  alias: { "d3-interpolate": "./src/plots/interpolate.ts", "d3-format": "./src/plots/unformatted.ts" },
};

// Each is one function by the name of rmspropLab: of its text a worker is made (engine/worker.ts).
const widget = {
  entryPoints: ["src/widget.ts"],
  globalName: "widget",
  banner: { js: "const rmspropLab = function () {" },
  footer: { js: "return widget.default;\n};\nexport default rmspropLab();" },
};
const page = {
  entryPoints: ["src/page.ts"],
  banner: { js: "(function rmspropLab() {" },
  footer: { js: "})();" },
};

const built = await Promise.all([
  build({ ...shared, ...widget, format: "iife", outfile: "../static/widget.js" }),
  build({
    ...shared,
    ...widget,
    entryPoints: ["src/exercise.ts"],
    format: "iife",
    outfile: "../static/exercise.js",
  }),
  build({ ...shared, entryPoints: ["src/check.ts"], format: "iife", outfile: "../static/check.js" }),
  build({ ...shared, entryPoints: ["src/data-page.ts"], format: "iife", outfile: "../static/data.js" }),
  build({ ...shared, ...page, format: "iife", outfile: "../static/page.js" }),
  build({
    ...shared,
    entryPoints: ["svgcanvas"],
    format: "iife",
    globalName: "svgcanvas",
    outfile: "../static/svg.js",
  }),
  build({ ...shared, entryPoints: ["src/race-page.ts"], format: "iife", outfile: "../static/race.js" }),
  build({ ...shared, entryPoints: ["src/exported.ts"], format: "iife", outfile: "../static/exported.js" }),
  build({ ...shared, entryPoints: ["src/lab.css"], outfile: "../static/lab.css" }),
]);

const inputs = built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
const bundled = new Set(inputs.flatMap((path) => path.match(/node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []));
const licences = await Promise.all([...bundled].sort().map(licence));
await writeFile("../static/LICENCES.txt", licences.join("\n"));

/** A package's name, version and licence in full.
 * @param {string} folder @returns {Promise<string>} */
async function licence(folder) {
  const text = await readFile(`${folder}/package.json`, "utf8");
  const { name, version, license } = /** @type {Record<string, string>} */ (JSON.parse(text));
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  if (file === undefined) throw new Error(`${name} has no licence to go with the view`);
  return `${name} ${version} (${license})\n\n${(await readFile(`${folder}/${file}`, "utf8")).trim()}\n`;
}
