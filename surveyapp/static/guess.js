/* The guess on the leader's own form: a cross in the triangle and two sliders that say the same. The sliders are the
   form; without this script they stand alone. Shares and points are those of core/position.py. */
const map = document.getElementById('guess-map');
const ground = document.getElementById('ground');
const cross = document.getElementById('cross');
const said = document.getElementById('guess-said');
const keep = document.getElementById('keep_guess');
const [closeness, meant] = ['closeness', 'meant'].map(id => document.getElementById(id));
const HEIGHT = Math.sqrt(3) / 2, NEAR = 1e-9;

/* Hands-off, micro-leading, micro-managing of a point of the square. */
function shares(s, m) {
  return [1 - s, 2 * s * m, 2 * s * (1 - m)].map(pull => pull / (1 + s));
}

function zone(parts) {
  const most = Math.max(...parts), first = parts.map(part => most - part < NEAR);
  if (first.filter(Boolean).length > 1) return 'between';
  return ['hands_off', 'micro_leading', 'micro_managing'][first.indexOf(true)];
}

function show() {
  const parts = shares(closeness.value / 100, meant.value / 100), [handsOff, leading] = parts;
  cross.toggleAttribute('hidden', !keep.checked);
  cross.setAttribute('transform', `translate(${handsOff / 2 + leading} ${handsOff * HEIGHT})`);
  const text = document.querySelector(`[data-say="${keep.checked ? zone(parts) : 'none'}"]`).textContent;
  if (said.textContent !== text) said.textContent = text;  // read aloud when the zone changes, not at every step
}

/* Set the guess where somebody points; beside the triangle, at its edge. */
function point(event) {
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(ground.getScreenCTM().inverse());
  const pulls = [y / HEIGHT, x - y / HEIGHT / 2, 1 - x - y / HEIGHT / 2].map(pull => Math.max(pull, 0));
  const [handsOff, leading, managing] = pulls.map(pull => pull / pulls.reduce((sum, one) => sum + one));
  closeness.value = Math.round(100 * (1 - handsOff) / (1 + handsOff));
  meant.value = Math.round(100 * (leading + managing > NEAR ? leading / (leading + managing) : .5));
  touched();
}

function touched() {
  keep.checked = true;
  show();
}

for (const slider of [closeness, meant]) slider.addEventListener('input', touched);
keep.addEventListener('change', show);
map.addEventListener('click', point);  // a finger that scrolls the page over the map makes no click
cross.addEventListener('pointerdown', event => cross.setPointerCapture(event.pointerId));
cross.addEventListener('pointermove', event => { if (cross.hasPointerCapture(event.pointerId)) point(event); });
map.removeAttribute('hidden');
document.getElementById('guess-hint').hidden = false;
show();
