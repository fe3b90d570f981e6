/** Edits for parts that a tenant does not have: sockets to the outside, servers of names. */
import type { SourceEdit } from "./source-edit.ts";

export const netEdits: readonly SourceEdit[] = [
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
