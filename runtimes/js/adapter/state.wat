;; The adapter's state. It lies in linear memory and not in globals, so that a restored memory has its state, too. The
;; globals here are addresses, between 16 and 1023: emscripten's data begins at 1024, and assemble.ts checks that it
;; does.
(module
  ;; The engine is linked for 256 pages of 64 KiB; its maximum is 32,768. The host accounts growth by tenant.
  (memory (export "memory") 256 32768)

  ;; ---- Cells of an i32 ----
  (global (export "runtime") i32 (i32.const 16))            ;; JSRuntime*
  (global (export "context") i32 (i32.const 20))            ;; JSContext*
  ;; The prelude's six entry points, given to `install`: owned JSValue*.
  (global (export "on_start") i32 (i32.const 24))
  (global (export "on_event") i32 (i32.const 28))
  (global (export "on_settle") i32 (i32.const 32))
  (global (export "on_load") i32 (i32.const 36))
  (global (export "on_rejection") i32 (i32.const 124))
  (global (export "on_scheduled") i32 (i32.const 80))
  (global (export "stopping") i32 (i32.const 40))           ;; 1 once the host has asked to stop; stays until the next step
  (global (export "completed") i32 (i32.const 44))          ;; 1 once the prelude has called `complete` in this step
  (global (export "refused") i32 (i32.const 120))           ;; 1 once the host has refused to grow the memory in this step
  (global (export "consumed") i32 (i32.const 48))           ;; the bytes that the last `decode` has read
  (global (export "ill_formed") i32 (i32.const 52))         ;; 1 if any of those bytes were ill-formed
  (global (export "scratch") i32 (i32.const 56))            ;; an out-parameter
  (global (export "gc_threshold") i32 (i32.const 60))       ;; the address of the engine's own cell of that name
  ;; The parts of the last step's outcome, until the next step begins; 0 for none. All but the string are blocks of
  ;; malloc.
  (global (export "held_fields") i32 (i32.const 64))        ;; the list of header fields
  (global (export "held_text") i32 (i32.const 68))          ;; the names and values, or the message of a failure
  (global (export "held_bytes") i32 (i32.const 72))         ;; a body of bytes
  (global (export "held_string") i32 (i32.const 76))        ;; a body of text: a C string of the engine
  ;; The reply that `replyHead` has taken, malloc'd, until its body is taken; 0 for none.
  (global (export "reply") i32 (i32.const 152))
  (global (export "reply_len") i32 (i32.const 156))

  ;; ---- Larger places ----
  ;; The lowered `outcome` of wit/http.wit (canonical ABI: alignment 4, size 24). Discriminant +0; the payload begins at
  ;; +4. response: status u16 +4, headers ptr +8, len +12, body ptr +16, len +20. failed and stuck: ptr +4, len +8.
  (global (export "outcome") i32 (i32.const 128))
  ;; The arguments of $on_rejection: three JSValue of 8 bytes, then pointers to them.
  (global (export "rejection") i32 (i32.const 224))
  (global (export "rejection_arguments") i32 (i32.const 248))
  ;; The arguments of a call of the prelude: up to 4 JSValue*, or one JSValue* for each native. This place comes last,
  ;; so that it can grow with the natives.
  (global (export "arguments") i32 (i32.const 264))

  ;; ---- Texts ----
  (data (i32.const 160) "worker.js\00")
  (global (export "file_name") i32 (i32.const 160))
  (data (i32.const 176) "plinth:js\00")
  (global (export "prelude_name") i32 (i32.const 176))
  (data (i32.const 192) "interrupted")
  (global (export "interrupted_text") i32 (i32.const 192))
  (data (i32.const 208) "out of memory")
  (global (export "out_of_memory_text") i32 (i32.const 208))

  ;; ---- Constants ----
  (global (export "tag_early_response") i32 (i32.const 1))
  (global (export "tag_done") i32 (i32.const 3))
  (global (export "tag_failed") i32 (i32.const 4))
  (global (export "level_debug") i32 (i32.const 0))
  (global (export "level_error") i32 (i32.const 3)))
