//go:build wasip1

package syscall

import (
	"internal/byteorder"
	"unsafe" // also for go:linkname
)

// plinthOpen is the open file or folder that a descriptor stands for.
type plinthOpen struct {
	node                        *plinthNode
	at                          int64
	readable, writable, appends bool
	// listed has the names of a folder at the time when reading it began, so that no name is left out or comes twice.
	listed []plinthListed
}

type plinthListed struct {
	name string
	node *plinthNode
}

const (
	plinthFirstFd = 3
	// plinthDescriptors is the most files and folders that may be open at once.
	plinthDescriptors = 1024
)

// plinthTable has the open files and folders, by descriptor from plinthFirstFd on. It is nil if the host has given
// folders.
var plinthTable []*plinthOpen

// plinthOwns reports whether a descriptor is one of the program's own files.
func plinthOwns(fd int32) bool { return plinthHasTree() && fd >= plinthFirstFd }

// plinthHasTree reports whether files are in the program's own memory.
//
//go:linkname plinthHasTree
func plinthHasTree() bool { return plinthTable != nil }

func plinthFind(fd int32) *plinthOpen {
	if at := int(fd) - plinthFirstFd; at >= 0 && at < len(plinthTable) {
		return plinthTable[at]
	}
	return nil
}

func plinthAdd(open *plinthOpen) (int32, Errno) {
	at := 0
	for at < len(plinthTable) && plinthTable[at] != nil {
		at++
	}
	if at == plinthDescriptors {
		return -1, EMFILE
	}
	if at == len(plinthTable) {
		plinthTable = append(plinthTable, nil)
	}
	plinthTable[at] = open
	open.node.opened++
	return int32(at + plinthFirstFd), 0
}

func fd_close(fd int32) Errno {
	if !plinthOwns(fd) {
		return plinth_host_fd_close(fd)
	}
	open := plinthFind(fd)
	if open == nil || fd == plinthFirstFd {
		return EBADF
	}
	plinthTable[fd-plinthFirstFd] = nil
	open.node.opened--
	open.node.release()
	return 0
}

// fd_prestat_get is asked for the folders of the host. If there is none, the tree takes their place.
func fd_prestat_get(fd int32, prestat *prestat) Errno {
	errno := plinth_host_fd_prestat_get(fd, prestat)
	if fd != plinthFirstFd || errno != EBADF {
		return errno
	}
	plinthBegin()
	prestat.typ = preopentypeDir
	prestat.dir.prNameLen = 1
	return 0
}

func fd_prestat_dir_name(fd int32, path *byte, pathLen size) Errno {
	if !plinthOwns(fd) {
		return plinth_host_fd_prestat_dir_name(fd, path, pathLen)
	}
	*path = '/'
	return 0
}

func fd_filestat_get(fd int32, buf unsafe.Pointer) Errno {
	if !plinthOwns(fd) {
		return plinth_host_fd_filestat_get(fd, buf)
	}
	open := plinthFind(fd)
	if open == nil {
		return EBADF
	}
	open.node.stat((*Stat_t)(buf))
	return 0
}

func fd_filestat_set_size(fd int32, set_size filesize) Errno {
	if !plinthOwns(fd) {
		return plinth_host_fd_filestat_set_size(fd, set_size)
	}
	open := plinthFind(fd)
	switch {
	case open == nil:
		return EBADF
	case !open.writable || int64(set_size) < 0:
		return EINVAL
	}
	return open.node.resize(int64(set_size))
}

func fd_fdstat_get(fd int32, buf *fdstat) Errno {
	if !plinthOwns(fd) {
		return plinth_host_fd_fdstat_get(fd, buf)
	}
	open := plinthFind(fd)
	if open == nil {
		return EBADF
	}
	*buf = fdstat{filetype: open.node.filetype(), rightsBase: fullRights, rightsInheriting: fullRights}
	if open.appends {
		buf.fdflags = FDFLAG_APPEND
	}
	return 0
}

// fd_fdstat_set_flags refuses flags that files do not have. Package os asks whether it can wait for a file, and it
// cannot.
func fd_fdstat_set_flags(fd int32, flags fdflags) Errno {
	if !plinthOwns(fd) {
		return plinth_host_fd_fdstat_set_flags(fd, flags)
	}
	open := plinthFind(fd)
	switch {
	case open == nil:
		return EBADF
	case flags&FDFLAG_NONBLOCK != 0:
		return ENOTSUP
	}
	open.appends = flags&FDFLAG_APPEND != 0
	return 0
}

func fd_sync(fd int32) Errno {
	if !plinthOwns(fd) {
		return plinth_host_fd_sync(fd)
	}
	if plinthFind(fd) == nil {
		return EBADF
	}
	return 0
}

func fd_seek(fd int32, offset filedelta, whence uint32, newoffset *filesize) Errno {
	if !plinthOwns(fd) {
		return plinth_host_fd_seek(fd, offset, whence, newoffset)
	}
	open := plinthFind(fd)
	if open == nil {
		return EBADF
	}
	switch whence {
	case WHENCE_CUR:
		offset += open.at
	case WHENCE_END:
		offset += open.node.length
	}
	if offset < 0 {
		return EINVAL
	}
	open.at = offset
	*newoffset = filesize(offset)
	return 0
}

// fd_readdir writes records up to the end of the buffer, the last of them cut off. A record's cookie leads to the next
// record.
func fd_readdir(fd int32, buf *byte, bufLen size, cookie dircookie, nwritten *size) Errno {
	if !plinthOwns(fd) {
		return plinth_host_fd_readdir(fd, buf, bufLen, cookie, nwritten)
	}
	open := plinthFind(fd)
	switch {
	case open == nil:
		return EBADF
	case open.node.children == nil:
		return ENOTDIR
	}
	if cookie == 0 {
		open.listed = nil
		for name, node := range open.node.children {
			open.listed = append(open.listed, plinthListed{name, node})
		}
	}
	rest := unsafe.Slice(buf, int(bufLen))
	for next := cookie; next < dircookie(len(open.listed)) && len(rest) > 0; {
		entry := open.listed[next]
		next++
		var head [24]byte
		byteorder.LEPutUint64(head[0:], next)
		byteorder.LEPutUint64(head[8:], entry.node.number)
		byteorder.LEPutUint32(head[16:], uint32(len(entry.name)))
		head[20] = entry.node.filetype()
		rest = rest[copy(rest, head[:]):]
		rest = rest[copy(rest, entry.name):]
	}
	*nwritten = bufLen - size(len(rest))
	return 0
}

func plinthRead(fd int, b []byte) (int, error) {
	open := plinthFind(int32(fd))
	if open == nil {
		return 0, EBADF
	}
	n, err := plinthPread(fd, b, open.at)
	open.at += int64(n)
	return n, err
}

func plinthPread(fd int, b []byte, offset int64) (int, error) {
	open := plinthFind(int32(fd))
	switch {
	case open == nil || !open.readable:
		return 0, EBADF
	case open.node.children != nil:
		return 0, EISDIR
	case offset < 0:
		return 0, EINVAL
	}
	return open.node.readAt(b, offset), nil
}

func plinthWrite(fd int, b []byte) (int, error) {
	open := plinthFind(int32(fd))
	if open == nil {
		return 0, EBADF
	}
	if open.appends {
		open.at = open.node.length
	}
	n, err := plinthPwrite(fd, b, open.at)
	open.at += int64(n)
	return n, err
}

func plinthPwrite(fd int, b []byte, offset int64) (int, error) {
	open := plinthFind(int32(fd))
	switch {
	case open == nil || !open.writable:
		return 0, EBADF
	case offset < 0:
		return 0, EINVAL
	}
	if errno := open.node.writeAt(b, offset); errno != 0 {
		return 0, errno
	}
	return len(b), nil
}
