/** docs/reference/cli.md against the command line itself: the same commands, arguments, options and exit codes. */
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { exitCodes } from "./exit-codes.ts";
import { createProgram, withSubcommands } from "./program.ts";

const reference = readFileSync(new URL("../../docs/reference/cli.md", import.meta.url), "utf8");

/** Heading ("plinth tenants delete <name>") and options ("--json") of each command that the page describes. */
function documented(): Record<string, string[]> {
  const sections = reference.split(/^### /m).slice(1);
  return Object.fromEntries(
    sections.map((section) => [
      section.slice(0, section.indexOf("\n")).replaceAll("\\", ""),
      [...section.matchAll(/^\| `(-[^`]*)` \|/gm)].map(([, flags]) => flags!).sort(),
    ]),
  );
}

function heading(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  return [...names, ...command.registeredArguments.map((argument) => `<${argument.name()}>`)].join(" ");
}

test("the page and the program have the same commands and options", () => {
  const program = createProgram({ stdout: process.stdout, stderr: process.stderr, env: {} });
  const commands = withSubcommands(program).filter((command) => command !== program);
  const actual = commands.map((command) => [heading(command), command.options.map((option) => option.flags).sort()]);
  expect(documented()).toEqual(Object.fromEntries(actual));
});

test("the page lists the exit codes", () => {
  const [, section] = reference.split("## Exit codes");
  const codes = [...section!.split("\n## ")[0]!.matchAll(/^\| ([0-9]+) \|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(exitCodes));
});

test("every command says what it does and shows an example", () => {
  const program = createProgram({ stdout: process.stdout, stderr: process.stderr, env: {} });
  for (const command of withSubcommands(program)) {
    const written: string[] = [];
    command.configureOutput({ writeOut: (text) => written.push(text) }).outputHelp();
    expect(command.description(), heading(command)).not.toBe("");
    expect(written.join(""), heading(command)).toContain("Examples:\n  $ plinth ");
  }
});
