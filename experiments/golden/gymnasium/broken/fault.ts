/** What a broken environment is: the rule that it breaks, and how it is made. */
import type { EnvMaker } from '../../../../env/gym/check/check-env.js';

/** Some are so broken that they are no environments. */
type Maker = (how: Parameters<EnvMaker>[0]) => unknown;

/** By id. */
export type Faults = Readonly<Record<string, readonly [rule: string, make: Maker]>>;
