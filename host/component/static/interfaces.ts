/** The export that a static component is called by (world `service` of wit/http.wit). */
export const handlerInterface = "plinth:http/handler@0.1.0";

/** The export that runs on a schedule (world `scheduled-service`). */
export const scheduledInterface = "plinth:http/scheduled@0.1.0";

/** The export that the standard calls a component by: `wasi:http/incoming-handler` 0.2, any patch release. */
const incomingHandler = /^wasi:http\/incoming-handler@0\.2\.\d+$/;

/** The export that answers visitors: the host's own interface before the standard's; undefined if there is none. */
export function handlerAmong(exports: readonly string[]): string | undefined {
  return exports.find((name) => name === handlerInterface) ?? exports.find((name) => incomingHandler.test(name));
}
