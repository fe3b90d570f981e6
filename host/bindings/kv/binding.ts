/** KV namespaces: reads are answered in the worker, writes in the main thread. */
import { defineBinding } from "../binding.ts";
import { isRecord } from "../is-record.ts";
import type { KvGrants } from "./grant.ts";
import { kvSchema } from "./schema.ts";
import { kvImports } from "./wit.ts";

export default defineBinding({
  name: "kv",
  schema: kvSchema,
  environment: {
    names: (config) =>
      (Array.isArray(config) ? config : []).flatMap((entry: unknown, index) =>
        isRecord(entry) && typeof entry.binding === "string" ? [{ name: entry.binding, path: [index, "binding"] }] : [],
      ),
    value: (grant: KvGrants = {}) => Object.keys(grant),
  },
  worker: async ({ file }: KvWorkerData) => new (await import("./worker.ts")).KvWorkerSide(file),
  host: async (services) => (await import("./host.ts")).KvSide.open(services),
  wit: {
    interface: "plinth:kv/store@0.1.0",
    suspending: ["put", "delete"],
    imports: (calls) => kvImports(calls),
  },
});

export interface KvWorkerData {
  /** `KvService.file`; null if KV is out of service. */
  readonly file: string | null;
}
