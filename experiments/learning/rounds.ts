/** Plays everybody who meets at each place on threads, once; an interrupted run goes on. */
import { extname } from 'node:path';
import type { Talk } from '../cli/command.js';
import { openKeptRuns } from '../kept-runs.js';
import { openJournal } from '../results.js';
import { type Field, type Meeting, openField, type Result, resultName } from './meetings.js';
import type { Place } from './places.js';
import type { Player } from './players.js';

/** Who meets at a place, on how many seeds. */
export interface Round {
  readonly place: Place;
  readonly seeds: number;
  readonly players: readonly Player[];
}

/** Looks up an episode. */
export type ResultAt = (place: Place, index: number, player: string) => Result;

/**
 * The journal `episodes.jsonl` in `folder` holds all episodes in the order of rounds, seeds, players.
 * @param hash of all that they depend on
 * @throws Interrupted on Ctrl-C, saying what is kept and where
 */
export async function playRounds(
  setup: Omit<Field, 'places'>,
  rounds: readonly Round[],
  folder: string,
  hash: string,
  talk: Talk,
): Promise<ResultAt> {
  const meetings = rounds.flatMap(({ seeds, players }, place) =>
    Array.from({ length: seeds }, (_, index): Meeting => ({ place, index, players })),
  );
  const nameIn = ({ place, index }: Meeting, { label }: Player): string =>
    resultName({ place: rounds[place].place.name, index, player: label });
  const wanted = meetings.flatMap((meeting) => meeting.players.map((player) => nameIn(meeting, player)));
  const progress = talk.progress('episodes', wanted.length);
  const kept = openKeptRuns<Field, Meeting, Result>({
    module: new URL(`./worker${extname(import.meta.url)}`, import.meta.url),
    setup: { ...setup, places: rounds.map(({ place }) => place) },
    here: openField,
    journal: openJournal<Result>(folder, 'episodes', hash, talk.run.resume),
    talk,
    nameOf: resultName,
    onResult: (known) => progress.at(known),
  });
  const missing = meetings
    .map((meeting) => ({
      ...meeting,
      players: meeting.players.filter((player) => !kept.known.has(nameIn(meeting, player))),
    }))
    .filter(({ players }) => players.length > 0);
  await kept.run(missing).finally(progress.end);
  kept.finish(wanted);
  return (place, index, player) => kept.known.get(resultName({ place: place.name, index, player })) as Result;
}
