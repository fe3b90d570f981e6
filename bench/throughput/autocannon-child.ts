/** One run of autocannon. Its only argument is JSON. Prints the result as JSON. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createHistogram } from "node:perf_hooks";
import type { LoadResult } from "./client.ts";

interface Spec {
  /** The folder in which autocannon is installed. */
  readonly folder: string;
  readonly origin: string;
  readonly method: string;
  readonly connections: number;
  readonly seconds: number;
  /** Files with the body and with one path a line. */
  readonly body: string;
  readonly paths: string;
}

/** The part of autocannon's interface that is used here. */
interface Run extends PromiseLike<{ duration: number; errors: number; non2xx: number }> {
  on(event: "response", listener: (client: unknown, status: number, bytes: number, ms: number) => void): void;
}

const { folder, origin, method, connections, seconds, body, paths } = JSON.parse(process.argv[2] ?? "") as Spec;
const autocannon = createRequire(join(folder, "package.json"))("autocannon") as (options: object) => Run;
const text = await readFile(body, "utf8");
const requests = (await readFile(paths, "utf8"))
  .trimEnd()
  .split("\n")
  .map((path) => ({ method, path, ...(text === "" ? {} : { body: text }) }));

// autocannon's own latencies are whole milliseconds.
const latencies = createHistogram();
const run = autocannon({ url: origin, connections, duration: seconds, requests });
run.on("response", (_client, _status, _bytes, ms) => latencies.record(Math.max(1, Math.round(ms * 1000))));
const { duration, errors, non2xx } = await run;
const result: LoadResult = {
  requests: latencies.count,
  seconds: duration,
  p50Us: latencies.percentile(50),
  p99Us: latencies.percentile(99),
  errors: errors + non2xx,
};
console.log(JSON.stringify(result));
