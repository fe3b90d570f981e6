import type { Dispatcher } from "undici";

/** The most informational responses (1xx) before a response. More than a few make no sense. */
const MOST_INFORMATIONAL = 20;

/** The server sends only informational responses. Each costs the main thread as much as a response. */
class TooManyInformational extends Error {
  readonly code = "PLINTH_INFORMATIONAL";
}

/** @returns a handler that passes all on to the given one, and ends the request at one informational response too many */
export function boundInformational(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  let informational = 0;
  return {
    onRequestStart: (...args) => handler.onRequestStart?.(...args),
    onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
    onResponseStarted: () => handler.onResponseStarted?.(),
    onResponseStart: (...args) => {
      const [, status] = args;
      if (status < 200 && ++informational > MOST_INFORMATIONAL) throw new TooManyInformational();
      handler.onResponseStart?.(...args);
    },
    onResponseData: (...args) => handler.onResponseData?.(...args),
    onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
    onResponseError: (...args) => handler.onResponseError?.(...args),
    onBodySent: (...args) => handler.onBodySent?.(...args),
    onRequestSent: () => handler.onRequestSent?.(),
  };
}
