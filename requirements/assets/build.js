// Bundles what d3.js names into statement/assets, and beside it the licences of all that is in the bundle.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const assets = new URL("../../layers/reputation/src/ses_reputation/statement/assets/", import.meta.url);

const read = (name, file) => readFileSync(new URL(`node_modules/${name}/${file}`, import.meta.url), "utf8").trim();

const { metafile, outputFiles } = await build({
  entryPoints: ["d3.js"],
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "d3",
  target: "es2020",
  legalComments: "none",
  metafile: true,
  write: false,
});

const packages = [
  ...new Set(Object.keys(metafile.inputs).flatMap((path) => path.match(/node_modules\/([^/]+)/)?.[1] ?? [])),
].sort();
const versions = packages.map((name) => `${name} ${JSON.parse(read(name, "package.json")).version}`);

const licences = new Map();
packages.forEach((name, place) => {
  const text = read(name, "LICENSE");
  licences.set(text, [...(licences.get(text) ?? []), versions[place]]);
});

writeFileSync(
  new URL("d3.min.js", assets),
  `/* Made by make assets of ${versions.join(", ")}; licences: LICENSE.txt */\n${outputFiles[0].text}`,
);
writeFileSync(
  new URL("LICENSE.txt", assets),
  [...licences].map(([text, names]) => `${names.join(", ")}\n\n${text}\n`).join("\n---\n\n"),
);
