/**
 * Serves plinth:http/handler with a fetch handler on QuickJS. There `handle` has to return the response itself, so promise
 * jobs and timers run here until the response exists. While only timers are left, the stack is suspended in wasi:io/poll.
 */

import { answer } from "../adapter.js";
import { runUntil } from "./timers.js";

export const serve = (application) => ({ handle: (request) => runUntil(answer(application, request)) });
