/** Bundles what Plinth uses of TypeBox (host/typebox/index.ts) to one file. Part of `npm run prepare`. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL("../host/typebox/", import.meta.url));

await build({
  entryPoints: [`${folder}index.ts`],
  outfile: `${folder}dist/index.js`,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "esnext",
});
