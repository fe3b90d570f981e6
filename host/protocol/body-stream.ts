/** A response's body that comes in pieces, as its one reader sees it. */
export interface BodyStream {
  /**
   * The next piece, once there is one; null at the end. To ask for a piece says that the last one has been moved on: the
   * program may write more.
   *
   * @throws the reason why no more comes, if the program has not written the body to its end
   */
  next(): Promise<Uint8Array | null>;
  /** Nobody reads any more. */
  abandon(): void;
}
