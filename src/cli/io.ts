/** What a command may use of the process it runs in. */
export interface Io {
  /** One line to standard output. */
  out(line: string): void;
  /** One line to standard error. */
  err(line: string): void;
  /** The text of a file; throws what the file system throws. */
  readFile(path: string): string;
  /** Writes a file whole or not at all, for its owner alone to read; throws what the file system throws. */
  writeFile(path: string, text: string): void;
  /** Whether a file is there. */
  exists(path: string): boolean;
  /** Whether every account of the machine may change a file; false where there are no such rights, or nobody can tell. */
  isWritableByOthers(path: string): boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  now(): number;
  /** The folder of the built explorer. */
  readonly explorerFolder: string;
  /** Of the package. */
  readonly version: string;
}
