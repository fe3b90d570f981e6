if (!Object.hasOwn) {
  Object.defineProperty(Object, "hasOwn", {
    configurable: true,
    writable: true,
    value: Function.prototype.call.bind(Object.prototype.hasOwnProperty),
  });
}
