/**
 * Bounds a server's connections below the process's file descriptors: a host without free descriptors can open no file
 * and start no thread. Near the bound, connections that wait for a next request make room.
 */
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { promisify } from "node:util";
import type { FastifyBaseLogger } from "fastify";

/** The part of the descriptors that connections of the ingress may have. */
const PART = 3 / 4;
/** Descriptors where the system does not say how many there are. */
const USUAL_DESCRIPTORS = 1024;
/** The part of the bound from which idle connections are closed. */
const NEARLY = 0.9;
/** Shortest time between two sweeps of idle connections, and between two lines in the log, ms. */
const SWEEP_MS = 1_000;
const LOG_MS = 60_000;

/** The most connections that leave the process enough descriptors; Infinity if the descriptors have no limit. */
export function connectionsByDescriptors(limits = readLimits()): number {
  const [, soft = String(USUAL_DESCRIPTORS)] = /^Max open files +(\d+|unlimited)/m.exec(limits) ?? [];
  return soft === "unlimited" ? Number.POSITIVE_INFINITY : Math.floor(Number(soft) * PART);
}

function readLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}

/**
 * Refuses connections beyond the bound, and closes idle ones near it.
 *
 * @param name of the server, for the log
 * @param most connections at once
 */
export function boundConnections(server: Server, name: string, most: number, logger: FastifyBaseLogger): void {
  /** The connections, and when each began to wait for a request; null while it has one. */
  const waiting = new Map<Socket, number | null>();
  let swept = 0;
  let logged = 0;
  server.maxConnections = most;
  server.on("connection", (socket: Socket) => {
    const now = performance.now();
    waiting.set(socket, now);
    socket.once("close", () => waiting.delete(socket));
    if (waiting.size < most * NEARLY || now - swept < SWEEP_MS) return;
    swept = now;
    // A connection that is new may have a request that has not been read yet.
    for (const [other, since] of waiting) if (since !== null && now - since > SWEEP_MS) other.destroy();
  });
  server.on("request", ({ socket }, response) => {
    waiting.set(socket, null);
    response.once("close", () => {
      if (waiting.has(socket)) waiting.set(socket, performance.now());
    });
  });
  server.on("drop", () => {
    const now = performance.now();
    if (now - logged < LOG_MS && logged > 0) return;
    logged = now;
    logger.warn({ most }, `${name}: connections are refused, because there are as many as maxConnections allows`);
  });
}

/** Number of the server's connections. */
export function connectionsOf(server: Server): Promise<number> {
  return promisify(server.getConnections.bind(server))();
}
