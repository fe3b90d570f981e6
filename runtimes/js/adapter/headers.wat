;; Header fields. Between adapter and prelude they travel as one string "name\nvalue\nname\nvalue\n...", with a
;; character for each byte (ISO 8859-1), and in normal form: names in lower case, no space around values. If a program
;; reads no headers, the headers of its request cost one string.
(module
  (import "engine" "free" (func $free (param i32)))
  (import "engine" "malloc" (func $malloc (param i32) (result i32)))
  (import "values" "take_string" (func $take_string (param i32 i32) (result i32)))
  (import "text" "to_utf8" (func $to_utf8 (param i32) (result i32)))
  (import "state" "memory" (memory 256 32768))
  (import "state" "scratch" (global $scratch i32))
  (import "state" "outcome" (global $outcome i32))
  (import "state" "held_fields" (global $held_fields i32))
  (import "state" "held_text" (global $held_text i32))

  ;; Appends one byte as a character, in UTF-8, and returns the end. NUL and LF become spaces, since no field may hold
  ;; them.
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

  ;; 1 for a byte that String.prototype.trim cuts off, and for NUL, which becomes a space.
  (func $is_space (param $byte i32) (result i32)
    (i32.or
      (i32.or (i32.eqz (local.get $byte)) (i32.lt_u (i32.sub (local.get $byte) (i32.const 9)) (i32.const 5)))
      (i32.or (i32.eq (local.get $byte) (i32.const 0x20)) (i32.eq (local.get $byte) (i32.const 0xa0)))))

  ;; Appends a name in lower case and an LF, and returns the end.
  (func $append_name (param $to i32) (param $ptr i32) (param $len i32) (result i32)
    (local $end i32) (local $byte i32)
    (local.set $end (i32.add (local.get $ptr) (local.get $len)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $ptr) (local.get $end)))
        (local.set $byte (i32.load8_u (local.get $ptr)))
        (if (i32.lt_u (i32.sub (local.get $byte) (i32.const 65)) (i32.const 26)) ;; A-Z
          (then (local.set $byte (i32.or (local.get $byte) (i32.const 0x20)))))
        (local.set $to (call $append_latin1 (local.get $to) (local.get $byte)))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br $next)))
    (i32.store8 (local.get $to) (i32.const 10))
    (i32.add (local.get $to) (i32.const 1)))

  ;; Appends a value without the space around it, and an LF, and returns the end.
  (func $append_value (param $to i32) (param $ptr i32) (param $len i32) (result i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $ptr) (local.get $len)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $ptr) (local.get $end)))
        (br_if $done (i32.eqz (call $is_space (i32.load8_u (local.get $ptr)))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br $next)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $ptr) (local.get $end)))
        (br_if $done (i32.eqz (call $is_space (i32.load8_u (i32.sub (local.get $end) (i32.const 1))))))
        (local.set $end (i32.sub (local.get $end) (i32.const 1)))
        (br $next)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $ptr) (local.get $end)))
        (local.set $to (call $append_latin1 (local.get $to) (i32.load8_u (local.get $ptr))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br $next)))
    (i32.store8 (local.get $to) (i32.const 10))
    (i32.add (local.get $to) (i32.const 1)))

  ;; Makes an owned string of a lowered list<tuple<string, list<u8>>> (entries of 16 bytes), and frees the list. 0 means
  ;; that memory ran out.
  (func $take_headers (export "take_headers") (param $list i32) (param $count i32) (result i32)
    (local $entry i32) (local $end i32) (local $size i32) (local $text i32) (local $to i32) (local $value i32)
    (local.set $end (i32.add (local.get $list) (i32.shl (local.get $count) (i32.const 4))))
    (local.set $entry (local.get $list))
    (block $measured
      (loop $next
        (br_if $measured (i32.ge_u (local.get $entry) (local.get $end)))
        (local.set $size (i32.add (local.get $size) (i32.add (i32.const 2)
          (i32.shl
            (i32.add (i32.load offset=4 (local.get $entry)) (i32.load offset=12 (local.get $entry)))
            (i32.const 1)))))
        (local.set $entry (i32.add (local.get $entry) (i32.const 16)))
        (br $next)))
    (local.set $text (call $malloc (i32.add (local.get $size) (i32.const 1))))
    (if (i32.eqz (local.get $text)) (then (return (i32.const 0))))
    (local.set $to (local.get $text))
    (local.set $entry (local.get $list))
    (block $written
      (loop $next
        (br_if $written (i32.ge_u (local.get $entry) (local.get $end)))
        (local.set $to (call $append_name (local.get $to)
          (i32.load (local.get $entry)) (i32.load offset=4 (local.get $entry))))
        (local.set $to (call $append_value (local.get $to)
          (i32.load offset=8 (local.get $entry)) (i32.load offset=12 (local.get $entry))))
        (call $free (i32.load (local.get $entry)))
        (call $free (i32.load offset=8 (local.get $entry)))
        (local.set $entry (i32.add (local.get $entry) (i32.const 16)))
        (br $next)))
    (if (local.get $count) (then (call $free (local.get $list))))
    (call $take_string (local.get $text) (i32.sub (local.get $to) (local.get $text))))

  ;; Writes the header fields of a response into the outcome: ptr and len. 0 means that memory ran out. The names and values
  ;; are slices of the text.
  (func $write_headers (export "write_headers") (param $value i32) (result i32)
    (local $text i32) (local $at i32) (local $end i32) (local $to i32) (local $lines i32) (local $byte i32)
    (local $list i32) (local $start i32) (local $slot i32)
    (local.set $text (call $to_utf8 (local.get $value)))
    (if (i32.eqz (local.get $text)) (then (return (i32.const 0))))
    (i32.store (global.get $held_text) (local.get $text))
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
    (i32.store (global.get $held_fields) (local.get $list))
    ;; Each sequence of two bytes shrinks to its byte in place. Each line end closes a slot (ptr, len).
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
    (i32.const 1)))
