/** Who is shown between a heuristic on static beliefs and the same heuristic with known lengths. */
import type { Group, Player } from '../players.js';
import type { Arm } from './share.js';

interface Cast {
  readonly base: string;
  /** Beliefs by their role. */
  readonly static: string;
  readonly refining: string;
  /** What predictor and policy came to in turns. */
  readonly inTurns: string;
  readonly known: string;
  readonly controls: readonly string[];
  /** Trainings by the beliefs that they were trained on, and act on. */
  readonly trained: ReadonlyMap<string, Group>;
}

interface Staged {
  /** From the heuristic on static beliefs to the one that knows. */
  readonly arms: readonly Arm[];
  /** The heuristic on other predictors, between the same two. */
  readonly controls: readonly Arm[];
  readonly players: readonly Player[];
}

export function castArms({ base, static: still, refining, inTurns, known, controls, trained }: Cast): Staged {
  const nameOn = (beliefs: string): string => `${base} on ${beliefs}`;
  const heuristic = (beliefs: string, label = base): Arm => ({ label, beliefs, players: [nameOn(beliefs)] });
  const policy = (beliefs: string, label = 'policy trained on these beliefs'): Arm => ({
    label,
    beliefs,
    players: trained.get(beliefs)?.policies.map((each) => each.label) ?? [],
  });
  const first = heuristic(still);
  const last = heuristic(known, `${base}, lengths known`);
  const alone = [...new Set([still, refining, inTurns, ...controls, known])];
  return {
    arms: [
      first,
      policy(still),
      heuristic(refining),
      policy(refining),
      ...(inTurns === refining ? [] : [heuristic(inTurns)]),
      policy(inTurns, 'policy and predictor in turns'),
      last,
    ],
    controls: [first, ...controls.map((beliefs) => heuristic(beliefs)), last],
    players: [
      ...alone.map((beliefs): Player => ({ label: nameOn(beliefs), rung: 'clairvoyant', scheduler: base, beliefs })),
      ...[...trained].flatMap(([beliefs, { policies }]) =>
        policies.map(({ label, scheduler }): Player => ({ label, rung: 'learned', scheduler, beliefs })),
      ),
    ],
  };
}
