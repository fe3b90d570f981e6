;; The adapter between QuickJS, as npm ships it, and the runtime ABI of plinth:js.
;;
;; npm's engine (@jitl/quickjs*-wasmfile-release-sync) expects an emscripten page of JavaScript around it. The adapter takes
;; that page's place inside WebAssembly: it answers the engine's imports, exports the runtime ABI, and lends the prelude
;; (runtimes/js/prelude) a few native functions. `assemble.ts` puts the engine's minified names in place of the readable ones
;; ("engine" "QTS_Call" in an import, "engine:abort" in an export) and merges the two modules into one. It also gives the engine's
;; function table one more entry, number ENGINE_TABLE_FREE.
;;
;; Values. The engine's interface speaks of `JSValue*`: a pointer to a malloc'd cell of 8 bytes. "owned" below means that the
;; holder frees it with QTS_FreeValuePointer. A call that runs out of memory returns a null pointer.
;;
;; State lives in linear memory, not in globals, so that whoever restores memory restores it as well. It uses addresses
;; 16 to 331: emscripten's data begins at 1024, and assemble.ts checks that it does.

(module
  ;; What the host gives (docs/reference/javascript.md, "What the host provides").
  (import "plinth:host" "now" (func $host_now (result f64)))
  (import "plinth:host" "monotonic" (func $host_monotonic (result f64)))
  (import "plinth:host" "random" (func $host_random (param $ptr i32) (param $len i32)))
  (import "plinth:host" "log" (func $host_log (param $level i32) (param $ptr i32) (param $len i32)))
  (import "plinth:host" "interrupted" (func $host_interrupted (result i32)))
  (import "plinth:host" "timer_start" (func $host_timer_start (param $ms f64) (result i32)))
  (import "plinth:host" "timer_cancel" (func $host_timer_cancel (param $op i32)))
  (import "plinth:host" "call" (func $host_call (param $ptr i32) (param $len i32) (result i32)))
  (import "plinth:host" "reply_size" (func $host_reply_size (result i32)))
  (import "plinth:host" "reply_take" (func $host_reply_take (param $ptr i32)))

  ;; What the engine gives; signatures as in the engine's ffi.d.ts.
  (import "engine" "constructors" (func $engine_constructors))
  (import "engine" "malloc" (func $malloc (param i32) (result i32)))
  (import "engine" "free" (func $free (param i32)))
  (import "engine" "QTS_NewRuntime" (func $QTS_NewRuntime (result i32)))
  (import "engine" "QTS_RuntimeSetMaxStackSize" (func $QTS_RuntimeSetMaxStackSize (param i32 i32)))
  (import "engine" "QTS_RuntimeEnableInterruptHandler" (func $QTS_RuntimeEnableInterruptHandler (param i32)))
  (import "engine" "QTS_NewContext" (func $QTS_NewContext (param i32 i32) (result i32)))
  (import "engine" "QTS_GetUndefined" (func $QTS_GetUndefined (result i32)))
  (import "engine" "QTS_NewObject" (func $QTS_NewObject (param i32) (result i32)))
  (import "engine" "QTS_NewFunction" (func $QTS_NewFunction (param i32 i32 i32 i32 i32) (result i32)))
  (import "engine" "QTS_NewString" (func $QTS_NewString (param i32 i32) (result i32)))
  (import "engine" "QTS_NewFloat64" (func $QTS_NewFloat64 (param i32 f64) (result i32)))
  (import "engine" "QTS_NewArrayBuffer" (func $QTS_NewArrayBuffer (param i32 i32 i32) (result i32)))
  (import "engine" "QTS_GetString" (func $QTS_GetString (param i32 i32) (result i32)))
  (import "engine" "QTS_FreeCString" (func $QTS_FreeCString (param i32 i32)))
  (import "engine" "QTS_GetFloat64" (func $QTS_GetFloat64 (param i32 i32) (result f64)))
  (import "engine" "QTS_GetArrayBuffer" (func $QTS_GetArrayBuffer (param i32 i32) (result i32)))
  (import "engine" "QTS_GetArrayBufferLength" (func $QTS_GetArrayBufferLength (param i32 i32) (result i32)))
  (import "engine" "QTS_DupValuePointer" (func $QTS_DupValuePointer (param i32 i32) (result i32)))
  (import "engine" "QTS_FreeValuePointer" (func $QTS_FreeValuePointer (param i32 i32)))
  (import "engine" "QTS_ResolveException" (func $QTS_ResolveException (param i32 i32) (result i32)))
  (import "engine" "QTS_ExecutePendingJob" (func $QTS_ExecutePendingJob (param i32 i32 i32) (result i32)))
  (import "engine" "QTS_IsJobPending" (func $QTS_IsJobPending (param i32) (result i32)))
  (import "engine" "QTS_PromiseState" (func $QTS_PromiseState (param i32 i32) (result i32)))
  (import "engine" "QTS_PromiseResult" (func $QTS_PromiseResult (param i32 i32) (result i32)))
  (import "engine" "QTS_Call" (func $QTS_Call (param i32 i32 i32 i32 i32) (result i32)))
  (import "engine" "QTS_Eval" (func $QTS_Eval (param i32 i32 i32 i32 i32 i32) (result i32)))

  (import "engine" "table" (table $engine_table ENGINE_TABLE_SIZE ENGINE_TABLE_SIZE funcref))
  (elem (table $engine_table) (i32.const ENGINE_TABLE_FREE) func $on_engine_rejection)

  ;; 256 pages of 64 KiB are what the engine is linked for; 32,768 is its maximum. The host accounts growth by tenant.
  (memory (export "engine:memory") (export "memory") 256 32768)

  ;; ---- State: addresses of i32 cells ----
  (global $runtime i32 (i32.const 16))       ;; JSRuntime*
  (global $context i32 (i32.const 20))       ;; JSContext*
  (global $on_start i32 (i32.const 24))      ;; owned JSValue*: the prelude's four entry points, given to `install`
  (global $on_event i32 (i32.const 28))
  (global $on_settle i32 (i32.const 32))
  (global $on_load i32 (i32.const 36))
  (global $interrupted i32 (i32.const 40))   ;; 1 once the host has asked to stop; stays until the next step
  (global $completed i32 (i32.const 44))     ;; 1 once the prelude has called `complete` in this step
  (global $consumed i32 (i32.const 48))      ;; of the last `decode`: bytes read, and whether any were ill-formed
  (global $ill_formed i32 (i32.const 52))
  (global $scratch i32 (i32.const 56))       ;; an out-parameter
  (global $gc_threshold i32 (i32.const 60))  ;; address of the engine's own cell of that name
  (global $arguments i32 (i32.const 264))    ;; up to 4 JSValue*, or the natives' 17: 264 to 331
  (global $reply i32 (i32.const 152))        ;; the reply that `replyHead` has taken, malloc'd, until its body is taken; 0 for none
  (global $reply_len i32 (i32.const 156))
  (global $refused i32 (i32.const 120))      ;; 1 once the host has refused to grow the memory in this step
  ;; The lowered `outcome` of wit/http.wit: discriminant at +0; payload at +4. response: status u16 +4, headers ptr +8, len +12,
  ;; body ptr +16, len +20. failed: ptr +4, len +8. (Canonical ABI: alignment 4, size 24.)
  (global $outcome i32 (i32.const 128))

  (global $on_rejection i32 (i32.const 124)) ;; owned JSValue*: the prelude's fifth entry point
  ;; The arguments of $on_rejection: three JSValue of 8 bytes, then pointers to them.
  (global $rejection i32 (i32.const 224))
  (global $rejection_arguments i32 (i32.const 248))

  (global $tag_response i32 (i32.const 0))
  (global $tag_early_response i32 (i32.const 1))
  (global $tag_done i32 (i32.const 3))
  (global $tag_failed i32 (i32.const 4))

  (global $level_debug i32 (i32.const 0))
  (global $level_error i32 (i32.const 3))

  ;; Native functions are numbered 1 to 17 (see $call_function).
  (global $natives i32 (i32.const 17))

  (data (i32.const 160) "worker.js\00")
  (global $file_name i32 (i32.const 160))
  (data (i32.const 176) "plinth:js\00")
  (global $prelude_name i32 (i32.const 176))
  (data (i32.const 192) "interrupted")
  (data (i32.const 208) "out of memory")

  ;; ---- Small helpers ----

  (func $release (param $value i32)
    (if (local.get $value)
      (then (call $QTS_FreeValuePointer (i32.load (global.get $context)) (local.get $value)))))

  (func $strlen (param $ptr i32) (result i32)
    (local $end i32)
    (local.set $end (local.get $ptr))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (i32.load8_u (local.get $end))))
        (local.set $end (i32.add (local.get $end) (i32.const 1)))
        (br $next)))
    (i32.sub (local.get $end) (local.get $ptr)))

  ;; A malloc'd copy with a NUL after it, or 0.
  (func $copy_terminated (param $ptr i32) (param $len i32) (result i32)
    (local $copy i32)
    (local.set $copy (call $malloc (i32.add (local.get $len) (i32.const 1))))
    (if (local.get $copy)
      (then
        (memory.copy (local.get $copy) (local.get $ptr) (local.get $len))
        (i32.store8 (i32.add (local.get $copy) (local.get $len)) (i32.const 0))))
    (local.get $copy))

  ;; The n-th of the arguments of a native call, borrowed: an array of JSValue of 8 bytes each.
  (func $argument (param $argv i32) (param $n i32) (result i32)
    (i32.add (local.get $argv) (i32.shl (local.get $n) (i32.const 3))))

  (func $argument_number (param $argv i32) (param $n i32) (result f64)
    (call $QTS_GetFloat64 (i32.load (global.get $context)) (call $argument (local.get $argv) (local.get $n))))

  (func $argument_int (param $argv i32) (param $n i32) (result i32)
    (i32.trunc_sat_f64_s (call $argument_number (local.get $argv) (local.get $n))))

  (func $new_number (param $number f64) (result i32)
    (call $QTS_NewFloat64 (i32.load (global.get $context)) (local.get $number)))

  ;; A string of a buffer that cabi_realloc made (it has room for the NUL), which is freed. Owned, or 0.
  (func $take_string (param $ptr i32) (param $len i32) (result i32)
    (local $value i32)
    (i32.store8 (i32.add (local.get $ptr) (local.get $len)) (i32.const 0))
    (local.set $value (call $QTS_NewString (i32.load (global.get $context)) (local.get $ptr)))
    (call $free (local.get $ptr))
    (local.get $value))

  ;; ---- Text ----

  ;; The engine writes a lone surrogate as three bytes ED A0..BF xx, which is no UTF-8: make each a U+FFFD, as USVString does.
  (func $replace_surrogates (param $ptr i32) (param $len i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $ptr) (local.get $len)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (i32.add (local.get $ptr) (i32.const 2)) (local.get $end)))
        (if (i32.eq (i32.load8_u (local.get $ptr)) (i32.const 0xed))
          (then
            (if (i32.ge_u (i32.load8_u offset=1 (local.get $ptr)) (i32.const 0xa0))
              (then
                (i32.store16 (local.get $ptr) (i32.const 0xbfef))
                (i32.store8 offset=2 (local.get $ptr) (i32.const 0xbd))))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br $next))))

  ;; UTF-8 of a string without NULs, malloc'd; 0 when out of memory. The length goes to $scratch.
  (func $to_utf8 (param $value i32) (result i32)
    (local $text i32) (local $copy i32) (local $len i32)
    (local.set $text (call $QTS_GetString (i32.load (global.get $context)) (local.get $value)))
    (if (i32.eqz (local.get $text)) (then (return (i32.const 0))))
    (local.set $len (call $strlen (local.get $text)))
    (local.set $copy (call $copy_terminated (local.get $text) (local.get $len)))
    (call $QTS_FreeCString (i32.load (global.get $context)) (local.get $text))
    (if (local.get $copy) (then (call $replace_surrogates (local.get $copy) (local.get $len))))
    (i32.store (global.get $scratch) (local.get $len))
    (local.get $copy))

  ;; How many bytes of [ptr, end) are one well-formed UTF-8 sequence: 1 to 4; or, negated, how many an ill-formed one takes up
  ;; (its "maximal subpart": Unicode 16, section 3.9, table 3-7, which the Encoding Standard follows).
  (func $sequence (param $ptr i32) (param $end i32) (result i32)
    (local $lead i32) (local $need i32) (local $low i32) (local $high i32) (local $have i32) (local $byte i32)
    (local.set $lead (i32.load8_u (local.get $ptr)))
    (if (i32.lt_u (local.get $lead) (i32.const 0x80)) (then (return (i32.const 1))))
    (if (i32.or (i32.lt_u (local.get $lead) (i32.const 0xc2)) (i32.gt_u (local.get $lead) (i32.const 0xf4)))
      (then (return (i32.const -1))))
    (local.set $need (i32.add (i32.add (i32.const 2)
      (i32.ge_u (local.get $lead) (i32.const 0xe0))) (i32.ge_u (local.get $lead) (i32.const 0xf0))))
    (local.set $low (i32.const 0x80))
    (local.set $high (i32.const 0xbf))
    (if (i32.eq (local.get $lead) (i32.const 0xe0)) (then (local.set $low (i32.const 0xa0))))
    (if (i32.eq (local.get $lead) (i32.const 0xed)) (then (local.set $high (i32.const 0x9f))))
    (if (i32.eq (local.get $lead) (i32.const 0xf0)) (then (local.set $low (i32.const 0x90))))
    (if (i32.eq (local.get $lead) (i32.const 0xf4)) (then (local.set $high (i32.const 0x8f))))
    (local.set $have (i32.const 1))
    (loop $next
      (if (i32.ge_u (i32.add (local.get $ptr) (local.get $have)) (local.get $end))
        (then (return (i32.sub (i32.const 0) (local.get $have)))))
      (local.set $byte (i32.load8_u (i32.add (local.get $ptr) (local.get $have))))
      (if (i32.or (i32.lt_u (local.get $byte) (local.get $low)) (i32.gt_u (local.get $byte) (local.get $high)))
        (then (return (i32.sub (i32.const 0) (local.get $have)))))
      (local.set $low (i32.const 0x80))
      (local.set $high (i32.const 0xbf))
      (local.set $have (i32.add (local.get $have) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $have) (local.get $need))))
    (local.get $need))

  ;; How far [ptr, end) is ASCII without NULs, eight bytes at a time: where a closer look has to begin.
  (func $skip_plain (param $ptr i32) (param $end i32) (result i32)
    (local $word i64)
    (block $done
      (loop $next
        (br_if $done (i32.gt_u (i32.add (local.get $ptr) (i32.const 8)) (local.get $end)))
        (local.set $word (i64.load align=1 (local.get $ptr)))
        ;; The top bit of a byte is set where the byte is no ASCII; less 1, where it is NUL, too.
        (br_if $done (i64.ne (i64.const 0)
          (i64.and (i64.const 0x8080808080808080)
            (i64.or (local.get $word) (i64.sub (local.get $word) (i64.const 0x0101010101010101))))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))
        (br $next)))
    (local.get $ptr))

  ;; decode(buffer, offset): the UTF-8 text of an ArrayBuffer from a byte offset to its first NUL byte or its end; ill-formed
  ;; bytes become U+FFFD. Says in $consumed how many bytes that took, and in $ill_formed whether there were any.
  (func $native_decode (param $argv i32) (result i32)
    (local $buffer i32) (local $from i32) (local $at i32) (local $end i32) (local $out i32) (local $to i32) (local $bad i32)
    (local $step i32) (local $value i32)
    (i32.store (global.get $consumed) (i32.const 0))
    (local.set $buffer (call $QTS_GetArrayBuffer (i32.load (global.get $context)) (local.get $argv)))
    (if (i32.eqz (local.get $buffer)) (then (return (i32.const 0))))
    (local.set $end (i32.add (local.get $buffer)
      (call $QTS_GetArrayBufferLength (i32.load (global.get $context)) (local.get $argv))))
    (local.set $from (i32.add (local.get $buffer) (call $argument_int (local.get $argv) (i32.const 1))))
    ;; First pass: where the text ends, and how much longer replacing makes it.
    (local.set $at (local.get $from))
    (block $measured
      (loop $next
        (local.set $at (call $skip_plain (local.get $at) (local.get $end)))
        (br_if $measured (i32.ge_u (local.get $at) (local.get $end)))
        (br_if $measured (i32.eqz (i32.load8_u (local.get $at))))
        (local.set $step (call $sequence (local.get $at) (local.get $end)))
        (if (i32.lt_s (local.get $step) (i32.const 0))
          (then
            (local.set $step (i32.sub (i32.const 0) (local.get $step)))
            (local.set $bad (i32.add (local.get $bad) (i32.const 1)))))
        (local.set $at (i32.add (local.get $at) (local.get $step)))
        (br $next)))
    (local.set $end (local.get $at))
    (i32.store (global.get $consumed) (i32.sub (local.get $end) (local.get $from)))
    (i32.store (global.get $ill_formed) (i32.ne (local.get $bad) (i32.const 0)))
    (local.set $out (call $malloc (i32.add
      (i32.add (i32.sub (local.get $end) (local.get $from)) (i32.const 1)) (i32.shl (local.get $bad) (i32.const 1)))))
    (if (i32.eqz (local.get $out))
      (then (call $free (local.get $buffer)) (return (i32.const 0))))
    ;; Second pass: copy.
    (local.set $to (local.get $out))
    (if (i32.eqz (local.get $bad))
      (then
        (memory.copy (local.get $out) (local.get $from) (i32.sub (local.get $end) (local.get $from)))
        (local.set $to (i32.add (local.get $out) (i32.sub (local.get $end) (local.get $from)))))
      (else
        (local.set $at (local.get $from))
        (block $copied
          (loop $next
            (br_if $copied (i32.ge_u (local.get $at) (local.get $end)))
            (local.set $step (call $sequence (local.get $at) (local.get $end)))
            (if (i32.lt_s (local.get $step) (i32.const 0))
              (then
                (i32.store16 (local.get $to) (i32.const 0xbfef))
                (i32.store8 offset=2 (local.get $to) (i32.const 0xbd))
                (local.set $to (i32.add (local.get $to) (i32.const 3)))
                (local.set $at (i32.sub (local.get $at) (local.get $step))))
              (else
                (memory.copy (local.get $to) (local.get $at) (local.get $step))
                (local.set $to (i32.add (local.get $to) (local.get $step)))
                (local.set $at (i32.add (local.get $at) (local.get $step)))))
            (br $next)))))
    (i32.store8 (local.get $to) (i32.const 0))
    (local.set $value (call $QTS_NewString (i32.load (global.get $context)) (local.get $out)))
    (call $free (local.get $out))
    (call $free (local.get $buffer))
    (local.get $value))

  ;; encode(string without NULs): its UTF-8 as an ArrayBuffer.
  (func $native_encode (param $argv i32) (result i32)
    (local $bytes i32)
    (local.set $bytes (call $to_utf8 (local.get $argv)))
    (if (i32.eqz (local.get $bytes)) (then (return (i32.const 0))))
    (call $QTS_NewArrayBuffer (i32.load (global.get $context)) (local.get $bytes) (i32.load (global.get $scratch))))

  ;; ---- Header fields ----
  ;; Between adapter and prelude they travel as one string "name\nvalue\nname\nvalue\n...", a character for each byte (ISO 8859-1),
  ;; so that a request whose headers nobody reads costs one string.

  ;; Appends one byte as a character, in UTF-8; NUL and LF, which no field may hold, become spaces. Returns the end.
  (func $append_latin1 (param $to i32) (param $byte i32) (result i32)
    (if (i32.or (i32.eqz (local.get $byte)) (i32.eq (local.get $byte) (i32.const 10)))
      (then (local.set $byte (i32.const 32))))
    (if (i32.lt_u (local.get $byte) (i32.const 0x80))
      (then
        (i32.store8 (local.get $to) (local.get $byte))
        (return (i32.add (local.get $to) (i32.const 1)))))
    (i32.store8 (local.get $to) (i32.or (i32.const 0xc0) (i32.shr_u (local.get $byte) (i32.const 6))))
    (i32.store8 offset=1 (local.get $to) (i32.or (i32.const 0x80) (i32.and (local.get $byte) (i32.const 0x3f))))
    (i32.add (local.get $to) (i32.const 2)))

  (func $append_field (param $to i32) (param $ptr i32) (param $len i32) (result i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $ptr) (local.get $len)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $ptr) (local.get $end)))
        (local.set $to (call $append_latin1 (local.get $to) (i32.load8_u (local.get $ptr))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br $next)))
    (i32.store8 (local.get $to) (i32.const 10))
    (i32.add (local.get $to) (i32.const 1)))

  ;; Takes a lowered list<tuple<string, list<u8>>> (entries of 16 bytes) and frees it. Owned string, or 0.
  (func $take_headers (param $list i32) (param $count i32) (result i32)
    (local $entry i32) (local $end i32) (local $size i32) (local $text i32) (local $to i32) (local $value i32)
    (local.set $end (i32.add (local.get $list) (i32.shl (local.get $count) (i32.const 4))))
    (local.set $entry (local.get $list))
    (block $measured
      (loop $next
        (br_if $measured (i32.ge_u (local.get $entry) (local.get $end)))
        (local.set $size (i32.add (local.get $size) (i32.add (i32.const 2)
          (i32.shl (i32.add (i32.load offset=4 (local.get $entry)) (i32.load offset=12 (local.get $entry))) (i32.const 1)))))
        (local.set $entry (i32.add (local.get $entry) (i32.const 16)))
        (br $next)))
    (local.set $text (call $malloc (i32.add (local.get $size) (i32.const 1))))
    (if (i32.eqz (local.get $text)) (then (return (i32.const 0))))
    (local.set $to (local.get $text))
    (local.set $entry (local.get $list))
    (block $written
      (loop $next
        (br_if $written (i32.ge_u (local.get $entry) (local.get $end)))
        (local.set $to (call $append_field (local.get $to) (i32.load (local.get $entry)) (i32.load offset=4 (local.get $entry))))
        (local.set $to (call $append_field (local.get $to)
          (i32.load offset=8 (local.get $entry)) (i32.load offset=12 (local.get $entry))))
        (call $free (i32.load (local.get $entry)))
        (call $free (i32.load offset=8 (local.get $entry)))
        (local.set $entry (i32.add (local.get $entry) (i32.const 16)))
        (br $next)))
    (if (local.get $count) (then (call $free (local.get $list))))
    (call $take_string (local.get $text) (i32.sub (local.get $to) (local.get $text))))

  ;; The reverse, for a response: writes headers ptr and len into the outcome. 0 when out of memory. The text stays allocated:
  ;; names and values are slices of it.
  (func $write_headers (param $value i32) (result i32)
    (local $text i32) (local $at i32) (local $end i32) (local $to i32) (local $lines i32) (local $byte i32)
    (local $list i32) (local $start i32) (local $slot i32)
    (local.set $text (call $to_utf8 (local.get $value)))
    (if (i32.eqz (local.get $text)) (then (return (i32.const 0))))
    (local.set $end (i32.add (local.get $text) (i32.load (global.get $scratch))))
    (local.set $at (local.get $text))
    (block $counted
      (loop $next
        (br_if $counted (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $lines (i32.add (local.get $lines) (i32.eq (i32.load8_u (local.get $at)) (i32.const 10))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (local.set $list (call $malloc (i32.add (i32.shl (local.get $lines) (i32.const 3)) (i32.const 8))))
    (if (i32.eqz (local.get $list)) (then (return (i32.const 0))))
    ;; Two-byte sequences shrink to their byte in place; each line end closes a slot (ptr, len).
    (local.set $slot (local.get $list))
    (local.set $at (local.get $text))
    (local.set $to (local.get $text))
    (local.set $start (local.get $text))
    (block $written
      (loop $next
        (br_if $written (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $byte (i32.load8_u (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (if (i32.eq (local.get $byte) (i32.const 10))
          (then
            (i32.store (local.get $slot) (local.get $start))
            (i32.store offset=4 (local.get $slot) (i32.sub (local.get $to) (local.get $start)))
            (local.set $slot (i32.add (local.get $slot) (i32.const 8)))
            (local.set $start (local.get $to)))
          (else
            (if (i32.ge_u (local.get $byte) (i32.const 0xc0))
              (then
                (local.set $byte (i32.or
                  (i32.shl (i32.and (local.get $byte) (i32.const 0x03)) (i32.const 6))
                  (i32.and (i32.load8_u (local.get $at)) (i32.const 0x3f))))
                (local.set $at (i32.add (local.get $at) (i32.const 1)))))
            (i32.store8 (local.get $to) (local.get $byte))
            (local.set $to (i32.add (local.get $to) (i32.const 1)))))
        (br $next)))
    (i32.store offset=8 (global.get $outcome) (local.get $list))
    (i32.store offset=12 (global.get $outcome) (i32.shr_u (local.get $lines) (i32.const 1)))
    (i32.const 1))

  ;; ---- The outcome of a step ----

  (func $fail (param $ptr i32) (param $len i32)
    (i32.store8 (global.get $outcome) (global.get $tag_failed))
    (i32.store offset=4 (global.get $outcome) (local.get $ptr))
    (i32.store offset=8 (global.get $outcome) (local.get $len))
    (i32.store (global.get $completed) (i32.const 1)))

  (func $fail_out_of_memory
    (call $fail (i32.const 208) (i32.const 13)))

  ;; complete(tag, status, text, bodyKind, body): what the step came to. For a response, text is the header fields, bodyKind 0
  ;; none, 1 a string without NULs, 2 an ArrayBuffer; for a failure, text is the message.
  (func $native_complete (param $argv i32)
    (local $tag i32) (local $kind i32) (local $ptr i32)
    (i32.store (global.get $completed) (i32.const 1))
    (local.set $tag (call $argument_int (local.get $argv) (i32.const 0)))
    (i32.store8 (global.get $outcome) (local.get $tag))
    (if (i32.ge_u (local.get $tag) (global.get $tag_failed)) ;; or stuck
      (then
        (local.set $ptr (call $to_utf8 (call $argument (local.get $argv) (i32.const 2))))
        (if (i32.eqz (local.get $ptr)) (then (call $fail_out_of_memory) (return)))
        (call $fail (local.get $ptr) (i32.load (global.get $scratch)))
        (i32.store8 (global.get $outcome) (local.get $tag))
        (return)))
    (if (i32.gt_u (local.get $tag) (global.get $tag_early_response)) (then (return)))
    (i32.store16 offset=4 (global.get $outcome) (call $argument_int (local.get $argv) (i32.const 1)))
    (if (i32.eqz (call $write_headers (call $argument (local.get $argv) (i32.const 2))))
      (then (call $fail_out_of_memory) (return)))
    (i32.store offset=16 (global.get $outcome) (i32.const 0))
    (i32.store offset=20 (global.get $outcome) (i32.const 0))
    (local.set $kind (call $argument_int (local.get $argv) (i32.const 3)))
    (if (i32.eqz (local.get $kind)) (then (return)))
    (if (i32.eq (local.get $kind) (i32.const 1))
      (then
        (local.set $ptr (call $to_utf8 (call $argument (local.get $argv) (i32.const 4)))))
      (else
        (local.set $ptr (call $QTS_GetArrayBuffer (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 4))))
        (i32.store (global.get $scratch)
          (call $QTS_GetArrayBufferLength (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 4))))))
    (if (i32.eqz (local.get $ptr)) (then (call $fail_out_of_memory) (return)))
    (i32.store offset=16 (global.get $outcome) (local.get $ptr))
    (i32.store offset=20 (global.get $outcome) (i32.load (global.get $scratch))))

  ;; ---- Native functions of the prelude ----

  ;; install(start, event, settle, load, rejection): the prelude's entry points.
  (func $native_install (param $argv i32)
    (i32.store (global.get $on_start) (call $QTS_DupValuePointer (i32.load (global.get $context)) (local.get $argv)))
    (i32.store (global.get $on_event)
      (call $QTS_DupValuePointer (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 1))))
    (i32.store (global.get $on_settle)
      (call $QTS_DupValuePointer (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 2))))
    (i32.store (global.get $on_load)
      (call $QTS_DupValuePointer (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 3))))
    (i32.store (global.get $on_rejection)
      (call $QTS_DupValuePointer (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 4)))))

  ;; random(n): n bytes from the host, as an ArrayBuffer.
  (func $native_random (param $argv i32) (result i32)
    (local $len i32) (local $ptr i32)
    (local.set $len (call $argument_int (local.get $argv) (i32.const 0)))
    (local.set $ptr (call $malloc (local.get $len)))
    (if (i32.eqz (local.get $ptr)) (then (return (i32.const 0))))
    (call $host_random (local.get $ptr) (local.get $len))
    (call $QTS_NewArrayBuffer (i32.load (global.get $context)) (local.get $ptr) (local.get $len)))

  ;; log(level, string without NULs)
  (func $native_log (param $argv i32)
    (local $text i32)
    (local.set $text (call $to_utf8 (call $argument (local.get $argv) (i32.const 1))))
    (if (local.get $text)
      (then
        (call $host_log (call $argument_int (local.get $argv) (i32.const 0)) (local.get $text) (i32.load (global.get $scratch)))
        (call $free (local.get $text)))))

  ;; call(head, hasBody, body): a call of a binding; the frame is put together here, for it is cheaper than in JavaScript. Gives the
  ;; operation that ends with its reply, or 0 where the reply is there to take.
  (func $native_call (param $argv i32) (result i32)
    (local $head i32) (local $head_len i32) (local $body i32) (local $body_len i32) (local $frame i32) (local $operation i32)
    ;; JSON.stringify escapes lone surrogates and NULs.
    (local.set $head (call $QTS_GetString (i32.load (global.get $context)) (local.get $argv)))
    (if (i32.eqz (local.get $head)) (then (return (i32.const 0))))
    (local.set $head_len (call $strlen (local.get $head)))
    (if (call $argument_int (local.get $argv) (i32.const 1))
      (then
        (local.set $body (call $QTS_GetArrayBuffer (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 2))))
        (local.set $body_len
          (call $QTS_GetArrayBufferLength (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 2))))))
    (local.set $frame
      (call $malloc (i32.add (i32.const 4) (i32.add (local.get $head_len) (local.get $body_len)))))
    (if (i32.and (i32.ne (local.get $frame) (i32.const 0))
          (i32.or (i32.eqz (local.get $body_len)) (i32.ne (local.get $body) (i32.const 0))))
      (then
        (i32.store (local.get $frame) (local.get $head_len))
        (memory.copy (i32.add (local.get $frame) (i32.const 4)) (local.get $head) (local.get $head_len))
        (memory.copy (i32.add (i32.add (local.get $frame) (i32.const 4)) (local.get $head_len))
          (local.get $body) (local.get $body_len))))
    (call $QTS_FreeCString (i32.load (global.get $context)) (local.get $head))
    (if (i32.and (local.get $body_len) (i32.eqz (local.get $body)))
      (then (call $free (local.get $frame)) (return (i32.const 0))))
    (call $free (local.get $body))
    (if (i32.eqz (local.get $frame)) (then (return (i32.const 0))))
    (local.set $operation (call $host_call (local.get $frame)
      (i32.add (i32.const 4) (i32.add (local.get $head_len) (local.get $body_len)))))
    (call $free (local.get $frame))
    (call $new_number (f64.convert_i32_u (local.get $operation))))

  ;; replyHead(): the head of the reply that is there to take, as a string; the number 0 where there is none. The reply itself
  ;; stays here until its body has been asked for.
  (func $native_reply_head (result i32)
    (local $len i32) (local $reply i32) (local $end i32) (local $byte i32) (local $head i32)
    (call $free (i32.load (global.get $reply)))
    (i32.store (global.get $reply) (i32.const 0))
    (local.set $len (call $host_reply_size))
    (if (i32.eqz (local.get $len)) (then (return (call $new_number (f64.const 0)))))
    ;; One byte more, for a NUL after the body.
    (local.set $reply (call $malloc (i32.add (local.get $len) (i32.const 1))))
    (if (i32.eqz (local.get $reply)) (then (return (i32.const 0))))
    (call $host_reply_take (local.get $reply))
    (i32.store (global.get $reply) (local.get $reply))
    (i32.store (global.get $reply_len) (local.get $len))
    (local.set $end (i32.add (i32.add (local.get $reply) (i32.const 4)) (i32.load (local.get $reply))))
    (local.set $byte (i32.load8_u (local.get $end)))
    (i32.store8 (local.get $end) (i32.const 0))
    (local.set $head (call $QTS_NewString (i32.load (global.get $context)) (i32.add (local.get $reply) (i32.const 4))))
    (i32.store8 (local.get $end) (local.get $byte))
    (local.get $head))

  ;; replyText(): the body of the reply as a string, where it is well-formed UTF-8 without NULs; otherwise the number 0, and the
  ;; body is still there.
  (func $native_reply_text (result i32)
    (local $at i32) (local $end i32) (local $step i32)
    (local.set $at (call $reply_body))
    (local.set $end (i32.add (i32.load (global.get $reply)) (i32.load (global.get $reply_len))))
    (block $checked
      (loop $next
        (local.set $at (call $skip_plain (local.get $at) (local.get $end)))
        (br_if $checked (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $step (call $sequence (local.get $at) (local.get $end)))
        (if (i32.or (i32.le_s (local.get $step) (i32.const 0)) (i32.eqz (i32.load8_u (local.get $at))))
          (then (return (call $new_number (f64.const 0)))))
        (local.set $at (i32.add (local.get $at) (local.get $step)))
        (br $next)))
    (i32.store8 (local.get $end) (i32.const 0))
    (local.set $at (call $QTS_NewString (i32.load (global.get $context)) (call $reply_body)))
    (call $free (i32.load (global.get $reply)))
    (i32.store (global.get $reply) (i32.const 0))
    (local.get $at))

  ;; replyBody(): the body of the reply as an ArrayBuffer.
  (func $native_reply_body (result i32)
    (local $reply i32) (local $len i32)
    (local.set $reply (i32.load (global.get $reply)))
    (local.set $len (i32.sub (i32.add (local.get $reply) (i32.load (global.get $reply_len))) (call $reply_body)))
    ;; An ArrayBuffer takes a block over as it is: from its start.
    (memory.copy (local.get $reply) (call $reply_body) (local.get $len))
    (i32.store (global.get $reply) (i32.const 0))
    (call $QTS_NewArrayBuffer (i32.load (global.get $context)) (local.get $reply) (local.get $len)))

  (func $reply_body (result i32)
    (i32.add (i32.add (i32.load (global.get $reply)) (i32.const 4)) (i32.load (i32.load (global.get $reply)))))

  ;; A call of a function that QTS_NewFunction made. The prelude passes every argument that a native reads. A null result
  ;; reads as `undefined`, which the prelude takes for "out of memory" where a value was due.
  (func (export "engine:callFunction")
    (param $context_unused i32) (param $this i32) (param $argc i32) (param $argv i32) (param $id i32) (result i32)
    (block $body (block $text (block $head (block $call (block $memory (block $cancel (block $timer (block $log (block $random (block $monotonic (block $now
    (block $ill (block $read (block $encode (block $decode (block $complete (block $install (block $unknown
      (br_table $unknown $install $complete $decode $encode $read $ill $now $monotonic $random $log $timer $cancel $memory $call
        $head $text $body $unknown
        (local.get $id)))
      (return (i32.const 0)))
      (call $native_install (local.get $argv)) (return (i32.const 0)))
      (call $native_complete (local.get $argv)) (return (i32.const 0)))
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
    (call $native_reply_body))

  ;; ---- Steps ----

  (func $begin
    (i32.store (global.get $completed) (i32.const 0))
    (i32.store (global.get $interrupted) (i32.const 0))
    (i32.store (global.get $refused) (i32.const 0)))

  ;; The prelude catches what tenants throw: an error that gets past it was thrown for want of memory more often than not, and
  ;; then the engine may have had none left to make an error of.
  (func $fail_with (param $error i32)
    (local $text i32)
    (if (i32.load (global.get $refused)) (then (call $fail_out_of_memory) (return)))
    (local.set $text (call $to_utf8 (local.get $error)))
    (if (local.get $text)
      (then (call $fail (local.get $text) (i32.load (global.get $scratch))))
      (else (call $fail_out_of_memory))))

  ;; Ends the step as failed when the engine was interrupted, or when `result` (owned, taken) is null or an exception that the
  ;; prelude did not catch. Returns 1 if so.
  (func $check (param $result i32) (result i32)
    (local $error i32)
    (if (i32.load (global.get $interrupted))
      (then (call $fail (i32.const 192) (i32.const 11)) (return (i32.const 1))))
    (if (i32.eqz (local.get $result))
      (then (call $fail_out_of_memory) (return (i32.const 1))))
    (local.set $error (call $QTS_ResolveException (i32.load (global.get $context)) (local.get $result)))
    (call $release (local.get $result))
    (if (i32.eqz (local.get $error)) (then (return (i32.const 0))))
    (call $fail_with (local.get $error))
    (i32.const 1))

  ;; Calls an entry point of the prelude with the first `argc` of $arguments.
  (func $call_prelude (param $function i32) (param $argc i32) (result i32)
    (call $QTS_Call (i32.load (global.get $context)) (i32.load (local.get $function)) (call $QTS_GetUndefined)
      (local.get $argc) (global.get $arguments)))

  ;; Runs promise jobs until none is left. Returns 1 when that ended the step. In batches: an interrupt that strikes in a job is
  ;; not sure to end the code that goes on from job to job, for it may reject some other promise of the chain.
  (func $run_jobs (result i32)
    (local $result i32)
    (loop $batch
      (local.set $result (call $QTS_ExecutePendingJob
        (i32.load (global.get $runtime)) (i32.const 64) (global.get $scratch)))
      ;; A number of jobs, or the error that a job could not turn into a rejection. Values are NaN-boxed; an object's upper
      ;; half is -1.
      (if (i32.and (i32.ne (local.get $result) (i32.const 0)) (i32.eqz (i32.load (global.get $interrupted))))
        (then
          (if (i32.eq (i32.load offset=4 (local.get $result)) (i32.const -1))
            (then
              (call $fail_with (local.get $result))
              (return (i32.const 1))))))
      (if (call $check (local.get $result)) (then (return (i32.const 1))))
      (br_if $batch (call $QTS_IsJobPending (i32.load (global.get $runtime)))))
    (i32.const 0))

  ;; Jobs, due timers, jobs, ... until the prelude says what the step came to. Returns the outcome's address.
  (func $finish (result i32)
    (loop $again
      (if (call $run_jobs) (then (return (global.get $outcome))))
      (if (call $check (call $call_prelude (global.get $on_settle) (i32.const 0)))
        (then (return (global.get $outcome))))
      (br_if $again (i32.eqz (i32.load (global.get $completed)))))
    (global.get $outcome))

  ;; ---- Promises that are rejected ----

  ;; What the engine calls (JSHostPromiseRejectionTracker) when a promise is rejected that nobody handles, and again, with
  ;; handled = 1, when somebody does after all. Values come by value here: NaN-boxed, an integer is itself.
  (func $on_engine_rejection
    (param $context_unused i32) (param $promise i64) (param $reason i64) (param $handled i32) (param $opaque_unused i32)
    (local $result i32)
    (i64.store (global.get $rejection) (local.get $promise))
    (i64.store offset=8 (global.get $rejection) (local.get $reason))
    (i64.store offset=16 (global.get $rejection) (i64.extend_i32_u (local.get $handled)))
    (i32.store (global.get $rejection_arguments) (global.get $rejection))
    (i32.store offset=4 (global.get $rejection_arguments) (i32.add (global.get $rejection) (i32.const 8)))
    (i32.store offset=8 (global.get $rejection_arguments) (i32.add (global.get $rejection) (i32.const 16)))
    (if (i32.load (global.get $on_rejection))
      (then
        (local.set $result (call $QTS_Call (i32.load (global.get $context)) (i32.load (global.get $on_rejection))
          (call $QTS_GetUndefined) (i32.const 3) (global.get $rejection_arguments)))
        (if (local.get $result)
          (then
            ;; An error in there (out of memory) must not be taken for one of the code that was running.
            (call $release (call $QTS_ResolveException (i32.load (global.get $context)) (local.get $result)))
            (call $release (local.get $result)))))))

  ;; The engine's interface does not offer to set the tracker. In a JSRuntime it stands just before the list of pending jobs,
  ;; which is empty now and so points to itself, twice; and that list comes after the interrupt handler, whose word is the first
  ;; that changes when QTS_RuntimeEnableInterruptHandler sets it. Returns 1 where it is not so.
  (func $enable_handlers (result i32)
    (local $before i32) (local $at i32) (local $end i32)
    (local.set $before (call $malloc (i32.const 256)))
    (memory.copy (local.get $before) (i32.load (global.get $runtime)) (i32.const 256))
    (call $QTS_RuntimeEnableInterruptHandler (i32.load (global.get $runtime)))
    (local.set $at (i32.load (global.get $runtime)))
    (local.set $end (i32.add (local.get $at) (i32.const 200)))
    (loop $same
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.const 1))))
      (if (i32.eq (i32.load (local.get $at)) (i32.load (local.get $before)))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (local.set $before (i32.add (local.get $before) (i32.const 4)))
          (br $same))))
    (local.set $at (i32.add (local.get $at) (i32.const 12)))
    (loop $next
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.const 1))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $next (i32.ne (i32.load (local.get $at)) (local.get $at)))
      (br_if $next (i32.ne (i32.load offset=4 (local.get $at)) (local.get $at))))
    ;; Before the list: the tracker, and a word that it is given.
    (if (i64.ne (i64.load (i32.sub (local.get $at) (i32.const 8))) (i64.const 0)) (then (return (i32.const 1))))
    (i32.store (i32.sub (local.get $at) (i32.const 8)) (i32.const ENGINE_TABLE_FREE))
    (i32.const 0))

  ;; ---- The runtime ABI ----

  ;; Memory for the caller to fill. One byte more than asked, for the NUL that the engine's strings and sources end with.
  ;; Only ever called to allocate: a lowered list or string is never resized.
  (func (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (local $ptr i32)
    (local.set $ptr (call $malloc (i32.add (local.get $size) (i32.const 1))))
    (if (i32.eqz (local.get $ptr)) (then unreachable))
    (if (local.get $old)
      (then
        (memory.copy (local.get $ptr) (local.get $old)
          (select (local.get $old_size) (local.get $size) (i32.lt_u (local.get $old_size) (local.get $size))))
        (call $free (local.get $old))))
    (local.get $ptr))

  (func (export "plinth:http/resumable@0.1.0#start")
    (param $method i32) (param $method_len i32) (param $uri i32) (param $uri_len i32)
    (param $headers i32) (param $header_count i32) (param $body i32) (param $body_len i32) (result i32)
    (local $result i32)
    (call $begin)
    (i32.store offset=0 (global.get $arguments) (call $take_string (local.get $method) (local.get $method_len)))
    (i32.store offset=4 (global.get $arguments) (call $take_string (local.get $uri) (local.get $uri_len)))
    (i32.store offset=8 (global.get $arguments) (call $take_headers (local.get $headers) (local.get $header_count)))
    (i32.store offset=12 (global.get $arguments)
      (if (result i32) (local.get $body_len)
        (then (call $QTS_NewArrayBuffer (i32.load (global.get $context)) (local.get $body) (local.get $body_len)))
        (else (call $QTS_DupValuePointer (i32.load (global.get $context)) (call $QTS_GetUndefined)))))
    (if (i32.or
          (i32.or (i32.eqz (i32.load offset=0 (global.get $arguments))) (i32.eqz (i32.load offset=4 (global.get $arguments))))
          (i32.or (i32.eqz (i32.load offset=8 (global.get $arguments))) (i32.eqz (i32.load offset=12 (global.get $arguments)))))
      (then (call $fail_out_of_memory) (return (global.get $outcome))))
    (local.set $result (call $call_prelude (global.get $on_start) (i32.const 4)))
    (call $release (i32.load offset=0 (global.get $arguments)))
    (call $release (i32.load offset=4 (global.get $arguments)))
    (call $release (i32.load offset=8 (global.get $arguments)))
    (call $release (i32.load offset=12 (global.get $arguments)))
    (if (call $check (local.get $result)) (then (return (global.get $outcome))))
    (call $finish))

  ;; Events are entries of 16 bytes: operation +0; outcome +4: discriminant (0 ok, 1 error), ptr +8, len +12.
  (func (export "plinth:http/resumable@0.1.0#resume") (param $events i32) (param $count i32) (result i32)
    (local $event i32) (local $end i32) (local $result i32) (local $failed i32)
    (call $begin)
    (local.set $event (local.get $events))
    (local.set $end (i32.add (local.get $events) (i32.shl (local.get $count) (i32.const 4))))
    (block $delivered
      (loop $next
        (br_if $delivered (i32.ge_u (local.get $event) (local.get $end)))
        (local.set $failed (i32.load8_u offset=4 (local.get $event)))
        (i32.store offset=0 (global.get $arguments) (call $new_number (f64.convert_i32_u (i32.load (local.get $event)))))
        (i32.store offset=4 (global.get $arguments) (call $new_number (f64.convert_i32_u (local.get $failed))))
        (i32.store offset=8 (global.get $arguments)
          (if (result i32) (local.get $failed)
            (then (call $take_string (i32.load offset=8 (local.get $event)) (i32.load offset=12 (local.get $event))))
            (else
              (if (result i32) (i32.load offset=12 (local.get $event))
                (then (call $QTS_NewArrayBuffer (i32.load (global.get $context))
                  (i32.load offset=8 (local.get $event)) (i32.load offset=12 (local.get $event))))
                (else (call $QTS_DupValuePointer (i32.load (global.get $context)) (call $QTS_GetUndefined)))))))
        (if (i32.or (i32.eqz (i32.load offset=0 (global.get $arguments)))
              (i32.or (i32.eqz (i32.load offset=4 (global.get $arguments))) (i32.eqz (i32.load offset=8 (global.get $arguments)))))
          (then (call $fail_out_of_memory) (return (global.get $outcome))))
        (local.set $result (call $call_prelude (global.get $on_event) (i32.const 3)))
        (call $release (i32.load offset=0 (global.get $arguments)))
        (call $release (i32.load offset=4 (global.get $arguments)))
        (call $release (i32.load offset=8 (global.get $arguments)))
        (if (call $check (local.get $result)) (then (return (global.get $outcome))))
        (local.set $event (i32.add (local.get $event) (i32.const 16)))
        (br $next)))
    (if (local.get $count) (then (call $free (local.get $events))))
    (call $finish))

  ;; Evaluates the module and hands its namespace (or the error) to the prelude, which binds the handler.
  ;; 1 is left in $arguments[0] for an error, 0 for a namespace.
  (func $evaluate (param $ptr i32) (param $len i32)
    (local $value i32) (local $error i32) (local $state i32) (local $settled i32)
    (local.set $value (call $QTS_Eval (i32.load (global.get $context)) (local.get $ptr) (local.get $len)
      (global.get $file_name) (i32.const 0) (i32.const 1)))
    (if (i32.load (global.get $interrupted)) (then (call $fail (i32.const 192) (i32.const 11)) (return)))
    (if (i32.eqz (local.get $value)) (then (call $fail_out_of_memory) (return)))
    (local.set $error (call $QTS_ResolveException (i32.load (global.get $context)) (local.get $value)))
    (if (local.get $error)
      (then (local.set $state (i32.const 2)) (local.set $value (local.get $error)))
      (else
        (local.set $state (i32.const 1))
        ;; A module with a top-level await gives a promise: 0 pending, 1 fulfilled, 2 rejected, negative for no promise.
        (if (i32.ge_s (call $QTS_PromiseState (i32.load (global.get $context)) (local.get $value)) (i32.const 0))
          (then
            (if (call $run_jobs) (then (return)))
            (local.set $state (call $QTS_PromiseState (i32.load (global.get $context)) (local.get $value)))
            (if (local.get $state)
              (then
                (local.set $settled (call $QTS_PromiseResult (i32.load (global.get $context)) (local.get $value)))
                (call $release (local.get $value))
                (local.set $value (local.get $settled))))))))
    (i32.store offset=0 (global.get $arguments) (call $new_number (f64.convert_i32_u (local.get $state))))
    (i32.store offset=4 (global.get $arguments) (local.get $value))
    (if (i32.or (i32.eqz (i32.load offset=0 (global.get $arguments))) (i32.eqz (local.get $value)))
      (then (call $fail_out_of_memory) (return)))
    (local.set $value (call $call_prelude (global.get $on_load) (i32.const 2)))
    (call $release (i32.load offset=0 (global.get $arguments)))
    (call $release (i32.load offset=4 (global.get $arguments)))
    (if (call $check (local.get $value)) (then (return)))
    (drop (call $run_jobs)))

  ;; Takes over the source (from cabi_realloc): wiped, so that a tenant's image holds no second copy of it, and freed.
  (func (export "load") (param $ptr i32) (param $len i32) (result i32)
    (call $begin)
    (i32.store8 (i32.add (local.get $ptr) (local.get $len)) (i32.const 0))
    (call $evaluate (local.get $ptr) (local.get $len))
    (memory.fill (local.get $ptr) (i32.const 0) (local.get $len))
    (call $free (local.get $ptr))
    (if (i32.and (i32.load (global.get $completed)) (i32.eq (i32.load8_u (global.get $outcome)) (global.get $tag_done)))
      (then (return (i32.const 0))))
    (call $host_log (global.get $level_error) (i32.load offset=4 (global.get $outcome)) (i32.load offset=8 (global.get $outcome)))
    (i32.const 1))

  ;; ---- The heap of the base image ----

  ;; The engine collects cycles when its heap passes a threshold, 256 KiB at first, and then half as much again as was alive. A
  ;; collection walks the whole heap and writes to every object of it: hundreds of pages, for a request that makes little
  ;; garbage and is forgotten afterwards. So the threshold is raised. The engine's interface does not offer that; the cell is
  ;; found by its first value, which no other word of a new JSRuntime has (image.ts fails where that is not so).
  (func $find_gc_threshold (result i32)
    (local $cell i32) (local $end i32) (local $found i32) (local $count i32)
    (local.set $cell (i32.load (global.get $runtime)))
    (local.set $end (i32.add (local.get $cell) (i32.const 256)))
    (loop $next
      (if (i32.eq (i32.load (local.get $cell)) (i32.const 262144))
        (then
          (local.set $found (local.get $cell))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))))
      (local.set $cell (i32.add (local.get $cell) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $cell) (local.get $end))))
    (i32.store (global.get $gc_threshold) (local.get $found))
    (i32.ne (local.get $count) (i32.const 1)))

  (func $collect_garbage
    (i32.store (i32.load (global.get $gc_threshold)) (i32.const 0))
    (call $release (call $QTS_NewObject (i32.load (global.get $context))))
    (i32.store (i32.load (global.get $gc_threshold)) (i32.const 0x1000000)))

  ;; Evaluating the prelude leaves holes all over the heap, and malloc fills holes first: a request's small objects would land
  ;; on as many pages as there are holes. Blocks that nobody frees plug them, so that what is allocated from now on lies together.
  (func $plug_holes
    (local $size i32) (local $top i32) (local $block i32)
    (local.set $top (call $malloc (i32.const 0x40000)))
    (call $free (local.get $top))
    (local.set $size (i32.const 0x10000))
    (loop $smaller
      (loop $again
        (local.set $block (call $malloc (local.get $size)))
        (br_if $again (i32.lt_u (local.get $block) (local.get $top))))
      (call $free (local.get $block))
      (local.set $size (i32.sub (local.get $size)
        (select (i32.const 8) (i32.const 256) (i32.le_u (local.get $size) (i32.const 1024)))))
      (br_if $smaller (i32.ge_s (local.get $size) (i32.const 8)))))

  ;; Packaging only: starts the engine and evaluates the prelude, a script whose value is a function that takes the natives.
  ;; `stack` is the engine's limit for its native stack, in bytes. 0 for success.
  (func (export "plinth:init") (param $ptr i32) (param $len i32) (param $stack i32) (result i32)
    (local $boot i32) (local $native i32)
    (call $engine_constructors)
    (i32.store (global.get $runtime) (call $QTS_NewRuntime))
    (if (call $find_gc_threshold) (then (return (i32.const 2))))
    (call $QTS_RuntimeSetMaxStackSize (i32.load (global.get $runtime)) (local.get $stack))
    (if (call $enable_handlers) (then (return (i32.const 3))))
    (i32.store (global.get $context) (call $QTS_NewContext (i32.load (global.get $runtime)) (i32.const 0)))
    (call $begin)
    (i32.store8 (i32.add (local.get $ptr) (local.get $len)) (i32.const 0))
    (local.set $boot (call $QTS_Eval (i32.load (global.get $context)) (local.get $ptr) (local.get $len)
      (global.get $prelude_name) (i32.const 0) (i32.const 0)))
    (memory.fill (local.get $ptr) (i32.const 0) (local.get $len))
    (call $free (local.get $ptr))
    (block $made
      (loop $next
        (br_if $made (i32.ge_u (local.get $native) (global.get $natives)))
        (i32.store (i32.add (global.get $arguments) (i32.shl (local.get $native) (i32.const 2)))
          (call $QTS_NewFunction (i32.load (global.get $context)) (i32.const 0) (i32.const 0) (i32.const 0)
            (i32.add (local.get $native) (i32.const 1))))
        (local.set $native (i32.add (local.get $native) (i32.const 1)))
        (br $next)))
    (i32.store (global.get $scratch) (local.get $boot))
    (if (call $check (call $QTS_Call (i32.load (global.get $context)) (local.get $boot) (call $QTS_GetUndefined)
          (global.get $natives) (global.get $arguments)))
      (then
        (call $host_log (global.get $level_error)
          (i32.load offset=4 (global.get $outcome)) (i32.load offset=8 (global.get $outcome)))
        (return (i32.const 1))))
    (call $begin)
    (memory.fill (global.get $arguments) (i32.const 0) (i32.const 68))
    (call $collect_garbage)
    (call $plug_holes)
    (i32.const 0))

  ;; ---- What the engine imports ----

  (func (export "engine:shouldInterrupt") (param $runtime_unused i32) (result i32)
    ;; Once asked to stop, stay stopped: code that catches what it should not be able to catch gets no further.
    (if (i32.eqz (i32.load (global.get $interrupted)))
      (then (i32.store (global.get $interrupted) (call $host_interrupted))))
    (i32.load (global.get $interrupted)))

  (func (export "engine:dateNow") (result f64) (call $host_now))

  (func (export "engine:clockTimeGet") (param $clock i32) (param $precision i64) (param $out i32) (result i32)
    (i64.store (local.get $out) (i64.trunc_sat_f64_s (f64.mul (f64.const 1e6)
      (if (result f64) (local.get $clock) (then (call $host_monotonic)) (else (call $host_now))))))
    (i32.const 0))

  ;; Grows by what is lacking, and by 1 MiB at least, so that malloc does not come back for each 64 KiB; by exactly what is
  ;; lacking when the tenant's limit allows no more.
  (func (export "engine:resizeHeap") (param $wanted i32) (result i32)
    (local $pages i32)
    (local.set $pages (i32.sub
      (i32.add (i32.shr_u (local.get $wanted) (i32.const 16)) (i32.ne (i32.and (local.get $wanted) (i32.const 0xffff)) (i32.const 0)))
      (memory.size)))
    (if (i32.le_s (local.get $pages) (i32.const 0)) (then (return (i32.const 1))))
    (if (i32.lt_u (local.get $pages) (i32.const 16))
      (then
        (if (i32.ne (memory.grow (i32.const 16)) (i32.const -1)) (then (return (i32.const 1))))))
    (if (i32.ne (memory.grow (local.get $pages)) (i32.const -1)) (then (return (i32.const 1))))
    (i32.store (global.get $refused) (i32.const 1))
    (i32.const 0))

  ;; struct tm: all zeros. The engine reads nothing but tm_gmtoff: a tenant's time zone is UTC.
  (func (export "engine:localtime") (param $time i64) (param $tm i32)
    (memory.fill (local.get $tm) (i32.const 0) (i32.const 44)))

  (func (export "engine:tzset") (param $timezone i32) (param $daylight i32) (param $standard_name i32) (param $daylight_name i32)
    (i32.store (local.get $timezone) (i32.const 0))
    (i32.store (local.get $daylight) (i32.const 0))
    (i32.store (local.get $standard_name) (i32.const 0x435455)) ;; "UTC"
    (i32.store (local.get $daylight_name) (i32.const 0x435455)))

  (func (export "engine:environSizesGet") (param $count i32) (param $size i32) (result i32)
    (i32.store (local.get $count) (i32.const 0))
    (i32.store (local.get $size) (i32.const 0))
    (i32.const 0))
  (func (export "engine:environGet") (param i32 i32) (result i32) (i32.const 0))

  ;; Only the engine's own debugging output is ever written.
  (func (export "engine:fdWrite") (param $fd i32) (param $iov i32) (param $count i32) (param $written i32) (result i32)
    (local $sum i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (call $host_log (global.get $level_debug) (i32.load (local.get $iov)) (i32.load offset=4 (local.get $iov)))
        (local.set $sum (i32.add (local.get $sum) (i32.load offset=4 (local.get $iov))))
        (local.set $iov (i32.add (local.get $iov) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (i32.store (local.get $written) (local.get $sum))
    (i32.const 0))
  (func (export "engine:fdClose") (param i32) (result i32) (i32.const 52)) ;; ENOSYS
  (func (export "engine:fdSeek") (param i32 i64 i32 i32) (result i32) (i32.const 70)) ;; ESPIPE

  (func (export "engine:abort") unreachable)
  (func (export "engine:assertFail") (param i32 i32 i32 i32) unreachable)
  (func (export "engine:procExit") (param i32) unreachable)
  (func (export "engine:keepaliveClear"))
  (func (export "engine:setitimer") (param i32 f64) (result i32) (i32.const 0))
  ;; No module loader is set: an import of another module fails in the engine ("could not load module").
  (func (export "engine:loadModuleSource") (param i32 i32 i32) (result i32) unreachable)
  (func (export "engine:normalizeModule") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "engine:freeHostRef") (param i32 i32)))
