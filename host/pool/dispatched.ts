import type { WireResponse } from "../protocol/http.ts";

/** A request under way. */
export interface Dispatched {
  /** @throws PlinthError for the client */
  readonly answer: Promise<WireResponse>;
  /** CPU time that the request has used so far, ms. */
  readonly cpuMs: number;
  /** Whether a limit has ended the request, or it has lost its worker by its own fault. */
  readonly wasCut: boolean;
  /** Gives up the request. */
  cancel(reason: unknown): void;
  /** Resolves when nothing of the request is left. It is never rejected. */
  readonly finished: Promise<void>;
}
