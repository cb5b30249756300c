/** What can be wrong with the name of an environment: errors of their own, so that callers can tell them apart. */

/** Nothing is registered under the id. */
export class UnregisteredEnv extends Error {
  override name = 'UnregisteredEnv';
}

export class NamespaceNotFound extends UnregisteredEnv {
  override name = 'NamespaceNotFound';
}

export class NameNotFound extends UnregisteredEnv {
  override name = 'NameNotFound';
}

/** The version asked for is above all that there are. */
export class VersionNotFound extends UnregisteredEnv {
  override name = 'VersionNotFound';
}

/** The version asked for is not there any more; a newer one is. */
export class DeprecatedEnv extends Error {
  override name = 'DeprecatedEnv';
}

/** An environment that cannot be registered beside those that there are. */
export class RegistrationError extends Error {
  override name = 'RegistrationError';
}
