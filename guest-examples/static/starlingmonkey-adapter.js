/**
 * Serves plinth:http/handler with a fetch handler. StarlingMonkey has the fetch API and runs its event loop until the
 * promise that `handle` returns is settled.
 */
import { answer } from "./adapter.js";

export const serve = (application) => ({ handle: (request) => answer(application, request) });
