/**
 * `npm run compatibility:go -- [NAME...]`: builds programs with popular Go modules slim and natively, sends both the
 * same requests, and writes the table of docs/reference/go.md if it has asked all programs.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildGo } from "../../runtimes/go/build-tenant.ts";
import { startHostProcess } from "../host-process.ts";
import { keepAwake } from "../keep-awake.ts";
import { type Answer, answersOf, difference } from "./answers.ts";
import { deploy, settled } from "./host.ts";
import { type Program, stage } from "./staging.ts";
import { type Outcome, table, writePage } from "./table.ts";

const page = new URL("../../docs/reference/go.md", import.meta.url);
const wanted = process.argv.slice(2);

await using undo = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), "plinth-go-modules-"));
undo.defer(() => rm(folder, { recursive: true, force: true }));
const all = await stage(folder);
const programs = wanted.length === 0 ? all : all.filter(({ name }) => wanted.includes(name));

const sizes = new Map<string, number>();
const failures = new Map<string, string>();
const native = await nativeAnswers(programs);
const data = join(folder, "data");
{
  await using host = await startHostProcess(data);
  for (const { name } of programs) {
    try {
      const { component } = await buildGo(join(folder, `slim-${name}`));
      sizes.set(name, component.length);
      await deploy(host, name, component);
      console.error(`${name}: ${component.length} bytes, deployed`);
    } catch (error) {
      failures.set(name, error instanceof Error ? error.message : String(error));
      console.error(`${name}: ${failures.get(name)}`);
    }
  }
}
const outcomes: Outcome[] = [];
{
  await using host = await startHostProcess(data);
  await settled(host.pid);
  using _awake = keepAwake();
  for (const program of programs) outcomes.push(await outcomeOf(program, host.ingress));
}
console.log(table(outcomes));
if (wanted.length === 0) await writePage(page, outcomes);
if (outcomes.some((outcome) => outcome.difference !== null)) process.exitCode = 1;

async function outcomeOf(program: Program, ingress: string): Promise<Outcome> {
  const bytes = sizes.get(program.name) ?? null;
  const failure = failures.get(program.name);
  if (failure !== undefined) return { ...program, bytes, coldMs: null, difference: failure };
  const slim = await answersOf(ingress, `${program.name}.localhost`);
  return { ...program, bytes, coldMs: slim[0]!.ms, difference: difference(native.get(program.name)!, slim) };
}

/** Asks all programs as one native program, so that their modules have the versions of one go.mod either way. */
async function nativeAnswers(asked: readonly Program[]): Promise<Map<string, Answer[]>> {
  const binary = join(folder, "natively");
  await promisify(execFile)("go", ["build", "-o", binary, "./native"], { cwd: folder, maxBuffer: 64 << 20 });
  const port = await freePort();
  const child = spawn(binary, { env: { ...process.env, PORT: String(port) }, stdio: ["ignore", "ignore", "pipe"] });
  const exit = once(child, "exit");
  try {
    await once(child.stderr, "data");
    const answers = new Map<string, Answer[]>();
    for (const { name } of asked) answers.set(name, await answersOf(`http://localhost:${port}/${name}`));
    return answers;
  } finally {
    child.kill();
    await exit;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
