/** The facts of a request that the ingress keeps beside fastify's. */
import type { Dispatched } from "../pool/dispatched.ts";
import type { Admission } from "../pool/dispatcher.ts";
import type { Target } from "../pool/target.ts";
import type { Client } from "./client.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The target of the request, for the request log. */
    target: Target | null;
    /** Set-Cookie that the host adds to the answer, because a rollout is under way and the visitor is new to it. */
    rolloutCookie: string | null;
    /** Null until the request has been let in. */
    admitted: Admitted | null;
  }
}

/** A request that may go on to its tenant once its body has arrived. */
export interface Admitted {
  admission: Admission;
  /** The arrival of the request's body; null for a request without a body. */
  arrival: Disposable | null;
  /** The request as it went to its tenant; null until its body has arrived. */
  dispatched: Dispatched | null;
  /** Counts the answer's memory until the client has the answer; null before there is one. */
  answer: Disposable | null;
  host: string;
  path: string;
  mount: string;
  client: Client;
  /** CPU time that this thread has spent on the request, ms. */
  hostMs: number;
  /** Time until the head of a body that flows was sent, ms; null for other answers. */
  headMs: number | null;
  /** The answer's body has broken off through no doing of its client. */
  isBroken: boolean;
}
