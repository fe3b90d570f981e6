/**
 * What the adapter lends the prelude (runtimes/js/adapter/natives.wat). The natives are parameters of the function that the
 * bundle is wrapped in, so that no code of a tenant can name them. A native reads every argument of its signature: always pass
 * all of them. A native that gives `undefined` where a value was due has run out of memory.
 */
import type { nativeNames } from "../native-names.ts";

declare global {
  function $install(
    start: (method: string, uri: string, headers: string, body: ArrayBuffer | undefined) => void,
    event: (operation: number, failed: number, payload: ArrayBuffer | string | undefined) => void,
    settle: () => void,
    load: (state: number, value: unknown) => void,
    rejection: (promise: object, reason: unknown, handled: number) => void,
  ): void;
  function $complete(
    tag: number,
    status: number,
    text: string,
    bodyKind: number,
    body: string | ArrayBuffer | undefined,
  ): void;
  /** Text from a byte offset to the first NUL byte or the end. */
  function $decode(buffer: ArrayBuffer, offset: number): string | undefined;
  /** The string must hold no U+0000. */
  function $encode(text: string): ArrayBuffer | undefined;
  /** Bytes that the last `$decode` read, without the NUL. */
  function $consumed(): number;
  /** 1 if the last `$decode` met ill-formed UTF-8. */
  function $illFormed(): number;
  /** Milliseconds since the epoch. */
  function $now(): number;
  /** Milliseconds of a clock that never goes back. */
  function $monotonic(): number;
  function $random(bytes: number): ArrayBuffer | undefined;
  /** 0 debug, 1 info, 2 warn, 3 error; the text must hold no U+0000. */
  function $log(level: number, text: string): void;
  /** Asks the host to resume the request after `ms`; gives the operation's number. */
  function $timer(ms: number): number;
  function $timerCancel(operation: number): void;
  /** 1 once the host has refused memory in this step. */
  function $memoryRefused(): number;
  /**
   * Calls a binding (host/bindings/message.ts). `head` is JSON. Gives the operation that ends with the reply, or 0 where the
   * reply is there to take.
   */
  function $call(head: string, hasBody: number, body: ArrayBuffer | undefined): number | undefined;
  /** The head of the last `$call`'s reply, or at the start of a request of its environment; 0 where there is none. */
  function $replyHead(): string | 0 | undefined;
  /** The body of that reply, once; 0 where it is no UTF-8 or holds U+0000, and then `$replyBody` has it. */
  function $replyText(): string | 0 | undefined;
  function $replyBody(): ArrayBuffer | undefined;
}

type Listed = (typeof nativeNames)[number];
type Declared = Extract<keyof typeof globalThis, `$${string}`>;
type Nothing<T extends never> = T;
/** Errors of the compiler where the list and the declarations above differ. */
export type Undeclared = Nothing<Exclude<Listed, Declared>>;
export type Unlisted = Nothing<Exclude<Declared, Listed>>;
