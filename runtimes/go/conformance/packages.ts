/** The packages of the standard library whose tests run. */

const list = (text: string): string[] => text.trim().split(/\s+/);

/** The packages of `npm run conformance:go` without names. */
export const defaultPackages: readonly string[] = list(`
  archive/tar archive/zip bufio bytes cmp
  compress/bzip2 compress/flate compress/gzip compress/lzw compress/zlib
  container/heap container/list container/ring context
  crypto/aes crypto/cipher crypto/ecdh crypto/ecdsa crypto/ed25519 crypto/elliptic crypto/hkdf crypto/hmac crypto/md5
  crypto/pbkdf2 crypto/rand crypto/rsa crypto/sha1 crypto/sha256 crypto/sha3 crypto/sha512 crypto/subtle crypto/x509
  database/sql
  encoding/ascii85 encoding/asn1 encoding/base32 encoding/base64 encoding/binary encoding/csv encoding/gob encoding/hex
  encoding/json encoding/pem encoding/xml
  errors expvar flag fmt
  go/ast go/constant go/doc/comment go/format go/parser go/printer go/scanner go/token
  hash/adler32 hash/crc32 hash/crc64 hash/fnv hash/maphash
  html html/template
  image image/color image/draw image/gif image/jpeg image/png index/suffixarray
  io io/fs iter log log/slog maps
  math math/big math/bits math/cmplx math/rand math/rand/v2
  mime mime/multipart mime/quotedprintable
  net/http net/http/cookiejar net/http/httptest net/http/httputil net/mail net/netip net/textproto net/url
  path path/filepath reflect regexp regexp/syntax slices sort strconv strings sync sync/atomic
  testing/fstest testing/iotest text/scanner text/tabwriter text/template text/template/parse time
  unicode unicode/utf16 unicode/utf8 unique weak
`);
