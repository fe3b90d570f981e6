//go:build wasip1

package syscall

// plinthNode is a file or a folder.
type plinthNode struct {
	// parent is nil for the root and for a node that was removed.
	parent *plinthNode
	// children is nil for files.
	children map[string]*plinthNode
	// pieces are the content (plinth_content_wasip1.go), length its bytes.
	pieces [][]byte
	length int64
	// number identifies the node, as the number of an inode does.
	number             uint64
	accessed, modified timestamp
	// opened counts descriptors. A file that was removed keeps its content until the last one is closed.
	opened int
}

var (
	plinthRoot  *plinthNode
	plinthNodes uint64
)

// plinthNameBytes is the longest name of a file.
const plinthNameBytes = 255

func plinthNow() timestamp {
	sec, nsec := now()
	return timestamp(sec)*1e9 + timestamp(nsec)
}

// plinthNew makes a node. children is nil for a file.
func plinthNew(parent *plinthNode, children map[string]*plinthNode) *plinthNode {
	plinthNodes++
	time := plinthNow()
	return &plinthNode{parent: parent, children: children, number: plinthNodes, accessed: time, modified: time}
}

// plinthBegin makes the tree.
func plinthBegin() {
	plinthRoot = plinthNew(nil, make(map[string]*plinthNode))
	plinthRoot.children["tmp"] = plinthNew(plinthRoot, make(map[string]*plinthNode))
	plinthTable = []*plinthOpen{{node: plinthRoot, readable: true}}
}

func (n *plinthNode) filetype() filetype {
	if n.children != nil {
		return FILETYPE_DIRECTORY
	}
	return FILETYPE_REGULAR_FILE
}

func (n *plinthNode) stat(st *Stat_t) {
	*st = Stat_t{
		Dev: 1, Ino: n.number, Filetype: n.filetype(), Nlink: 1, Size: uint64(n.length),
		Atime: n.accessed, Mtime: n.modified, Ctime: n.modified,
	}
}

// plinthPlace is the end of a path: the node, or the folder that has no node of this name.
type plinthPlace struct {
	// folder is nil if the path ends with "." or "..".
	folder *plinthNode
	name   string
	// node is nil if there is none.
	node *plinthNode
	// slash is set if the path says that it means a folder.
	slash bool
}

// plinthWalk follows a path from a folder's descriptor. Only its last name may be missing.
func plinthWalk(fd int32, path string) (plinthPlace, Errno) {
	from := plinthFind(fd)
	if from == nil {
		return plinthPlace{}, EBADF
	}
	if path == "" {
		return plinthPlace{}, ENOENT
	}
	place := plinthPlace{node: from.node}
	for at := 0; at < len(path); {
		end := at
		for end < len(path) && path[end] != '/' {
			end++
		}
		name := path[at:end]
		place.slash = end < len(path)
		at = end + 1
		if name == "" {
			continue
		}
		folder := place.node
		switch {
		case folder == nil:
			return plinthPlace{}, ENOENT
		case folder.children == nil:
			return plinthPlace{}, ENOTDIR
		case len(name) > plinthNameBytes:
			return plinthPlace{}, ENAMETOOLONG
		case name == ".":
			place = plinthPlace{node: folder, slash: place.slash}
		case name == "..":
			if folder.parent != nil {
				folder = folder.parent
			}
			place = plinthPlace{node: folder, slash: place.slash}
		default:
			place = plinthPlace{folder: folder, name: name, node: folder.children[name], slash: place.slash}
		}
	}
	if place.slash && place.node != nil && place.node.children == nil {
		return plinthPlace{}, ENOTDIR
	}
	return place, 0
}

// plinthExisting follows a path as plinthWalk does. The path must lead to a node.
func plinthExisting(fd int32, path string) (plinthPlace, Errno) {
	place, errno := plinthWalk(fd, path)
	if errno == 0 && place.node == nil {
		errno = ENOENT
	}
	return place, errno
}

// changeable reports whether a name may be added or removed at the place. Such places are in /tmp or below it.
func (p plinthPlace) changeable() Errno {
	switch {
	case p.folder == nil:
		return EINVAL
	case p.folder == plinthRoot && p.node != nil:
		return EBUSY
	case p.folder == plinthRoot:
		return EROFS
	case p.folder.parent == nil:
		return ENOENT
	}
	return 0
}

// create makes a node at a place that has none.
func (p plinthPlace) create(children map[string]*plinthNode) (*plinthNode, Errno) {
	if errno := p.changeable(); errno != 0 {
		return nil, errno
	}
	node := plinthNew(p.folder, children)
	p.folder.children[string([]byte(p.name))] = node
	p.folder.modified = node.modified
	return node, 0
}

func (p plinthPlace) remove() Errno {
	if errno := p.changeable(); errno != 0 {
		return errno
	}
	delete(p.folder.children, p.name)
	p.folder.modified = plinthNow()
	p.node.parent = nil
	p.node.release()
	return 0
}

// rename moves the node of a place to another place, and replaces the node that is there.
func (p plinthPlace) rename(to plinthPlace) Errno {
	if errno := p.changeable(); errno != 0 {
		return errno
	}
	if errno := to.changeable(); errno != 0 {
		return errno
	}
	for folder := to.folder; folder != nil; folder = folder.parent {
		if folder == p.node {
			return EINVAL
		}
	}
	switch there := to.node; {
	case there == p.node:
		return 0
	case there == nil && to.slash && p.node.children == nil:
		return ENOTDIR
	case there == nil:
	case there.children == nil && p.node.children != nil:
		return ENOTDIR
	case there.children != nil && p.node.children == nil:
		return EISDIR
	case len(there.children) > 0:
		return ENOTEMPTY
	default:
		to.remove()
	}
	delete(p.folder.children, p.name)
	to.folder.children[string([]byte(to.name))] = p.node
	p.node.parent = to.folder
	p.folder.modified = plinthNow()
	to.folder.modified = p.folder.modified
	return 0
}
