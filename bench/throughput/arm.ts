/** An arm of the benchmark: a server that answers the handlers' requests for some number of tenants. */
import type { Handler, HandlerName } from "./handlers.ts";

export interface Arm {
  readonly name: string;
  /** The arm's way to keep a tenant's state and to run it, in a few words. */
  readonly what: string;
  /** Handlers that the server has. */
  readonly handlers: readonly HandlerName[];
  /** The most tenants that the arm is measured with. */
  readonly tenants: number;
  /** @throws Error that says why the machine cannot have the server */
  start(tenants: number, say: (text: string) => void): Promise<Server>;
}

export interface Server extends AsyncDisposable {
  /** Processes whose CPU time and memory count. */
  readonly pids: readonly number[];
  readonly origin: string;
  /** Path of a handler of the n-th tenant, from 0. */
  path(handler: Handler, tenant: number): string;
}
