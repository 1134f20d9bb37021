// Plays one script against one cluster and keeps what each of its connections heard.
//
// A script is an async function of a Play. Rooms it uses must be its own, since all scripts
// of a cluster run one after the other in it. Everything it hears goes into the record except the
// answers to its own questions whether all has been heard (`settle`).
'use strict';

const {RawLink} = require('./raw_link');
const wire = require('./wire');

const hello = {sys: {type: 'interop', version: '1.0.0', rsa: {}}, user: {}};
const fenceId = 99;
const portInText = /"port":\d+/g;   // the gate's answer: the two clusters differ in this alone
const routes = {enter: 'connector.entryHandler.enter', send: 'chat.chatHandler.send'};

class Play {
  constructor(cluster) {
    Object.assign(this, {cluster, links: []});
  }

  // Only the transport: the script shakes hands itself.
  async connect({kind = 'ws', to = 'connector'} = {}) {
    const link = await RawLink.open(kind, this.cluster[`${to}Port`]);
    link.home = to;
    this.links.push(link);
    return link;
  }

  async shakeHands(options = {}) {
    const link = await this.connect(options);
    link.send(wire.handshake(options.hello || hello));
    await link.until(() => link.heard.length > 0);
    return link;
  }

  // Ready to ask. What was said until then is not of interest to the record.
  async visit(options = {}) {
    const link = await this.shakeHands(options);
    link.send(wire.ack);
    await this.settle(link);
    link.heard.length = 0;
    return link;
  }

  async enter(name, room, options = {}) {
    const link = await this.visit(options);
    await this.ask(link, wire.request(1, routes.enter, this.entering(name, room)));
    return link;
  }

  // Only the variant "rich" has a schema for this.
  entering(name, room) {
    if (this.cluster.variant === 'rich') return wire.textFields(name, room);
    return {username: name, rid: room};
  }

  // Sends and waits for so many packages more, and then for all that the server has to say.
  async ask(link, bytes, count = 1) {
    const wanted = link.heard.length + count;
    link.send(bytes);
    await link.until(() => link.heard.length >= wanted);
    await this.settle(link);
  }

  hear(link, count) { return link.until(() => link.heard.length >= count); }

  // The server takes packages in order, so once it answers this it has dealt with all before.
  async settle(link) {
    const isAnswer = ({type, body}) => {
      return type === wire.types.data && body[0] === wire.flags.response && body[1] === fenceId;
    };
    if (link.end === undefined) link.send(wire.request(fenceId, `${link.home}.fence.fence`));
    const answered = await link.until(() => link.heard.some(isAnswer));
    if (!answered && link.end === undefined) link.end = 'deaf';
    link.heard = link.heard.filter((each) => !isAnswer(each));
  }

  // One line for each package and for the end of each connection, by connection.
  record({unordered = false} = {}) {
    return this.links.map((link, index) => {
      const label = String.fromCharCode('a'.charCodeAt(0) + index);
      const lines = link.heard.map(wire.describe)
          .map((line) => line.replace(portInText, '"port":PORT'));
      if (unordered) lines.sort();
      if (link.end) lines.push(`(${link.end})`);
      return (lines.length ? lines : ['(silence)']).map((line) => `${label}: ${line}`);
    }).flat();
  }

  end() { this.links.forEach((link) => link.close()); }
}

async function perform(script, cluster) {
  const play = new Play(cluster);
  try {
    await script(play);
    return play.record(script);
  } finally {
    play.end();
  }
}

module.exports = {perform, hello, routes};
