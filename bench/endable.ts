/**
 * `npm run bench -- endable`: the time until a thread ends whose code repeats one bulk instruction for ever, in the
 * uploaded form and in the form that the deploy makes of it; and the cost of that form for honest code.
 */
import { spawnSync } from "node:child_process";
import { parse } from "@bytecodealliance/jco";
import { endable } from "../host/component/write/endable.ts";

const GIVE_UP_MS = 10_000;
const MIB = 1 << 20;

const loops = {
  "memory.fill of 1 KiB": "(memory.fill (i32.const 0) (i32.const 0) (i32.const 1024))",
  "memory.fill of 64 KiB": "(memory.fill (i32.const 0) (i32.const 0) (i32.const 65536))",
  "memory.fill of 1 MiB": "(memory.fill (i32.const 0) (i32.const 0) (i32.const 1048576))",
  "memory.fill of 60 MiB": "(memory.fill (i32.const 0) (i32.const 0) (i32.const 62914560))",
  "memory.copy of 60 MiB": "(memory.copy (i32.const 0) (i32.const 1) (i32.const 62914560))",
  "memory.grow of 0": "(drop (memory.grow (i32.const 0)))",
  "table.fill of 16,384": "(table.fill $t (i32.const 0) (ref.null func) (i32.const 16384))",
  "table.copy of 100,000": "(table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 100000))",
  "array.new of 64 KiB": "(drop (array.new $a (i32.const 1) (i32.const 65536)))",
  "array.fill of 1 MB": "(array.fill $a (local.get 0) (i32.const 0) (i32.const 1) (i32.const 1000000))",
  "throw and catch": "(block $h (try_table (catch_all $h) (throw $e)))",
};

export async function benchmarkEndable(): Promise<void> {
  console.log("endless loop of".padEnd(24), "as uploaded".padStart(14), "rewritten".padStart(12));
  for (const [name, code] of Object.entries(loops)) {
    const uploaded = await binary(`(module (type $a (array (mut i8))) (tag $e) (import "bench" "begins" (func $begins))
      (memory 961) (table $t 262144 funcref)
      (func (export "run") (local (ref null $a)) (local.set 0 (array.new_default $a (i32.const 1000000)))
        (call $begins) (loop $again ${code} (br $again))))`);
    const [before, after] = [timeToEnd(uploaded), timeToEnd(endable(uploaded))];
    console.log(name.padEnd(24), before.padStart(14), after.padStart(12));
  }
  console.log(
    "\nhonest code".padEnd(25),
    "as uploaded, ns".padStart(16),
    "rewritten, ns".padStart(14),
    "ratio".padStart(7),
  );
  for (const op of ["memory.copy", "memory.fill"]) {
    for (const bytes of [16, 256, 1024, 16_384, MIB]) await measureCost(op, bytes);
  }
}

async function binary(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await parse(text));
}

/** Reads a module from standard input, runs it in a thread, and writes how many ms the thread takes to end. */
const ending = `
  const { once } = require("node:events");
  const { Worker } = require("node:worker_threads");
  const code = 'const { parentPort, workerData } = require("node:worker_threads");' +
    'const bench = { begins: () => parentPort.postMessage(null) };' +
    'new WebAssembly.Instance(new WebAssembly.Module(workerData), { bench }).exports.run();';
  const worker = new Worker(code, { eval: true, workerData: require("node:fs").readFileSync(0) });
  once(worker, "message").then(() => setTimeout(async () => {
    const begin = performance.now();
    await worker.terminate();
    console.log((performance.now() - begin).toFixed(1) + " ms");
  }, 300));`;

/** Runs a module in a process of its own, because a process with a thread that does not end cannot exit. */
function timeToEnd(module: Uint8Array): string {
  const options = { input: module, timeout: GIVE_UP_MS, killSignal: "SIGKILL" } as const;
  const { stdout } = spawnSync(process.execPath, ["-e", ending], options);
  return stdout.toString().trim() || `over ${GIVE_UP_MS / 1000} s`;
}

type Run = (bytes: number, times: number) => void;

/** Measures a function that does the operation in a loop. The best of several turns of each arm counts. */
async function measureCost(op: string, bytes: number): Promise<void> {
  const uploaded =
    await binary(`(module (memory 64) (func (export "run") (param $bytes i32) (param $times i32) (loop $next
    (${op} (i32.const 64) (i32.const ${op === "memory.fill" ? 0 : MIB}) (local.get $bytes))
    (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))))`);
  const arms = [uploaded, endable(uploaded)].map((module) => {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module as Uint8Array<ArrayBuffer>));
    return exports.run as Run;
  });
  const times = Math.max(20, Math.floor(5e7 / (bytes + 200)));
  // So many calls bring V8's optimizing compiler in.
  for (const run of arms) for (let call = 0; call < 500; call++) run(bytes, 20);
  const best = arms.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 7; round++) {
    for (const [arm, run] of arms.entries()) {
      const begin = performance.now();
      run(bytes, times);
      best[arm] = Math.min(best[arm]!, ((performance.now() - begin) / times) * 1e6);
    }
  }
  const [before, after] = best as [number, number];
  const figures = [
    before.toFixed(1).padStart(16),
    after.toFixed(1).padStart(14),
    (after / before).toFixed(2).padStart(7),
  ];
  console.log(`${op} of ${bytes}`.padEnd(24), ...figures);
}
