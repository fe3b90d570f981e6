import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { buildGo } from "./build-tenant.ts";
import { goIsInstalled } from "./is-installed.ts";

describe.skipIf(!goIsInstalled)("a build that fails", () => {
  test("for want of code for WebAssembly names the package and the target", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plinth-go-failure-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const files = {
      "go.mod":
        "module example.com/app\n\ngo 1.25\n\nrequire example.com/disk v0.0.0\n\nreplace example.com/disk => ./disk\n",
      "main.go": 'package main\n\nimport "example.com/disk"\n\nfunc main() { disk.Free() }\n',
      "disk/go.mod": "module example.com/disk\n\ngo 1.25\n",
      "disk/disk_linux.go": "package disk\n\nfunc Free() {}\n",
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    await expect(buildGo(folder)).rejects.toThrow(
      /disk: no code for GOOS=wasip1 GOARCH=wasm, for which Plinth builds\. Use a package that has/,
    );
  });
});
