;; The steps of a request: `start`, `run` for a scheduled one, `resume`, and the work between them.
(module
  (import "engine" "QTS_Call" (func $QTS_Call (param i32 i32 i32 i32 i32) (result i32)))
  (import "engine" "QTS_DupValuePointer" (func $QTS_DupValuePointer (param i32 i32) (result i32)))
  (import "engine" "QTS_ExecutePendingJob" (func $QTS_ExecutePendingJob (param i32 i32 i32) (result i32)))
  (import "engine" "QTS_GetUndefined" (func $QTS_GetUndefined (result i32)))
  (import "engine" "QTS_IsJobPending" (func $QTS_IsJobPending (param i32) (result i32)))
  (import "engine" "QTS_NewArrayBuffer" (func $QTS_NewArrayBuffer (param i32 i32 i32) (result i32)))
  (import "engine" "free" (func $free (param i32)))
  (import "engine" "malloc" (func $malloc (param i32) (result i32)))
  (import "values" "new_number" (func $new_number (param f64) (result i32)))
  (import "values" "release" (func $release (param i32)))
  (import "values" "take_string" (func $take_string (param i32 i32) (result i32)))
  (import "headers" "take_headers" (func $take_headers (param i32 i32) (result i32)))
  (import "outcome" "check" (func $check (param i32) (result i32)))
  (import "outcome" "fail_out_of_memory" (func $fail_out_of_memory))
  (import "outcome" "fail_with" (func $fail_with (param i32)))
  (import "outcome" "forget_outcome" (func $forget_outcome))
  (import "state" "memory" (memory 256 32768))
  (import "state" "runtime" (global $runtime i32))
  (import "state" "context" (global $context i32))
  (import "state" "on_start" (global $on_start i32))
  (import "state" "on_event" (global $on_event i32))
  (import "state" "on_scheduled" (global $on_scheduled i32))
  (import "state" "on_settle" (global $on_settle i32))
  (import "state" "stopping" (global $stopping i32))
  (import "state" "completed" (global $completed i32))
  (import "state" "scratch" (global $scratch i32))
  (import "state" "arguments" (global $arguments i32))
  (import "state" "refused" (global $refused i32))
  (import "state" "outcome" (global $outcome i32))

  ;; Forgets what the last step has left.
  (func $begin (export "begin")
    (call $forget_outcome)
    (i32.store (global.get $completed) (i32.const 0))
    (i32.store (global.get $stopping) (i32.const 0))
    (i32.store (global.get $refused) (i32.const 0)))

  ;; Calls an entry point of the prelude with the first `argc` of $arguments.
  (func $call_prelude (export "call_prelude") (param $function i32) (param $argc i32) (result i32)
    (call $QTS_Call (i32.load (global.get $context)) (i32.load (local.get $function)) (call $QTS_GetUndefined)
      (local.get $argc) (global.get $arguments)))

  ;; Runs promise jobs until none is left. Returns 1 if a job ended the step. The jobs run in batches: an interruption
  ;; in a job need not end the code that goes from job to job, since it may only reject another promise of the chain.
  (func $run_jobs (export "run_jobs") (result i32)
    (local $result i32)
    (loop $batch
      (local.set $result (call $QTS_ExecutePendingJob
        (i32.load (global.get $runtime)) (i32.const 64) (global.get $scratch)))
      ;; The result is the number of jobs, or the error of a job that could not become a rejection. Values are
      ;; NaN-boxed: the upper half of an object is -1.
      (if (i32.and (i32.ne (local.get $result) (i32.const 0)) (i32.eqz (i32.load (global.get $stopping))))
        (then
          (if (i32.eq (i32.load offset=4 (local.get $result)) (i32.const -1))
            (then
              (call $fail_with (local.get $result))
              (return (i32.const 1))))))
      (if (call $check (local.get $result)) (then (return (i32.const 1))))
      (br_if $batch (call $QTS_IsJobPending (i32.load (global.get $runtime)))))
    (i32.const 0))

  ;; Runs jobs and due timers in turn until the prelude completes the step. Returns the outcome's address.
  (func $finish (result i32)
    (loop $again
      (if (call $run_jobs) (then (return (global.get $outcome))))
      (if (call $check (call $call_prelude (global.get $on_settle) (i32.const 0)))
        (then (return (global.get $outcome))))
      (br_if $again (i32.eqz (i32.load (global.get $completed)))))
    (global.get $outcome))

  ;; Memory for the caller to fill. One byte more than asked is allocated, for the NUL that ends the engine's strings
  ;; and sources. Callers only allocate: nobody resizes a lowered list or string.
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

  ;; Takes over a request, whose parts cabi_realloc allocated. Returns the outcome's address.
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
          (i32.or
            (i32.eqz (i32.load offset=0 (global.get $arguments)))
            (i32.eqz (i32.load offset=4 (global.get $arguments))))
          (i32.or
            (i32.eqz (i32.load offset=8 (global.get $arguments)))
            (i32.eqz (i32.load offset=12 (global.get $arguments)))))
      (then (call $fail_out_of_memory) (return (global.get $outcome))))
    (local.set $result (call $call_prelude (global.get $on_start) (i32.const 4)))
    (call $release (i32.load offset=0 (global.get $arguments)))
    (call $release (i32.load offset=4 (global.get $arguments)))
    (call $release (i32.load offset=8 (global.get $arguments)))
    (call $release (i32.load offset=12 (global.get $arguments)))
    (if (call $check (local.get $result)) (then (return (global.get $outcome))))
    (call $finish))

  ;; Takes over the expression of a cron, which cabi_realloc allocated. Returns the outcome's address.
  (func (export "plinth:http/resumable-scheduled@0.1.0#run")
    (param $cron i32) (param $cron_len i32) (param $time i64) (result i32)
    (local $result i32)
    (call $begin)
    (i32.store offset=0 (global.get $arguments) (call $take_string (local.get $cron) (local.get $cron_len)))
    (i32.store offset=4 (global.get $arguments) (call $new_number (f64.convert_i64_u (local.get $time))))
    (if (i32.or
          (i32.eqz (i32.load offset=0 (global.get $arguments)))
          (i32.eqz (i32.load offset=4 (global.get $arguments))))
      (then (call $fail_out_of_memory) (return (global.get $outcome))))
    (local.set $result (call $call_prelude (global.get $on_scheduled) (i32.const 2)))
    (call $release (i32.load offset=0 (global.get $arguments)))
    (call $release (i32.load offset=4 (global.get $arguments)))
    (if (call $check (local.get $result)) (then (return (global.get $outcome))))
    (call $finish))

  ;; Takes over the events that have ended operations. Returns the outcome's address. An event is an entry of 16 bytes:
  ;; operation +0; outcome +4: discriminant (0 ok, 1 error), ptr +8, len +12.
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
              (i32.or
                (i32.eqz (i32.load offset=4 (global.get $arguments)))
                (i32.eqz (i32.load offset=8 (global.get $arguments)))))
          (then (call $fail_out_of_memory) (return (global.get $outcome))))
        (local.set $result (call $call_prelude (global.get $on_event) (i32.const 3)))
        (call $release (i32.load offset=0 (global.get $arguments)))
        (call $release (i32.load offset=4 (global.get $arguments)))
        (call $release (i32.load offset=8 (global.get $arguments)))
        (if (call $check (local.get $result)) (then (return (global.get $outcome))))
        (local.set $event (i32.add (local.get $event) (i32.const 16)))
        (br $next)))
    (if (local.get $count) (then (call $free (local.get $events))))
    (call $finish)))
