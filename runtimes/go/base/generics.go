package main

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// Generic functions of the standard library for the types that programs use most. The compiler makes an instance for each
// shape of type arguments at its first use. Programs need not contain the instances of the base. All pointers have one
// shape, and so do types with the same underlying type.
//
// Instances keeps these functions in the base. Nothing reads it.
var Instances = slices.Concat(
	ordered[int](), ordered[int64](), ordered[float64](), ordered[string](), ordered[byte](),
	equality[int](), equality[int64](), equality[string](), equality[byte](), equality[rune](),
	anything[int](), anything[int64](), anything[float64](), anything[string](), anything[byte](), anything[rune](),
	anything[*int](), anything[any](), anything[error](), anything[[]byte](), anything[[]string](),
	mapping[string, int](), mapping[string, string](), mapping[string, bool](), mapping[string, struct{}](),
	mapping[string, any](), mapping[string, *int](), mapping[string, []string](), mapping[string, []byte](),
	mapping[int, int](), mapping[int, string](), mapping[int, bool](), mapping[int, *int](), mapping[int64, *int](),
)

func ordered[E cmp.Ordered]() []any {
	return []any{
		slices.Sort[[]E], slices.Max[[]E], slices.Min[[]E], slices.IsSorted[[]E], slices.BinarySearch[[]E], slices.Compare[[]E],
		slices.Sorted[E], cmp.Compare[E], cmp.Less[E],
	}
}

func equality[E comparable]() []any {
	return []any{slices.Contains[[]E], slices.Index[[]E], slices.Equal[[]E], slices.Compact[[]E]}
}

func anything[E any]() []any {
	return []any{
		slices.SortFunc[[]E], slices.SortStableFunc[[]E], slices.MaxFunc[[]E], slices.MinFunc[[]E], slices.SortedFunc[E],
		slices.ContainsFunc[[]E], slices.IndexFunc[[]E], slices.DeleteFunc[[]E], slices.CompactFunc[[]E],
		slices.BinarySearchFunc[[]E, E, E], slices.Delete[[]E], slices.Insert[[]E], slices.Clone[[]E], slices.Reverse[[]E],
		slices.Concat[[]E], slices.Grow[[]E], slices.Clip[[]E], slices.Collect[E], slices.AppendSeq[[]E], slices.Values[[]E],
		slices.All[[]E], slices.Backward[[]E], slices.Chunk[[]E], slices.Repeat[[]E],
		sync.OnceValue[E], sync.OnceValues[E, error], (*atomic.Pointer[E]).Load, (*atomic.Pointer[E]).Store,
		(*atomic.Pointer[E]).CompareAndSwap, (*atomic.Pointer[E]).Swap,
	}
}

func mapping[K comparable, V any]() []any {
	return []any{
		maps.Keys[map[K]V], maps.Values[map[K]V], maps.All[map[K]V], maps.Clone[map[K]V], maps.Copy[map[K]V, map[K]V],
		maps.DeleteFunc[map[K]V], maps.Collect[K, V], maps.Insert[map[K]V], maps.EqualFunc[map[K]V, map[K]V],
	}
}
