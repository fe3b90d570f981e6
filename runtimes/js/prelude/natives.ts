/**
 * The native functions that the adapter lends the prelude (runtimes/js/adapter/natives.wat). They are the parameters of the
 * function around the bundle, so that no code of a tenant can name them. A native reads every argument of its signature, so
 * the prelude always passes all of them. A native that should give a value and gives `undefined` has run out of memory.
 */
import type { nativeNames } from "../native-names.ts";

declare global {
  function $install(
    start: (method: string, uri: string, headers: string, body: ArrayBuffer | undefined) => void,
    event: (operation: number, failed: number, payload: ArrayBuffer | string | undefined) => void,
    settle: () => void,
    load: (state: number, value: unknown) => void,
    rejection: (promise: object, reason: unknown, handled: number) => void,
    scheduled: (cron: string, time: number) => void,
  ): void;
  /** Gives 1, and ends nothing, if the body is a string that holds U+0000. `length` is that of such a body, or 0. */
  function $complete(
    tag: number,
    status: number,
    text: string,
    bodyKind: number,
    body: string | ArrayBuffer | undefined,
    length: number,
  ): 1 | undefined;
  /** Gives the text from a byte offset to the first NUL byte or the end. */
  function $decode(buffer: ArrayBuffer, offset: number): string | undefined;
  /** The string must hold no U+0000. */
  function $encode(text: string): ArrayBuffer | undefined;
  /** The number of bytes that the last `$decode` read, without the NUL. */
  function $consumed(): number;
  /** 1 if the last `$decode` met ill-formed UTF-8. */
  function $illFormed(): number;
  /** The milliseconds since the epoch. */
  function $now(): number;
  /** The milliseconds of a clock that never goes back. */
  function $monotonic(): number;
  function $random(bytes: number): ArrayBuffer | undefined;
  /** Levels: 0 debug, 1 info, 2 warn, 3 error. The text must hold no U+0000. */
  function $log(level: number, text: string): void;
  /** Asks the host to resume the request after `ms`. Gives the number of the operation. */
  function $timer(ms: number): number;
  function $timerCancel(operation: number): void;
  /** 1 once the host has refused memory in this step. */
  function $memoryRefused(): number;
  /**
   * Calls a binding (host/bindings/message.ts). `head` is JSON. Gives the operation that ends with the reply, or 0 if
   * the reply can be taken at once.
   */
  function $call(head: string, hasBody: number, body: ArrayBuffer | undefined): number | undefined;
  /** The head of the last `$call`'s reply, or of the environment at the start of a request. 0 if there is none. */
  function $replyHead(): string | 0 | undefined;
  /** Takes the body of that reply. Gives 0 if the body is no UTF-8 or holds U+0000; then `$replyBody` can take it. */
  function $replyText(): string | 0 | undefined;
  function $replyBody(): ArrayBuffer | undefined;
  /** Gives the places where the parts of an address begin (url.ts, `Shape`), or 0 if a parser has to look at it. */
  function $urlShape(text: string, length: number): number;
}

type Listed = (typeof nativeNames)[number];
type Declared = Extract<keyof typeof globalThis, `$${string}`>;
type Nothing<T extends never> = T;
/** The compiler refuses these types if the list and the declarations above differ. */
export type Undeclared = Nothing<Exclude<Listed, Declared>>;
export type Unlisted = Nothing<Exclude<Declared, Listed>>;
