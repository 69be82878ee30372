import type { Path } from './path.js';

/** Something wrong, before its place in the text is looked up. */
export interface Finding {
  readonly path: Path;
  /** Whether it is the key that is wrong, or its value. */
  readonly at: 'key' | 'value';
  /** True when the last step of the path may be a piece of a secret; it is not shown then. */
  readonly hidesName?: boolean;
  /** What was expected; never a value of the file. */
  readonly message: string;
}
