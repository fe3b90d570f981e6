/**
 * Keeps the CPUs from going to sleep between two requests of a benchmark that makes one at a time. On a virtual machine the
 * way out of sleep takes 50 to 200 us for each thread that is woken, three times a request: more than the request itself. A
 * host with other tenants to serve does not sleep.
 */
import { spawn } from "node:child_process";
import { availableParallelism, constants } from "node:os";

/** One busy process a CPU, at the lowest priority: whatever else wants to run takes its place at once. */
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

/** Ends with its standard input: with the benchmark, however that ends. */
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
