;; The native functions that the adapter lends the prelude, and the call of one by its number. Their names and numbers are
;; those of native-names.ts. prelude/natives.ts says what each native does.
(module
  (import "host" "log" (func $host_log (param $level i32) (param $ptr i32) (param $len i32)))
  (import "host" "monotonic" (func $host_monotonic (result f64)))
  (import "host" "now" (func $host_now (result f64)))
  (import "host" "random" (func $host_random (param $ptr i32) (param $len i32)))
  (import "host" "timer_cancel" (func $host_timer_cancel (param $op i32)))
  (import "host" "timer_start" (func $host_timer_start (param $ms f64) (result i32)))
  (import "engine" "QTS_DupValuePointer" (func $QTS_DupValuePointer (param i32 i32) (result i32)))
  (import "engine" "QTS_NewArrayBuffer" (func $QTS_NewArrayBuffer (param i32 i32 i32) (result i32)))
  (import "engine" "free" (func $free (param i32)))
  (import "engine" "malloc" (func $malloc (param i32) (result i32)))
  (import "values" "argument" (func $argument (param i32 i32) (result i32)))
  (import "values" "argument_int" (func $argument_int (param i32 i32) (result i32)))
  (import "values" "argument_number" (func $argument_number (param i32 i32) (result f64)))
  (import "values" "new_number" (func $new_number (param f64) (result i32)))
  (import "text" "native_decode" (func $native_decode (param i32) (result i32)))
  (import "text" "native_encode" (func $native_encode (param i32) (result i32)))
  (import "text" "to_utf8" (func $to_utf8 (param i32) (result i32)))
  (import "bindings" "native_call" (func $native_call (param i32) (result i32)))
  (import "bindings" "native_reply_body" (func $native_reply_body (result i32)))
  (import "bindings" "native_reply_head" (func $native_reply_head (result i32)))
  (import "bindings" "native_reply_text" (func $native_reply_text (result i32)))
  (import "url" "native_url_shape" (func $native_url_shape (param i32) (result i32)))
  (import "outcome" "native_complete" (func $native_complete (param i32) (result i32)))
  (import "state" "memory" (memory 256 32768))
  (import "state" "context" (global $context i32))
  (import "state" "on_start" (global $on_start i32))
  (import "state" "on_event" (global $on_event i32))
  (import "state" "on_settle" (global $on_settle i32))
  (import "state" "on_load" (global $on_load i32))
  (import "state" "consumed" (global $consumed i32))
  (import "state" "ill_formed" (global $ill_formed i32))
  (import "state" "scratch" (global $scratch i32))
  (import "state" "refused" (global $refused i32))
  (import "state" "on_rejection" (global $on_rejection i32))
  (import "state" "on_scheduled" (global $on_scheduled i32))

  ;; install(start, event, settle, load, rejection, scheduled) keeps the entry points of the prelude.
  (func $native_install (param $argv i32)
    (i32.store (global.get $on_start) (call $QTS_DupValuePointer (i32.load (global.get $context)) (local.get $argv)))
    (i32.store (global.get $on_event)
      (call $QTS_DupValuePointer (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 1))))
    (i32.store (global.get $on_settle)
      (call $QTS_DupValuePointer (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 2))))
    (i32.store (global.get $on_load)
      (call $QTS_DupValuePointer (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 3))))
    (i32.store (global.get $on_rejection)
      (call $QTS_DupValuePointer (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 4))))
    (i32.store (global.get $on_scheduled)
      (call $QTS_DupValuePointer (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 5)))))

  ;; random(n) gives n bytes from the host as an ArrayBuffer.
  (func $native_random (param $argv i32) (result i32)
    (local $len i32) (local $ptr i32)
    (local.set $len (call $argument_int (local.get $argv) (i32.const 0)))
    (local.set $ptr (call $malloc (local.get $len)))
    (if (i32.eqz (local.get $ptr)) (then (return (i32.const 0))))
    (call $host_random (local.get $ptr) (local.get $len))
    (call $QTS_NewArrayBuffer (i32.load (global.get $context)) (local.get $ptr) (local.get $len)))

  ;; log(level, text) writes a string without NULs to the log.
  (func $native_log (param $argv i32)
    (local $text i32)
    (local.set $text (call $to_utf8 (call $argument (local.get $argv) (i32.const 1))))
    (if (local.get $text)
      (then
        (call $host_log
          (call $argument_int (local.get $argv) (i32.const 0)) (local.get $text) (i32.load (global.get $scratch)))
        (call $free (local.get $text)))))

  ;; The engine calls this for a function that QTS_NewFunction made, with the function's number. The prelude passes
  ;; every argument that a native reads. A null result reads as `undefined`: where a value was due, the prelude takes it
  ;; for "out of memory". The build puts the names of native-names.ts in place of NATIVE_LABELS, so each label below
  ;; must be such a name. The code that follows the end of a block answers the native of that name.
  (func (export "call_native")
    (param $context_unused i32) (param $this i32) (param $argc i32) (param $argv i32) (param $id i32) (result i32)
    (block $urlShape (block $replyBody (block $replyText (block $replyHead (block $call (block $memoryRefused
    (block $timerCancel (block $timer (block $log (block $random (block $monotonic (block $now (block $illFormed (block $consumed
    (block $encode (block $decode (block $complete (block $install (block $unknown
      (br_table $unknown NATIVE_LABELS $unknown (local.get $id)))
      (return (i32.const 0)))
      (call $native_install (local.get $argv)) (return (i32.const 0)))
      (return (call $native_complete (local.get $argv))))
      (return (call $native_decode (local.get $argv))))
      (return (call $native_encode (local.get $argv))))
      (return (call $new_number (f64.convert_i32_u (i32.load (global.get $consumed))))))
      (return (call $new_number (f64.convert_i32_u (i32.load (global.get $ill_formed))))))
      (return (call $new_number (call $host_now))))
      (return (call $new_number (call $host_monotonic))))
      (return (call $native_random (local.get $argv))))
      (call $native_log (local.get $argv)) (return (i32.const 0)))
      (return (call $new_number (f64.convert_i32_u
        (call $host_timer_start (call $argument_number (local.get $argv) (i32.const 0)))))))
      (call $host_timer_cancel (call $argument_int (local.get $argv) (i32.const 0))) (return (i32.const 0)))
      (return (call $new_number (f64.convert_i32_u (i32.load (global.get $refused))))))
      (return (call $native_call (local.get $argv))))
      (return (call $native_reply_head)))
      (return (call $native_reply_text)))
      (return (call $native_reply_body)))
    (call $native_url_shape (local.get $argv))))
