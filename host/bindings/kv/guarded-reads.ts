/** KV's reads in the main thread, with errors that its users can understand if the file is damaged. */
import { plinthError } from "../../errors.ts";
import type { KvReader } from "./reader.ts";

export type KvReads = Pick<
  KvReader,
  "get" | "getMany" | "list" | "hasNamespace" | "namespacesOf" | "grantedTo" | "namespace"
>;

/** @param failure makes the error that is thrown in place of another */
export function guardedReads(reader: KvReads, failure: (error: unknown) => unknown): KvReads {
  const guard =
    <Arguments extends unknown[], Result>(read: (...given: Arguments) => Result) =>
    (...given: Arguments): Result => {
      try {
        return read.apply(reader, given);
      } catch (error) {
        throw failure(error);
      }
    };
  return {
    get: guard(reader.get),
    getMany: guard(reader.getMany),
    list: guard(reader.list),
    hasNamespace: guard(reader.hasNamespace),
    namespacesOf: guard(reader.namespacesOf),
    grantedTo: guard(reader.grantedTo),
    namespace: guard(reader.namespace),
  };
}

/** The reads of KV that is out of service. */
export function refusedReads(): KvReads {
  const refuse = (): never => {
    throw plinthError("PLINTH_KV_UNAVAILABLE");
  };
  return {
    get: refuse,
    getMany: refuse,
    list: refuse,
    hasNamespace: refuse,
    namespacesOf: refuse,
    grantedTo: refuse,
    namespace: refuse,
  };
}
