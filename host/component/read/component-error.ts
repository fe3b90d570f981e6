/**
 * - `malformed`: the bytes break the specification.
 * - `unsupported`: well-formed as far as read, but uses something that this host does not handle.
 * - `policy`: understood, and refused.
 * - `interface`: an interface of the host's is not as wit/ has it; the subject is its name.
 */
export type ComponentErrorKind = "malformed" | "unsupported" | "policy" | "interface";

/** Why a component or core module cannot be taken. The only error that this folder throws on account of its input. */
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
