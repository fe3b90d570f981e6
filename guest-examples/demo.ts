/**
 * `npm run demo` starts a host, deploys and calls the examples, compares static with shared tenants, and prints URLs to
 * try. It goes on serving until it is stopped. With `--exit` it ends, with exit code 0 only if everything worked. It shows
 * the languages whose tools are installed, and says what is missing for the others.
 *
 * Options: --exit, --tenants N (of the memory comparison, default 100), --static-tenants N (default 10)
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { type HostProcess, startHostProcess } from "../bench/host-process.ts";
import { runMemoryBenchmark } from "../bench/memory/memory.ts";
import { programsOf } from "../bench/memory/programs.ts";
import { memoryTable } from "../bench/memory/report.ts";
import { ApiClient } from "../host/cli/api-client.ts";
import { table } from "../host/cli/table.ts";
import { buildRuntimes, builtRuntimes } from "../host/toolchain/runtime-packages.ts";
import type { Language } from "../runtimes/language.ts";
import { enumeration } from "../runtimes/languages.ts";
import { builtIn } from "../runtimes/registry.ts";
import { type Demo, type DemoExample, showcaseOf } from "../runtimes/showcase.ts";

/** Time of a comparison of the default size. */
const COMPARISON_SECONDS = 30;

const folder = import.meta.dirname;
/** Folder of the demo's own files. The CLI's commands run in it, so that these files have short names. */
const scratch = await mkdtemp(path.join(tmpdir(), "plinth-demo-"));
const cli = path.join(folder, "../host/cli/plinth.js");

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { exit: { type: "boolean" }, tenants: { type: "string" }, "static-tenants": { type: "string" } },
  });
  try {
    heading("The runtimes");
    const languages = await availableLanguages();
    const demos = (await Promise.all(languages.map(showcaseOf))).flatMap((showcase) => showcase?.demo ?? []);
    const examples = demos.flatMap((demo) => demo.examples);

    heading("A host");
    const dataDir = path.join(scratch, "plinth-data");
    await mkdir(dataDir);
    await using host = await startHostProcess(dataDir, {}, showLogLine);
    console.log(`tenants are served at ${host.ingress}, the admin API listens at ${host.admin}`);

    heading("The examples, deployed and called");
    for (const example of examples) await deployAndCall(host, example);

    heading("The same with everything inside");
    for (const demo of demos) await deployStatic(host, demo);

    heading("Side by side");
    await showTenants(host);

    const tenants = Number(values.tenants ?? 100);
    const staticTenants = Number(values["static-tenants"] ?? 10);
    const compared = await programsOf(languages);
    heading("Memory: one runtime each, or one for all");
    const each = `${staticTenants} static tenants and as ${tenants} tenants on the shared runtime`;
    console.log(`${compared.length} programs, each as ${each}.`);
    console.log(`The comparison takes about ${COMPARISON_SECONDS * compared.length} seconds on an idle machine.`);
    console.log("The options --tenants N and --static-tenants N set the numbers.");
    for (const program of compared) {
      const { runtime, name } = program;
      console.log(`\n${runtime}, ${name} (a smaller run of: ${benchmarkCommand(runtime, name)})`);
      const say = (text: string) => console.log(`  ${text}`);
      console.log(
        memoryTable(
          await runMemoryBenchmark(
            program,
            { shared: tenants, static: staticTenants },
            { idle: false, rest: false },
            say,
          ),
        ),
      );
    }

    if (values.exit) return;
    heading("To try");
    for (const { name, what } of examples) console.log(`  ${urlOf(host, name).padEnd(48)} ${what}`);
    console.log(`  curl --data-binary @README.md ${urlOf(host, "markdown")}`);
    console.log("\nServing until Ctrl+C.");
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Builds the runtimes. @returns the languages whose runtimes could be built */
async function availableLanguages(): Promise<readonly Language[]> {
  const left: Language[] = [];
  const say = (text: string) => console.log(text);
  const available = await buildRuntimes(builtIn, say, (language, error) => {
    left.push(language);
    console.log(`${language.title} is left out. ${error.message}`);
  });
  const shown = enumeration(available.map(({ title }) => title));
  if (left.length > 0) console.log(`The demo goes on with ${shown}.`);
  for (const { name, version, bytes } of await builtRuntimes(builtIn)) {
    console.log(`${name}@${version}, ${megabytes(bytes)} on disk, once for all tenants`);
  }
  return available;
}

function benchmarkCommand(runtime: string, name: string): string {
  return `npm run bench -- memory --runtime ${runtime} --program ${name}`;
}

async function deployAndCall(host: HostProcess, { name, source, call }: DemoExample): Promise<void> {
  await plinth(host, ["deploy", source, "--name", name]);
  const url = `${urlOf(host, name)}${call.path.slice(1)}`;
  const response = await fetch(url, call.init);
  const text = await response.text();
  console.log(`  ${call.init?.method ?? "GET"} ${url}\n  ${response.status} ${text.trim().split("\n")[0]}\n`);
  if (response.status !== 200 || !call.expect.test(text))
    throw new Error(`${url} answered ${response.status}: ${text}`);
}

/** Deploys one of the examples as a static component. */
async function deployStatic(host: HostProcess, { examples, static: wanted }: Demo): Promise<void> {
  const example = examples.find(({ name }) => name === wanted?.example);
  if (wanted === undefined || example === undefined) return;
  const name = `${example.name}-static`;
  const file = path.join(scratch, `${name}.wasm`);
  if (wanted.build === undefined) await plinth(host, ["build", example.source, "--static", "-o", file]);
  else await writeFile(file, await wanted.build());
  await deployAndCall(host, { ...example, name, source: file });
}

async function showTenants(host: HostProcess): Promise<void> {
  const client = new ApiClient({ admin: host.admin, token: host.token });
  const names = (await client.tenants()).map(({ name }) => name);
  const versions = (await Promise.all(names.map((name) => client.versions(name)))).flat();
  console.log(
    table(versions, [
      { title: "tenant", value: ({ tenant }) => tenant },
      { title: "runs on", value: ({ runtime }) => runtime ?? "its own runtime" },
      { title: "bytes uploaded", value: ({ uploadBytes }) => uploadBytes },
    ]),
  );
}

/** Runs a command of the CLI as a user would, and shows it. */
async function plinth(host: HostProcess, args: string[]): Promise<void> {
  console.log(`$ plinth ${args.map(shown).join(" ")}`);
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: scratch,
    stdio: "inherit",
    env: { ...process.env, PLINTH_ADMIN: host.admin, PLINTH_TOKEN: host.token },
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`plinth ${args[0]} ended with exit code ${code}`);
}

/** Shortens an argument: a source gets its path in the repository, and a file of the demo gets its name. */
function shown(arg: string): string {
  if (!path.isAbsolute(arg)) return arg;
  return path.relative(arg.startsWith(scratch + path.sep) ? scratch : path.join(folder, ".."), arg);
}

/** Marks a tenant's line as such, because the static Go program logs to standard error. The host's lines stay unchanged. */
function showLogLine(line: string): void {
  const { source, tenant, msg } = line.startsWith('{"') ? JSON.parse(line) : {};
  if (source === undefined) console.error(line);
  else console.log(`  (log of ${tenant}) ${msg}`);
}

function urlOf(host: HostProcess, name: string): string {
  return `${host.ingress}/t/${name}/`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function heading(text: string): void {
  console.log(`\n${text}\n${"=".repeat(text.length)}`);
}

try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
