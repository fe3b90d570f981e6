/** Entry of the thread that does all writes of KV, a group at a time. */
import { parentPort, workerData } from "node:worker_threads";
import { checkpoint } from "./checkpoint.ts";
import { openForWriting } from "./database.ts";
import { commitGroup, transaction } from "./group-commit.ts";
import type { KvOperation } from "./operations.ts";
import { KvTables } from "./tables.ts";

export interface WriterData {
  readonly file: string;
  /** Time between two looks for what has expired, ms. */
  readonly sweepMs: number;
}

/** A group, or null: the end. */
export type WriterMessage = readonly KvOperation[] | null;

const { file, sweepMs } = workerData as WriterData;
const port = parentPort!;
const database = openForWriting(file);
const tables = new KvTables(database);

port.on("message", (group: WriterMessage) => {
  if (group === null) {
    clearInterval(sweeping);
    port.close();
    database.close();
    return;
  }
  port.postMessage(commitGroup(database, tables, group));
  checkpoint(database);
});

/** A part at a time, so that writes come in between. */
function sweep(): void {
  if (!database.isOpen) return;
  const more = transaction(database, () => tables.sweep());
  checkpoint(database);
  if (more) setImmediate(sweep);
}
const sweeping = setInterval(sweep, sweepMs);
port.postMessage("ready");
