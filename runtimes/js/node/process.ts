/** `node:process`: unenv's module, with the tenant's vars and secrets as `process.env`. */
export * from "unenv/node/process";

import unenvProcess from "unenv/node/process";

type Environment = Readonly<Record<string, unknown>>;

/** The prelude's function for this module (prelude/environment.ts). */
const environmentFor = (globalThis as unknown as Record<symbol, (name: string, by: string) => Environment>)[
  Symbol.for("plinth.environment")
];

/** Variables that the program has set itself. Those that a request sets are gone with its memory. */
const own: Record<string, string | undefined> = Object.create(null);

/**
 * The text of a variable, because Node's variables are texts. A value that is no var or secret, such as a KV namespace,
 * has none.
 */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const isData = value === null || typeof value !== "object" || Object.getPrototypeOf(value) === Object.prototype;
  return value === undefined || !(isData || Array.isArray(value)) ? undefined : JSON.stringify(value);
}

function read(name: string): Environment {
  return environmentFor?.(name, "process.env of its top level") ?? {};
}

function variable(name: string | symbol): string | undefined {
  if (typeof name === "symbol") return undefined;
  return name in own ? own[name] : textOf(read(name)[name]);
}

export const env = new Proxy(own, {
  get: (_, name) => variable(name),
  has: (_, name) => variable(name) !== undefined,
  set(_, name, value) {
    own[name as string] = String(value);
    return true;
  },
  deleteProperty(_, name) {
    // The var itself stays, and is hidden by undefined.
    own[name as string] = undefined;
    return true;
  },
  ownKeys() {
    const all = { ...read("*"), ...own };
    return Object.keys(all).filter((name) => variable(name) !== undefined);
  },
  getOwnPropertyDescriptor(_, name) {
    const value = variable(name);
    return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
  },
});

(unenvProcess as { env: unknown }).env = env;
export default unenvProcess;
