/** The cells that are measured for each arm. */
import type { Arm } from "./arm.ts";
import { type Handler, handlerOf, handlers } from "./handlers.ts";

/** One point of the benchmark: a number of connections call a handler of a number of tenants in turn. */
export interface Cell {
  readonly handler: Handler;
  readonly tenants: number;
  readonly connections: number;
}

export interface PlanOptions {
  readonly handlers: readonly string[];
  readonly tenants: readonly number[];
  readonly connections: readonly number[];
}

export const fullPlan: PlanOptions = {
  handlers: handlers.map(({ name }) => name),
  tenants: [1, 100, 1_000],
  connections: [1, 32, 256],
};

/** The point from which one thing at a time is changed. */
const USUAL = { tenants: 1, connections: 32 };

/**
 * The first handler is measured with all numbers of tenants and of connections, the others with the usual ones. All
 * combinations would take an hour and say little more.
 *
 * @throws Error for an unknown handler
 */
export function planOf(options: PlanOptions): readonly Cell[] {
  const [first, ...rest] = options.handlers.map(handlerOf);
  if (first === undefined) return [];
  const tenants = options.tenants[0] ?? USUAL.tenants;
  const connections = options.connections.includes(USUAL.connections) ? USUAL.connections : options.connections[0]!;
  return [
    ...options.connections.map((count) => ({ handler: first, tenants, connections: count })),
    ...options.tenants.slice(1).map((count) => ({ handler: first, tenants: count, connections })),
    ...rest.map((handler) => ({ handler, tenants, connections })),
  ];
}

/** Whether the arm has the handler that the cell calls. */
export function canServe(arm: Arm, { handler, tenants }: Cell): boolean {
  return tenants <= arm.tenants && arm.handlers.some((name) => name === handler.name);
}
