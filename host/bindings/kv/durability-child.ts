/**
 * The process that durability.test.ts kills. It writes without end to KV in the file of its first argument, and prints a
 * line for each acknowledged write.
 */
import { createHash, randomBytes, randomInt } from "node:crypto";
import { flushCompileCache } from "node:module";
import { writeLine } from "../../../test/support/write-line.ts";
import type { NewValue } from "./operations.ts";
import { KvReader } from "./reader.ts";
import { KvWriter } from "./writer.ts";

const onFault = (error: unknown) => {
  throw error;
};
const NAMESPACE = "alice/PAGES";
const file = process.argv[2]!;
const writer = await KvWriter.open(file, { onFault });
await writer.write("alice", { kind: "create-namespaces", names: [NAMESPACE] });
const reader = new KvReader(file);

/** A value with a number, random bytes and their hash, by which the test sees that nothing is missing. */
function value(key: string, number: number): NewValue {
  // Most values are small. Now and then one takes many pages.
  const bytes = randomBytes(randomInt(20) === 0 ? 200_000 : randomInt(2_000));
  const hash = createHash("sha256").update(bytes).digest();
  const head = Buffer.alloc(8);
  head.writeDoubleLE(number);
  return { key, value: new Uint8Array(Buffer.concat([head, hash, bytes])), metadata: String(number), expiration: null };
}

function numberAt(key: string): number {
  return Number(reader.get(NAMESPACE, key)?.metadata ?? 0);
}

async function put(values: NewValue[], ifRevision: number | null = null): Promise<number> {
  const storageLimit = 2 ** 30;
  return writer.write("alice", { kind: "put", namespace: NAMESPACE, values, ifRevision, storageLimit });
}

function acknowledged(key: string, number: number): void {
  writeLine(`${key} ${number}`);
}

async function plainPuts(key: string): Promise<never> {
  for (let number = numberAt(key) + 1; ; number++) {
    await put([value(key, number)]);
    acknowledged(key, number);
  }
}

/** Reads the counter again and again and puts it one higher, if no other writer has changed it meanwhile. */
async function compareAndSet(): Promise<never> {
  for (;;) {
    const found = reader.get(NAMESPACE, "counter");
    const number = Number(found?.metadata ?? 0) + 1;
    try {
      await put([value("counter", number)], found?.revision ?? 0);
      acknowledged("counter", number);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "PLINTH_KV_CONFLICT") throw error;
    }
  }
}

/** Puts ten keys at once. If their numbers differ after a kill, a bulk was half done. */
async function bulkPuts(): Promise<never> {
  for (let number = numberAt("bulk-0") + 1; ; number++) {
    await put(Array.from({ length: 10 }, (_, n) => value(`bulk-${n}`, number)));
    acknowledged("bulk", number);
  }
}

/** Puts and deletes a key in turn, so the key exists after an odd number of writes. */
async function putsAndDeletes(): Promise<never> {
  for (let number = reader.get(NAMESPACE, "coming-and-going") === null ? 1 : 2; ; number++) {
    if (number % 2 === 1) await put([value("coming-and-going", number)]);
    else {
      const keys = ["coming-and-going"];
      await writer.write("alice", { kind: "delete", namespace: NAMESPACE, keys, ifRevision: null });
    }
    acknowledged("coming-and-going", number % 2);
  }
}

// Node writes the cache at a process's end, which this process does not reach.
flushCompileCache();
writeLine("ready");
await Promise.all([
  ...["a", "b", "c", "d"].map((name) => plainPuts(`plain-${name}`)),
  compareAndSet(),
  compareAndSet(),
  bulkPuts(),
  putsAndDeletes(),
]);
