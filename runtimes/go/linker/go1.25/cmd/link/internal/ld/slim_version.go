package ld

// slimModuledata adjusts the program's moduledata. Before Go 1.27 nothing in it needs that: types and itabs that the runtime
// must know are listed one by one (runtime.typelink, runtime.itablink).
func (ctxt *Link) slimModuledata() {}

// slimGofunc is the address that funcdata counts from: in a program the base's go:func.*, for the functions of both use
// funcdata of the base. (Since Go 1.26 each module has a copy of what it uses.)
func slimGofunc(def int64) int64 {
	if LinkingSlim() {
		return slimBase.GoFunc
	}
	return def
}
