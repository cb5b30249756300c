/** How an environment is made, as data. */

/** A wrapper that was put around an environment, as data. */
export interface WrapperSpec {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a registered environment is, and with `kwargs` how one was made. */
export interface EnvSpec {
  /** `namespace/Name-vN`. */
  readonly id: string;
  /** A name under which code was registered; null where the spec holds the function itself, which has no JSON. */
  readonly entryPoint: string | null;
  readonly rewardThreshold: number | null;
  readonly nondeterministic: boolean;
  /** Steps after which an episode is truncated; null: no limit. */
  readonly maxEpisodeSteps: number | null;
  readonly orderEnforce: boolean;
  readonly disableEnvChecker: boolean;
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly additionalWrappers: readonly WrapperSpec[];
  readonly vectorEntryPoint: string | null;
}
