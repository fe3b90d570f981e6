/**
 * The native functions that the adapter lends the prelude, in the order of their numbers, from 1. `prelude/natives.ts` says what
 * each does; the compiler holds it to this list. The build holds `adapter/natives.wat` to it (adapter.ts).
 */
export const nativeNames = [
  "$install",
  "$complete",
  "$decode",
  "$encode",
  "$consumed",
  "$illFormed",
  "$now",
  "$monotonic",
  "$random",
  "$log",
  "$timer",
  "$timerCancel",
  "$memoryRefused",
  "$call",
  "$replyHead",
  "$replyText",
  "$replyBody",
] as const;
