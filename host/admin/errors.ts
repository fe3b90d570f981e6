import type { ErrorObject } from "ajv";
import { errorCodes, type FastifyError, type FastifyReply, type FastifyRequest } from "fastify";
import { nearestName } from "../config/nearest-name.ts";
import { PlinthError, plinthError } from "../errors.ts";
import { storageError } from "../store/storage-error.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The route takes a component, so a body that is too large is refused as an upload that is too large. */
    upload?: boolean;
    /** The route takes bytes of any type. */
    bytes?: boolean;
  }
}

/** Answers with an error of the table. Any other error goes to the log and is answered as PLINTH_INTERNAL. */
export function sendAdminError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toPlinthError(thrown, request);
  request.errorCode = error.code;
  if (error.status >= 500) request.log.error({ err: error.code === "PLINTH_INTERNAL" ? thrown : error }, error.code);
  if (error.status === 401) reply.header("www-authenticate", "Bearer");
  return reply.code(error.status).send({ error: { ...error.details, code: error.code, message: error.message } });
}

function toPlinthError(thrown: unknown, request: FastifyRequest): PlinthError {
  const fault = storageError(thrown);
  if (fault !== null) return fault;
  if (thrown instanceof PlinthError) return thrown;
  if (!(thrown instanceof Error)) return plinthError("PLINTH_INTERNAL");
  if (thrown instanceof errorCodes.FST_ERR_CTP_BODY_TOO_LARGE) return tooLarge(request);
  if (thrown instanceof errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE) return wrongType(request);
  // Fastify's own refusals (a body that is no JSON, a value that the route's schema does not allow) have a status of 4xx.
  const { statusCode = 500, validation, validationContext } = thrown as Partial<FastifyError>;
  const unknown = validation?.find(({ keyword }) => keyword === "additionalProperties");
  if (unknown !== undefined) return unknownName(`${validationContext}${unknown.instancePath}`, unknown);
  return statusCode < 500
    ? plinthError("PLINTH_BAD_REQUEST", [thrown.message.replace(/\.$/, "")])
    : plinthError("PLINTH_INTERNAL");
}

/** @param at "body/limits" @param error of Ajv; the option `verbose` adds its schema */
function unknownName(at: string, error: Pick<ErrorObject, "params" | "parentSchema">): PlinthError {
  const name = String(error.params.additionalProperty).slice(0, 80);
  const known = Object.keys(error.parentSchema?.properties ?? {});
  return plinthError("PLINTH_BAD_REQUEST", [`${at} has no ${JSON.stringify(name)}; ${nearestName(name, known)}`]);
}

function tooLarge(request: FastifyRequest): PlinthError {
  const limit = request.routeOptions.bodyLimit ?? 0;
  if (!request.routeOptions.config.upload) return plinthError("PLINTH_BODY_TOO_LARGE", [limit], { details: { limit } });
  // A chunked upload has announced no length, and was cut off at the limit.
  const size = request.headers["content-length"] ?? `more than ${limit}`;
  return plinthError("PLINTH_UPLOAD_TOO_LARGE", [size, limit], { details: { limit } });
}

function wrongType(request: FastifyRequest): PlinthError {
  const expected = request.routeOptions.config.upload ? "application/wasm" : "application/json";
  const found = request.headers["content-type"] ?? "(none)";
  return plinthError("PLINTH_CONTENT_TYPE", [found, expected], { details: { expected } });
}
