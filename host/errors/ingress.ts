import { type ErrorTable, lines } from "./entry.ts";

/**
 * Errors that a tenant's visitor can meet. Their texts must not tell a visitor what happened inside the tenant: that goes
 * to its log.
 */
export const ingressErrors = {
  PLINTH_NO_ROUTE: {
    status: 404,
    message: "No tenant is served at %s. Check the hostname, or call a tenant by the path /t/NAME/.",
  },
  PLINTH_NOT_DEPLOYED: {
    status: 404,
    message: "The tenant %s has no active version. Deploy one with plinth deploy.",
  },
  PLINTH_BAD_HTTP: {
    status: 400,
    message: "The request breaks a rule of HTTP: %s. Correct the client that sends it.",
  },
  PLINTH_BODY_TOO_LARGE: {
    status: 413,
    message: "The request's body is over the limit of %s bytes. Send less at a time.",
  },
  PLINTH_REQUEST_HEADERS_TOO_LARGE: {
    status: 431,
    message: "The request's headers are over the limit of %s bytes. Send fewer or shorter headers.",
  },
  PLINTH_REQUEST_TIMEOUT: {
    status: 408,
    message: "The request did not come to its end in time. Send it again, or less of it at a time.",
  },
  PLINTH_TENANT_BUSY: {
    status: 429,
    message: lines(
      "The tenant has reached its limit of requests under way, or of the memory that they hold. Try again after the",
      "time in Retry-After.",
    ),
  },
  PLINTH_TENANT_PARKED: {
    status: 503,
    message: lines(
      "The tenant is parked, because its limits ended its requests again and again. Try again after the time in",
      "Retry-After; its owner finds the reason in the tenant's log.",
    ),
  },
  PLINTH_OVERLOADED: {
    status: 503,
    message: lines(
      "The host has reached its limit of waiting requests, or of the memory that requests hold. Try again after the",
      "time in Retry-After.",
    ),
  },
  PLINTH_SHUTTING_DOWN: {
    status: 503,
    message: "The host is shutting down. Try again after the time in Retry-After.",
  },
  PLINTH_TENANT_EXCEPTION: {
    status: 500,
    message: "The tenant's handler failed. Its owner finds the details in the tenant's log.",
  },
  PLINTH_TENANT_NEVER_RESPONDS: {
    status: 500,
    message:
      "The tenant's handler waits for something that can never happen. Its owner finds the details in the tenant's log.",
  },
  PLINTH_CPU_LIMIT: {
    status: 503,
    message: lines(
      "The tenant's handler used more than its %s ms of CPU time. Its owner should do less in one request or ask the",
      "operator to raise the limit.",
    ),
  },
  PLINTH_MEMORY_LIMIT: {
    status: 503,
    message: lines(
      "The tenant's handler needed more than its %s bytes of memory. Its owner should use less or ask the operator to",
      "raise the limit.",
    ),
  },
  PLINTH_STREAM_IDLE: {
    status: 504,
    message: lines(
      "The response's body has stood still for %s ms. Write something in less time, such as a comment between events, or",
      "ask the operator to raise the limit.",
    ),
  },
  PLINTH_WALL_LIMIT: {
    status: 504,
    message: lines(
      "The tenant did not answer within %s ms. Try again; its owner should look at what the handler waits for or ask",
      "the operator to raise the limit.",
    ),
  },
  PLINTH_BAD_RESPONSE: {
    status: 502,
    message: "The tenant's response cannot be sent: %s. Its owner should correct the handler.",
  },
  PLINTH_RESPONSE_TOO_LARGE: {
    status: 502,
    message: lines(
      "The tenant's response is over the limit of %s bytes. Its owner should answer in smaller parts or ask the",
      "operator to raise the limit.",
    ),
  },
  PLINTH_WORKER_LOST: {
    status: 503,
    message: "The worker that ran the request ended before it answered. Try again.",
  },
  PLINTH_GROUP_LOST: {
    status: 503,
    message: "The process that runs the tenant's programs has ended and is being started again. Try again in a moment.",
  },
} as const satisfies ErrorTable;
