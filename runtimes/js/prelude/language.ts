/** Features of the language that the engine lacks and that bundled code may rely on. */
import { defineProperty } from "./intrinsics.ts";

for (const name of ["dispose", "asyncDispose"]) {
  if (!(name in Symbol)) defineProperty(Symbol, name, { value: Symbol(`Symbol.${name}`) });
}

async function fromAsync<T>(
  this: unknown,
  items: AsyncIterable<T> | Iterable<T | Promise<T>> | ArrayLike<T | Promise<T>>,
  map?: (item: T, index: number) => unknown,
  thisArgument?: unknown,
): Promise<unknown[]> {
  const result: unknown[] = [];
  let index = 0;
  const add = async (item: T): Promise<void> => {
    const value = map ? await Reflect.apply(map, thisArgument, [item, index]) : item;
    defineProperty(result, index++, { value, writable: true, enumerable: true, configurable: true });
  };
  if (Symbol.asyncIterator in items || Symbol.iterator in items) for await (const item of items) await add(item as T);
  else for (let i = 0; i < items.length; i++) await add(await items[i]!);
  return result;
}
if (!("fromAsync" in Array)) {
  defineProperty(fromAsync, "name", { value: "fromAsync", configurable: true });
  defineProperty(Array, "fromAsync", { value: fromAsync, writable: true, configurable: true });
}
