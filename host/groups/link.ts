/** One end of the socket between the host's process and a group's. */
import type { Socket } from "node:net";
import { encodeFrame, FrameReader } from "./frames.ts";

export class Link<Sent extends object> {
  readonly #socket: Socket;
  #isCorked = false;

  /**
   * @param onMessage may throw if the other end does not keep to the form
   * @param onClose is called once, with the error of `onMessage`, or null
   */
  constructor(
    socket: Socket,
    onMessage: (head: unknown, body: Uint8Array<ArrayBuffer>) => void,
    onClose: (thrown: unknown) => void,
  ) {
    this.#socket = socket;
    const reader = new FrameReader(onMessage);
    let thrown: unknown = null;
    socket.on("data", (chunk: Buffer) => {
      try {
        reader.take(chunk);
      } catch (error) {
        thrown = error;
        socket.destroy();
      }
    });
    // An error means that the other process has ended. The event close follows and tells of it.
    socket.on("error", () => {});
    socket.on("end", () => socket.destroy());
    socket.once("close", () => onClose(thrown));
  }

  /** The messages of one turn of the event loop leave in one system call. */
  send(message: Sent, body?: Uint8Array): void {
    if (this.#socket.destroyed) return;
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(encodeFrame(message, body));
  }

  close(): void {
    this.#socket.destroy();
  }
}
