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
  "wasi:config/runtime",
  "wasi:config/store",
  "wasi:http/outgoing-handler",
  "wasi:http/types",
  "wasi:io/error",
  "wasi:io/poll",
  "wasi:io/streams",
  "wasi:random/random",
  "wasi:random/insecure",
  "wasi:random/insecure-seed",
  "wasi:sockets/instance-network",
  "wasi:sockets/ip-name-lookup",
  "wasi:sockets/network",
  "wasi:sockets/tcp",
  "wasi:sockets/tcp-create-socket",
  "wasi:sockets/udp",
  "wasi:sockets/udp-create-socket",
]);

/** An interface of a binding, which the host offers beside those of WASI. */
export interface HostInterface {
  /** The interface's name with its version: "plinth:kv/store@0.1.0". */
  readonly interface: string;
  /** The functions that suspend the component's stack. */
  readonly suspending: readonly string[];
  /** The interface's WIT, if it is not among the host's own (wit/). */
  readonly file?: URL;
}

/**
 * The imports in which a component may wait, because they suspend its stack through JSPI. Reads and writes of `wasi:io`
 * need not be among them: standard input is always at its end, and standard output is never full.
 */
export function suspendingImports(interfaces: readonly HostInterface[]): string[] {
  const own = interfaces.flatMap(({ interface: name, suspending }) =>
    suspending.map((method) => `${name.replace(/@.*$/, "")}#${method}`),
  );
  return ["wasi:io/poll#poll", "wasi:io/poll#[method]pollable.block", ...own];
}

/** Interfaces that only have types. A transpiled component imports nothing from them. */
const typesOnly: ReadonlySet<string> = new Set(["plinth:http/types@0.1.0"]);

/** Finds the imports that the host does not offer, in the order of `imports`. */
export function unsupportedImports(imports: readonly string[], interfaces: readonly HostInterface[]): string[] {
  const offered = new Set(interfaces.map((offer) => offer.interface));
  return imports.filter((name) => {
    if (typesOnly.has(name) || offered.has(name)) return false;
    // Patch releases of WASI 0.2 only add. One implementation serves them all; toolchains mix several in a component.
    const match = /^([^@]+)@0\.2\.\d+(?:-[0-9a-z.-]+)?$/.exec(name);
    return match === null || !supportedInterfaces.has(match[1]!);
  });
}
