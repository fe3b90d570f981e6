/** A response's body that comes in pieces, as its one reader sees it. */
export interface BodyStream {
  /**
   * The next piece, once there is one; null at the end. A call says that the last piece has been moved on, so that the
   * program may write more.
   *
   * @throws the reason why no more pieces come, if the program has not written the body to its end
   */
  next(): Promise<Uint8Array | null>;
  /** Tells the program that nobody reads any more. */
  abandon(): void;
}
