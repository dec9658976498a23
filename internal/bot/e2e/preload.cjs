"use strict";
// Loaded before the Agents Playground starts (node --require). Two things that it has no option for:
// it listens on all interfaces, and it would outlive a parent that was killed.
const net = require("node:net");

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  const bare = typeof port === "number" && typeof rest[0] !== "string";
  return bare ? listen.call(this, port, "127.0.0.1", ...rest) : listen.call(this, port, ...rest);
};

// The parent holds the other end of standard input; its end, however it comes, is ours.
process.stdin.on("close", () => process.exit(0)).resume();
