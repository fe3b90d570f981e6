/** The surroundings of every command, and the options that commands share. */
import type { Command } from "commander";
import type { Languages } from "../../runtimes/languages.ts";
import { ApiClient } from "./api-client.ts";
import { DEFAULT_ADMIN, type Environment, resolveConnection } from "./connection.ts";
import { Output, type TextStream } from "./output.ts";

/** The process around a command; a test gives it another one. */
export interface Surroundings extends ProcessAround {
  readonly languages: Languages;
  /** URLs of modules of bindings beside the registry's. */
  readonly bindingModules: readonly string[];
}

export interface ProcessAround {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Environment;
}

interface JsonOptions {
  readonly json?: boolean;
}

interface ClientOptions extends JsonOptions {
  readonly admin?: string;
  readonly token?: string;
  readonly tokenFile?: string;
}

export function addJsonOption(command: Command): Command {
  return command.option("--json", "print one line of JSON, for programs");
}

/** Adds the options of commands that call a host. */
export function addClientOptions(command: Command): Command {
  return addJsonOption(addConnectionOptions(command));
}

/** Adds the options for the host's address and the caller's token. */
export function addConnectionOptions(command: Command): Command {
  return command
    .option("--admin <url>", `the host's admin address (default: PLINTH_ADMIN, or ${DEFAULT_ADMIN})`)
    .option("--token <token>", "the admin token; others on this machine can see it in the list of processes")
    .option("--token-file <file>", "the file that holds the admin token (default: PLINTH_TOKEN)");
}

export function outputOf(surroundings: ProcessAround, json: boolean): Output {
  const { stdout, stderr, env } = surroundings;
  return new Output({ stdout, stderr, json, noColor: (env.NO_COLOR ?? "") !== "" });
}

export function outputFor(command: Command, surroundings: Surroundings): Output {
  return outputOf(surroundings, command.optsWithGlobals<JsonOptions>().json === true);
}

/** @throws PLINTH_USAGE, PLINTH_TOKEN_MISSING */
async function clientFor(command: Command, surroundings: Surroundings): Promise<ApiClient> {
  return new ApiClient(await resolveConnection(command.optsWithGlobals<ClientOptions>(), surroundings.env));
}

export interface Call {
  readonly client: ApiClient;
  readonly output: Output;
}

/** The client and the output of a command that calls a host. @throws PLINTH_USAGE, PLINTH_TOKEN_MISSING */
export async function callFor(command: Command, surroundings: Surroundings): Promise<Call> {
  return { client: await clientFor(command, surroundings), output: outputFor(command, surroundings) };
}

/** The help's text of examples, one line each. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}
