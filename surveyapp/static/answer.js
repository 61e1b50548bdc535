/* Answering: the page. A mailed link brings two things behind its "#", which no browser sends to a server: the
   invitation's token and the fingerprint of the team's key. Only "Send" talks to the server, in sending.js.

   What has to outlast a reload or a closed window is stored until the server has acknowledged the ballot. Browsers
   leave what a page removes from its storage in files of their own, for weeks perhaps; a file of the page's
   own is gone once it is removed. So all of it is encrypted, and the key lies in such a file. */
import { hinted, linkTo } from './hints.js';

const team = location.pathname.split('/').pop();
const say = name => document.querySelector(`[data-say="${name}"]`).textContent;
const tell = name => {
  const status = document.getElementById('status');
  status.textContent = name && say(name);
  status.scrollIntoView({ block: 'nearest' });
};
const LINK = /^#([\w-]{43})\.([\w-]{22})$/;
const WINDOW = `window ${team}`;
const KEY_BYTES = 32, IV_BYTES = 12, NAME_LENGTH = 32;
const FIRST_WAIT = 2000, LONGEST_WAIT = 60000;

let form, problems, progress, questions, deliver;
let invited = null;             // token and fingerprint, and the name and key under which they are stored
let saving = Promise.resolve();
let pointing = false;           // the last thing used was a finger or a mouse

const random = length => crypto.getRandomValues(new Uint8Array(length));
const toText = bytes => Array.from(bytes, byte => String.fromCharCode(byte)).join('');
const toBytes = text => Uint8Array.from(text, letter => letter.charCodeAt(0));

async function nameOf(token) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)));
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('').slice(0, NAME_LENGTH);
}

async function readKey(name) {
  try {
    const file = await (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
    const kept = new Uint8Array(await (await file.getFile()).arrayBuffer());
    if (kept.length === KEY_BYTES) return kept;
    const drawn = random(KEY_BYTES);
    const writer = await file.createWritable();
    await writer.write(drawn);
    await writer.close();
    return drawn;
  } catch {  // private windows of some browsers have no files, and write nothing to any disk
    const kept = localStorage.getItem(`key ${name}`) ?? toText(random(KEY_BYTES));
    localStorage.setItem(`key ${name}`, kept);
    return toBytes(kept);
  }
}

const openKey = name => navigator.locks.request(`key ${name}`, async () =>
  crypto.subtle.importKey('raw', await readKey(name), 'AES-GCM', false, ['encrypt', 'decrypt']));

async function dropKey(name) {
  localStorage.removeItem(`key ${name}`);
  try { await (await navigator.storage.getDirectory()).removeEntry(name); } catch { /* there was none */ }
}

async function seal(key, value) {
  const iv = random(IV_BYTES);
  const plain = new TextEncoder().encode(JSON.stringify(value));
  return toText(iv) + toText(new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain)));
}

async function unseal(key, sealed) {
  const bytes = toBytes(sealed ?? '');
  const [iv, content] = [bytes.slice(0, IV_BYTES), bytes.slice(IV_BYTES)];
  try {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, content)));
  } catch { return null; }  // nothing there, or its key is gone
}

/* The answers of this window, and whose they are: for a reload. */
function keepWindow() {
  saving = saving.then(async () => {
    if (!invited) return;
    const { name, key, token, fingerprint } = invited;
    const sealed = await seal(key, { token, fingerprint, answers: [...new FormData(form)] });
    sessionStorage.setItem(WINDOW, name + sealed);
  });
}

async function forget() {
  const { name } = invited;
  invited = null;
  await saving;
  localStorage.removeItem(`attempt ${name}`);
  sessionStorage.removeItem(WINDOW);
  await dropKey(name);
}

function stop(text, offer = '') {
  const place = document.getElementById('stop');
  place.querySelector('p').textContent = text;
  for (const offered of place.querySelectorAll('[data-offer]')) offered.hidden = offered.dataset.offer !== offer;
  place.hidden = false;
  form.hidden = true;
  place.focus();
}

function clearProblem(card) {
  card.classList.remove('wrong');
  card.querySelector(':scope > .problem')?.remove();
  card.removeAttribute('aria-describedby');
  const text = card.querySelector('textarea');
  text?.removeAttribute('aria-invalid');
  text?.setAttribute('aria-describedby', `${text.name}-note`);
}

function showProblem(name, text) {
  const first = form.querySelector(`[name="${name}"]`);
  const entry = problems.querySelector('ul').appendChild(document.createElement('li'));
  if (!first) { entry.textContent = text; return; }
  const card = first.closest('.card');
  const note = document.createElement('p');
  Object.assign(note, { className: 'problem', id: `${name}-problem`, textContent: text });
  card.classList.add('wrong');
  card.querySelector('legend, label').after(note);
  entry.append(linkTo(first));
  if (first.type === 'textarea') {
    entry.append(` ${text}`);
    first.setAttribute('aria-invalid', 'true');
    first.setAttribute('aria-describedby', `${name}-note ${note.id}`);
  } else card.setAttribute('aria-describedby', note.id);
}

function showProblems(errors) {
  form.querySelectorAll('.card.wrong').forEach(clearProblem);
  problems.querySelector('ul').replaceChildren();
  for (const [name, text] of Object.entries(errors)) showProblem(name, text);
  problems.hidden = false;
  problems.scrollIntoView();
  problems.focus({ preventScroll: true });
}

const unanswered = () => questions.filter(name => !form.elements.namedItem(name).value);

function showProgress() {
  progress.max = questions.length;
  progress.value = questions.length - unanswered().length;
  progress.nextElementSibling.textContent = `${progress.value} / ${questions.length}`;
}

/* A first choice by finger or mouse brings the next card into view. */
function chosen(event) {
  const before = progress.value, card = event.target.closest('.card');
  clearProblem(card);
  showProgress();
  if (!pointing || progress.value === before) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  card.nextElementSibling.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' });
}

const pause = wait => new Promise(go => {
  const timer = setTimeout(done, wait);
  function done() { clearTimeout(timer); removeEventListener('online', done); go(); }
  addEventListener('online', done);
});

export { tell, persist };

/* Try until the server has answered, whatever it is; what may pass says so. */
async function persist(step) {
  for (let tries = 0; ; tries++) {
    try {
      return await step(tries);
    } catch (error) {
      if (!error.passing) throw error;
      tell(error.passing);
      await pause(Math.min(FIRST_WAIT * 2 ** tries, LONGEST_WAIT));
      tell('sending');
    }
  }
}

/* A failed import is remembered by some browsers under its address. */
const load = file => persist(tries => import(`./${file}${tries ? `?${tries}` : ''}`)
  .catch(() => { throw Object.assign(new Error(file), { passing: 'offline' }); }));

async function submit(event) {
  event.preventDefault();
  const button = form.querySelector('button');
  if (button.hasAttribute('aria-disabled')) return;
  problems.hidden = true;
  const missing = unanswered();
  if (missing.length) { showProblems(Object.fromEntries(missing.map(name => [name, say('choose')]))); return; }
  if (hinted(form, say)) { tell(''); return; }
  button.setAttribute('aria-disabled', 'true');
  tell('sending');
  try {
    await deliver(form);
  } catch (error) {
    tell('server');
    throw error;
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

async function sendByLink() {
  const { send } = await load('sending.js');
  await send({ invited, form, say, tell, load, persist, seal, unseal, forget, stop, showProblems });
}

async function start() {
  const link = location.hash.match(LINK);
  const broken = location.hash && !link && !document.getElementById(location.hash.slice(1));
  history.replaceState(null, '', location.pathname + location.search);
  if (!crypto.subtle || !navigator.locks) { stop(say('no-crypto')); return; }
  let before = '';
  try { before = sessionStorage.getItem(WINDOW) ?? ''; } catch { stop(say('no-storage')); return; }
  const last = before.slice(0, NAME_LENGTH), name = link ? await nameOf(link[1]) : last;
  if (!name || broken) { stop(say('no-link'), 'slip'); return; }
  const key = await openKey(name);
  const kept = last === name ? await unseal(key, before.slice(NAME_LENGTH)) : null;
  if (last && (last !== name || !kept) && !localStorage.getItem(`attempt ${last}`)) await dropKey(last);
  if (!link && !kept) { sessionStorage.removeItem(WINDOW); stop(say('no-link'), 'slip'); return; }
  const [, token, fingerprint] = link ?? [null, kept.token, kept.fingerprint];
  invited = { token, fingerprint, name, key };
  for (const [field, value] of kept?.answers ?? []) form.elements.namedItem(field).value = value;
  showProgress();
  keepWindow();
  form.hidden = false;
}

/* Make a form quick; `go` takes it to the server once it is whole. */
export function prepare(found, go) {
  [form, deliver] = [found, go];
  problems = document.getElementById('problems');
  progress = document.getElementById('progress');
  questions = [...new Set(Array.from(form.querySelectorAll('[type=radio]'), radio => radio.name))];
  progress.parentElement.hidden = false;
  form.noValidate = true;
  form.addEventListener('submit', submit);
  form.addEventListener('input', keepWindow);
  form.addEventListener('change', chosen);
  showProgress();
}

addEventListener('pointerdown', () => { pointing = true; });
addEventListener('keydown', () => { pointing = false; });
const ballot = document.getElementById('ballot');
if (ballot?.method === 'post') prepare(ballot, () => ballot.submit());
else if (ballot) {
  prepare(ballot, sendByLink);
  addEventListener('hashchange', () => { if (LINK.test(location.hash)) location.reload(); });
  start();
}
