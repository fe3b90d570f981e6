import { pathToFileURL } from "node:url";
import { CommanderError } from "commander";
import { languagesWith } from "../../runtimes/outside.ts";
import { listOf } from "../config/list.ts";
import { outputOf, type ProcessAround } from "./context.ts";
import { describeError } from "./describe-error.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { createProgram } from "./program.ts";

/**
 * Runs one command line.
 *
 * @param args the arguments, without the names of Node and the script
 * @returns the exit code
 */
export async function main(args: readonly string[], around: ProcessAround = process): Promise<ExitCode> {
  // If a reader has read enough (plinth tenant list | head), the broken pipe is no failure.
  if (around === process) process.stdout.on("error", ignoreBrokenPipe);
  try {
    const languages = await languagesWith(listOf(around.env.PLINTH_RUNTIME_FOLDERS ?? ""));
    const bindingModules = listOf(around.env.PLINTH_BINDING_MODULES ?? "").map((file) => pathToFileURL(file).href);
    const { stdout, stderr, env } = around;
    const surroundings = { stdout, stderr, env, languages, bindingModules };
    await createProgram(surroundings).parseAsync([...args], { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
    // Bare `plinth` has printed its help.
    if (error instanceof CommanderError && error.code === "commander.help") return exitCodes.usage;
    // The command line itself may be wrong, so the option is looked for in its text.
    outputOf(around, args.includes("--json")).error(error);
    return describeError(error).exitCode;
  }
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
