// The page of the chat example. It asks the gate, which served this page, for a connector, enters a
// room there, and shows what it hears. After a drop the client finds back to the same session by
// itself (client.js); if that is lost, the page enters again, until the user leaves.

import {PomeloClient} from './client.js';

const everyone = '*';
const maxLines = 500;
const maxPause = 15000;
const takenTries = 5;     // a server needs a while to notice that our old connection is gone
const hues = 8;
const backShownFor = 2000;

const at = (id) => document.getElementById(id);
const stateTexts = {
  idle: 'not connected', connecting: 'connecting', connected: 'connected',
  away: 'reconnecting \u2026', back: 'back', reconnecting: 'reconnecting',
  taken: 'name taken', refused: 'refused',
};

const canSend = ['connected', 'away', 'back'];    // what is said in between is said on return

let visit = null;         // {name, room, link, active, entered}: from Enter to Leave
let members = [];
let following = true;     // the newest line is in view, and shall stay so

class Refusal extends Error {
  constructor(state, text, final = false) { super(text); Object.assign(this, {state, final}); }
}

// ---- the way into a room --------------------------------------------------------------------

function socketUrl(host, port) {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const loopback = ['127.0.0.1', 'localhost', '::1'].includes(host);
  const name = loopback ? location.hostname : host.includes(':') ? `[${host}]` : host;
  return `${scheme}//${name}:${port}`;
}

async function askGate(name) {
  const gate = await PomeloClient.connect(location.origin.replace(/^http/, 'ws'));
  try {
    const answer = await gate.request('gate.gateHandler.queryEntry', {uid: name});
    if (answer.code !== 200) throw new Refusal('refused', `The gate answered ${answer.code}.`);
    return socketUrl(answer.host, answer.port);
  } finally {
    gate.close();
  }
}

async function enterRoom(current) {
  const url = await askGate(current.name);
  const link = await PomeloClient.connect(url, {
    resume: true,
    elsewhere: () => askGate(current.name),
    changed: (state) => { if (current.link === link) showDrop(state); },
  });
  const hear = listen(link);
  try {
    const answer = await link.request('connector.entryHandler.enter',
                                      {username: current.name, rid: current.room});
    if (!Array.isArray(answer.users)) throw refusalOf(answer, current);
    if (!current.active) throw new Error('the user has left');
    current.link = link;
    showEntered(current, answer.users);
    hear();
  } catch (error) {
    link.close();
    throw error;
  }
}

// Pushes may overtake the answer that lists the members: they wait until it has been shown.
function listen(link) {
  let waiting = [];
  const show = (push) => { if (waiting) waiting.push(push); else push(); };
  link.on('onAdd', ({user}) => show(() => addMember(user)));
  link.on('onLeave', ({user}) => show(() => removeMember(user)));
  link.on('onChat', (body) => show(() => showWords(body)));
  return () => {
    waiting.forEach((push) => push());
    waiting = null;
  };
}

function refusalOf(answer, {name, room}) {
  return answer.error ?
      new Refusal('taken', `The name ${name} is taken in room ${room}. Please choose another.`) :
      new Refusal('refused', `The server answered ${answer.code}.`);
}

async function stay(current) {
  let failures = 0;
  while (current.active) {
    try {
      await enterRoom(current);
      failures = 0;
      const {reason, detail} = await current.link.closed;
      if (reason === 'kicked') throw new Refusal('refused', `The server said: ${detail}`, true);
      if (reason === 'session lost') continue;
    } catch (error) {
      if (current.active && isFinal(error, current, failures)) return giveUp(error);
    }
    if (!current.active) return;
    showState('reconnecting', failures > 0 ? `, try ${failures + 1}` : '');
    await pause(Math.min(maxPause, 500 * 2 ** failures++) * (0.75 + Math.random() / 2));
  }
}

function isFinal(error, {entered}, failures) {
  return !entered || error.final || (error.state === 'taken' && failures >= takenTries);
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    }
    addEventListener('online', done);
  });
}

function begin(name, room) {
  visit = {name, room, link: null, active: true, entered: false};
  at('problem').hidden = true;
  showState('connecting');
  stay(visit);
}

function leave() {
  endVisit();
  showState('idle');
  showLogin();
}

function giveUp(error) {
  endVisit();
  showState(error.state || 'refused');
  showLogin();
  at('problem').textContent = error.state ? error.message : 'The server cannot be reached.';
  at('problem').hidden = false;
}

function endVisit() {
  visit.active = false;
  visit.link?.close();
  visit = null;
}

// ---- what the user sends --------------------------------------------------------------------

async function say(current, target, content) {
  try {
    const answer = await current.link.request('chat.chatHandler.send', {
      rid: current.room, content, from: current.name, target,
    });
    if (answer.code >= 400) throw new Error(`the server answered ${answer.code}`);
    if (target !== everyone) showWords({msg: content, from: current.name, target});
  } catch (error) {
    const words = at('words');
    if (!words.value) words.value = content;
    const who = target === everyone || members.includes(target) ? '' : `${target} has left; `;
    showNote(`Not delivered: ${who}${error.message}.`, 'failed');
  }
}

// ---- what the user sees ---------------------------------------------------------------------

function showState(state, more = '') {
  document.body.dataset.state = state;
  at('state').textContent = stateTexts[state] + more;
  const ready = canSend.includes(state);
  at('send').disabled = !ready;
  at('enter').disabled = state === 'connecting';
}

// Only a word: on return nothing is missing.
function showDrop(state) {
  showState(state);
  if (state !== 'back') return;
  setTimeout(() => { if (isShown('back')) showState('connected'); }, backShownFor);
}

function isShown(state) { return document.body.dataset.state === state; }

function showLogin() {
  at('chat').hidden = at('room').hidden = at('leave').hidden = true;
  at('welcome').hidden = false;
  document.title = 'Shaddock chat';
  at('name').select();
}

function showEntered(current, users) {
  members = [...new Set(users)];
  showMembers();
  showState('connected');
  if (current.entered) return showNote('You are back.');
  current.entered = true;
  at('lines').replaceChildren();
  at('welcome').hidden = true;
  at('chat').hidden = at('room').hidden = at('leave').hidden = false;
  at('room').textContent = current.room;
  document.title = `${current.room} · Shaddock chat`;
  showNote('You joined the room.');
  at('words').focus();
}

function addMember(user) {
  if (members.includes(user)) return;
  members.push(user);
  showMembers();
  showNote(`${user} joined.`);
}

function removeMember(user) {
  if (user === visit?.name || !members.includes(user)) return;
  members = members.filter((member) => member !== user);
  showMembers();
  showNote(`${user} left.`);
}

function showMembers() {
  at('count').textContent = members.length;
  at('members').replaceChildren(...members.map(memberEntry));
  const others = members.filter((member) => member !== visit.name);
  const chosen = at('target').value;
  at('target').replaceChildren(new Option('everyone', everyone),
                               ...others.map((member) => new Option(member, member)));
  chooseTarget(others.includes(chosen) ? chosen : everyone);
}

function memberEntry(member) {
  const entry = element('li');
  const self = member === visit.name;
  const label = element(self ? 'span' : 'button', `member hue-${hueOf(member)}`, member);
  if (self) {
    label.append(element('small', '', 'you'));
  } else {
    label.type = 'button';
    label.title = `Write to ${member} alone`;
    label.addEventListener('click', () => {
      chooseTarget(member);
      at('words').focus();
    });
  }
  entry.append(label);
  return entry;
}

function chooseTarget(target) {
  at('target').value = target;
  const secret = target !== everyone;
  at('composer').classList.toggle('private', secret);
  at('words').placeholder = secret ? `Only ${target} will read this` : 'Say something';
}

function showWords({msg, from, target}) {
  const own = from === visit?.name;
  const secret = target !== undefined && target !== everyone;
  const line = element('li', `words-line hue-${hueOf(from)}`);
  line.classList.toggle('own', own);
  line.classList.toggle('private', secret);
  const head = element('p', 'head');
  head.append(element('b', 'from', own ? 'you' : from));
  if (secret) head.append(element('span', 'badge', `private, to ${own ? target : 'you'}`));
  head.append(timeOf(new Date()));
  line.append(head, element('p', 'text', msg));
  addLine(line);
}

function showNote(text, kind = '') {
  const line = element('li', `note ${kind}`, text);
  line.append(timeOf(new Date()));
  addLine(line);
}

function addLine(line) {
  const lines = at('lines');
  lines.append(line);
  if (lines.childElementCount > maxLines) lines.firstElementChild.remove();
  if (line.classList.contains('own')) following = true;
  follow();
}

function follow() {
  if (following) at('lines').scrollTop = at('lines').scrollHeight;
}

function element(tag, className = '', text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.append(String(text));
  return made;
}

function timeOf(date) {
  const text = date.toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', hour12: false});
  const time = element('time', '', text);
  time.dateTime = date.toISOString();
  return time;
}

function hueOf(name) {
  let sum = 0;
  for (const letter of String(name)) sum = (sum * 31 + letter.codePointAt(0)) % 65521;
  return sum % hues;
}

// ---- start ----------------------------------------------------------------------------------

at('login').addEventListener('submit', (event) => {
  event.preventDefault();
  if (!visit) begin(at('name').value.trim(), at('rid').value.trim());
});

at('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const content = at('words').value.trim();
  if (!content || !canSend.some(isShown)) return;
  at('words').value = '';
  say(visit, at('target').value, content);
});

at('target').addEventListener('change', () => chooseTarget(at('target').value));
at('leave').addEventListener('click', leave);
addEventListener('pagehide', () => visit?.link?.close());     // on purpose: nobody comes back
at('lines').addEventListener('scroll', ({target}) => {
  following = target.scrollHeight - target.scrollTop - target.clientHeight < 80;
});
new ResizeObserver(follow).observe(at('lines'));     // a phone's keyboard comes and goes

const wish = new URLSearchParams(location.search);
at('name').value = wish.get('name') || '';
at('rid').value = wish.get('room') || 'lobby';
at('name').focus();
if (wish.get('name') && wish.get('room')) at('login').requestSubmit();
