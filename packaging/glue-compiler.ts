/**
 * jco's compiler, which comes in the package: its own package asks npm for an optimizer and a minifier as well, 100 MB that
 * Plinth never calls.
 */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const compiler = "@bytecodealliance/jco-transpile";

/** What Plinth imports of the compiler, and what that imports. */
const FILES = ["dist/wasm-tools.js", "dist/wasm-tools.d.ts", "vendor", "LICENSE"];
const EXPORTS = ["./wasm-tools", "./component"];
/** Its files import this and nothing else. */
const SHIM = "@bytecodealliance/preview2-shim";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** Copies the compiler into `target`, where it needs no other package but the shim. */
export function bundleCompiler(target: string): Readonly<Record<string, string>> {
  const source = dirname(fileURLToPath(import.meta.resolve(`${compiler}/component`))).replace(/vendor$/, "");
  const { name, version, license, exports } = readManifest(join(source, "package.json"));
  const shim = readManifest(
    join(dirname(createRequire(join(source, "package.json")).resolve(`${SHIM}/cli`)), "../../package.json"),
  );
  const folder = join(target, "node_modules", compiler);
  for (const file of FILES) cpSync(join(source, file), join(folder, file), { recursive: true });
  const manifest = {
    name,
    version,
    license,
    type: "module",
    exports: Object.fromEntries(EXPORTS.map((entry) => [entry, exports[entry]])),
    dependencies: { [SHIM]: shim.version },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  return { [compiler]: version, [SHIM]: shim.version };
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}
