/** The watermark: blocks that admissions leave free. */
import type { Rules } from './rules.js';

/** Blocks that an engine leaves free when it admits. */
export const watermarkOf = ({ watermarkBlocks, watermarkShare, blocks }: Rules): number =>
  watermarkBlocks + (blocks === Infinity ? 0 : Math.floor(watermarkShare * blocks));

/** Blocks that a request which is alone can have. */
export const aloneBlocks = (r: Rules): number => (r.watermarkAlone ? r.blocks - watermarkOf(r) : r.blocks);
