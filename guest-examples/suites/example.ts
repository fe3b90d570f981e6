/** What the suites of this folder stand on: an example on a host of its own, whichever language it is written in. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { RuntimeConfig } from "../../host/manifest/schema.ts";
import { deployExample, putSecret, putValue } from "../../test/support/example.ts";
import { goIsInstalled, needsGo } from "../../test/support/go.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";
import { type Origin, startOrigin } from "../../test/support/origin.ts";

/** Cases of one language alone, which run after those that all languages share. */
export type OwnCases = (example: Example) => void;

/** For hooks and cases: there is no host before they run. */
export class Example implements AsyncDisposable {
  readonly #folder: string;
  readonly #runtime: string;
  readonly #undo = new AsyncDisposableStack();
  #host: TestHost | undefined;

  constructor(folder: string, runtime: string) {
    this.#folder = folder;
    this.#runtime = runtime;
  }

  /** A server for it to fetch from; to be started before `deploy`, so that it ends after the host. */
  async origin(answer: Parameters<typeof startOrigin>[0]): Promise<Origin> {
    return this.#undo.use(await startOrigin(answer));
  }

  /** @param lead makes its manifest's servers those of the test, which are on loopback */
  async deploy(lead?: (config: RuntimeConfig) => RuntimeConfig): Promise<void> {
    const loopback = lead === undefined ? {} : { fetchPrivateNetworks: ["127.0.0.0/8"] };
    this.#host = this.#undo.use(await startTestHost({ runtimes: [this.#runtime], ...loopback }));
    await deployExample(this.#host, "example", this.#folder, lead);
  }

  /** Calls it; `path` starts with "/". */
  fetch(path = "/", init: RequestInit = {}): Promise<Response> {
    return this.#host!.fetch("example", path, init);
  }

  /** `plinth kv put`. @param options headers of the admin API */
  putValue(
    namespace: string,
    key: string,
    value: string | Uint8Array<ArrayBuffer>,
    options?: Readonly<Record<string, string>>,
  ): Promise<void> {
    return putValue(this.#host!, "example", namespace, key, value, options);
  }

  /** `plinth secret put`. */
  putSecret(name: string, value: string): Promise<void> {
    return putSecret(this.#host!, "example", name, value);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#undo.disposeAsync();
  }
}

/**
 * A suite named like the example's folder; skipped where the tools of its language are missing.
 *
 * @param start deploys the example, with what it needs
 */
export function describeExample(
  folder: string,
  start: (example: Example) => Promise<void>,
  cases: (example: Example) => void,
): void {
  const inGo = existsSync(join(folder, "go.mod"));
  describe.skipIf(inGo && !goIsInstalled)(`${basename(folder)}${inGo ? needsGo : ""}`, () => {
    const example = new Example(folder, inGo ? "plinth:go" : "plinth:js");
    // The first build of Go takes minutes.
    beforeAll(() => start(example), 300_000);
    afterAll(() => example[Symbol.asyncDispose]());
    cases(example);
  });
}
