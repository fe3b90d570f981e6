/** Makes the servers listen. */
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import type { Server as TlsServer } from "node:tls";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { type Address, formatAddress } from "../config/address.ts";
import type { Config } from "../config/config.ts";
import { Certificates } from "./certificates.ts";
import { tlsInFrontOf } from "./tls.ts";

/**
 * Makes a server of TLS in front of the ingress, with the certificates of a folder.
 *
 * @param ingress is not ready yet: a server that is takes no hooks any more
 * @param most connections at once
 * @throws PlinthError PLINTH_CERTIFICATE
 */
export async function openTls(
  ingress: FastifyInstance,
  { folder, most, logger }: Pick<NonNullable<Config["tls"]>, "folder"> & { most: number; logger: Logger },
  undo: AsyncDisposableStack,
): Promise<TlsServer> {
  const onFault = (error: unknown) => logger.error({ err: error }, "background failure: certificates");
  const tls = tlsInFrontOf(ingress, undo.use(await Certificates.open({ folder, onFault })));
  // A connection whose handshake is under way is not the ingress's yet.
  const sockets = new Set<Socket>();
  tls.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  undo.defer(() => {
    tls.close();
    for (const socket of sockets) socket.destroy();
  });
  tls.maxConnections = most;
  return tls;
}

/** @returns its URL */
export async function listenTls(tls: TlsServer, { host, port }: Address): Promise<string> {
  tls.listen(port, host);
  await once(tls, "listening");
  return `https://${formatAddress({ host, port: (tls.address() as AddressInfo).port })}`;
}

/** @returns its URL; closed by disposal */
export async function listen(server: FastifyInstance, address: Address, undo: AsyncDisposableStack): Promise<string> {
  undo.defer(() => {
    server.server.closeAllConnections();
    return server.close();
  });
  await server.listen({ host: address.host, port: address.port });
  const bound = server.server.address();
  if (bound === null || typeof bound === "string") throw new Error("the server does not listen on a port");
  return `http://${formatAddress({ host: address.host, port: bound.port })}`;
}
