/** Serves one request to a WASI command in a fresh instance: CGI variables and standard input in, a CGI response out. */
import type { WorkerBindings } from "../bindings/worker-bindings.ts";
import { BlobCorrupt, readBlob } from "../blobs/read-blob.ts";
import type { StaticResult, WasiStep } from "../protocol/static-step.ts";
import { cgiInput } from "../wasi/cgi-request.ts";
import { MAX_HEADER_BYTES, parseCgiResponse } from "../wasi/cgi-response.ts";
import { WasiError } from "../wasi/errors.ts";
import { copyLibrary, libraryModules } from "../wasi/library.ts";
import { runWasi } from "../wasi/run.ts";
import type { RequestParts } from "./component-request.ts";
import { LogBuffer } from "./log-buffer.ts";
import type { ProgramCache } from "./program-cache.ts";
import { bodyTooLarge } from "./response-size.ts";
import { LimitReached } from "./turns.ts";

export async function handleWasi(
  step: WasiStep,
  programs: ProgramCache<WebAssembly.Module>,
  bindings: WorkerBindings,
  { turns, memory, compiled }: RequestParts,
): Promise<StaticResult> {
  const { request, cgi, limits } = step;
  const logs = new LogBuffer(limits.logBytes);
  try {
    const watch = { memory: (linear: WebAssembly.Memory) => memory.add(linear) };
    const library = await copyLibrary(request.body.byteLength, watch);
    const module = await programs.take(step.component, async () => {
      const bytes = await readBlob(step.module);
      const own = await WebAssembly.compile(bytes);
      compiled({ component: step.component, modules: [own, ...libraryModules()], bytes: bytes.byteLength });
      return own;
    });
    const input = cgiInput({ ...request, ...cgi }, bindings.open(step.grants).texts);
    turns.begin();
    const { exitCode, stdout } = await runWasi(
      library,
      module,
      input,
      {
        now: () => Date.now(),
        monotonic: () => performance.now(),
        log: (level, message) => logs.add(level, message),
        ...watch,
        sleep: (ms) => turns.wait(ms),
      },
      limits.responseBodyBytes + MAX_HEADER_BYTES,
    );
    if (exitCode !== 0) {
      const wrote = stdout.length === 0 ? "nothing to standard output" : "a response before";
      logs.add("error", `the command exited with code ${exitCode} and wrote ${wrote}`);
    }
    const response = parseCgiResponse(stdout);
    const refused = bodyTooLarge(response.body, limits.responseBodyBytes);
    return logs.with(refused ?? { tag: "response", response }, turns.cpuMs);
  } catch (error) {
    if (error instanceof BlobCorrupt) return logs.with({ tag: "corrupt", blob: error.blob }, turns.cpuMs);
    const message = error instanceof Error ? error.message : String(error);
    return logs.with({ tag: "failed", message, limit: limitOf(error) }, turns.cpuMs);
  }
}

function limitOf(error: unknown) {
  if (error instanceof LimitReached) return error.limit;
  return error instanceof WasiError && error.code === "output-limit" ? "response" : null;
}
