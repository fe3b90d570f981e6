import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cacheFolder, makeFolder } from "../cache.ts";
import { goIsInstalled } from "./is-installed.ts";
import { PatchError, parsePatch } from "./linker/apply-patch.ts";
import { hashOfSources, patchedSources, supportedVersions } from "./linker/sources.ts";
import { findToolchain, parseGoVersion, quoted } from "./toolchain.ts";

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "plinth toolchain "));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

test.each([
  ["go1.26.8", { version: "1.26.8", minor: "1.26" }],
  ["go1.27", { version: "1.27.0", minor: "1.27" }],
  ["go1.26.8 X:nodwarf5", { version: "1.26.8", minor: "1.26" }],
  ["go1.26.8-vendor2", { version: "1.26.8", minor: "1.26" }],
  ["go1.27rc1", undefined],
  ["devel go1.28-3f4a", undefined],
  ["", undefined],
])("the version %j", (text, expected) => {
  expect(parseGoVersion(text)).toEqual(expected);
});

test("arguments are quoted as go build splits them", () => {
  expect(["-X", "/a b/c", "it's", 'say "x"'].map(quoted)).toEqual(["-X", "'/a b/c'", `"it's"`, `'say "x"'`]);
});

describe("the patches", () => {
  test("there is one for each version, and each hunk says what it is for", () => {
    expect(supportedVersions).toEqual(["1.25", "1.26", "1.27"]);
    for (const version of supportedVersions) {
      const files = parsePatch(readFileSync(join(import.meta.dirname, `linker/go${version}.patch`), "utf8"));
      expect(files.length).toBeGreaterThan(8);
      for (const { path, hunks } of files) {
        for (const { after } of hunks) expect(after.join("\n"), path).toMatch(/slim/i);
      }
    }
  });

  test("versions are told apart by number, not by text", () => {
    expect(supportedVersions).toEqual([...supportedVersions].sort((a, b) => Number(a.slice(2)) - Number(b.slice(2))));
  });

  test("sources of another version are refused", () => {
    const goroot = join(work, "goroot");
    for (const path of ["runtime/lock_wasip1.go", "cmd/link/internal/ld/data.go"]) {
      mkdirSync(join(goroot, "src", path, ".."), { recursive: true });
      writeFileSync(join(goroot, "src", path), "package other\n");
    }
    expect(() => patchedSources(goroot, "1.26")).toThrow(Error);
  });

  test("a hash stands for the contents, whatever their order", () => {
    const hash = hashOfSources(
      new Map([
        ["a", "1"],
        ["b", "2"],
      ]),
    );
    expect(
      hashOfSources(
        new Map([
          ["b", "2"],
          ["a", "1"],
        ]),
      ),
    ).toBe(hash);
    expect(
      hashOfSources(
        new Map([
          ["a", "1"],
          ["b", "3"],
        ]),
      ),
    ).not.toBe(hash);
    expect(
      hashOfSources(
        new Map([
          ["a", "1b"],
          ["", "2"],
        ]),
      ),
    ).not.toBe(hash);
    expect(new PatchError("x")).toBeInstanceOf(Error);
  });
});

describe("findToolchain", () => {
  /** Makes a folder with a `go` that gives these answers to `go env`. */
  function pathWith(name: string, script: string): NodeJS.ProcessEnv {
    const bin = join(work, name);
    mkdirSync(bin);
    writeFileSync(join(bin, "go"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, "go"), 0o755);
    return { PATH: `${bin}:/bin:/usr/bin`, PLINTH_CACHE: join(work, "cache") };
  }

  test("says which versions there are when there is no Go", async () => {
    const environment = { PATH: join(work, "nothing"), PLINTH_CACHE: work };
    await expect(findToolchain({ environment })).rejects.toMatchObject({
      code: "PLINTH_GO_MISSING",
      message: expect.stringMatching(/no go in PATH.*1\.25, 1\.26, 1\.27/),
    });
  });

  test("says so when Go fails", async () => {
    const environment = pathWith("fails", "echo 'go: cannot find GOROOT' >&2; exit 2");
    await expect(findToolchain({ environment })).rejects.toMatchObject({
      code: "PLINTH_GO_MISSING",
      message: expect.stringContaining("cannot find GOROOT"),
    });
  });

  test.each(["go1.24.4", "go1.28.0", "devel go1.28-abcdef"])("refuses %s and names what it has", async (version) => {
    const answer = JSON.stringify({ GOROOT: "/nowhere", GOVERSION: version, GOMODCACHE: "/nowhere/mod" });
    const environment = pathWith(version, `echo '${answer}'`);
    await expect(findToolchain({ environment })).rejects.toMatchObject({
      code: "PLINTH_GO_VERSION",
      message: expect.stringMatching(new RegExp(`${version}.*1\\.25, 1\\.26, 1\\.27`)),
    });
  });

  test("says so when the toolchain's sources are not there", async () => {
    const answer = JSON.stringify({ GOROOT: "/nowhere", GOVERSION: "go1.26.8", GOMODCACHE: "/nowhere/mod" });
    const environment = pathWith("without-sources", `echo '${answer}'`);
    await expect(findToolchain({ environment })).rejects.toMatchObject({
      code: "PLINTH_BUILD_FAILED",
      message: expect.stringContaining("/nowhere"),
    });
  });
});

describe("the cache", () => {
  test("is where PLINTH_CACHE, XDG_CACHE_HOME or the home folder say", () => {
    expect(cacheFolder({ PLINTH_CACHE: "/a", XDG_CACHE_HOME: "/b" })).toBe("/a");
    expect(cacheFolder({ XDG_CACHE_HOME: "/b" })).toBe("/b/plinth");
    expect(cacheFolder({})).toBe(join(homedir(), ".cache/plinth"));
  });

  test("gets folders as a whole or not at all", async () => {
    const folder = join(work, "made/whole");
    const failing = makeFolder(folder, async (at) => {
      writeFileSync(join(at, "half"), "");
      throw new Error("cut off");
    });
    await expect(failing).rejects.toThrow("cut off");
    expect(readdirSync(join(work, "made"))).toEqual([]);
    await Promise.all([1, 2, 3].map(() => makeFolder(folder, async (at) => writeFileSync(join(at, "file"), "x"))));
    expect(readdirSync(join(work, "made"))).toEqual(["whole"]);
    expect(existsSync(join(folder, "file"))).toBe(true);
  });
});

describe.skipIf(!goIsInstalled)("with Go (skipped without)", () => {
  test("GOROOT stays as it is; replacements belong to linker and runtime, but for lines of a few packages", async () => {
    const goroot = execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim();
    const { minor } = parseGoVersion(execFileSync("go", ["env", "GOVERSION"], { encoding: "utf8" }))!;
    const sources = patchedSources(goroot, minor);
    const paths = [...sources.keys()];
    const others = paths.filter((path) => !/^(cmd\/link\/internal\/(ld|loader|wasm)|runtime)\/\w+\.go$/.test(path));
    expect(others.sort()).toEqual([
      "crypto/internal/sysrand/plinth_wasip1.go",
      "crypto/internal/sysrand/rand.go",
      "internal/syscall/unix/at_wasip1.go",
      "internal/syscall/unix/utimes_wasip1.go",
      "math/rand/plinth_wasip1.go",
      "math/rand/rand.go",
      "math/rand/rng.go",
      "math/rand/v2/chacha8.go",
      "math/rand/v2/pcg.go",
      "math/rand/v2/plinth_wasip1.go",
      "math/rand/v2/rand.go",
      "mime/multipart/formdata.go",
      "mime/multipart/plinth_wasip1.go",
      "net/dnsclient_unix.go",
      "net/http/plinth_wasip1.go",
      "net/http/transport.go",
      "net/net_fake.go",
      "net/plinth_wasip1.go",
      "reflect/type.go",
      "syscall/env_unix.go",
      "syscall/fs_wasip1.go",
      "syscall/plinth_content_wasip1.go",
      "syscall/plinth_descriptors_wasip1.go",
      "syscall/plinth_files_wasip1.go",
      "syscall/plinth_tree_wasip1.go",
      "syscall/plinth_wasip1.go",
    ]);
    expect(paths).toContain("runtime/slim_attach.go");
    expect(existsSync(join(goroot, "src/runtime/slim_attach.go"))).toBe(false);
    for (const path of ["cmd/link/internal/ld/data.go", "runtime/symtab.go"]) {
      expect(sources.get(path)).not.toBe(readFileSync(join(goroot, "src", path), "utf8"));
    }
  });
});
