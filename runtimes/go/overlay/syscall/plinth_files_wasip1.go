//go:build wasip1

package syscall

import "unsafe" // also for go:linkname

// A program that is given no folders by the host has files in its own memory: a tree with one folder, /tmp. So files
// count as the tenant's memory, and a request that waits keeps them. They are gone after the request. Files of the
// start-up are part of the image, and every request finds them.
//
// This file has the functions of WASI that take a path. Each passes the call on if the host has given folders.

// plinthPath is the text of a path. It lies in the caller's memory, so names that are kept are copied.
func plinthPath(path *byte, length size) string { return unsafe.String(path, int(length)) }

//go:linkname path_create_directory
func path_create_directory(fd int32, path *byte, pathLen size) Errno {
	if !plinthOwns(fd) {
		return plinth_host_path_create_directory(fd, path, pathLen)
	}
	place, errno := plinthWalk(fd, plinthPath(path, pathLen))
	if errno != 0 {
		return errno
	}
	if place.node != nil {
		return EEXIST
	}
	_, errno = place.create(make(map[string]*plinthNode))
	return errno
}

//go:linkname path_filestat_get
func path_filestat_get(fd int32, flags lookupflags, path *byte, pathLen size, buf unsafe.Pointer) Errno {
	if !plinthOwns(fd) {
		return plinth_host_path_filestat_get(fd, flags, path, pathLen, buf)
	}
	place, errno := plinthExisting(fd, plinthPath(path, pathLen))
	if errno == 0 {
		place.node.stat((*Stat_t)(buf))
	}
	return errno
}

//go:linkname path_filestat_set_times
func path_filestat_set_times(fd int32, flags lookupflags, path *byte, pathLen size, atim timestamp, mtim timestamp, fstflags fstflags) Errno {
	if !plinthOwns(fd) {
		return plinth_host_path_filestat_set_times(fd, flags, path, pathLen, atim, mtim, fstflags)
	}
	place, errno := plinthExisting(fd, plinthPath(path, pathLen))
	if errno != 0 {
		return errno
	}
	if fstflags&FILESTAT_SET_ATIM != 0 {
		place.node.accessed = atim
	}
	if fstflags&FILESTAT_SET_MTIM != 0 {
		place.node.modified = mtim
	}
	return 0
}

// The tree has no links, because a copy serves as well as a second name of a file.
//
//go:linkname path_link
func path_link(oldFd int32, oldFlags lookupflags, oldPath *byte, oldPathLen size, newFd int32, newPath *byte, newPathLen size) Errno {
	if !plinthOwns(oldFd) {
		return plinth_host_path_link(oldFd, oldFlags, oldPath, oldPathLen, newFd, newPath, newPathLen)
	}
	if _, errno := plinthExisting(oldFd, plinthPath(oldPath, oldPathLen)); errno != 0 {
		return errno
	}
	return EPERM
}

//go:linkname path_symlink
func path_symlink(oldPath *byte, oldPathLen size, fd int32, newPath *byte, newPathLen size) Errno {
	if !plinthOwns(fd) {
		return plinth_host_path_symlink(oldPath, oldPathLen, fd, newPath, newPathLen)
	}
	return EPERM
}

//go:linkname path_readlink
func path_readlink(fd int32, path *byte, pathLen size, buf *byte, bufLen size, nwritten *size) Errno {
	if !plinthOwns(fd) {
		return plinth_host_path_readlink(fd, path, pathLen, buf, bufLen, nwritten)
	}
	if _, errno := plinthExisting(fd, plinthPath(path, pathLen)); errno != 0 {
		return errno
	}
	return EINVAL
}

//go:linkname path_remove_directory
func path_remove_directory(fd int32, path *byte, pathLen size) Errno {
	if !plinthOwns(fd) {
		return plinth_host_path_remove_directory(fd, path, pathLen)
	}
	place, errno := plinthExisting(fd, plinthPath(path, pathLen))
	switch {
	case errno != 0:
		return errno
	case place.node.children == nil:
		return ENOTDIR
	case len(place.node.children) > 0:
		return ENOTEMPTY
	}
	return place.remove()
}

//go:linkname path_unlink_file
func path_unlink_file(fd int32, path *byte, pathLen size) Errno {
	if !plinthOwns(fd) {
		return plinth_host_path_unlink_file(fd, path, pathLen)
	}
	place, errno := plinthExisting(fd, plinthPath(path, pathLen))
	switch {
	case errno != 0:
		return errno
	case place.node.children != nil:
		return EISDIR
	}
	return place.remove()
}

//go:linkname path_rename
func path_rename(oldFd int32, oldPath *byte, oldPathLen size, newFd int32, newPath *byte, newPathLen size) Errno {
	if !plinthOwns(oldFd) {
		return plinth_host_path_rename(oldFd, oldPath, oldPathLen, newFd, newPath, newPathLen)
	}
	from, errno := plinthExisting(oldFd, plinthPath(oldPath, oldPathLen))
	if errno != 0 {
		return errno
	}
	to, errno := plinthWalk(newFd, plinthPath(newPath, newPathLen))
	if errno != 0 {
		return errno
	}
	return from.rename(to)
}

func path_open(rootFD int32, dirflags lookupflags, path *byte, pathLen size, oflags oflags, fsRightsBase rights, fsRightsInheriting rights, fsFlags fdflags, fd *int32) Errno {
	if !plinthOwns(rootFD) {
		return plinth_host_path_open(rootFD, dirflags, path, pathLen, oflags, fsRightsBase, fsRightsInheriting, fsFlags, fd)
	}
	place, errno := plinthWalk(rootFD, plinthPath(path, pathLen))
	if errno != 0 {
		return errno
	}
	open := &plinthOpen{
		node:     place.node,
		readable: fsRightsBase&RIGHT_FD_READ != 0,
		writable: fsRightsBase&RIGHT_FD_WRITE != 0,
		appends:  fsFlags&FDFLAG_APPEND != 0,
	}
	switch node := place.node; {
	case node == nil && oflags&OFLAG_CREATE == 0:
		return ENOENT
	case node == nil && (place.slash || oflags&OFLAG_DIRECTORY != 0):
		return EISDIR
	case node == nil:
		if open.node, errno = place.create(nil); errno != 0 {
			return errno
		}
	case oflags&OFLAG_CREATE != 0 && oflags&OFLAG_EXCL != 0:
		return EEXIST
	case node.children != nil && (open.writable || oflags&(OFLAG_CREATE|OFLAG_TRUNC) != 0):
		return EISDIR
	case node.children == nil && oflags&OFLAG_DIRECTORY != 0:
		return ENOTDIR
	case oflags&OFLAG_TRUNC != 0:
		node.resize(0)
	}
	*fd, errno = plinthAdd(open)
	return errno
}
