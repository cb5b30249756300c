/** Mean, variance and correlation of numbers that come one at a time and are not kept. */

/** Count, mean and Σ (x − mean)² (Welford 1962). */
export interface Moments {
  count: number;
  mean: number;
  squares: number;
}

export const createMoments = (): Moments => ({ count: 0, mean: 0, squares: 0 });

/** Adds `x`, so many times (Chan, Golub and LeVeque 1983). */
export function observe(m: Moments, x: number, times = 1): void {
  const count = m.count + times;
  if (count === 0) return;
  const apart = x - m.mean;
  m.mean += (apart * times) / count;
  m.squares += (apart * apart * m.count * times) / count;
  m.count = count;
}

/** The unbiased variance; NaN of fewer than two values. */
export const varianceOf = ({ count, squares }: Moments): number => (count < 2 ? Number.NaN : squares / (count - 1));

/** Standard deviation / mean; NaN of fewer than two values or if they are all 0. */
export const cvOf = (m: Moments): number => (m.mean === 0 ? Number.NaN : Math.sqrt(varianceOf(m)) / m.mean);

/** Two moments and Σ (x − mean x)(y − mean y). */
export interface Pairs {
  readonly x: Moments;
  readonly y: Moments;
  products: number;
}

export const createPairs = (): Pairs => ({ x: createMoments(), y: createMoments(), products: 0 });

export function addPair(pairs: Pairs, x: number, y: number): void {
  const apart = x - pairs.x.mean;
  observe(pairs.x, x);
  observe(pairs.y, y);
  pairs.products += apart * (y - pairs.y.mean);
}

/** Pearson's correlation; NaN of fewer than two pairs or if one of the two never changes. */
export function correlationOf({ x, y, products }: Pairs): number {
  return x.squares > 0 && y.squares > 0 ? products / Math.sqrt(x.squares * y.squares) : Number.NaN;
}
