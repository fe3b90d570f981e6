/** Entry of the thread that does all writes of KV, a group at a time. */
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { transaction } from "../../sqlite/transaction.ts";
import { Reserve } from "../../store/reserve.ts";
import { checkpoint } from "./checkpoint.ts";
import { openForWriting } from "./database.ts";
import { type Committed, commitGroup } from "./group-commit.ts";
import type { KvOperation } from "./operations.ts";
import { KvTables } from "./tables.ts";

export interface WriterData {
  readonly file: string;
  /** Time between two looks for expired entries, ms. */
  readonly sweepMs: number;
}

/** A group of operations; null ends the thread. */
export type WriterMessage = readonly KvOperation[] | null;

/** The outcome of a group, or a failure beside the writes, which is tried again (such as for lack of space). */
export type WriterReply = Committed | { readonly fault: Error };

const { file, sweepMs } = workerData as WriterData;
const port = parentPort!;
const database = openForWriting(file);
const tables = new KvTables(database);
const reserve = new Reserve(dirname(file));

port.on("message", (group: WriterMessage) => {
  if (group === null) {
    clearInterval(sweeping);
    port.close();
    database.close();
    return;
  }
  reply(commitGroup(database, tables, group, reserve));
  orReport(() => checkpoint(database));
});

/** Removes entries a part at a time, so that writes come in between. */
function sweep(): void {
  if (!database.isOpen) return;
  orReport(() => {
    const more = reserve.lend(database, () => transaction(database, () => tables.sweep()));
    checkpoint(database);
    if (more) setImmediate(sweep);
  });
}

function orReport(work: () => void): void {
  try {
    work();
  } catch (error) {
    reply({ fault: error as Error });
  }
}

function reply(message: WriterReply): void {
  port.postMessage(message);
}

const sweeping = setInterval(() => {
  // The reserve takes back room that it has lent, if it could not before.
  reserve.fill();
  sweep();
}, sweepMs);
port.postMessage("ready");
