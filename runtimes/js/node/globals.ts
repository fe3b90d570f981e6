/** Node's globals, for programs that import a module of Node's or bundle a package that does. */
import { Buffer } from "node:buffer";
import process from "node:process";
import { clearImmediate, setImmediate } from "node:timers";

export { Buffer, clearImmediate, process, setImmediate };
export const global = globalThis;
