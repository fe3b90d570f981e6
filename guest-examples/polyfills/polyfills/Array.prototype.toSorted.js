if (!Array.prototype.toSorted) {
  Object.defineProperty(Array.prototype, "toSorted", {
    configurable: true,
    writable: true,
    value: function toSorted(compare) {
      return Array.from(this).sort(compare);
    },
  });
}
