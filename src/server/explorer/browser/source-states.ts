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

const query = '{ taskSources { name displayName kind health { status circuit latencyMs problem { kind message } } } }';

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
    const answer = (await response.json()) as { data?: { taskSources?: readonly SourceState[] | null } | null };
    const sources = answer.data?.taskSources ?? null;
    return sources === null ? { phase: 'refused' } : { phase: 'known', sources };
  } catch {
    return { phase: 'unreachable' };
  }
}
