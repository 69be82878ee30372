/** A source as the landing page shows it. New words of an enum may come: they are shown as they are. */
export interface SourceState {
  readonly name: string;
  readonly displayName: string;
  readonly kind: string;
  readonly health: {
    readonly status: string;
    readonly circuit: string;
    /** Median of the recent calls. */
    readonly latencyMs: number | null;
    readonly problem: { readonly kind: string; readonly message: string } | null;
  };
}

/** What came of asking the gateway how its sources are. */
export type SourceStates =
  | { readonly phase: 'known'; readonly sources: readonly SourceState[] }
  /** It answered, and does not tell: most often because the page carries no credentials. */
  | { readonly phase: 'refused' }
  | { readonly phase: 'unreachable' };

/** Reading the list asks the planes, so that their health is known; data of the last minute is good enough for this page. */
const query =
  '{ tasks(first: 0, maxAgeMs: 60000) { sources { source { name displayName kind health { status circuit latencyMs problem { kind message } } } } } }';

interface Answer {
  readonly data?: { readonly tasks?: { readonly sources: readonly { readonly source: SourceState }[] } | null } | null;
}

/** Asks the gateway that served this page. Never throws. */
export async function fetchSourceStates(): Promise<SourceStates> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    });
    const answer = (await response.json()) as Answer;
    const outcomes = answer.data?.tasks?.sources ?? null;
    return outcomes === null ? { phase: 'refused' } : { phase: 'known', sources: outcomes.map(({ source }) => source) };
  } catch {
    return { phase: 'unreachable' };
  }
}
