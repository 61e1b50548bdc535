/* Pointing at a row of the list, by mouse or by keyboard, shows whose dot it is on the map. The map has the same
   names on hover; without this script both stand for themselves. Loaded after charts.js. */
const list = document.querySelector('.leaders[data-map]');
const plot = document.querySelector(`#${list?.dataset.map} .plot`);

function point(event) {
  const dot = event.target.closest('[data-dot]')?.dataset.dot;
  if (!plot?._fullLayout) return;
  if (dot === undefined || event.type === 'pointerleave' || event.type === 'focusout') Plotly.Fx.unhover(plot);
  else Plotly.Fx.hover(plot, [{ curveNumber: 0, pointNumber: Number(dot) }]);
}

for (const type of ['pointerover', 'pointerleave', 'focusin', 'focusout']) list?.addEventListener(type, point);
