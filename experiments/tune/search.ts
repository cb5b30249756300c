/**
 * Search for the best point of a space when a look at it is noisy and costs an episode.
 *
 * 1. Random: the default and points drawn around it, on a few paired training seeds.
 * 2. Successive halving (Jamieson and Talwalkar 2016): the better half goes on, on twice as many seeds, until all are used.
 * 3. Local: neighbours of the best point, most of them dropped after a quarter of the seeds.
 *
 * Whoever leads on training seeds is looked at on validation seeds, and the best of those there is chosen; training never decides
 * alone. The search ends when nothing was gained on validation in the last third of all episodes, or when the budget is spent.
 *
 * It asks for costs and is told: equal answers, equal search, so that a log of answers is all that a continuation needs.
 */
import { type Seed, type Stream, stream } from '../../env/random.js';
import { defaultPoint, drawPoint, neighbourOf, type Point, type Space } from './space.js';

/** Costs that the search wants to know: of every point on seeds from … to − 1. */
export interface Ask {
  readonly split: 'train' | 'validation';
  readonly points: readonly Point[];
  readonly from: number;
  readonly to: number;
}

/** A finite cost for each point and seed; lower is better. */
export type Answer = readonly (readonly number[])[];

export interface SearchOptions {
  /** Most episodes: points × seeds, training and validation together. */
  readonly budget: number;
  readonly trainSeeds: number;
  readonly validationSeeds: number;
  readonly seed: Seed;
  /** Points with equal names are one [all differ]. */
  nameOf?(point: Point): string;
}

/** One line of the log. Gains are mean differences to the default's cost on the same seeds. */
interface Step {
  readonly stage: 'random' | 'halving' | 'local';
  /** Episodes until then. */
  readonly spent: number;
  /** Points compared, on how many training seeds. */
  readonly points: number;
  readonly seeds: number;
  readonly best: Point;
  readonly trainGain: number;
  /** Of those that were looked at on validation seeds in this step, the best one's. */
  readonly validationGain: number | null;
}

export interface Found {
  readonly point: Point;
  readonly trainGain: number;
  readonly validationGain: number;
  readonly spent: number;
  /** `no gain`: none on validation in the last third, nor since the broad stages; `budget`: it was spent before that could be said. */
  readonly ended: 'no gain' | 'budget';
  readonly log: readonly Step[];
}

/** Seeds of the first look. */
const FIRST_SEEDS = 2;
/** Share of the budget for the first two stages. */
const BROAD = 0.5;
/** Of those who come through halving, so many are looked at on validation seeds. */
const FINALISTS = 3;
/** Neighbours of a round, and those of them that go on to all seeds. */
const NEIGHBOURS = 8;
const RACERS = 2;
const FIRST_RADIUS = 0.25;
const LEAST_RADIUS = 0.03;
const SHRINK = 0.7;

/** Seeds of the first look and of each halving. */
function stagesOf(trainSeeds: number): number[] {
  const stages = [Math.min(FIRST_SEEDS, trainSeeds)];
  while (stages[stages.length - 1] < trainSeeds) stages.push(Math.min(trainSeeds, 2 * stages[stages.length - 1]));
  return stages;
}

/** Episodes that `count` starters take until one stage after another has halved them; the default takes part to the end. */
function broadCost(count: number, stages: readonly number[]): number {
  return stages.reduce((sum, seeds, k) => sum + (1 + Math.ceil(count / 2 ** k)) * (seeds - (stages[k - 1] ?? 0)), 0);
}

/** The least budget with which all three stages exist. */
export const leastBudget = ({
  trainSeeds,
  validationSeeds,
}: Pick<SearchOptions, 'trainSeeds' | 'validationSeeds'>): number =>
  broadCost(2, stagesOf(trainSeeds)) + (FINALISTS + 1) * validationSeeds;

/** @throws RangeError if the budget is too small */
export function* search(space: Space, options: SearchOptions): Generator<Ask, Found, Answer> {
  const { budget, trainSeeds, validationSeeds, seed, nameOf = JSON.stringify } = options;
  const least = leastBudget(options);
  if (budget < least)
    throw new RangeError(
      `budget is ${budget} episodes, expected at least ${least} with ${trainSeeds} training and ${validationSeeds} validation seeds`,
    );
  const luck = stream(seed, 'tune');
  const costs = { train: new Map<string, number[]>(), validation: new Map<string, number[]>() };
  const start = defaultPoint(space);
  const log: Step[] = [];
  let spent = 0;

  const known = (split: Ask['split'], point: Point): number[] => costs[split].get(nameOf(point)) ?? [];
  const missing = (split: Ask['split'], points: readonly Point[], seeds: number): number =>
    points.reduce((sum, point) => sum + Math.max(0, seeds - known(split, point).length), 0);

  /** Looks at points until each is known on so many seeds. */
  function* look(split: Ask['split'], points: readonly Point[], seeds: number): Generator<Ask, void, Answer> {
    const groups = new Map<number, Point[]>(); // by what is known of them
    for (const point of distinct(points, nameOf)) {
      const from = known(split, point).length;
      if (from < seeds) groups.set(from, [...(groups.get(from) ?? []), point]);
    }
    for (const [from, group] of groups) {
      const answer = yield { split, points: group, from, to: seeds };
      group.forEach((point, k) => {
        costs[split].set(nameOf(point), [...known(split, point), ...answer[k]]);
      });
      spent += group.length * (seeds - from);
    }
  }

  const gain = (split: Ask['split'], point: Point, seeds: number): number => {
    const [mine, theirs] = [known(split, point), known(split, start)];
    let sum = 0;
    for (let k = 0; k < seeds; k++) sum += theirs[k] - mine[k];
    return sum / seeds;
  };
  const ranked = (split: Ask['split'], points: readonly Point[], seeds: number): Point[] =>
    distinct(points, nameOf)
      .map((point) => ({ point, gain: gain(split, point, seeds) }))
      .sort((a, b) => b.gain - a.gain)
      .map(({ point }) => point);

  let best = start;
  let bestGain = 0;
  let gainedAt = 0;
  const note = (stage: Step['stage'], points: number, seeds: number, leader: Point, validated: number | null): void => {
    log.push({
      stage,
      spent,
      points,
      seeds,
      best: leader,
      trainGain: gain('train', leader, seeds),
      validationGain: validated,
    });
  };

  /** Looks at points on validation seeds; the best of all so far is kept. */
  function* validate(points: readonly Point[]): Generator<Ask, number, Answer> {
    yield* look('validation', [start, ...points], validationSeeds);
    const gains = points.map((point) => gain('validation', point, validationSeeds));
    gains.forEach((each, k) => {
      if (!(each > bestGain)) return;
      best = points[k];
      bestGain = each;
      gainedAt = spent;
    });
    return Math.max(...gains);
  }

  // Random, then halving.
  const stages = stagesOf(trainSeeds);
  const forBroad = Math.max(BROAD * budget, least) - (FINALISTS + 1) * validationSeeds;
  let count = 2;
  while (broadCost(count + 1, stages) <= forBroad) count++;
  let field: Point[] = Array.from({ length: count }, () => drawPoint(space, luck));
  for (const [k, seeds] of stages.entries()) {
    yield* look('train', [start, ...field], seeds);
    field = ranked('train', field, seeds);
    const last = k === stages.length - 1;
    const checked = last ? field.slice(0, FINALISTS) : [];
    const validated = last ? yield* validate(checked) : null;
    note(k === 0 ? 'random' : 'halving', field.length + 1, seeds, field[0], validated);
    field = field.slice(0, Math.ceil(count / 2 ** (k + 1)));
  }

  // Local, around the best on validation.
  let centre = best;
  gainedAt = spent;
  let radius = FIRST_RADIUS;
  const quarter = Math.max(1, Math.ceil(trainSeeds / 4));
  let ended: Found['ended'] = 'budget';
  const round = NEIGHBOURS * quarter + RACERS * (trainSeeds - quarter) + validationSeeds;
  for (;;) {
    if (spent - gainedAt >= spent / 3) {
      ended = 'no gain';
      break;
    }
    if (spent + round > budget) break;
    const near = neighbours(space, centre, radius, { luck, nameOf, seen: costs.train });
    if (near.length === 0) {
      ended = 'no gain';
      break;
    }
    yield* look('train', near, quarter);
    const racers = ranked('train', near, quarter)
      .filter((point) => gain('train', point, quarter) > gain('train', centre, quarter))
      .slice(0, RACERS);
    yield* look('train', racers, trainSeeds);
    const [leader] = ranked('train', [centre, ...racers], trainSeeds);
    const better = nameOf(leader) !== nameOf(centre);
    const validated = better && missing('validation', [leader], validationSeeds) > 0 ? yield* validate([leader]) : null;
    if (better) centre = leader;
    else radius = Math.max(LEAST_RADIUS, SHRINK * radius);
    note('local', near.length + 1, trainSeeds, leader, validated);
  }
  return { point: best, trainGain: gain('train', best, trainSeeds), validationGain: bestGain, spent, ended, log };
}

/** Draws for each neighbour that is wanted: many moves change a knob that does nothing where the others stand. */
const TRIES = 20;

/** Points near the centre that nobody has looked at. */
function neighbours(
  space: Space,
  centre: Point,
  radius: number,
  { luck, nameOf, seen }: { luck: Stream; nameOf: (point: Point) => string; seen: ReadonlyMap<string, unknown> },
): Point[] {
  const found = new Map<string, Point>();
  for (let k = 0; k < TRIES * NEIGHBOURS && found.size < NEIGHBOURS; k++) {
    const point = neighbourOf(space, centre, radius, luck);
    if (!seen.has(nameOf(point))) found.set(nameOf(point), point);
  }
  return [...found.values()];
}

const distinct = (points: readonly Point[], nameOf: (point: Point) => string): Point[] => [
  ...new Map(points.map((point) => [nameOf(point), point])).values(),
];
