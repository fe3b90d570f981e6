/** Entry of a group's process. It serves the socket that it finds open, until the socket's other end is closed. */
import { writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { endDespiteThreads } from "../threads/ending.ts";
import { mainThreadFirst } from "../threads/main-thread-first.ts";
import { GroupSide } from "./group-side.ts";

/** The host's process opens the socket under this number. */
const SOCKET = 3;
/** If memory runs out, the kernel ends processes with more points first: a group before the host's own process. */
const OOM_POINTS = "500";

// A terminal sends its signals to all processes of a job, and a service manager to all of a service. The host's process
// decides when its groups end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
try {
  writeFileSync("/proc/self/oom_score_adj", OOM_POINTS);
} catch {
  // The system is not Linux.
}
mainThreadFirst();
const side = new GroupSide(new Socket({ fd: SOCKET, readable: true, writable: true }));
await side.closed;
await side[Symbol.asyncDispose]();
await endDespiteThreads(0);
process.exit(0);
