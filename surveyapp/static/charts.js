/*
 * Draws the figures of a page with plotly.js. The server writes each figure (a plotly.graph_objects.Figure) as JSON
 * into the page, and its picture; nothing is fetched. If anything here fails, the picture stays. Loaded as a module,
 * after plotly.min.js.
 */

const dark = matchMedia('(prefers-color-scheme: dark)');
const figures = [...document.querySelectorAll('figure.chart')];
const palette = read('palette') ?? {};
const drawn = new WeakMap();   // figure -> the width and the mode that it was last drawn for

function read(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? 'null');
}

/* A fresh copy each time, since plotly writes into what it is given. Figures come in the colours of the light palette. */
function copy(value, swap) {
  if (swap && typeof value === 'string') return value.replace(/#[0-9a-f]{6}\b/gi, hex => palette[hex.toLowerCase()] ?? hex);
  if (Array.isArray(value)) return value.map(one => copy(one, swap));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copy(one, swap)]));
}

/* Hovers work, but nothing moves or zooms, and a finger that starts on a chart still scrolls the page. */
function prepared(figure, swap) {
  const { data = [], layout = {} } = copy(read(figure.dataset.figure), swap);
  layout.dragmode = false;
  const axes = Object.keys({ xaxis: 0, yaxis: 0, ...layout }).filter(key => /^[xy]axis\d*$/.test(key));
  for (const key of axes) layout[key] = { ...layout[key], fixedrange: true };
  return { data, layout };
}

async function draw(figure) {
  const plot = figure.querySelector('.plot');
  // Plotly's own button speaks English only. The picture is in the light colours, also from a dark page: it ends on paper.
  const button = { name: 'download', title: figure.dataset.download || 'Download picture', icon: Plotly.Icons.camera,
    click: () => Plotly.downloadImage(prepared(figure, false), { format: 'png', scale: 2,
      width: plot.clientWidth, height: plot.clientHeight, filename: figure.dataset.filename || figure.id }) };
  const config = { responsive: true, displaylogo: false, displayModeBar: 'hover', modeBarButtons: [[button]],
    scrollZoom: false, doubleClick: false, showTips: false };
  const { data, layout } = prepared(figure, dark.matches);
  if (!plot._fullLayout) plot.replaceChildren();
  await Plotly.react(plot, data, layout, config);
  // The name goes to the picture inside, not to the whole: what has the role "img" may not contain a button.
  const [picture, ...layers] = plot.querySelectorAll('.main-svg');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', plot.dataset.label ?? '');
  for (const layer of layers) layer.setAttribute('aria-hidden', 'true');
}

/* Draws what is visible and not yet drawn for this width and mode; what is hidden waits until it is shown. */
function update(figure) {
  const plot = figure.querySelector('.plot'), now = `${plot.clientWidth} ${dark.matches}`;
  if (now.startsWith('0 ') || drawn.get(figure) === now || 'failed' in figure.dataset) return;
  drawn.set(figure, now);
  const still = plot.querySelector('.picture');
  draw(figure).catch(() => {
    figure.dataset.failed = '';
    if (still) plot.replaceChildren(still);
  });
}

function offer(group) {
  const buttons = [...group.querySelectorAll('button[aria-controls]')];
  for (const pressed of buttons) {
    pressed.addEventListener('click', () => buttons.forEach(one => {
      one.setAttribute('aria-pressed', String(one === pressed));
      document.getElementById(one.getAttribute('aria-controls')).hidden = one !== pressed;
    }));
  }
  group.hidden = false;
}

document.querySelectorAll('.switch').forEach(offer);
if (window.Plotly) {
  // A figure gets a size whenever it is shown: by the switch, in an opened <details>, on turning a phone.
  const sizes = new ResizeObserver(entries => entries.forEach(entry => update(entry.target.closest('figure'))));
  for (const figure of figures) sizes.observe(figure.querySelector('.plot'));
  dark.addEventListener('change', () => figures.forEach(update));
} else {
  for (const figure of figures) figure.dataset.failed = '';
}
