if (!Object.hasOwn) {
  var ownProperty = Object.prototype.hasOwnProperty;
  Object.defineProperty(Object, "hasOwn", {
    configurable: true,
    writable: true,
    value: function hasOwn(object, name) {
      return ownProperty.call(object, name);
    },
  });
}
