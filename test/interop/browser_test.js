// Two tabs of a real browser, on different connectors, in one room; then what can go wrong.
// Screenshots go to the directory named by the first argument.
'use strict';

const assert = require('assert');
const fs = require('fs');
const path = require('path');
const {chromium} = require('playwright-core');
const {gate, nameOnConnector, order, roomOfRun} = require('./cluster');

const pictures = path.resolve(process.argv[2] || path.join(__dirname, '../../build/screenshots'));
const page = `http://${gate.host}:${gate.port}/`;
const patience = 15000;
const desktop = {width: 1100, height: 720};
const phone = {width: 375, height: 720};
const narrow = {width: 320, height: 640};
const browserFlags = ['--no-sandbox', '--headless', '--disable-gpu', '--disable-quic',
  '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync'];

class Tab {
  static async open(browser, viewport, options = {}) {
    const context = await browser.newContext({viewport, ...options});
    const tab = new Tab();
    Object.assign(tab, {context, complaints: [], sockets: [], page: await context.newPage()});
    tab.page.setDefaultTimeout(patience);
    tab.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) tab.complaints.push(message.text());
    });
    tab.page.on('pageerror', (error) => tab.complaints.push(String(error)));
    tab.page.on('websocket', (socket) => tab.sockets.push(socket.url()));
    return tab;
  }

  async goto(query = '') { await this.page.goto(page + query); }

  // By the form, as a person does.
  async enter(name, room) {
    await this.page.fill('#name', name);
    await this.page.fill('#rid', room);
    await this.page.press('#rid', 'Enter');
  }

  state(wanted) { return this.page.waitForSelector(`body[data-state="${wanted}"]`); }

  async say(text, target = '*') {
    await this.page.selectOption('#target', target);
    await this.page.fill('#words', text);
    await this.page.press('#words', 'Enter');
  }

  async sees(text) { await this.page.locator('#lines li', {hasText: text}).first().waitFor(); }

  async members(...wanted) {
    await this.page.waitForFunction((names) => {
      const shown = [...document.querySelectorAll('.member')].map((m) => m.firstChild.textContent);
      return JSON.stringify(shown.sort()) === JSON.stringify(names);
    }, wanted.sort());
  }

  lines(selector = 'li') {
    return this.page.locator(`#lines ${selector}`).evaluateAll((all) => all.map((line) => ({
      classes: [...line.classList],
      from: line.querySelector('.from')?.textContent,
      badge: line.querySelector('.badge')?.textContent,
      text: line.querySelector('.text')?.textContent ?? line.firstChild.textContent,
      time: line.querySelector('time').textContent,
    })));
  }

  // Stands between the page and its servers. After cut() nobody hears anything of the other, and
  // while it is broken nobody gets through.
  async relay({resume = true} = {}) {
    const relay = {broken: false, links: []};
    const words = (data) => (resume ? data : withoutResume(data));
    await this.page.routeWebSocket(/.*/, (link) => {
      if (relay.broken) return link.close({code: 4001});
      const server = link.connectToServer();
      link.onMessage((data) => server.send(words(data)));
      server.onMessage((data) => link.send(data));
      link.onClose(() => {});
      relay.links.push({link, server});
    });
    relay.cut = async () => {
      relay.broken = true;
      const lost = relay.links[relay.links.length - 1];
      await lost.link.close({code: 4000});
      return lost;
    };
    return relay;
  }

  async picture(name) { await this.page.screenshot({path: path.join(pictures, `${name}.png`)}); }

  // How long the page was not connected, each time, in milliseconds.
  async watchAbsence() {
    await this.page.evaluate(() => {
      window.absences = [];
      window.awaySince = null;
      new MutationObserver(() => {
        const {state} = document.body.dataset;
        const here = state === 'connected' || state === 'back';
        if (!here) window.awaySince ??= performance.now();
        if (!here || !window.awaySince) return;
        window.absences.push(Math.round(performance.now() - window.awaySince));
        window.awaySince = null;
      }).observe(document.body, {attributeFilter: ['data-state']});
    });
  }

  absences() { return this.page.evaluate(() => window.absences); }

  async leave() { await this.context.close(); }
}

// A handshake that does not ask for it, of the same length.
function withoutResume(data) {
  const text = Buffer.from(data).toString('latin1');
  return Buffer.from(text.replace('"resume":', '"nobody":'), 'latin1');
}

const steps = {
  'the page asks for a name': async (story) => {
    story.left = await Tab.open(story.browser, desktop);
    story.right = await Tab.open(story.browser, phone);
    await story.left.goto();
    await story.left.state('idle');
    await story.left.picture('login');
  },

  'two tabs enter one room by different connectors': async ({left, right, amy, bob, room}) => {
    await left.enter(amy, room);
    await left.state('connected');
    await left.members(amy);
    await right.goto(`?name=${bob}&room=${room}`);
    await right.state('connected');
    const connectors = [left, right].map(({sockets}) => new URL(sockets[sockets.length - 1]).port);
    assert.notStrictEqual(connectors[0], connectors[1]);
  },

  'both see each other join': async ({left, right, amy, bob}) => {
    await left.sees(`${bob} joined.`);
    await left.members(amy, bob);
    await right.members(amy, bob);
    assert.strictEqual(await left.page.textContent('#count'), '2');
  },

  'both read what one says': async ({left, right, amy, bob}) => {
    await left.say('Good evening! Who is here?');
    await right.sees('Good evening!');
    await right.say('I am. Grüße aus der Küche!');
    await left.sees('I am. Grüße aus der Küche!');
    const [first, second] = await left.lines('.words-line');
    assert.deepStrictEqual([first.from, second.from], ['you', bob]);
    assert.match(first.time, /^\d\d:\d\d$/);
    assert.strictEqual((await right.lines('.words-line'))[0].from, amy);
  },

  'private words are marked on both sides and stay between the two': async (story) => {
    const {left, right, browser, bob, room} = story;
    story.third = await Tab.open(browser, desktop, {colorScheme: 'dark'});
    await story.third.goto(`?name=${story.cleo}&room=${room}`);
    await left.sees(`${story.cleo} joined.`);
    await left.page.click(`.member:text("${bob}")`);
    await left.page.fill('#words', 'Between us: the fruit is in the kitchen.');
    await left.page.click('#send');
    await right.sees('Between us');
    await left.sees('Between us');
    assert.strictEqual((await left.lines('.private'))[0].badge, `private, to ${bob}`);
    assert.strictEqual((await right.lines('.private'))[0].badge, 'private, to you');
    await left.picture('chat-private');
    await left.say('And now to all of you.');
    await story.third.sees('And now to all of you.');
    assert.deepStrictEqual(await story.third.lines('.private'), []);
    assert.strictEqual((await left.lines('.words-line')).length, 4);
  },

  'markup stays text': async ({left, right}) => {
    const markup = '<img src=x onerror="document.title=1"><b>bold</b>';
    await left.say(markup);
    await right.sees(markup);
    assert.strictEqual(await right.page.locator('#lines img, #lines .text b').count(), 0);
  },

  'it fits a desktop, a phone and the narrowest phone': async ({left, right, third, amy, bob}) => {
    await third.say(`Hello ${amy} and ${bob}, a longer line to see how words wrap when they ` +
                    'reach the border of their box and go on below.');
    await right.sees('a longer line');
    await left.picture('chat-desktop');
    await third.picture('chat-dark');
    await right.picture('chat-phone');
    await right.page.setViewportSize(narrow);
    const size = await right.page.evaluate(() => {
      const {scrollWidth: width, scrollHeight: height} = document.documentElement;
      return {width, height};
    });
    assert.deepStrictEqual(size, narrow);
    await right.picture('chat-narrow');
  },

  'who leaves is announced, by button and by closing the tab': async (story) => {
    const {left, right, third, amy, bob, cleo} = story;
    await third.leave();
    await left.sees(`${cleo} left.`);
    await right.sees(`${cleo} left.`);
    await right.page.click('#leave');
    await right.state('idle');
    await left.sees(`${bob} left.`);
    await left.members(amy);
  },

  'words to someone who has left are shown as not delivered': async ({left, right, amy, bob, room}) => {
    await right.enter(bob, room);
    await left.members(amy, bob);  // not by its line: the same stands there from the first time
    await left.page.evaluate((name) => {
      document.querySelector('#target').append(new Option('ghost', `${name}-ghost`));
    }, bob);
    await left.say('anybody?', `${bob}-ghost`);
    await left.sees('Not delivered');
    assert.strictEqual(await left.page.inputValue('#words'), 'anybody?');
    await left.page.fill('#words', '');
  },

  'a taken name is said to be taken, and another one gets in': async (story) => {
    const {browser, left, amy, room} = story;
    const tab = await Tab.open(browser, phone);
    await tab.goto(`?name=${amy}&room=${room}`);
    await tab.state('taken');
    assert.match(await tab.page.textContent('#problem'), /is taken in room/);
    assert.strictEqual(await tab.page.textContent('#state'), 'name taken');
    await tab.picture('name-taken');
    await tab.enter(`${amy}-too`, room);
    await tab.state('connected');
    await left.sees(`${amy}-too joined.`);
    assert.deepStrictEqual(tab.complaints, []);
    await tab.leave();
  },

  'a dropped connection is a word, and no line is missing or there twice': async (story) => {
    const {browser, left, room} = story;
    const tab = await Tab.open(browser, desktop);
    const relay = await tab.relay();
    await tab.goto(`?name=dora&room=${room}`);
    await left.sees('dora joined.');
    await tab.state('connected');
    await relay.cut();
    await tab.state('away');
    await left.say('Where is dora?');
    await tab.say('On my way.');
    assert.strictEqual(await tab.page.textContent('#state'), 'reconnecting \u2026');
    relay.broken = false;
    await tab.sees('On my way.');
    await tab.state('connected');
    await left.sees('On my way.');
    const texts = (await tab.lines()).map(({text}) => text);
    assert.deepStrictEqual(texts, ['You joined the room.', 'Where is dora?', 'On my way.']);
    const heard = (await left.lines()).map(({text}) => text);
    assert.strictEqual(heard.filter((text) => text === 'On my way.').length, 1);
    assert.ok(!heard.includes('dora left.'));
    await tab.page.click('#leave');
    await left.sees('dora left.');
    await tab.leave();
  },

  'a lost session is made anew, also while the server still holds the name': async (story) => {
    const {browser, left, room} = story;
    const tab = await Tab.open(browser, desktop);
    const relay = await tab.relay({resume: false});
    await tab.goto(`?name=dodo&room=${room}`);
    await left.sees('dodo joined.');
    await tab.state('connected');
    const lost = await relay.cut();
    await tab.state('reconnecting');
    relay.broken = false;
    await tab.picture('reconnecting');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await lost.server.close();
    await left.sees('dodo left.');
    await tab.state('connected');
    await tab.sees('You are back.');
    await tab.say('Here again, 你好 \u{1f34a}');
    await left.sees('Here again, 你好 \u{1f34a}');
    await tab.leave();
  },

  'a server that refuses is said to refuse': async ({browser}) => {
    const tab = await Tab.open(browser, desktop);
    await tab.page.routeWebSocket(/.*/, (link) => {
      link.onMessage(() => {
        const body = Buffer.from('{"code":501}');
        link.send(Buffer.concat([Buffer.from([1, 0, 0, body.length]), body]));
      });
    });
    await tab.goto('?name=eve&room=closed');
    await tab.state('refused');
    await tab.picture('refused');
    await tab.leave();
  },

  'no console complained': async ({left, right}) => {
    assert.deepStrictEqual([left.complaints, right.complaints], [[], []]);
  },

  'all connectors are restarted in turn, and the conversation goes on': async (story) => {
    const {left, right, amy, bob} = story;
    if (!order) return console.log('browser: skipped: nobody may give orders here');
    for (const tab of [left, right]) await tab.watchAbsence();
    const restarted = order('restart', '-t', 'connector', '--rolling');
    let done = false;
    restarted.finally(() => { done = true; });
    while (!done) await left.page.waitForTimeout(50);
    await restarted;
    for (const tab of [left, right]) await tab.page.waitForFunction(() => !window.awaySince);
    for (const tab of [left, right]) await tab.members(amy, bob);
    await left.say('Did you notice anything?');
    await right.sees('Did you notice anything?');
    await right.say('No.');
    await left.sees('No.');
    const absences = await Promise.all([left, right].map((tab) => tab.absences()));
    console.log(`browser: away for ${absences.flat().join(', ')} ms`);
    assert.ok(absences.flat().length > 0);
  },
};

async function main() {
  fs.mkdirSync(pictures, {recursive: true});
  const executablePath = process.env.SHADDOCK_CHROMIUM || '/usr/bin/chromium';
  const browser = await chromium.launch({executablePath, args: browserFlags});
  const story = {browser, room: roomOfRun('kitchen').slice(0, 20)};
  ['amy', 'bob', 'cleo'].forEach((stem, index) => { story[stem] = nameOnConnector(stem, index); });
  let passed = 0;
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step(story);
    } catch (error) {
      console.error(`browser: FAILED: ${name}\n${error.stack}`);
      await story.left.picture('failed-left');
      await story.right.picture('failed-right');
      console.error(story.left.complaints, story.right.complaints);
      process.exit(1);
    }
    console.log(`browser: ok: ${name}`);
    passed++;
  }
  await browser.close();
  console.log(`browser: ${passed} passed, 0 failed; pictures in ${pictures}`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
