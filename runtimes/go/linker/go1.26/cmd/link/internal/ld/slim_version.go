package ld

// slimModuledata adjusts the program's moduledata. Before Go 1.27 it has nothing to do, because types and itabs for the
// runtime are listed one by one (runtime.typelink, runtime.itablink).
func (ctxt *Link) slimModuledata() {}
