/** Compares docs/reference/cli.md with the command line: commands, arguments, options and exit codes. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { expect, test } from "vitest";
import { builtIn } from "../../runtimes/registry.ts";
import { addConnectionOptions } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { createProgram, withSubcommands } from "./program.ts";

const reference = readFileSync(new URL("../../docs/reference/cli.md", import.meta.url), "utf8");
const program = createProgram({
  stdout: process.stdout,
  stderr: process.stderr,
  env: {},
  languages: builtIn,
  bindingModules: [],
});
const commands = withSubcommands(program).filter((command) => command !== program);
/** Options that the page describes once for all their commands. */
const shared = addConnectionOptions(new Command()).options.map(({ flags }) => flags);

interface Described {
  /** The options, without `--json` and those that name the host. */
  options: string[];
  callsHost: boolean;
}

/** The page's description of each command, by its heading ("plinth tenant delete <name>"). */
function documented(): Record<string, Described> {
  const sections = reference.split(/^### /m).slice(1);
  return Object.fromEntries(
    sections.map((section) => [
      section.slice(0, section.indexOf("\n")).replaceAll("\\", ""),
      {
        options: [...section.matchAll(/^\| `(-[^`]*)` \|/gm)].map(([, flags]) => flags!).sort(),
        callsHost: section.includes("\n[Calls a host](#which-host-and-the-token)."),
      },
    ]),
  );
}

function heading(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  const parameters = command.registeredArguments.map((argument) => {
    const name = argument.name() + (argument.variadic ? "..." : "");
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [...names, ...parameters].join(" ");
}

function described(command: Command): Described {
  const flags = command.options.map((option) => option.flags);
  const callsHost = shared.every((option) => flags.includes(option));
  const own = flags.filter((option) => option !== "--json" && !(callsHost && shared.includes(option)));
  return { options: own.sort(), callsHost };
}

test("the page and the program have the same commands and options", () => {
  expect(documented()).toEqual(Object.fromEntries(commands.map((command) => [heading(command), described(command)])));
});

test("the page describes the options that many commands have", () => {
  for (const option of ["--json", "--admin", "--token", "--token-file"]) expect(reference).toContain(`\`${option}\``);
});

test("every command that does something has --json", () => {
  const without = commands.filter(({ options }) => options.every(({ long }) => long !== "--json"));
  expect(without.filter(({ commands }) => commands.length === 0).map(heading)).toEqual([]);
});

test("the page lists the exit codes", () => {
  const [, section] = reference.split("## Exit codes");
  const codes = [...section!.split("\n## ")[0]!.matchAll(/^\| ([0-9]+) \|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(exitCodes));
});

test("every command says what it does and shows an example", () => {
  for (const command of [program, ...commands]) {
    const written: string[] = [];
    command.configureOutput({ writeOut: (text) => written.push(text) }).outputHelp();
    expect(command.description(), heading(command)).not.toBe("");
    expect(written.join(""), heading(command)).toContain("Examples:\n  $ plinth ");
  }
});
