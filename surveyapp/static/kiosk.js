/* A tablet that many share: nothing of one person may be left for the next. Every page after the first comes into
   this one, so that the browser's history has no other, nothing to go back to and no form to send again; between
   two people this page is loaded anew in its own place. Nothing is stored anywhere. */
import { persist, prepare, tell } from './answer.js';
import { spell } from './words.js';

const IDLE = 120000, PATIENCE = 30000, SOON = 20, MORE = 60, SECOND = 1000;
const main = document.getElementById('main');
const idle = document.getElementById('idle');
const start = location.pathname + location.search;
const restart = () => { main.replaceChildren(); location.replace(start); };
let ticking, waiting, sending = false;

/* Show the seconds that are left, every second; what may still be said is up to `each`. */
function countDown(place, seconds, each = () => {}) {
  clearInterval(ticking);
  const shown = place.querySelector('[data-seconds]');
  const show = left => { shown.textContent = left; each(left); if (left <= 0) restart(); };
  const until = Date.now() + seconds * SECOND;
  ticking = setInterval(() => show(Math.max(0, Math.ceil((until - Date.now()) / SECOND))), SECOND);
  shown.textContent = seconds;
}

const seconds = place => Number(place.dataset.seconds ??= place.querySelector('[data-seconds]').textContent);

/* Somebody who left in the middle: asked first, and then forgotten. Not while answers are on their way: they may
   have arrived already, and only the reply brings the words for them. */
function awake() {
  clearTimeout(waiting);
  if (sending || idle.open || document.getElementById('clock')) return;
  const begun = document.getElementById('ballot') || document.getElementById('slip')?.value;
  if (begun) waiting = setTimeout(() => { idle.showModal(); countDown(idle, seconds(idle)); }, IDLE);
}

function thank(clock) {
  const told = clock.parentElement.querySelector('[role=status]');
  const say = name => { told.textContent = document.querySelector(`[data-say="${name}"]`).textContent; };
  const each = left => { if (left === SOON) say('soon'); };
  clock.hidden = false;
  spell(main.querySelector('.code'));
  countDown(clock, seconds(clock), each);
  clock.querySelector('button').addEventListener('click', () => {
    countDown(clock, Number(clock.querySelector('[data-seconds]').textContent) + MORE, each);
    say('longer');
  });
  document.getElementById('next').addEventListener('click', event => { event.preventDefault(); restart(); });
}

function show(page) {
  main.replaceChildren(...page.getElementById('main').childNodes);
  document.title = page.title;
  const ballot = document.getElementById('ballot'), clock = document.getElementById('clock');
  if (ballot) prepare(ballot, go);
  if (clock) thank(clock);
  take(document.querySelector('form.fields'));
  scrollTo(0, 0);
  (document.querySelector('#problems:not([hidden])') ?? main).focus();
  awake();
}

const passing = why => Object.assign(new Error(why), { passing: why });

async function go(form) {
  sending = true;
  awake();
  for (const shown of form.querySelectorAll('.card, #hints')) shown.hidden = true;  // it may take long, and others pass by
  const page = await persist(async () => {
    let reply, text;
    try {
      reply = await fetch(form.action, {
        method: 'POST', body: new URLSearchParams([...new FormData(form)]), credentials: 'omit', cache: 'no-store', redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE),
      });
      text = await reply.text();
    } catch { throw passing('offline'); }
    if (reply.status >= 500) throw passing('busy');
    const sent = new DOMParser().parseFromString(text, 'text/html');
    if (!sent.getElementById('main')) throw passing('offline');  // the sign-in page of somebody's network
    return sent;
  });
  sending = false;
  show(page);
}

function take(form) {
  let taken = false;
  form?.addEventListener('submit', event => {
    event.preventDefault();
    if (taken) return;
    taken = true;
    tell('sending');
    go(form);
  });
}

take(document.querySelector('form.fields'));
for (const sign of ['input', 'pointerdown', 'keydown', 'scroll']) addEventListener(sign, awake, { passive: true });
const goOn = () => { clearInterval(ticking); awake(); };
idle.addEventListener('submit', event => { event.preventDefault(); idle.close(); goOn(); });
idle.addEventListener('close', () => { if (!idle.open) goOn(); });  // by Escape; comes late, when it may be open again
addEventListener('pagehide', () => main.replaceChildren());
addEventListener('pageshow', event => { if (event.persisted) restart(); });
