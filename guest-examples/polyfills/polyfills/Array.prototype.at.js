if (!Array.prototype.at) {
  Object.defineProperty(Array.prototype, "at", {
    configurable: true,
    writable: true,
    value: function at(index) {
      var position = Math.trunc(index) || 0;
      return this[position < 0 ? position + this.length : position];
    },
  });
}
