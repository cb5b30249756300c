/**
 * CMA-ES: points are drawn from a normal distribution whose mean, step size and covariance follow the better half of each generation.
 *
 *     x = m + σ·y,  y = B·D·z ~ N(0, C),          m ← m + σ·Σ wᵢ yᵢ over the better half
 *     pσ ← (1 − cσ)·pσ + √(cσ(2 − cσ)μ)·Σ wᵢ B zᵢ,   σ ← σ·exp(cσ/dσ · (|pσ|/E|N(0, I)| − 1))
 *     pc ← (1 − cc)·pc + h·√(cc(2 − cc)μ)·Σ wᵢ yᵢ,   C ← (1 − c1 − cμ)·C + c1·pc pcᵀ + cμ·Σ wᵢ yᵢ yᵢᵀ
 *
 * Sources: Hansen 2016, "The CMA evolution strategy: a tutorial", arXiv 1604.00772, for constants and updates. With many dimensions C is
 * its diagonal alone, learned (n + 2)/3 times as fast: sep-CMA-ES, Ros and Hansen 2008.
 * Deviation: only the better half has weights, all above 0.
 */
import { settingOf } from '../../predictors/weights.js';
import { type AskTell, type AskTellOptions, normals, savedNumbers, sortedByCost } from './ask-tell.js';
import { eigenOf } from './eigen.js';

export interface CmaEsOptions extends AskTellOptions {
  /** ['full' up to 50 dimensions] */
  readonly covariance?: 'full' | 'diagonal' | undefined;
}

const MOST_FULL = 50;
/** Shortest axis, as a share of the longest: below it is rounding. */
const THINNEST = 1e-10;

/** Population: 4 + ⌊3 ln n⌋ unless given. @throws Error if what it should go on from has other dimensions */
export function cmaEs(options: CmaEsOptions): AskTell {
  const { start, seed = 0, from } = options;
  const n = start.length;
  const { covariance = n <= MOST_FULL ? 'full' : 'diagonal', population = 4 + Math.floor(3 * Math.log(n)) } = options;
  if (n < 1 || population < 2)
    throw new Error(`CMA-ES has ${n} dimensions and ${population} points, expected ≥ 1 and ≥ 2`);
  const full = covariance === 'full';
  const { weights, cSigma, damping, cPath, cOne, cMu, massive, expected } = constants(n, population, full);

  const read = (name: string, length: number, first: (k: number) => number): Float64Array =>
    from ? savedNumbers(from, name, length) : Float64Array.from({ length }, (_, k) => first(k));
  const mean = read('mean', n, (k) => start[k]);
  const pathSigma = read('path of sigma', n, () => 0);
  const pathC = read('path of C', n, () => 0);
  const c = read('C', full ? n * n : n, (k) => (!full || k % (n + 1) === 0 ? 1 : 0));
  let sigma = from ? settingOf(from, 'sigma') : options.sigma;
  let generation = from ? settingOf(from, 'generation') : 0;
  let asked: Generation | null = null;

  /** B and D of C = B·D²·Bᵀ; of a diagonal, B is the identity. */
  function axes(): { scale: Float64Array; turned: (z: Float64Array) => Float64Array } {
    const { values, vectors } = full ? eigenOf(c, n) : { values: c, vectors: null };
    const longest = Math.max(...values);
    const scale = values.map((value) => Math.sqrt(Math.max(value, THINNEST * THINNEST * longest)));
    return { scale, turned: (z) => (vectors === null ? z : product(vectors, z, n)) };
  }

  function draw(): Generation {
    const next = normals(seed, 'cma-es', generation);
    const { scale, turned } = axes();
    const zs = Array.from({ length: population }, () => Float64Array.from({ length: n }, next));
    const ys = zs.map((z) => turned(z.map((value, k) => value * scale[k])));
    return {
      steps: ys,
      round: zs.map(turned),
      points: ys.map((y) => y.map((value, k) => mean[k] + sigma * value)),
    };
  }

  function generationAt(): Generation {
    asked ??= draw();
    return asked;
  }

  function spread(better: readonly Float64Array[], h: number): void {
    const kept = 1 - cOne - cMu + (1 - h) * cOne * cPath * (2 - cPath);
    for (let i = 0; i < n; i++)
      for (let j = full ? 0 : i; j < (full ? n : i + 1); j++) {
        let sum = cOne * pathC[i] * pathC[j];
        for (let k = 0; k < better.length; k++) sum += cMu * weights[k] * better[k][i] * better[k][j];
        const at = full ? i * n + j : i;
        c[at] = kept * c[at] + sum;
      }
  }

  return {
    ask: () => generationAt().points,
    tell(costs) {
      const { steps, round } = generationAt();
      const best = sortedByCost(costs, population).slice(0, weights.length);
      const step = weighted(
        best.map((k) => steps[k]),
        weights,
      );
      const direction = weighted(
        best.map((k) => round[k]),
        weights,
      );
      const [bySigma, byPath] = [cSigma, cPath].map((share) => Math.sqrt(share * (2 - share) * massive));
      for (let k = 0; k < n; k++) pathSigma[k] = (1 - cSigma) * pathSigma[k] + bySigma * direction[k];
      const length = Math.sqrt(pathSigma.reduce((sum, value) => sum + value * value, 0));
      const settled = Math.sqrt(1 - Math.exp(2 * (generation + 1) * Math.log1p(-cSigma)));
      const h = length / settled < (1.4 + 2 / (n + 1)) * expected ? 1 : 0; // the path of C waits while σ grows
      for (let k = 0; k < n; k++) pathC[k] = (1 - cPath) * pathC[k] + h * byPath * step[k];
      for (let k = 0; k < n; k++) mean[k] += sigma * step[k];
      spread(
        best.map((k) => steps[k]),
        h,
      );
      sigma *= Math.exp((cSigma / damping) * (length / expected - 1));
      generation++;
      asked = null;
    },
    recommended: () => mean.slice(),
    save: () => ({
      settings: { generation, sigma },
      tensors: {
        mean: { shape: [n], values: mean.slice() },
        'path of sigma': { shape: [n], values: pathSigma.slice() },
        'path of C': { shape: [n], values: pathC.slice() },
        C: { shape: full ? [n, n] : [n], values: c.slice() },
      },
    }),
  };
}

interface Generation {
  readonly points: readonly Float64Array[];
  /** y and B·z of each point. */
  readonly steps: readonly Float64Array[];
  readonly round: readonly Float64Array[];
}

/** Table 1 of the tutorial. */
function constants(n: number, population: number, full: boolean) {
  const raw = Array.from({ length: population >> 1 }, (_, k) => Math.log((population + 1) / 2) - Math.log(k + 1));
  const total = raw.reduce((sum, w) => sum + w, 0);
  const weights = raw.map((w) => w / total);
  const massive = 1 / weights.reduce((sum, w) => sum + w * w, 0); // effective number of parents
  const cSigma = (massive + 2) / (n + massive + 5);
  const faster = full ? 1 : (n + 2) / 3;
  const cOne = Math.min(0.5, (faster * 2) / ((n + 1.3) * (n + 1.3) + massive));
  const cMu = (faster * 2 * (massive - 2 + 1 / massive)) / ((n + 2) * (n + 2) + massive);
  return {
    weights,
    massive,
    cSigma,
    damping: 1 + 2 * Math.max(0, Math.sqrt((massive - 1) / (n + 1)) - 1) + cSigma,
    cPath: (4 + massive / n) / (n + 4 + (2 * massive) / n),
    cOne,
    cMu: Math.min(1 - cOne, cMu),
    expected: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

/** matrix·x */
function product(matrix: Float64Array, x: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i] += matrix[i * n + j] * x[j];
  return out;
}

function weighted(vectors: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const out = new Float64Array(vectors[0].length);
  vectors.forEach((vector, at) => {
    for (let k = 0; k < out.length; k++) out[k] += weights[at] * vector[k];
  });
  return out;
}
