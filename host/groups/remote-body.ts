/** A body that flows from a group's process, as the host's process sees it. */
import type { PlinthError } from "../errors.ts";
import { StreamedBody } from "../pool/streamed-body.ts";
import type { BodyStream } from "../protocol/body-stream.ts";

/** There is at most one piece, and the reader that moves it on counts its bytes. */
const uncounted: Disposable = { [Symbol.dispose]() {} };

export class RemoteBody implements BodyStream {
  readonly #body = new StreamedBody(() => uncounted);
  readonly #tell: (kind: "more" | "unread") => void;
  /** Whether the group may send a piece. */
  #isAsked = true;

  /** @param tell tells the group to send the next piece, or that nobody reads the body any more */
  constructor(tell: (kind: "more" | "unread") => void) {
    this.#tell = tell;
  }

  next(): Promise<Uint8Array | null> {
    if (!this.#isAsked && this.#body.waitingBytes === 0 && this.#body.isOpen) {
      this.#isAsked = true;
      this.#tell("more");
    }
    return this.#body.next();
  }

  abandon(): void {
    if (this.#body.isOpen) this.#tell("unread");
    this.#body.abandon();
  }

  /** @throws Error if the group sends more than it was asked for */
  take(piece: Uint8Array): void {
    if (!this.#body.isOpen) return;
    if (!this.#isAsked || piece.byteLength === 0) throw new Error("a piece of a body is empty or comes unasked");
    this.#isAsked = false;
    this.#body.write(piece);
  }

  /** @param broken why the body has broken off; null if it is complete */
  end(broken: PlinthError | null): void {
    if (broken === null) this.#body.end();
    else this.#body.break(broken);
  }
}
