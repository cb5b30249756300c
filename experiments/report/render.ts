/** Vega-Lite specifications as SVG and PNG. */
import { join } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { writeAtomic } from '../../env/files.js';
import { pngOf } from '../../env/tasks/render/png.js';

const FAMILY = 'DejaVu Sans, Verdana, Helvetica, Arial, sans-serif';

/** Okabe and Ito's palette (2008), told apart with every kind of colour vision, and three more; black first: it is the reference. */
export const PALETTE = [
  '#000000',
  '#0072B2',
  '#D55E00',
  '#009E73',
  '#CC79A7',
  '#E69F00',
  '#56B4E9',
  '#8C6D31',
  '#7F7F7F',
  '#6A3D9A',
];

const INK = '#222222';
const QUIET = '#666666';
const GRID = '#E8E8E8';

const LOOK = {
  background: '#FFFFFF',
  font: FAMILY,
  padding: 16,
  view: { stroke: null },
  title: {
    anchor: 'start',
    fontSize: 15,
    fontWeight: 'bold',
    color: INK,
    subtitleFontSize: 11,
    subtitleColor: QUIET,
    subtitlePadding: 5,
    offset: 14,
  },
  axis: {
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    titleColor: QUIET,
    labelColor: INK,
    gridColor: GRID,
    domainColor: '#999999',
    tickColor: '#999999',
    titlePadding: 8,
  },
  legend: {
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    titleColor: QUIET,
    labelColor: INK,
    symbolStrokeWidth: 2.5,
    labelLimit: 260,
  },
  header: { labelFontSize: 12, labelFontWeight: 'bold', labelAnchor: 'start', labelColor: INK, title: null },
} as const;

/** The picture as SVG text. Nothing is drawn on a screen; equal specifications give equal bytes. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const { spec: compiled } = compile({ ...spec, config: { ...LOOK, ...spec.config } } as TopLevelSpec);
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logLevel: vega.Error });
  try {
    return renumbered(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** Vega counts clip paths over the life of the process; here they are counted in each picture. */
function renumbered(svg: string): string {
  const names = new Map<string, string>();
  return svg.replace(/(id="|url\(#)(clip\d+)/g, (_all, before: string, clip: string) => {
    if (!names.has(clip)) names.set(clip, `clip${names.size}`);
    return before + names.get(clip);
  });
}

/** Writes NAME.svg and NAME.png into a folder and returns their paths. */
export async function writePicture(folder: string, name: string, spec: TopLevelSpec): Promise<string[]> {
  const svg = await renderSvg(spec);
  const paths = [join(folder, `${name}.svg`), join(folder, `${name}.png`)];
  writeAtomic(paths[0], svg);
  writeAtomic(paths[1], pngOf(svg));
  return paths;
}
