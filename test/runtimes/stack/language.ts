/** Stack is a small language that shows every part of a language. docs/contributing/add-a-runtime.md walks through it. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Language } from "../../../runtimes/language.ts";

const MAIN = "main.stack";

export const language: Language = {
  name: "stack",
  title: "Stack",
  runtime: "test:stack",
  folder: import.meta.dirname,

  project: {
    program: "a file",
    entryFile: true,
    tried: `${MAIN} for Stack`,
    advice: `A Stack project has ${MAIN} in its folder`,
    isSource: (name) => name.endsWith(".stack"),
    claim: (_, names) => (names.includes(MAIN) ? { by: MAIN } : undefined),
  },

  flags: [
    {
      flags: "--define <name=number>",
      description: "a word that stands for a number",
      parse: (text) => /^([^=]+)=(-?[0-9]{1,9})$/.exec(text)?.slice(1),
    },
  ],

  templates: [{ name: "stack", folder: join(import.meta.dirname, "templates/stack") }],

  package: {
    onDemand: true,
    toolMissing: [],
    build: async () => (await import("./build.ts")).buildRuntime(),
  },

  explains: true,

  async build(source, { flags = {} }) {
    const isFolder = (await stat(source)).isDirectory();
    const { buildTenant } = await import("./build-tenant.ts");
    return buildTenant(isFolder ? join(source, MAIN) : source, flags.define as [string, string] | undefined);
  },

  /** The runtime logs "line 3: the stack is empty". */
  startFailure(logs) {
    const at = logs.findLastIndex(({ level, message }) => level === "error" && /^line [0-9]+: /.test(message));
    if (at === -1) return undefined;
    const [, line, why] = /^line ([0-9]+): (.*)/s.exec(logs[at]!.message)!;
    return { reason: `${MAIN}:${line}: ${why}`, before: logs[at - 1]?.message ?? "" };
  },
};
