/**
 * Makes the npm package: `npm run pack` leaves it in `dist/`, as the folder `package` and as a file for `npm install`.
 *
 *   node packaging/main.ts [FOLDER]
 */
import { execFileSync } from "node:child_process";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../package.json" with { type: "json" };
import { emit } from "./emit.ts";
import { bundleCompiler, compiler } from "./glue-compiler.ts";

const dist = resolve(process.argv[2] ?? fileURLToPath(new URL("../dist", import.meta.url)));
const target = join(dist, "package");

rmSync(target, { recursive: true, force: true });
emit(target);
const { name, version, description, license, type, bin, imports, dependencies, engines } = manifest;
const packed = {
  name,
  version,
  description,
  license,
  type,
  bin,
  engines,
  imports: { "#typebox": { ...imports["#typebox"], types: "./host/typebox/index.d.ts" } },
  dependencies: { ...dependencies, ...bundleCompiler(target) },
  bundleDependencies: [compiler],
};
writeFileSync(join(target, "package.json"), `${JSON.stringify(packed, null, 2)}\n`);
const [made] = JSON.parse(
  execFileSync("npm", ["pack", "--json", "--pack-destination", dist], { cwd: target, encoding: "utf8" }),
) as { filename: string; size: number; unpackedSize: number; entryCount: number }[];
const { filename, size, unpackedSize, entryCount } = made!;
const file = join(dist, "plinth.tgz");
renameSync(join(dist, filename), file);
const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
console.log(`${file}: ${mb(size)} MB, ${mb(unpackedSize)} MB unpacked, ${entryCount} files`);
