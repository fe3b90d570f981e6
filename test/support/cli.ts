/** Runs the real command in a separate process, for tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const launcher = fileURLToPath(new URL("../../host/cli/plinth.js", import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Variables besides PATH. HOME names no folder unless it is given, so that no user's settings are read. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The Node that runs the launcher; the test's own if not given. */
  readonly node?: string;
  /** Another copy of host/cli/plinth.js. */
  readonly launcher?: string;
}

export function startCli(args: readonly string[], options: CliOptions = {}): ChildProcess {
  return spawn(options.node ?? process.execPath, [options.launcher ?? launcher, ...args], {
    env: { PATH: process.env.PATH, HOME: "/nonexistent", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
}

/** Runs a command to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = startCli(args, options);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, "close")]);
  return { code: code as number | null, stdout, stderr };
}

/**
 * Reads the first line of standard output and drops the lines after it.
 * @throws Error with the text of standard error if the process ends before the first line
 */
export async function firstLine(child: ChildProcess): Promise<string> {
  const errors = text(child.stderr!);
  const lines = createInterface({ input: child.stdout! });
  const ended = once(lines, "close").then(async () => {
    throw new Error(`no line on standard output: ${await errors}`);
  });
  const [line] = await Promise.race([once(lines, "line"), ended]);
  ended.catch(() => {});
  return line as string;
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
