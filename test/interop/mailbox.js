// The pushes one client has heard, in order, and a way to wait for the next ones.
'use strict';

const assert = require('assert');

const patience = 5000;

function within(milliseconds, promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    const error = new Error(`waited ${milliseconds} ms for ${what}`);
    timer = setTimeout(() => reject(error), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

class Mailbox {
  constructor(owner) {
    this.owner = owner;
    this.pushes = [];
    this.wake = () => {};
  }

  put(route, body) {
    this.pushes.push({route, body});
    this.wake();
  }

  // The next pushes must be exactly these, in this order; `route` inside a body is optional.
  async expect(...wanted) {
    const arrived = this.waitFor(wanted.length);
    await within(patience, arrived, `pushes to ${this.owner}: ${JSON.stringify(wanted)}`);
    const heard = this.pushes.splice(0, wanted.length).map(({route, body}) => {
      const {route: named = route, ...rest} = body;
      assert.strictEqual(named, route);
      return [route, rest];
    });
    assert.deepStrictEqual(heard, wanted, `pushes to ${this.owner}`);
  }

  expectNothingMore() {
    assert.deepStrictEqual(this.pushes, [], `pushes to ${this.owner} that nobody sent`);
  }

  async waitFor(count) {
    while (this.pushes.length < count) {
      await new Promise((resolve) => { this.wake = resolve; });
    }
  }
}

module.exports = {Mailbox, within};
