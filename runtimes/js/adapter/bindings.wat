;; Calls of bindings: the natives `call`, `replyHead`, `replyText` and `replyBody`. A call and its reply are frames of
;; host/bindings/message.ts.
(module
  (import "host" "call" (func $host_call (param $ptr i32) (param $len i32) (result i32)))
  (import "host" "reply_size" (func $host_reply_size (result i32)))
  (import "host" "reply_take" (func $host_reply_take (param $ptr i32)))
  (import "engine" "QTS_FreeCString" (func $QTS_FreeCString (param i32 i32)))
  (import "engine" "QTS_GetArrayBuffer" (func $QTS_GetArrayBuffer (param i32 i32) (result i32)))
  (import "engine" "QTS_GetArrayBufferLength" (func $QTS_GetArrayBufferLength (param i32 i32) (result i32)))
  (import "engine" "QTS_GetString" (func $QTS_GetString (param i32 i32) (result i32)))
  (import "engine" "QTS_NewArrayBuffer" (func $QTS_NewArrayBuffer (param i32 i32 i32) (result i32)))
  (import "engine" "QTS_NewString" (func $QTS_NewString (param i32 i32) (result i32)))
  (import "engine" "free" (func $free (param i32)))
  (import "engine" "malloc" (func $malloc (param i32) (result i32)))
  (import "values" "argument" (func $argument (param i32 i32) (result i32)))
  (import "values" "argument_int" (func $argument_int (param i32 i32) (result i32)))
  (import "values" "new_number" (func $new_number (param f64) (result i32)))
  (import "values" "strlen" (func $strlen (param i32) (result i32)))
  (import "text" "sequence" (func $sequence (param i32 i32) (result i32)))
  (import "text" "skip_plain" (func $skip_plain (param i32 i32) (result i32)))
  (import "state" "memory" (memory 256 32768))
  (import "state" "context" (global $context i32))
  (import "state" "reply" (global $reply i32))
  (import "state" "reply_len" (global $reply_len i32))

  ;; call(head, hasBody, body) calls a binding. It puts the frame together here, since that is cheaper than in
  ;; JavaScript. Its result is the operation that ends with the reply, or 0 if the reply can be taken at once.
  (func $native_call (export "native_call") (param $argv i32) (result i32)
    (local $head i32) (local $head_len i32) (local $body i32) (local $body_len i32)
    (local $frame i32) (local $operation i32)
    ;; The head holds neither lone surrogates nor NULs, since JSON.stringify escapes them.
    (local.set $head (call $QTS_GetString (i32.load (global.get $context)) (local.get $argv)))
    (if (i32.eqz (local.get $head)) (then (return (i32.const 0))))
    (local.set $head_len (call $strlen (local.get $head)))
    (if (call $argument_int (local.get $argv) (i32.const 1))
      (then
        (local.set $body
          (call $QTS_GetArrayBuffer (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 2))))
        (local.set $body_len
          (call $QTS_GetArrayBufferLength
            (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 2))))))
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

  ;; replyHead() takes the reply from the host and gives its head as a string, or the number 0 if there is no reply. The
  ;; reply itself stays in the adapter until the prelude asks for its body.
  (func $native_reply_head (export "native_reply_head") (result i32)
    (local $len i32) (local $reply i32) (local $end i32) (local $byte i32) (local $head i32)
    (call $free (i32.load (global.get $reply)))
    (i32.store (global.get $reply) (i32.const 0))
    (local.set $len (call $host_reply_size))
    (if (i32.eqz (local.get $len)) (then (return (call $new_number (f64.const 0)))))
    ;; One byte more leaves room for a NUL after the body.
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

  ;; replyText() gives the body of the reply as a string, if the body is well-formed UTF-8 without NULs. Otherwise it
  ;; gives the number 0 and keeps the body.
  (func $native_reply_text (export "native_reply_text") (result i32)
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

  ;; replyBody() gives the body of the reply as an ArrayBuffer.
  (func $native_reply_body (export "native_reply_body") (result i32)
    (local $reply i32) (local $len i32)
    (local.set $reply (i32.load (global.get $reply)))
    (local.set $len (i32.sub (i32.add (local.get $reply) (i32.load (global.get $reply_len))) (call $reply_body)))
    ;; An ArrayBuffer takes over a whole malloc'd block, so the body moves to the start of its block.
    (memory.copy (local.get $reply) (call $reply_body) (local.get $len))
    (i32.store (global.get $reply) (i32.const 0))
    (call $QTS_NewArrayBuffer (i32.load (global.get $context)) (local.get $reply) (local.get $len)))

  (func $reply_body (result i32)
    (i32.add (i32.add (i32.load (global.get $reply)) (i32.const 4)) (i32.load (i32.load (global.get $reply))))))
