/** Builds Go programs with the SDK as single modules, with the installed toolchain. */
import { execFile } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { runtimeOverlay } from "../overlay/overlay.ts";

const sdk = join(import.meta.dirname, "../sdk");
const run = promisify(execFile);

/** GOROOT of the Go on PATH; undefined if there is none whose version the overlay supports. */
export async function findGo(): Promise<string | undefined> {
  try {
    const { stdout } = await run("go", ["env", "GOROOT", "GOVERSION"]);
    const [goroot, version] = stdout.trim().split("\n");
    return /^go1\.2[5-7]\b/.test(version ?? "") ? goroot : undefined;
  } catch {
    return undefined;
  }
}

export interface BuildOptions {
  goroot: string;
  /** Whether to build the static form, without tag and edits. Its main runs at the first request. */
  plain?: boolean;
  /** Flags for go build. */
  flags?: string[];
}

const runMain = `package main

import "plinth.dev/sdk/guest"

//go:wasmexport plinth:main
func plinthMain() {
	guest.Prepare()
	guest.Run(main)
}
`;

const setMain = `package main

import "plinth.dev/sdk/guest"

func init() { guest.SetMain(main) }
`;

export const testdata = (name: string): string => join(import.meta.dirname, "testdata", name);

/**
 * @param source a file with a main package, or its folder
 * @returns the core module
 * @throws Error with the compiler's messages
 */
export async function buildProgram(
  source: string,
  { goroot, plain = false, flags = [] }: BuildOptions,
): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "plinth go sdk "));
  try {
    const replace: Record<string, string> = {};
    const program = join(folder, "program");
    mkdirSync(program);
    if (!plain) {
      for (const [file, text] of runtimeOverlay(goroot)) {
        const path = join(folder, file.replaceAll("/", "_"));
        writeFileSync(path, text);
        replace[join(goroot, "src", file)] = path;
      }
    }
    writeFileSync(join(folder, "entry"), plain ? setMain : runMain);
    replace[join(program, "plinth_entry.go")] = join(folder, "entry");
    writeFileSync(join(folder, "overlay.json"), JSON.stringify({ Replace: replace }));
    const require = `require plinth.dev/sdk v0.0.0\nreplace plinth.dev/sdk => ${JSON.stringify(sdk)}\n`;
    writeFileSync(join(program, "go.mod"), `module example.com/program\n\ngo 1.25\n\n${require}`);
    if (statSync(source).isDirectory()) cpSync(source, program, { recursive: true });
    else copyFileSync(source, join(program, "main.go"));
    const form = plain ? [] : ["-tags", "plinth"];
    const output = join(folder, "program.wasm");
    const built = ["-overlay", join(folder, "overlay.json"), "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w"];
    const args = ["build", ...form, ...built, ...flags, "-o", output, "."];
    const environment = { ...process.env, GOOS: "wasip1", GOARCH: "wasm", GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local" };
    await run("go", args, { cwd: program, env: environment });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
