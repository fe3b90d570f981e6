/** Header fields between host and programs, which neither visitors send nor visitors get. */

/** A field of requests: the client's address and port, "203.0.113.7:49152" or "[2001:db8::1]:49152". */
export const CLIENT_FIELD = "plinth-client";

/** A field of responses: the connection is closed, and nothing of the response is sent. */
export const ABORT_FIELD = "plinth-abort";
