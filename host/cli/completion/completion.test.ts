/** Runs the scripts by the shells themselves, if these are on this machine. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../../../test/support/cli.ts";

const run = promisify(execFile);
const isThere = (shell: string) => spawnSync(shell, ["-c", "exit 0"]).status === 0;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-completion-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The words that a shell offers for the last one. The harness asks the shell itself. */
async function offered(shell: string, args: (script: string, words: string[]) => string[], words: string[]) {
  const { code, stdout } = await runCli(["completion", shell]);
  expect(code).toBe(0);
  const script = join(folder, `plinth.${shell}`);
  await writeFile(script, stdout);
  const { stdout: lines, stderr } = await run(shell, args(script, words), {
    cwd: folder,
    env: { ...process.env, HOME: folder },
  });
  expect(stderr).toBe("");
  return lines.split("\n").filter((line) => line !== "");
}

/** The answers that every shell gives; `words` are the words after plinth. */
const cases: { words: string[]; has: string[]; lacks?: string[] }[] = [
  { words: ["te"], has: ["tenant"], lacks: ["version"] },
  { words: [""], has: ["build", "deploy", "dev", "version"], lacks: ["tenants", "rollback", "help"] },
  { words: ["version", ""], has: ["activate", "rollback"], lacks: ["tenant", "create"] },
  { words: ["runtime", "build", ""], has: ["go", "js"], lacks: ["list"] },
  { words: ["init", "--template", ""], has: ["hono", "kv-site"], lacks: ["--name"] },
  { words: ["init", "--te"], has: ["--template"], lacks: ["--name"] },
  // This tenant has the name of a command.
  { words: ["deploy", "--name", "tenant", "--no"], has: ["--no-activate"], lacks: ["list"] },
];

const shells: Record<string, (script: string, words: string[]) => string[]> = {
  bash: (script, words) => [
    "-c",
    `source "$0"; COMP_WORDS=(plinth "$@"); COMP_CWORD=$#; _plinth; printf '%s\\n' "\${COMPREPLY[@]}"`,
    script,
    ...words,
  ],
  // Only the functions of zsh's completion system that the script calls are replaced, so that its answers can be read.
  zsh: (script, words) => [
    "-fc",
    `compdef() {}; compadd() { shift; print -l -- "$@" }; _files() { print -l -- *(N) }
     _describe() { local -a all=("\${(@P)2}"); print -l -- "\${(@M)all:#$PREFIX*}" }
     source "$0"; words=(plinth "$@"); CURRENT=\${#words}; PREFIX=\${words[-1]}; _plinth`,
    script,
    ...words,
  ],
  fish: (script, words) => ["-Nc", `source ${script}; complete -C "plinth ${words.join(" ")}"`],
};

for (const [shell, args] of Object.entries(shells)) {
  describe.runIf(isThere(shell))(shell, () => {
    test.each(cases)("plinth $words", async ({ words, has, lacks = [] }) => {
      // Descriptions follow a colon (zsh) or a tabulator (fish).
      const found = (await offered(shell, args, words)).map((line) => line.split(/[:\t]/, 1)[0]);
      expect(found).toEqual(expect.arrayContaining(has));
      for (const word of lacks) expect(found).not.toContain(word);
    });
  });
}

test("bash leaves files to readline where a path may stand, and offers none elsewhere", async () => {
  const { stdout } = await runCli(["completion", "bash"]);
  // compopt is recorded and not run, because it only works inside of a completion.
  const ask = async (...words: string[]) => {
    const script = `compopt() { echo "compopt $*"; }; eval "$0"; COMP_WORDS=(plinth "$@"); COMP_CWORD=$#; _plinth`;
    return (await run("bash", ["-c", script, stdout, ...words])).stdout;
  };
  for (const words of [
    ["build", ""],
    ["build", "-o", ""],
    ["serve", "--data", "x"],
  ])
    expect(await ask(...words)).toBe("");
  for (const words of [
    ["tenant", ""],
    ["deploy", "--name", ""],
  ])
    expect(await ask(...words)).toBe("compopt +o default\n");
});

test("every script names every command, and no shell that there is not has one", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { stdout } = await runCli(["completion", shell]);
    for (const path of ["/tenant/create", "/version/rollback", "/runtime/build"]) expect(stdout).toContain(path);
  }
  expect(await runCli(["completion", "csh"])).toMatchObject({ code: 2, stderr: expect.stringContaining("csh") });
});
