if (!Promise.withResolvers) {
  Object.defineProperty(Promise, "withResolvers", {
    configurable: true,
    writable: true,
    value: function withResolvers() {
      var parts = {};
      parts.promise = new this((resolve, reject) => {
        parts.resolve = resolve;
        parts.reject = reject;
      });
      return parts;
    },
  });
}
