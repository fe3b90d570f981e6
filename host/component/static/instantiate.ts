import type { TenantRequest, TenantResponse } from "../../protocol/contract.ts";
import { StaticComponentError } from "./errors.ts";
import { HttpContext } from "./http/context.ts";
import { handleBy, type IncomingHandler } from "./http/wasi-http.ts";
import { handlerAmong, handlerInterface, scheduledInterface } from "./interfaces.ts";
import type {
  Guard,
  MemoryWatch,
  OutgoingMessage,
  StaticArtifacts,
  StaticBindings,
  StaticHostCalls,
  StaticInstance,
  StaticProgram,
} from "./types.ts";
import { unwinding } from "./unwind.ts";
import { createWasi, type Wasi } from "./wasi.ts";

/** The bindings of a component that may use none. */
const noBindings: StaticBindings = {
  environment: {},
  imports: () => ({}),
  fetch: async () => ({ tag: "err", val: { code: "PLINTH_FETCH_DENIED", message: "There is no fetch here." } }),
};

export { loadGlue } from "../glue/glue.ts";

/** Compiles the core modules. They can be posted to workers, where V8 does not compile them again. */
export async function compileModules(modules: StaticArtifacts["modules"]): Promise<StaticProgram["modules"]> {
  const compiled = Object.entries(modules).map(
    async ([name, bytes]) => [name, await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>)] as const,
  );
  return Object.fromEntries(await Promise.all(compiled));
}

/**
 * Makes an instance of a static component, with memories, tables and globals of its own. Only compiled code is shared.
 * With isolation "request", every request gets an instance. With "reuse", an instance is kept until `handle` rejects.
 *
 * @throws StaticComponentError "trap" if the component's start-up fails, "exit" if it exits
 */
export async function instantiateStatic(
  program: StaticProgram,
  calls: StaticHostCalls & Partial<MemoryWatch>,
  bindings: StaticBindings = noBindings,
): Promise<StaticInstance> {
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {}); // there may be no call yet that waits for it
  const end = (reason: unknown): Promise<never> => {
    ended.reject(reason);
    return unwinding();
  };
  let hostFailure: { reason: unknown } | undefined;
  const guard: Guard = (work) =>
    work.catch((reason: unknown) => {
      hostFailure = { reason };
      return end(reason);
    });
  const guarded: StaticHostCalls = {
    now: () => calls.now(),
    monotonic: () => calls.monotonic(),
    random: (bytes) => calls.random(bytes),
    log: (level, text) => calls.log(level, text),
    sleep: (ms) => guard(calls.sleep(ms)),
    until: (begin) => guard(calls.until(begin)),
    bodyBytes: calls.bodyBytes,
  };
  const http = new HttpContext(guarded);
  const outgoing = { http, fetch: (request: OutgoingMessage) => bindings.fetch(request) };
  const wasi = createWasi(guarded, bindings.environment, outgoing, end);
  const fail = (error: unknown): never => {
    throw error instanceof StaticComponentError || error === hostFailure?.reason ? error : trap(error, wasi);
  };

  let exports: Record<string, unknown>;
  try {
    exports = program.glue.instantiate(
      (name) => program.modules[name]!,
      { ...wasi.imports, ...bindings.imports(guard) },
      (module, imports) => {
        const instance = new WebAssembly.Instance(module, imports);
        for (const value of Object.values(instance.exports)) {
          if (value instanceof WebAssembly.Memory) calls.memory?.(value);
        }
        return instance;
      },
    );
  } catch (error) {
    return fail(error);
  } finally {
    wasi.endOutput();
  }
  const handlerName = handlerAmong(Object.keys(exports))!;
  const own = exports[handlerName] as { handle(request: TenantRequest): Promise<TenantResponse> };
  const standard = exports[handlerName] as IncomingHandler;
  const answer = (request: TenantRequest): Promise<TenantResponse> =>
    handlerName === handlerInterface ? own.handle(request) : handleBy(standard, request, http);
  const scheduled = exports[scheduledInterface] as { run(cron: string, time: bigint): Promise<void> } | undefined;
  const untilEnded = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await Promise.race([call(), ended.promise]);
    } catch (error) {
      return fail(error);
    } finally {
      wasi.endOutput();
    }
  };
  return {
    handle: (request) => untilEnded(() => answer(request)),
    async runScheduled(cron, time) {
      if (scheduled === undefined) {
        throw new StaticComponentError(
          "no-scheduled",
          `the manifest has cron expressions, and the component does not export ${scheduledInterface}`,
        );
      }
      await untilEnded(() => scheduled.run(cron, BigInt(time)));
    },
  };
}

/** Joins a trap and standard error, because toolchains write the guest's exception there and then trap. */
function trap(error: unknown, wasi: Wasi): StaticComponentError {
  const reason = error instanceof Error ? error.message : String(error);
  const said = wasi.latestError();
  return new StaticComponentError("trap", said === "" ? reason : `${reason}\n${said}`, {}, error);
}
