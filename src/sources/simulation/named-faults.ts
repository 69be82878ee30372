import type { PlaneFault } from './plane-server.js';

/** How long a slow plane takes for each call, in milliseconds: longer than people like, and shorter than the time-out of a call. */
const slowMs = 2_500;

/** The ways in which a person can break a simulated plane. */
export const namedFaults = {
  /** It answers each call after 2.5 seconds. */
  slow: async (_call, handle) => {
    await new Promise((resolve) => setTimeout(resolve, slowMs).unref());
    return handle();
  },
  /** It accepts connections and never answers. */
  silent: () => 'silence',
  /** It answers with a page for people, as a proxy or a log-in in front of it would. */
  wrong: () => ({
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<!doctype html><title>Sign in</title><p>Sign in to go on.</p>',
  }),
  /** Every connection is reset. */
  gone: () => 'hang-up',
} as const satisfies Readonly<Record<string, PlaneFault>>;

export type FaultName = keyof typeof namedFaults;
