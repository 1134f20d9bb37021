// What is played against Pomelo and against Shaddock: for each variant of the chat, scripts by
// name.
'use strict';

const parts = ['handshake', 'heartbeats', 'requests', 'pushes', 'schemas', 'hostile'];
const all = parts.map((part) => require(`./${part}`));
const together = (variant) => Object.assign({}, ...all.map((part) => part[variant]));

const variants = ['full', 'rich', 'plain'];
module.exports = Object.fromEntries(variants.map((variant) => [variant, together(variant)]));
