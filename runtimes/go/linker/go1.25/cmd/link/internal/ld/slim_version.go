package ld

// slimModuledata adjusts the program's moduledata. Before Go 1.27 it has nothing to do, because types and itabs for the
// runtime are listed one by one (runtime.typelink, runtime.itablink).
func (ctxt *Link) slimModuledata() {}

// slimGofunc is the address that funcdata counts from. In a program it is the base's go:func.*, because the functions of
// both use funcdata of the base. (Since Go 1.26 each module has a copy of the funcdata that it uses.)
func slimGofunc(def int64) int64 {
	if LinkingSlim() {
		return slimBase.GoFunc
	}
	return def
}
