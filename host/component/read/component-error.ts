/**
 * - `malformed`: the bytes break the specification.
 * - `unsupported`: the bytes are well-formed as far as read, but use a feature that this host does not handle.
 * - `policy`: the bytes are understood, and refused.
 * - `interface`: an interface of the host's differs from wit/; the subject is its name.
 */
export type ComponentErrorKind = "malformed" | "unsupported" | "policy" | "interface";

/** Tells why a component or core module is refused. This folder throws no other error because of its input. */
export class ComponentError extends Error {
  readonly kind: ComponentErrorKind;
  /** Byte offset in the whole upload (not in the nested module) at which the problem shows. */
  readonly offset: number;
  /** The import, export or section that the error is about, if there is one. */
  readonly subject: string | undefined;

  constructor(kind: ComponentErrorKind, message: string, offset: number, subject?: string) {
    super(message);
    this.name = "ComponentError";
    this.kind = kind;
    this.offset = offset;
    this.subject = subject;
  }
}
