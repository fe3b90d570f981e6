import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildPython, pythonComponent } from "./build-tenant.ts";
import { dataProfile, webProfile } from "./profile.ts";
import { rulesFor } from "./project/rules.ts";

const projectRules = rulesFor(webProfile);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-pack-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

test("a program is its own files and its packages, without what is about the project", async () => {
  await write({
    "main.py": "import shop",
    "shop/__init__.py": "",
    "shop/data.txt": "pears",
    "plinth.jsonc": "{}",
    "requirements.txt": "left",
    "README.md": "# left",
    ".env": "left",
    "tests/test_main.py": "left",
    "__pycache__/main.cpython-315.pyc": "left",
    "python_modules/tiny/__init__.py": "tiny = 1",
    "python_modules/tiny-1.0.dist-info/METADATA": "left",
    "python_modules/bin/tiny": "left",
  });
  const { program, files } = await buildPython(folder);
  expect(files.map(({ name }) => name).sort()).toEqual([
    "main.py",
    "shop/__init__.py",
    "shop/data.txt",
    "tiny/__init__.py",
  ]);
  const main = files.find(({ name }) => name === "main.py")!;
  expect(inflateRawSync(main.compressed).toString()).toBe("import shop");
  expect(Buffer.from(program).includes("left")).toBe(false);
  expect(pythonComponent(program).length).toBeLessThan(2048);
});

test("the same folder gives the same bytes", async () => {
  await write({ "main.py": "x = 1", "b.py": "", "a.py": "" });
  expect((await buildPython(folder)).program).toEqual((await buildPython(folder)).program);
});

test("machine code is refused by name", async () => {
  await write({ "main.py": "", "python_modules/fast/_speed.cpython-315-x86_64-linux-gnu.so": "ELF" });
  await expect(buildPython(folder)).rejects.toMatchObject({
    code: "PLINTH_BUILD_FAILED",
    message: expect.stringContaining("fast/_speed.cpython-315-x86_64-linux-gnu.so is machine code"),
  });
});

test("a package with machine code that the runtime has is taken from there", async () => {
  await write({
    "main.py": "",
    "python_modules/markupsafe/__init__.py": "left",
    "python_modules/markupsafe/_speedups.so": "ELF",
    "python_modules/flask/__init__.py": "",
  });
  const { files, warnings } = await buildPython(folder);
  expect(files.map(({ name }) => name)).toEqual(["flask/__init__.py", "main.py"]);
  expect(warnings).toEqual(["markupsafe has machine code in python_modules; the program gets the one of the runtime"]);
});

test("a folder without main.py is no program", async () => {
  await write({ "app.py": "" });
  await expect(buildPython(folder)).rejects.toMatchObject({ code: "PLINTH_BUILD_NO_ENTRY" });
  expect(projectRules.claim(folder, ["app.py"])).toBeUndefined();
  expect(projectRules.hint!(folder, ["app.py"])).toContain("main.py");
});

test("a program that imports numpy or pandas is one for the runtime that has them", async () => {
  const claims = () => [webProfile, dataProfile].map((profile) => rulesFor(profile).claim(folder, ["main.py"])?.by);
  await write({ "main.py": "import numbers  # not import numpy", "python_modules/other/a.py": "import numpy" });
  expect(claims()).toEqual(["main.py", undefined]);
  await write({ "shop/report.py": "def report():\n    from pandas import DataFrame\n" });
  expect(claims()).toEqual([undefined, "main.py"]);
});

test("a project is named by pyproject.toml", async () => {
  expect(await projectRules.nameOf!(folder)).toBeUndefined();
  await write({ "pyproject.toml": '[build-system]\nrequires = []\n\n[project]\nversion = "1"\nname = "shop"\n' });
  expect(await projectRules.nameOf!(folder)).toBe("shop");
});
