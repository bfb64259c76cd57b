// What the client library takes from Node 22, for Node 20; and nothing but ours on standard output.
Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new this((one, other) => { resolve = one; reject = other; });
  return { promise, resolve, reject };
};
for (const name of ["log", "info", "debug", "warn", "error", "trace"]) console[name] = () => {};
