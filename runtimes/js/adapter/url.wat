;; The native `urlShape`: finds the parts of an address that is in normal form already.
(module
  (import "engine" "QTS_FreeCString" (func $QTS_FreeCString (param i32 i32)))
  (import "engine" "QTS_GetString" (func $QTS_GetString (param i32 i32) (result i32)))
  (import "values" "argument_int" (func $argument_int (param i32 i32) (result i32)))
  (import "values" "new_number" (func $new_number (param f64) (result i32)))
  (import "state" "memory" (memory 256 32768))
  (import "state" "context" (global $context i32))

  ;; Sets of ASCII characters, a bit for each of 0 to 63 and of 64 to 127.
  (global $host_low i64 (i64.const 0x03ff600000000000))   ;; - . 0-9
  (global $host_high i64 (i64.const 0x07fffffe80000000))  ;; _ a-z
  (global $rest_low i64 (i64.const 0xafffff7a00000000))   ;; ! # $ % & ( ) * + , - . / 0-9 : ; = ?
  (global $rest_high i64 (i64.const 0x47fffffe87ffffff))  ;; @ A-Z _ a-z ~

  (func $is_in (param $byte i32) (param $low i64) (param $high i64) (result i32)
    (if (i32.ge_u (local.get $byte) (i32.const 128)) (then (return (i32.const 0))))
    (i32.wrap_i64 (i64.and (i64.const 1) (i64.shr_u
      (select (local.get $low) (local.get $high) (i32.lt_u (local.get $byte) (i32.const 64)))
      (i64.extend_i32_u (local.get $byte))))))

  (func $is_digit (param $byte i32) (result i32)
    (i32.lt_u (i32.sub (local.get $byte) (i32.const 48)) (i32.const 10)))

  ;; Gives the end of an IPv4 address as a parser would write it, or 0: four decimal numbers up to 255 without zeros before.
  (func $ipv4_end (param $at i32) (result i32)
    (local $parts i32) (local $start i32) (local $number i32)
    (loop $next_part
      (local.set $start (local.get $at))
      (local.set $number (i32.const 0))
      (block $ended
        (loop $next
          (br_if $ended (i32.eqz (call $is_digit (i32.load8_u (local.get $at)))))
          (local.set $number (i32.add (i32.mul (local.get $number) (i32.const 10))
            (i32.sub (i32.load8_u (local.get $at)) (i32.const 48))))
          (if (i32.gt_u (local.get $number) (i32.const 255)) (then (return (i32.const 0))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next)))
      (if (i32.eq (local.get $at) (local.get $start)) (then (return (i32.const 0))))
      (if (i32.and
            (i32.eq (i32.load8_u (local.get $start)) (i32.const 48))
            (i32.gt_u (i32.sub (local.get $at) (local.get $start)) (i32.const 1)))
        (then (return (i32.const 0))))
      (local.set $parts (i32.add (local.get $parts) (i32.const 1)))
      (if (i32.lt_u (local.get $parts) (i32.const 4))
        (then
          (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 46)) (then (return (i32.const 0)))) ;; .
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next_part))))
    (if (call $is_in (i32.load8_u (local.get $at)) (global.get $host_low) (global.get $host_high))
      (then (return (i32.const 0))))
    (local.get $at))

  ;; Gives the end of a host that no parser would change, or 0. The host ends at the first byte that no such host has. Its
  ;; labels are not empty and not in Punycode, and the last one begins with no digit, or the host is an IPv4 address.
  (func $host_end (param $at i32) (result i32)
    (local $byte i32) (local $first i32)
    (if (call $is_digit (i32.load8_u (local.get $at)))
      (then
        (local.set $first (call $ipv4_end (local.get $at)))
        (if (local.get $first) (then (return (local.get $first))))))
    (block $ended
      (loop $next
        (local.set $byte (i32.load8_u (local.get $at)))
        (br_if $ended (i32.eqz (call $is_in (local.get $byte) (global.get $host_low) (global.get $host_high))))
        (if (i32.eq (local.get $byte) (i32.const 46)) ;; .
          (then
            (if (i32.eqz (local.get $first)) (then (return (i32.const 0))))
            (local.set $first (i32.const 0)))
          (else
            (if (i32.eqz (local.get $first))
              (then
                (local.set $first (local.get $byte))
                (if (i32.eq (i32.load align=1 (local.get $at)) (i32.const 0x2d2d6e78)) ;; xn--
                  (then (return (i32.const 0))))))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (if (i32.or (i32.eqz (local.get $first)) (call $is_digit (local.get $first))) (then (return (i32.const 0))))
    (local.get $at))

  ;; Gives the end of a port after its colon, or 0 if the port is out of range, the scheme's own, or begins with 0.
  (func $port_end (param $at i32) (param $own i32) (result i32)
    (local $port i32)
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 48)) (then (return (i32.const 0))))
    (block $ended
      (loop $next
        (br_if $ended (i32.eqz (call $is_digit (i32.load8_u (local.get $at)))))
        (local.set $port (i32.add (i32.mul (local.get $port) (i32.const 10))
          (i32.sub (i32.load8_u (local.get $at)) (i32.const 48))))
        (if (i32.gt_u (local.get $port) (i32.const 65535)) (then (return (i32.const 0))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (if (i32.or (i32.eqz (local.get $port)) (i32.eq (local.get $port) (local.get $own))) (then (return (i32.const 0))))
    (local.get $at))

  ;; 1 if a parser would change the path at this slash (a segment "." or "..") or at this percent sign (an escaped dot).
  (func $is_dot (param $at i32) (result i32)
    (local $byte i32)
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 37)) ;; %
      (then
        (return (i32.and
          (i32.eq (i32.load8_u offset=1 (local.get $at)) (i32.const 50))
          (i32.eq (i32.or (i32.load8_u offset=2 (local.get $at)) (i32.const 0x20)) (i32.const 101))))))
    (if (i32.ne (i32.load8_u offset=1 (local.get $at)) (i32.const 46)) (then (return (i32.const 0))))
    (local.set $byte (i32.load8_u offset=2 (local.get $at)))
    (if (i32.eq (local.get $byte) (i32.const 46))
      (then (local.set $byte (i32.load8_u offset=3 (local.get $at)))))
    (i32.or
      (i32.or (i32.eqz (local.get $byte)) (i32.eq (local.get $byte) (i32.const 47)))
      (i32.or (i32.eq (local.get $byte) (i32.const 63)) (i32.eq (local.get $byte) (i32.const 35)))))

  ;; Gives the shape of a text with a NUL after it, or 0 if the text is no address of http: or https: in normal form. The
  ;; text has at least 8 bytes, and at most 8,191, so that each offset fits into 13 bits.
  (func $shape (param $text i32) (param $len i32) (result i64)
    (local $at i32) (local $byte i32) (local $https i32) (local $host i32) (local $path i32)
    (local $query i32) (local $fragment i32)
    (if (i32.ne (i32.load align=1 (local.get $text)) (i32.const 0x70747468)) (then (return (i64.const 0)))) ;; http
    (local.set $https (i32.eq (i32.load8_u offset=4 (local.get $text)) (i32.const 115)))
    (local.set $at (i32.add (local.get $text) (i32.add (i32.const 4) (local.get $https))))
    (if (i32.or ;; ://
          (i32.ne (i32.load16_u align=1 (local.get $at)) (i32.const 0x2f3a))
          (i32.ne (i32.load8_u offset=2 (local.get $at)) (i32.const 47)))
      (then (return (i64.const 0))))
    (local.set $host (call $host_end (i32.add (local.get $at) (i32.const 3))))
    (if (i32.eqz (local.get $host)) (then (return (i64.const 0))))
    (local.set $path (local.get $host))
    (if (i32.eq (i32.load8_u (local.get $host)) (i32.const 58)) ;; :
      (then
        (local.set $path (call $port_end (i32.add (local.get $host) (i32.const 1))
          (select (i32.const 443) (i32.const 80) (local.get $https))))
        (if (i32.eqz (local.get $path)) (then (return (i64.const 0))))))
    (if (i32.ne (i32.load8_u (local.get $path)) (i32.const 47)) (then (return (i64.const 0))))
    (local.set $at (local.get $path))
    (block $ended
      (loop $next
        (local.set $byte (i32.load8_u (local.get $at)))
        (br_if $ended (i32.eqz (call $is_in (local.get $byte) (global.get $rest_low) (global.get $rest_high))))
        (if (i32.or (i32.eq (local.get $byte) (i32.const 47)) (i32.eq (local.get $byte) (i32.const 37)))
          (then (if (call $is_dot (local.get $at)) (then (return (i64.const 0))))))
        (if (i32.eqz (local.get $fragment))
          (then
            (if (i32.eq (local.get $byte) (i32.const 35)) (then (local.set $fragment (local.get $at)))) ;; #
            (if (i32.and (i32.eq (local.get $byte) (i32.const 63)) (i32.eqz (local.get $query))) ;; ?
              (then (local.set $query (local.get $at))))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    ;; The text has more bytes behind the last one that an address in normal form may have: perhaps a NUL, and more
    ;; after it.
    (if (i32.ne (i32.sub (local.get $at) (local.get $text)) (local.get $len)) (then (return (i64.const 0))))
    (if (i32.eqz (local.get $fragment)) (then (local.set $fragment (local.get $at))))
    (if (i32.eqz (local.get $query)) (then (local.set $query (local.get $fragment))))
    (i64.or
      (i64.or
        (i64.extend_i32_u (i32.sub (local.get $host) (local.get $text)))
        (i64.shl (i64.extend_i32_u (i32.sub (local.get $path) (local.get $text))) (i64.const 13)))
      (i64.or
        (i64.shl (i64.extend_i32_u (i32.sub (local.get $query) (local.get $text))) (i64.const 26))
        (i64.shl (i64.extend_i32_u (i32.sub (local.get $fragment) (local.get $text))) (i64.const 39)))))

  ;; urlShape(text, length) gives the offsets of prelude/url.ts, or 0 if whatwg-url's parser has to look at the text.
  (func (export "native_url_shape") (param $argv i32) (result i32)
    (local $text i32) (local $len i32) (local $shape i64)
    (local.set $len (call $argument_int (local.get $argv) (i32.const 1)))
    (if (i32.and (i32.ge_u (local.get $len) (i32.const 8)) (i32.lt_u (local.get $len) (i32.const 8192)))
      (then
        (local.set $text (call $QTS_GetString (i32.load (global.get $context)) (local.get $argv)))
        (if (local.get $text)
          (then
            (local.set $shape (call $shape (local.get $text) (local.get $len)))
            (call $QTS_FreeCString (i32.load (global.get $context)) (local.get $text))))))
    (call $new_number (f64.convert_i64_u (local.get $shape)))))
