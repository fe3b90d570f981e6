/** The base image: linear memory and globals after the start of the engine and the evaluation of the prelude. */
import type { ThinModule } from "../../host/component/write/thin-module.ts";
import { type BaseImage, startThin } from "../base-image.ts";

/**
 * The bytes of its native stack that the engine may use before it throws "stack overflow", which a tenant can catch. V8
 * keeps frames of its own beside those in linear memory, up to 12 times as big. On a thread with 4 MB of stack (a
 * worker's default) the engine's stack overflows first, except for deeply nested source text. If V8's stack ends first,
 * the call traps and the memory is restored.
 */
const engineStackBytes = 256 * 1024;

/**
 * Starts the engine and evaluates the prelude. The clock stands at the epoch and the random numbers are zeros, so that
 * every build makes the same image. Neither survives into a request (prelude/random.ts).
 *
 * @param full with the export `plinth:init`
 * @param thin made of `full`
 * @throws Error with the engine's message when the prelude does not evaluate
 */
export function captureImage(full: Uint8Array, thin: ThinModule, prelude: string): BaseImage {
  const logged: string[] = [];
  const started = startThin(full, thin, (_, memory) => ({
    "plinth:host": {
      now: () => 0,
      monotonic: () => 0,
      random: (at: number, length: number) => new Uint8Array(memory().buffer, at, length).fill(0),
      log: (_level: number, at: number, length: number) =>
        logged.push(new TextDecoder().decode(new Uint8Array(memory().buffer, at, length))),
      interrupted: () => 0,
      timer_start: () => 0,
      timer_cancel: () => {},
      call: () => 0,
      reply_size: () => 0,
      reply_take: () => {},
    },
  }));
  const { exports, memory } = started;
  const call = (name: string, ...values: number[]) => (exports[name] as (...values: number[]) => number)(...values);
  const source = new TextEncoder().encode(prelude);
  const at = call("cabi_realloc", 0, 0, 1, source.length);
  new Uint8Array(memory.buffer).set(source, at);
  const failure = call("plinth:init", at, source.length, engineStackBytes);
  if (failure === 1) throw new Error(`the prelude does not evaluate: ${logged.join("\n")}`);
  if (failure) throw new Error(`this build of the engine has another JSRuntime than the adapter knows (${failure})`);
  if (logged.length) throw new Error(`the prelude logs while it is evaluated: ${logged.join("\n")}`);
  return started.capture();
}
