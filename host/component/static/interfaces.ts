/** The export that a static component is called by (world `service` of wit/http.wit). */
export const handlerInterface = "plinth:http/handler@0.1.0";

/** The export that runs on a schedule (world `scheduled-service`). */
export const scheduledInterface = "plinth:http/scheduled@0.1.0";
