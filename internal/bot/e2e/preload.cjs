"use strict";
// Loaded before the Agents Playground starts (node --require). Three things for which it has no option.
const http = require("node:http");
const net = require("node:net");

// It listens on all interfaces.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  const bare = typeof port === "number" && typeof rest[0] !== "string";
  return bare ? listen.call(this, port, "127.0.0.1", ...rest) : listen.call(this, port, ...rest);
};

// Its page does not escape conversation ids, and ids may hold slashes, as those of Teams do.
const routes = [
  /^(\/_conversation\/v1\/conversations\/)(.+)(\/messages)$/,
  /^(\/_debug\/conversation\/)(.+)(\/installation)$/,
];
const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (event, request, ...rest) {
  if (event === "request") {
    for (const route of routes) {
      request.url = request.url.replace(route, (_, before, id, after) => before + escaped(id) + after);
    }
  }
  return emit.call(this, event, request, ...rest);
};

function escaped(id) {
  return encodeURIComponent(/%[0-9a-f]{2}/i.test(id) ? decodeURIComponent(id) : id);
}

// It would outlive a parent that was killed: the parent holds the other end of standard input.
process.stdin.on("close", () => process.exit(0)).resume();
