import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { builtIn } from "../../runtimes/registry.ts";
import { detectLanguage as detect } from "./detect-language.ts";

const detectLanguage = (path: string) => detect(path, builtIn).name;

const root = mkdtempSync(join(tmpdir(), "plinth-language-"));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;

/** A new folder with empty files. */
function folderWith(...files: string[]): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
  return folder;
}

test.each([
  ["go", ["go.mod", "main.go"]],
  ["go", ["go.mod", "main.go", "site.ts", "src/page.ts"]],
  ["js", ["package.json"]],
  ["js", ["index.ts"]],
  ["js", ["src/worker.mjs", "main.go"]],
])("%s: %j", (language, files) => {
  expect(detectLanguage(folderWith(...files))).toBe(language);
});

test("a file of JavaScript or TypeScript is a program, a file of Go is not", () => {
  const folder = folderWith("app.mts", "go.mod", "main.go");
  expect(detectLanguage(join(folder, "app.mts"))).toBe("js");
  expect(() => detectLanguage(join(folder, "main.go"))).toThrow(`Go is built by the folder: ${folder}`);
});

test.each([
  ["go.mod and package.json", ["go.mod", "package.json"]],
  ["go.mod and src/index.ts", ["go.mod", "src/index.ts"]],
])("both: %s", (found, files) => {
  expect(() => detectLanguage(folderWith(...files))).toThrow(
    expect.objectContaining({ code: "PLINTH_BUILD_LANGUAGE", message: expect.stringContaining(found) }),
  );
});

describe("the module's go.mod is in a folder above, as for the go command", () => {
  test.each([
    ["go", ["cmd/server/main.go"]],
    ["go", ["cmd/server/main.go", "package.json"]],
    ["go", ["cmd/server/tool/main.go"]],
    ["js", ["cmd/server/package.json"]],
    ["js", ["cmd/server/embed.go", "cmd/server/index.js"]],
  ])("%s: %j", (language, files) => {
    expect(detectLanguage(join(folderWith("go.mod", ...files), "cmd/server"))).toBe(language);
  });

  test("a package main beside a script is either", () => {
    const program = join(folderWith("go.mod", "cmd/server/index.js"), "cmd/server");
    writeFileSync(join(program, "serve_test.go"), "package main\n");
    expect(detectLanguage(program)).toBe("js");
    writeFileSync(join(program, "serve.go"), "// It serves.\npackage main\n");
    expect(() => detectLanguage(program)).toThrow(/it has serve\.go and index\.js/);
  });

  test("scripts without an entry are not taken for Go", () => {
    const site = join(folderWith("go.mod", "site/app.ts"), "site");
    expect(() => detectLanguage(site)).toThrow(expect.objectContaining({ code: "PLINTH_BUILD_NO_ENTRY" }));
  });
});

test("neither", () => {
  expect(() => detectLanguage(folderWith("README.md"))).toThrow(
    expect.objectContaining({ code: "PLINTH_BUILD_NO_ENTRY", message: expect.not.stringContaining("go mod init") }),
  );
  expect(() => detectLanguage(folderWith("main.go"))).toThrow(
    /\.go files: run go mod init at the root of their project/,
  );
});
