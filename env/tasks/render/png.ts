/** A frame as PNG. What draws it is loaded when the first one is wanted; the font ships with a package, so it looks the same everywhere. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** SVG text as the bytes of a PNG, two pixels for each of the SVG's. */
export function pngOf(svg: string): Uint8Array {
  const load = createRequire(import.meta.url);
  const { Resvg } = load('@resvg/resvg-js') as typeof import('@resvg/resvg-js');
  const fonts = join(dirname(load.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  return new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: {
      loadSystemFonts: false,
      fontFiles: [join(fonts, 'DejaVuSans.ttf'), join(fonts, 'DejaVuSans-Bold.ttf')],
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
  })
    .render()
    .asPng();
}
