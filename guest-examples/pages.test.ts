/** Runs every command of the examples' pages. Each has to do what its page says. */
import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { goIsInstalled, needsGo } from "../test/support/go.ts";
import { GuideReader, readersHome } from "../test/support/guide.ts";
import { startTestHost, type TestHost } from "../test/support/host.ts";

const all = (await readdir(import.meta.dirname)).filter((name) =>
  existsSync(join(import.meta.dirname, name, "README.md")),
);
const inGo = (name: string) => existsSync(join(import.meta.dirname, name, "go.mod"));

let undo: AsyncDisposableStack;
let host: TestHost;
let home: string;
beforeAll(async () => {
  undo = new AsyncDisposableStack();
  home = undo.use(await readersHome()).path;
  host = undo.use(await startTestHost({ runtimes: goIsInstalled ? ["plinth:js", "plinth:go"] : ["plinth:js"] }));
}, 300_000);
afterAll(() => undo.disposeAsync());

async function follow(example: string): Promise<void> {
  await mkdir(join(home, example));
  await using reader = new GuideReader({
    ingress: host.ingressUrl,
    admin: host.adminUrl,
    token: host.token,
    home: join(home, example),
    folder: join(import.meta.dirname, example),
  });
  await reader.follow(join(import.meta.dirname, example, "README.md"));
}

test.each(all.filter((name) => !inGo(name)))("%s", follow);

describe.skipIf(!goIsInstalled)(`Go${needsGo}`, () => {
  test.each(all.filter(inGo))("%s", follow, 300_000);
});
