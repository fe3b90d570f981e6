import { createServer, type Server as TlsServer } from "node:tls";
import type { FastifyInstance } from "fastify";
import type { Certificates } from "./certificates.ts";

/** Longest time of a handshake, ms. */
const HANDSHAKE_MS = 10_000;

/**
 * A server that speaks TLS and gives its connections to a server of HTTP, which serves them as its own, with its
 * limits. It takes no more connections once the server of HTTP closes. A certificate is chosen by name for each
 * handshake.
 *
 * @param app is not ready yet
 */
export function tlsInFrontOf(app: FastifyInstance, certificates: Certificates): TlsServer {
  const tls = createServer({
    // A client that names no server gets this one.
    ...certificates.first,
    SNICallback: (servername, done) => done(null, certificates.contextFor(servername)),
    ALPNProtocols: ["http/1.1"],
    handshakeTimeout: HANDSHAKE_MS,
  });
  certificates.onChange(() => tls.setSecureContext(certificates.first));
  tls.on("secureConnection", (socket) => app.server.emit("connection", socket));
  // The alert has told the client.
  tls.on("tlsClientError", (_error, socket) => socket.destroy());
  app.addHook("preClose", async () => void tls.close());
  return tls;
}
