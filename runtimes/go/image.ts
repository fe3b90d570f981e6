/** The base image: linear memory and globals after the Go runtime and the base's packages are initialised. */
import type { ThinModule } from "../../host/component/write/thin-module.ts";
import { type BaseImage, startThin } from "../base-image.ts";
import { StartupWasi } from "./startup-wasi.ts";

/** The reactor's entry point. It runs the runtime's start-up and all init functions. Slots do not have it. */
const initializeExport = "_initialize";

/**
 * Starts the runtime and initialises the base's packages.
 *
 * No garbage collection runs before the capture. It would leave marks and lists that the first collection in a tenant
 * changes again (docs/reference/go-linking.md, "The base image").
 *
 * @param thin made of `full`, with `_initialize`
 * @throws Error with the runtime's output if it does not start
 */
export function captureImage(full: Uint8Array, thin: ThinModule): BaseImage {
  const wasi = new StartupWasi();
  const started = startThin(full, thin, (module, memory) => wasi.imports(module, memory));
  try {
    (started.exports[initializeExport] as () => void)();
  } catch (error) {
    throw new Error(`the Go runtime does not start: ${wasi.output || String(error)}`, { cause: error });
  }
  if (wasi.output !== "") throw new Error(`the Go base prints while it starts: ${wasi.output}`);
  return started.capture();
}
