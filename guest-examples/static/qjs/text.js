/** TextEncoder and TextDecoder for UTF-8, for whole texts only. */

export class TextEncoder {
  encoding = "utf-8";
  encode(text = "") {
    // encodeURIComponent gives UTF-8 but refuses lone surrogates.
    const escaped = encodeURIComponent(String(text).toWellFormed());
    const bytes = new Uint8Array(escaped.length);
    let length = 0;
    for (let at = 0; at < escaped.length; length++) {
      if (escaped.charCodeAt(at) === 0x25) {
        bytes[length] = Number.parseInt(escaped.slice(at + 1, at + 3), 16);
        at += 3;
      } else bytes[length] = escaped.charCodeAt(at++);
    }
    return bytes.slice(0, length);
  }
}

export class TextDecoder {
  encoding = "utf-8";
  decode(input = new Uint8Array()) {
    const bytes = ArrayBuffer.isView(input)
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input);
    let text = "";
    for (let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0; at < bytes.length; ) {
      const lead = bytes[at++];
      if (lead < 0x80) {
        text += String.fromCharCode(lead);
        continue;
      }
      const more =
        lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : 0;
      let point = more === 0 ? -1 : lead & (0x3f >> more);
      for (let n = 0; n < more; n++) {
        const next = bytes[at];
        // The Unicode standard, table 3-7: the second byte excludes overlong forms, surrogates and values past U+10FFFF.
        const least = n > 0 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
        const most = n > 0 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
        if (next === undefined || next < least || next > most) {
          point = -1;
          break;
        }
        point = (point << 6) | (next & 0x3f);
        at++;
      }
      text += point < 0 ? "\ufffd" : String.fromCodePoint(point);
    }
    return text;
  }
}
