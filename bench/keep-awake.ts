/**
 * Keeps the CPUs from going to sleep between two requests of a benchmark that makes one request at a time. On a virtual
 * machine, waking takes 50 to 200 us for each thread. A request wakes three threads, and that takes longer than the
 * request itself. A host with other tenants to serve does not sleep.
 */
import { spawn } from "node:child_process";
import { availableParallelism, constants } from "node:os";

/** Starts one busy process for each CPU. It has the lowest priority, so that any other process takes its place at once. */
export function keepAwake(): Disposable {
  const spinners = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ["--eval", SPIN], { stdio: ["pipe", "ignore", "ignore"] }),
  );
  return {
    [Symbol.dispose]() {
      for (const spinner of spinners) spinner.kill("SIGKILL");
    },
  };
}

/** The process ends when its standard input ends. It thus ends with the benchmark, even if the benchmark is killed. */
const SPIN = `
  os.setPriority(${constants.priority.PRIORITY_LOW});
  process.stdin.on("end", () => process.exit()).resume();
  function spin() {
    const end = performance.now() + 50;
    while (performance.now() < end);
    setImmediate(spin);
  }
  spin();
`;
