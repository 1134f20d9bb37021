// What is played against Pomelo and against Shaddock: for each variant of the chat, scripts by
// name.
'use strict';

const parts = ['handshake', 'heartbeats', 'requests', 'pushes', 'hostile'];
const all = parts.map((part) => require(`./${part}`));
const together = (variant) => Object.assign({}, ...all.map((part) => part[variant]));

module.exports = {full: together('full'), plain: together('plain')};
