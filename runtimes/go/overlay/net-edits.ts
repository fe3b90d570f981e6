/** Edits for what a tenant does not have: files to keep uploads in, sockets to the outside, servers of names. */
import type { SourceEdit } from "./source-edit.ts";

export const netEdits: readonly SourceEdit[] = [
  {
    // Without files, the whole form stays in memory, which is that of the request. The host bounds its body.
    file: "mime/multipart/formdata.go",
    before: "		n, err := io.CopyN(&b, p, maxFileMemoryBytes+1)\n",
    after: `		n, err := io.CopyN(&b, p, maxFileMemoryBytes+1)
		if err == nil && !plinthHasFiles() {
			var rest int64
			rest, err = io.Copy(&b, p)
			n += rest
			maxMemoryBytes += n - maxFileMemoryBytes
			maxFileMemoryBytes = n
		}
`,
  },
  {
    file: "net/net_fake.go",
    before: `	lni, ok := sockets.Load(fa)
	if !ok {
		return wrapErr(syscall.ECONNREFUSED)`,
    after: `	lni, ok := sockets.Load(fa)
	if !ok {
		if plinthOutside(raddr) {
			return plinthNoNetwork{}
		}
		return wrapErr(syscall.ECONNREFUSED)`,
  },
  {
    file: "net/dnsclient_unix.go",
    before: "	q.Class = dnsmessage.ClassINET\n",
    after: `	if r == nil || r.Dial == nil {
		return dnsmessage.Parser{}, dnsmessage.Header{}, plinthNoNetwork{}
	}
	q.Class = dnsmessage.ClassINET
`,
  },
];
