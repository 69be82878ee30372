/** What differs between versions of SDDC Manager, or is documented nowhere. Tests change these at any time. */
export interface Modes {
  /** Number of the first page. */
  pageBase: 0 | 1;
  /** Whether lists say how many pages there are; the published samples do not. */
  withPageMetadata: boolean;
  /** As before 5.1: everything in one answer; parameters of paging, ordering and taskName are not known; tasks have no isRetryable. */
  legacy: boolean;
  /** The order when none is asked for. */
  newestFirst: boolean;
  /** False: no credentials routes; they answer 404. */
  credentialsAvailable: boolean;
}
