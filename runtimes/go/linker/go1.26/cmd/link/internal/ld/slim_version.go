package ld

// slimModuledata adjusts the program's moduledata. Before Go 1.27 nothing in it needs that: types and itabs that the runtime
// must know are listed one by one (runtime.typelink, runtime.itablink).
func (ctxt *Link) slimModuledata() {}
