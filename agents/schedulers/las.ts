/**
 * Least attained service (foreground-background): who has been served least goes first.
 *
 * rank = ⌊attained / quantum⌋, ties by arrival. Attained is what it has generated (tokens) or its time in batches (µs).
 *
 * The tie rule makes it share: in `serial` with a quantum of one token, the earliest of those who have least is served one
 * token, falls behind the others, and so they take turns. That is foreground-background processor sharing, cut into
 * tokens. A newcomer has nothing and is served at once. With a quantum of q they take turns of q tokens.
 *
 * Source: Nuyens and Wierman 2008 (survey). Information: none. It beats first come, first served only where sizes vary
 * widely, and thrashes where displacing costs memory: wrap it in `hysteresis` or `limited` there.
 */
import type { Scheduler } from '../../env/serving/policy.js';

export interface LasOptions {
  /** What counts as service: generated tokens, or µs in batches (prompts included) ['tokens']. */
  readonly by?: 'tokens' | 'service';
  /** Tokens or µs that are served in one go [1]. */
  readonly quantum?: number;
}

export const las = ({ by = 'tokens', quantum = 1 }: LasOptions = {}): Scheduler => ({
  name: 'las',
  decide({ changed, requests }, { rank }) {
    const { ids, n } = changed;
    const attained = by === 'tokens' ? requests.generated : requests.service;
    for (let k = 0; k < n; k++) rank[ids[k]] = Math.floor(attained[ids[k]] / quantum);
  },
});
