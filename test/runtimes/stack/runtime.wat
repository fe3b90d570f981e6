;; The runtime of Stack: it runs the instructions that compile.ts makes, on a stack of 32-bit numbers.
;;
;; A program has two counts of instructions (of the part `start` and of the part `request`), then the instructions, then the
;; texts. An instruction has eight bytes: operation (u8 at 0), line of the source (u16 at 2), operand (i32 at 4). An operand
;; names a text by the text's offset in the program. A text has its length (u32), then its bytes.
;;
;; Memory: the outcome of a step at 16, the cells at 64, the stack at 512, the output at 4096, everything else from 8192 on.
;; The host restores memory and globals for each request, so nothing is freed and nothing is reset.
(module
  (import "plinth:host" "log" (func $log (param $level i32) (param $at i32) (param $length i32)))
  (memory (export "memory") 1 64)

  (global $cells i32 (i32.const 64))          ;; 64 cells
  (global $stack i32 (i32.const 512))         ;; 256 numbers
  (global $output i32 (i32.const 4096))       ;; 4096 bytes
  (global $output_end (mut i32) (i32.const 4096))
  (global $free (mut i32) (i32.const 8192))
  (global $depth (mut i32) (i32.const 0))
  (global $program (mut i32) (i32.const 0))
  (global $uri (mut i32) (i32.const 0))
  (global $uri_length (mut i32) (i32.const 0))
  (global $error (mut i32) (i32.const 0))     ;; a text, or 0

  ;; The messages have the form of a program's texts.
  (data (i32.const 2048) "\12\00\00\00the stack is empty")
  (data (i32.const 2080) "\11\00\00\00the stack is full")
  (data (i32.const 2112) "\10\00\00\00division by zero")
  (data (i32.const 2144) "\15\00\00\00there is no such cell")
  (data (i32.const 2176) "\16\00\00\00the answer is too long")
  (data (i32.const 2208) "\05\00\00\00line ")
  (data (i32.const 2224) "\02\00\00\00: ")
  (global $empty i32 (i32.const 2048))
  (global $full i32 (i32.const 2080))
  (global $zero i32 (i32.const 2112))
  (global $no_cell i32 (i32.const 2144))
  (global $too_long i32 (i32.const 2176))
  (global $line i32 (i32.const 2208))
  (global $colon i32 (i32.const 2224))

  ;; The host allocates memory for requests and programs here (Canonical ABI).
  (func $realloc (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $free))
    (global.set $free (i32.and (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (block $fits
      (loop $grow
        (br_if $fits (i32.le_u (global.get $free) (i32.shl (memory.size) (i32.const 16))))
        (br_if $grow (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))
        unreachable))
    (memory.copy (local.get $at) (local.get $old) (local.get $old_size))
    (local.get $at))

  (func $push (param $value i32)
    (if (i32.eq (global.get $depth) (i32.const 256)) (then (global.set $error (global.get $full)) (return)))
    (i32.store (i32.add (global.get $stack) (i32.shl (global.get $depth) (i32.const 2))) (local.get $value))
    (global.set $depth (i32.add (global.get $depth) (i32.const 1))))

  (func $pop (result i32)
    (if (i32.eqz (global.get $depth)) (then (global.set $error (global.get $empty)) (return (i32.const 0))))
    (global.set $depth (i32.sub (global.get $depth) (i32.const 1)))
    (i32.load (i32.add (global.get $stack) (i32.shl (global.get $depth) (i32.const 2)))))

  (func $say (param $at i32) (param $length i32)
    (if (i32.gt_u (local.get $length) (i32.sub (i32.const 8192) (global.get $output_end)))
      (then (global.set $error (global.get $too_long)) (return)))
    (memory.copy (global.get $output_end) (local.get $at) (local.get $length))
    (global.set $output_end (i32.add (global.get $output_end) (local.get $length))))

  (func $say_text (param $text i32)
    (call $say (i32.add (local.get $text) (i32.const 4)) (i32.load (local.get $text))))

  (func $say_digits (param $number i32)
    (if (i32.gt_u (local.get $number) (i32.const 9))
      (then (call $say_digits (i32.div_u (local.get $number) (i32.const 10)))))
    (i32.store8 (i32.const 48) (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10))))
    (call $say (i32.const 48) (i32.const 1)))

  (func $say_number (param $number i32)
    (if (i32.lt_s (local.get $number) (i32.const 0))
      (then
        (i32.store8 (i32.const 48) (i32.const 45))
        (call $say (i32.const 48) (i32.const 1))
        (local.set $number (i32.sub (i32.const 0) (local.get $number)))))
    (call $say_digits (local.get $number)))

  ;; Gives the address of a cell. If there is no such cell, it sets $error and gives the address of another cell.
  (func $cell (param $index i32) (result i32)
    (if (i32.ge_u (local.get $index) (i32.const 64)) (then (global.set $error (global.get $no_cell))))
    (i32.add (global.get $cells) (i32.shl (i32.and (local.get $index) (i32.const 63)) (i32.const 2))))

  (func $quotient (param $divisor i32) (param $number i32) (result i32)
    (if (i32.eqz (local.get $divisor)) (then (global.set $error (global.get $zero)) (return (i32.const 0))))
    (if (i32.eq (local.get $divisor) (i32.const -1)) (then (return (i32.sub (i32.const 0) (local.get $number)))))
    (i32.div_s (local.get $number) (local.get $divisor)))

  (func $execute (param $operation i32) (param $operand i32)
    (local $a i32) (local $b i32)
    (block $fail (block $uri (block $say (block $print (block $set (block $get (block $swap (block $drop (block $dup
      (block $divide (block $multiply (block $subtract (block $add (block $number
        (br_table $number $add $subtract $multiply $divide $dup $drop $swap $get $set $print $say $uri $fail
          (local.get $operation)))
      (call $push (local.get $operand)) (return))
      (call $push (i32.add (call $pop) (call $pop))) (return))
      (local.set $a (call $pop)) (call $push (i32.sub (call $pop) (local.get $a))) (return))
      (call $push (i32.mul (call $pop) (call $pop))) (return))
      (call $push (call $quotient (call $pop) (call $pop))) (return))
      (local.set $a (call $pop)) (call $push (local.get $a)) (call $push (local.get $a)) (return))
      (drop (call $pop)) (return))
      (local.set $a (call $pop)) (local.set $b (call $pop))
      (call $push (local.get $a)) (call $push (local.get $b)) (return))
      (call $push (i32.load (call $cell (call $pop)))) (return))
      (local.set $a (call $cell (call $pop))) (i32.store (local.get $a) (call $pop)) (return))
      (call $say_number (call $pop)) (return))
      (call $say_text (i32.add (global.get $program) (local.get $operand))) (return))
      (call $say (global.get $uri) (global.get $uri_length)) (return))
    (global.set $error (i32.add (global.get $program) (local.get $operand))))

  ;; Runs instructions. If one fails, it gives 1, and the output is "line 7: why".
  (func $run (param $at i32) (param $count i32) (result i32)
    (local $error i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (call $execute (i32.load8_u (local.get $at)) (i32.load offset=4 (local.get $at)))
        (if (global.get $error)
          (then
            (local.set $error (global.get $error))
            (global.set $output_end (global.get $output))
            (call $say_text (global.get $line))
            (call $say_number (i32.load16_u offset=2 (local.get $at)))
            (call $say_text (global.get $colon))
            (call $say_text (local.get $error))
            (return (i32.const 1))))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (i32.const 0))

  (func $output_length (result i32) (i32.sub (global.get $output_end) (global.get $output)))

  ;; The host calls this at the deploy. It keeps the program, runs the part `start` and logs that part's output.
  (func (export "load") (param $at i32) (param $length i32) (result i32)
    (local $failed i32)
    (global.set $program (local.get $at))
    (local.set $failed (call $run (i32.add (local.get $at) (i32.const 8)) (i32.load (local.get $at))))
    (if (call $output_length)
      (then
        ;; Level 1 is info, 3 is error.
        (call $log (select (i32.const 3) (i32.const 1) (local.get $failed)) (global.get $output) (call $output_length))))
    (global.set $output_end (global.get $output))
    (local.get $failed))

  ;; Answers a request (wit/http.wit) by the part `request`. Method, URI, header fields and body each have an address and a
  ;; length.
  (func (export "plinth:http/resumable@0.1.0#start")
    (param $method i32) (param $method_length i32) (param $uri i32) (param $uri_length i32)
    (param $headers i32) (param $header_count i32) (param $body i32) (param $body_length i32)
    (result i32)
    (global.set $uri (local.get $uri))
    (global.set $uri_length (local.get $uri_length))
    (if
      (call $run
        (i32.add (i32.add (global.get $program) (i32.const 8)) (i32.shl (i32.load (global.get $program)) (i32.const 3)))
        (i32.load offset=4 (global.get $program)))
      (then
        (i32.store8 (i32.const 16) (i32.const 4)) ;; failed(string)
        (i32.store (i32.const 20) (global.get $output))
        (i32.store (i32.const 24) (call $output_length)))
      (else
        (i32.store8 (i32.const 16) (i32.const 0)) ;; response: status, no header fields, body
        (i32.store16 (i32.const 20) (i32.const 200))
        (i32.store (i32.const 32) (global.get $output))
        (i32.store (i32.const 36) (call $output_length))))
    (i32.const 16))

  ;; No request waits, so the host never resumes one.
  (func (export "plinth:http/resumable@0.1.0#resume") (param $events i32) (param $count i32) (result i32) unreachable))
