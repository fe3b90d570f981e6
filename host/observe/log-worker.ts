/** The thread that writes and reads the tenants' logs, so that neither holds up the ingress. */
import { workerData } from "node:worker_threads";
import { databaseError } from "../sqlite/database-error.ts";
import { LogDatabase } from "./log-database.ts";
import type { LogQuery, LogRetention, TenantLines } from "./log-store.ts";

export interface LogWorkerData {
  file: string;
  retention: LogRetention;
}

export type LogTask =
  | { kind: "write"; batch: TenantLines[] }
  | { kind: "read"; query: LogQuery }
  | { kind: "forget"; tenant: string };

const { file, retention } = workerData as LogWorkerData;
const database = naming(() => new LogDatabase(file, retention));

export default function run(task: LogTask): unknown {
  return naming(() => answer(task));
}

/** Only the message of an error crosses to the main thread unchanged. */
function naming<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw databaseError(file, error);
  }
}

function answer(task: LogTask): unknown {
  switch (task.kind) {
    case "write":
      return database.write(task.batch);
    case "read":
      return database.read(task.query);
    case "forget":
      return database.forget(task.tenant);
  }
}
