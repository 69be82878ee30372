/** What serves the pages. */
export interface Site {
  /** `http://HOST:PORT`, without a path. */
  readonly url: string;
  close(): Promise<unknown>;
}
