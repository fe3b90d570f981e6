if (!String.prototype.replaceAll) {
  Object.defineProperty(String.prototype, "replaceAll", {
    configurable: true,
    writable: true,
    value: function replaceAll(searched, replacement) {
      if (searched instanceof RegExp) return this.replace(searched, replacement);
      var pattern = new RegExp(String(searched).replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "g");
      return this.replace(pattern, replacement);
    },
  });
}
