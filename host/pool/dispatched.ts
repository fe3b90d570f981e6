import type { WireResponse } from "../protocol/http.ts";

/** A request under way. */
export interface Dispatched {
  /** @throws PlinthError for the client */
  readonly answer: Promise<WireResponse>;
  /** Gives the request up. */
  cancel(reason: unknown): void;
  /** Fulfilled when nothing of the request is left; never rejected. */
  readonly finished: Promise<void>;
}
