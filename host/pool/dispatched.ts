import type { WireResponse } from "../protocol/http.ts";

/** A request under way. */
export interface Dispatched {
  /** @throws PlinthError for the client */
  readonly answer: Promise<WireResponse>;
  /** Gives up the request. */
  cancel(reason: unknown): void;
  /** Resolves when nothing of the request is left. It is never rejected. */
  readonly finished: Promise<void>;
}
