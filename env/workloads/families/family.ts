/** Families of workloads: a recipe with free parameters, drawn anew by each seed from ranges that differ between training and test. */
import { type Seed, stream } from '../../random.js';
import { recipeSource, type WorkloadRecipe } from '../recipe.js';
import type { Source } from '../workload.js';

/** What a workload is for. Seeds of different splits never meet. */
export const splits = ['train', 'validation', 'test'] as const;
export type Split = (typeof splits)[number];

/** Smallest and largest value, both ends included. */
export type Range = readonly [from: number, to: number];

/** A parameter and the range it is drawn from, uniformly, in each split. The test range lies partly outside the training range. */
export interface FamilyParameter extends Readonly<Record<Split, Range>> {
  readonly doc: string;
  /** Only whole values. */
  readonly whole?: boolean;
}

/** One value for each parameter. */
export type FamilyValues<Name extends string = string> = Readonly<Record<Name, number>>;

/** How much of it, whatever the parameters are. */
export interface Amount {
  /** Requests in all. */
  readonly requests: number;
  /** Mean rate of arrivals in requests/s; a closed loop has none. */
  readonly rate: number;
}

export interface Family<Name extends string = string> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: Readonly<Record<Name, FamilyParameter>>;
  recipe(values: FamilyValues<Name>, amount: Amount): WorkloadRecipe;
}

/** The values that a seed draws: each parameter from a stream of its own. */
export function drawValues<Name extends string>(family: Family<Name>, split: Split, seed: Seed): FamilyValues<Name> {
  const draw = (name: Name): number => {
    const { whole, [split]: range } = family.parameters[name];
    const [from, to] = range;
    const u = stream(`${split}/${seed}`, `${family.name}: ${name}`).next();
    return whole ? from + Math.floor(u * (to - from + 1)) : from + u * (to - from);
  };
  const names = Object.keys(family.parameters) as Name[];
  return Object.fromEntries(names.map((name) => [name, draw(name)])) as FamilyValues<Name>;
}

/**
 * The workloads of a family: a seed draws the parameters, then the requests.
 * @param fixed values that are not drawn
 * @throws RangeError naming a value that the family does not have
 */
export function familySource<Name extends string>(
  family: Family<Name>,
  split: Split,
  { requests = 600, rate = 1 }: Partial<Amount> = {},
  fixed: Partial<FamilyValues<Name>> = {},
): Source {
  for (const name of Object.keys(fixed)) {
    if (Object.hasOwn(family.parameters, name)) continue;
    const known = Object.keys(family.parameters).join(', ');
    throw new RangeError(`family ${family.name}: there is no parameter ${JSON.stringify(name)}, expected ${known}`);
  }
  return {
    name: family.name,
    sample(seed) {
      const values = { ...drawValues(family, split, seed), ...fixed };
      return recipeSource(family.recipe(values, { requests, rate })).sample(`${split}/${seed}`);
    },
  };
}
