/**
 * `wasi:sockets` for components whose toolchain always imports it. There is no network here, so each function that would
 * reach the network answers that this is not allowed.
 */
function denied(): never {
  throw "access-denied";
}

export function socketsImports(): Record<string, object> {
  return {
    "wasi:sockets/instance-network": { instanceNetwork: () => new Network() },
    "wasi:sockets/ip-name-lookup": { ResolveAddressStream: class ResolveAddressStream {}, resolveAddresses: denied },
    "wasi:sockets/network": { Network, networkErrorCode: () => undefined },
    "wasi:sockets/tcp": { TcpSocket: class TcpSocket {} },
    "wasi:sockets/tcp-create-socket": { createTcpSocket: denied },
    "wasi:sockets/udp": {
      IncomingDatagramStream: class IncomingDatagramStream {},
      OutgoingDatagramStream: class OutgoingDatagramStream {},
      UdpSocket: class UdpSocket {},
    },
    "wasi:sockets/udp-create-socket": { createUdpSocket: denied },
  };
}

class Network {}
