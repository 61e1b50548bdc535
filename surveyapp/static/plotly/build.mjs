/*
 * Rebuilds plotly.min.js and plotly.css, our own small bundle of plotly.js, and writes SHA256SUMS.
 *
 *   node build.mjs            rebuild (Node 20 or newer with npm; about half a minute)
 *   node build.mjs --check    rebuild in the temporary folder only and compare with SHA256SUMS
 *   sha256sum -c SHA256SUMS   compare the committed files without building
 *
 * The two files are committed, so nothing but a change of version ever needs this script. To move to a new
 * version: change it in package.json, run this, look at the charts, commit all files together. Versions in
 * package.json are exact, those of the packages inside the bundle too ("overrides"), so that the same input
 * gives the same bytes; a lockfile would record the addresses of whatever registry made it.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'plotly-bundle-'));   // node_modules never enters the tree
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

copyFileSync(join(here, 'package.json'), join(work, 'package.json'));
// No install scripts: esbuild finds its program without one, and nothing else of use has one.
execFileSync('npm', ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'],
  { cwd: work, stdio: 'inherit', shell: process.platform === 'win32' });
const load = createRequire(join(work, 'package.json'));
const esbuild = load('esbuild');
const packageOf = name => JSON.parse(readFileSync(join(work, 'node_modules', name, 'package.json'), 'utf8'));

// scatter, shapes and annotations are in core; a chart with another kind of trace needs its line here.
const entry = `
  const Plotly = require('plotly.js/lib/core');
  Plotly.register([require('plotly.js/lib/bar')]);
  module.exports = Plotly;`;

// The option descriptions in plotly's sources are for its manual; without them the bundle is a tenth smaller.
// (Plotly's own releases leave them out too.) The value ends at the next comma or brace outside of brackets and strings.
function withoutDescriptions(code) {
  let kept = '', from = 0;
  for (const found of code.matchAll(/(?<=[{,\s])description:\s*(?=['"[])/g)) {
    if (found.index < from) continue;
    let at = found.index + found[0].length, depth = 0;
    for (; at < code.length; at++) {
      const one = code[at];
      if (`'"\``.includes(one)) {
        for (at++; code[at] !== one; at++) if (code[at] === '\\') at++;
      } else if (code.startsWith('//', at)) at = code.indexOf('\n', at);
      else if ('([{'.includes(one)) depth++;
      else if (depth && ')]}'.includes(one)) depth--;
      else if (!depth && (one === ',' || one === '}')) break;
    }
    kept += code.slice(from, found.index);
    from = code[at] === ',' ? at + 1 : at;
  }
  return kept + code.slice(from);
}
const leaner = {
  name: 'without-descriptions',
  setup: build => build.onLoad({ filter: /[\\/]plotly\.js[\\/]src[\\/].*\.js$/ }, file => (
    { contents: withoutDescriptions(readFileSync(file.path, 'utf8')), loader: 'js' })),
};

const bundled = await esbuild.build({
  stdin: { contents: entry, resolveDir: work },
  absWorkingDir: work,
  bundle: true, minify: true, write: false, metafile: true,
  format: 'iife', globalName: 'Plotly', target: 'es2020', charset: 'utf8',
  define: { global: 'window', 'define.amd': 'false' },   // as plotly's own build does
  loader: { '.css': 'empty' },                           // the style of street maps, which we do not have
  plugins: [leaner], legalComments: 'none', logLevel: 'warning',
});

// Licences ask to go with every copy: plotly's on top, those of the packages inside at the end.
const names = new Set(Object.keys(bundled.metafile.inputs)
  .map(path => /^node_modules\/((?:@[^/]+\/)?[^/]+)\/.*\.c?js$/.exec(path)?.[1]).filter(Boolean));
names.delete('plotly.js');
const licenceOf = name => {
  const folder = join(work, 'node_modules', name);
  const file = readdirSync(folder).find(one => /^licen[cs]e/i.test(one));
  return file ? readFileSync(join(folder, file), 'utf8').trim().replaceAll('*/', '* /') : '';
};
const { version } = packageOf('plotly.js');
const banner = `/*!
* plotly.js v${version}, own bundle of core, scatter and bar, made by build.mjs
* Copyright 2012-2026, Plotly, Inc.
* All rights reserved.
* Licensed under the MIT license
*
${licenceOf('plotly.js').split('\n').map(line => `* ${line}`.trimEnd()).join('\n')}
*/
`;
const within = [...names].sort().map(packageOf).map(one =>
  `${one.name} ${one.version}, ${one.license}${one.author ? `, ${(one.author.name ?? one.author).replace(/ *[<(].*/, '')}` : ''}\n${licenceOf(one.name)}\n`);
const notices = `/*! Packages inside this file, each under its own licence:\n\n${within.join('\n')}*/\n`;

// plotly writes these rules into the page at run time, which a strict style-src forbids. The page loads them as
// <link rel="stylesheet" id="plotly.js-style-global" class="no-inline-styles">, and plotly then leaves them alone.
const rules = [];
const plotcss = readFileSync(join(work, 'node_modules/plotly.js/build/plotcss.js'), 'utf8');
new Function('require', plotcss)(() => ({
  addStyleRule: (selector, style) => rules.push(`${selector.replaceAll(',', ',\n')} { ${style} }`),
}));
if (rules.length < 30) throw new Error(`only ${rules.length} style rules found in plotcss.js: has its form changed?`);
const own = `
/* Ours: a button that a finger can hit and a keyboard user can see, in the page's ink. Plotly writes the pale colours of
   the mode it was first drawn in onto the elements, hence the two !important. */
.js-plotly-plot .plotly .modebar .modebar-group { background: none !important; }
.js-plotly-plot .plotly .modebar .icon path { fill: currentColor !important; }
.js-plotly-plot .plotly .modebar .modebar-btn { min-width: 2.75rem; min-height: 2.75rem; height: auto; display: grid; place-content: center; font-size: 1.15rem; color: inherit; }
.js-plotly-plot .plotly .modebar .modebar-btn:focus-visible { outline: 3px solid var(--focus, currentColor); outline-offset: -3px; }
.js-plotly-plot .plotly .modebar .modebar-btn svg { position: static; }
.js-plotly-plot .plotly .modebar [data-title]:after { font-size: .875rem; line-height: 1.2; background: #4a5263; margin-right: -1.2rem; }
.js-plotly-plot .plotly .modebar [data-title]:before { border-bottom-color: #4a5263; }
.js-plotly-plot .plotly .modebar [data-title]:focus-visible:before, .js-plotly-plot .plotly .modebar [data-title]:focus-visible:after { display: block; opacity: 1; }
@media (hover: none) { .js-plotly-plot .plotly .modebar--hover .modebar-group { opacity: 1; } }
`;
const style = `/* plotly.js v${version}, MIT licence, Copyright Plotly, Inc.: its style rules, taken out by build.mjs. */\n`
  + rules.join('\n').replaceAll('"Open Sans",verdana,arial,sans-serif', 'inherit') + '\n' + own;

const files = { 'plotly.css': style, 'plotly.min.js': banner + bundled.outputFiles[0].text + notices };
const sums = Object.entries(files)
  .map(([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}\n`).join('');
if (process.argv.includes('--check')) {
  const same = sums === readFileSync(join(here, 'SHA256SUMS'), 'utf8');
  console.log(same ? 'the same bytes as committed' : `different from what is committed:\n${sums}`);
  process.exitCode = same ? 0 : 1;
} else {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(here, name), text);
  writeFileSync(join(here, 'SHA256SUMS'), sums);
  console.log(sums);
}
