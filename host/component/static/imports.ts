/** The WASI 0.2 interfaces that `wasiImports` implements (https://github.com/WebAssembly/WASI/tree/main/wasip2). */
const supportedInterfaces: ReadonlySet<string> = new Set([
  "wasi:cli/environment",
  "wasi:cli/exit",
  "wasi:cli/stdin",
  "wasi:cli/stdout",
  "wasi:cli/stderr",
  "wasi:cli/terminal-input",
  "wasi:cli/terminal-output",
  "wasi:cli/terminal-stdin",
  "wasi:cli/terminal-stdout",
  "wasi:cli/terminal-stderr",
  "wasi:clocks/monotonic-clock",
  "wasi:clocks/wall-clock",
  "wasi:filesystem/preopens",
  "wasi:filesystem/types",
  "wasi:io/error",
  "wasi:io/poll",
  "wasi:io/streams",
  "wasi:random/random",
  "wasi:random/insecure",
  "wasi:random/insecure-seed",
]);

/** The host's bindings (wit/). host/bindings/wit/ implements them. */
const bindingInterfaces: ReadonlySet<string> = new Set([
  "plinth:kv/store@0.1.0",
  "plinth:fetch/client@0.1.0",
  "plinth:vars/environment@0.1.0",
]);

/**
 * Where a component may wait: these imports suspend its stack through JSPI. Reads and writes of `wasi:io` need not be among
 * them, because standard input is always at its end and standard output never full; reads of KV are answered in the thread.
 */
export const suspendingImports: readonly string[] = [
  "wasi:io/poll#poll",
  "wasi:io/poll#[method]pollable.block",
  "plinth:kv/store#put",
  "plinth:kv/store#delete",
  "plinth:fetch/client#fetch",
];

/** Interfaces of types alone: nothing of them is left to import once the component is transpiled. */
const typesOnly: ReadonlySet<string> = new Set(["plinth:http/types@0.1.0"]);

/** What a component imports but is not offered, in the order of `imports`. */
export function unsupportedImports(imports: readonly string[]): string[] {
  return imports.filter((name) => {
    if (typesOnly.has(name) || bindingInterfaces.has(name)) return false;
    // Patch releases of WASI 0.2 only add: one implementation serves them all, and toolchains mix several in one component.
    const match = /^([^@]+)@0\.2\.\d+$/.exec(name);
    return match === null || !supportedInterfaces.has(match[1]!);
  });
}
