/** The thread that writes and reads the tenants' logs: neither may hold up the ingress. */
import { workerData } from "node:worker_threads";
import { LogDatabase } from "./log-database.ts";
import type { LogQuery, LogRetention, TenantLines } from "./log-store.ts";

export interface LogWorkerData {
  folder: string;
  retention: LogRetention;
}

export type LogTask =
  | { kind: "write"; batch: TenantLines[] }
  | { kind: "read"; query: LogQuery }
  | { kind: "forget"; tenant: string };

const { folder, retention } = workerData as LogWorkerData;
const database = new LogDatabase(folder, retention);

export default function run(task: LogTask): unknown {
  switch (task.kind) {
    case "write":
      return database.write(task.batch);
    case "read":
      return database.read(task.query);
    case "forget":
      return database.forget(task.tenant);
  }
}
