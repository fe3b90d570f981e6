/** The base of this folder's suites: an example in any language, on its own host. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { RuntimeConfig } from "../../host/manifest/schema.ts";
import { deployExample, putSecret, putValue } from "../../test/support/example.ts";
import { goIsInstalled, needsGo } from "../../test/support/go.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";
import { type Origin, startOrigin } from "../../test/support/origin.ts";

/** Cases of one language alone, which run after the shared cases. */
export type OwnCases = (example: Example) => void;

/** An example for hooks and cases. Its host does not exist before they run. */
export class Example implements AsyncDisposable {
  readonly #folder: string;
  readonly #runtime: string;
  readonly #undo = new AsyncDisposableStack();
  #host: TestHost | undefined;

  constructor(folder: string, runtime: string) {
    this.#folder = folder;
    this.#runtime = runtime;
  }

  /** Starts a server for the example to fetch from. Call it before `deploy`, so that the server ends after the host. */
  async origin(answer: Parameters<typeof startOrigin>[0]): Promise<Origin> {
    return this.#undo.use(await startOrigin(answer));
  }

  /** @param lead replaces the manifest's servers by the test's, which are on loopback */
  async deploy(lead?: (config: RuntimeConfig) => RuntimeConfig): Promise<void> {
    const loopback = lead === undefined ? {} : { fetchPrivateNetworks: ["127.0.0.0/8"] };
    this.#host = this.#undo.use(await startTestHost({ runtimes: [this.#runtime], ...loopback }));
    await deployExample(this.#host, "example", this.#folder, lead);
  }

  /** Calls the example; `path` starts with "/". */
  fetch(path = "/", init: RequestInit = {}): Promise<Response> {
    return this.#host!.fetch("example", path, init);
  }

  /** Does what `plinth kv put` does. @param options headers of the admin API */
  putValue(
    namespace: string,
    key: string,
    value: string | Uint8Array<ArrayBuffer>,
    options?: Readonly<Record<string, string>>,
  ): Promise<void> {
    return putValue(this.#host!, "example", namespace, key, value, options);
  }

  /** Does what `plinth secret put` does. */
  putSecret(name: string, value: string): Promise<void> {
    return putSecret(this.#host!, "example", name, value);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#undo.disposeAsync();
  }
}

/**
 * A suite with the name of the example's folder. It is skipped if the tools of the example's language are missing.
 *
 * @param start deploys the example, with its values and secrets
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
