import { BadUserInputError } from '../../error/bad-user-input-error.js';

/** Arguments of every paged field (Relay). Null is the same as absent. */
export interface PageArguments {
  /** How many from the start; excludes `last`. */
  readonly first?: number | null | undefined;
  /** A cursor: only what comes after it. */
  readonly after?: string | null | undefined;
  /** How many from the end; excludes `first`. */
  readonly last?: number | null | undefined;
  /** A cursor: only what comes before it. */
  readonly before?: string | null | undefined;
}

/** The length of a page when neither `first` nor `last` is given. */
export const defaultPageSize = 50;

/** The longest page that may be asked for. */
export const maxPageSize = 200;

/**
 * How many items a page may hold: 0 to 200.
 *
 * @throws BadUserInputError when `first` and `last` are both given, or when the one that is given is out of range.
 */
export function pageSizeOf({ first, last }: PageArguments): number {
  if (first != null && last != null) throw new BadUserInputError('Give first or last, not both.');
  if (first != null) return checked('first', first);
  return last == null ? defaultPageSize : checked('last', last);
}

function checked(name: string, size: number): number {
  if (Number.isInteger(size) && size >= 0 && size <= maxPageSize) return size;
  throw new BadUserInputError(`${name} is a whole number from 0 to ${maxPageSize}.`);
}
