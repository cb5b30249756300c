/** Curves over time in print: how many steps, in which unit. */
import type { Piece } from '../inspect/inspection.js';

/** Neighbouring pieces added up until at most so many are left: more are noise. */
const PIECES = 120;

export function coarse(pieces: readonly Piece[]): Piece[] {
  const together = Math.ceil(pieces.length / PIECES);
  return Array.from({ length: Math.ceil(pieces.length / together) }, (_, k) => {
    const group = pieces.slice(k * together, (k + 1) * together);
    const sum = (name: keyof Piece): number => group.reduce((total, piece) => total + piece[name], 0);
    return {
      from: group[0].from,
      to: group[group.length - 1].to,
      requests: sum('requests'),
      promptTokens: sum('promptTokens'),
      outputTokens: sum('outputTokens'),
      hitTokens: sum('hitTokens'),
    };
  });
}

/** Axis of time in a unit that keeps numbers short. */
export function timeUnit(seconds: number): { readonly name: string; readonly seconds: number } {
  const units = [
    { name: 'days', seconds: 86_400 },
    { name: 'hours', seconds: 3600 },
    { name: 'minutes', seconds: 60 },
  ];
  return units.find((unit) => seconds > 5 * unit.seconds) ?? { name: 'seconds', seconds: 1 };
}
