import type { GrantedAction } from '../../../src/gateway/access/policy.js';
import type { Callers } from '../../support/callers.js';
import type { PlaneName } from '../../support/world.js';

export const sourceNames = ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'] as const satisfies readonly PlaneName[];

type Row = Readonly<Partial<Record<PlaneName, readonly GrantedAction[]>>>;

/** What each caller may do with each source; everything else is forbidden. */
export const policy: Readonly<Record<string, Row>> = {
  none: {},
  'reader-sfo': { 'vcf-sfo': ['read'] },
  'reader-all': { 'catalog-demo': ['read'], 'astra-demo': ['read'], 'vcf-sfo': ['read'], 'vcf-lax': ['read'] },
  'retrier-sfo': { 'vcf-sfo': ['read', 'retry'], 'vcf-lax': ['read'] },
  'canceller-lax': { 'vcf-sfo': ['read'], 'vcf-lax': ['read', 'cancel'] },
  tracker: { 'catalog-demo': ['read', 'track'], 'astra-demo': ['read'] },
  blind: {
    'catalog-demo': ['track', 'retry'],
    'astra-demo': ['retry', 'cancel'],
    'vcf-sfo': ['retry', 'cancel'],
    'vcf-lax': ['retry', 'cancel'],
  },
  crossed: { 'astra-demo': ['read'], 'vcf-sfo': ['retry'], 'vcf-lax': ['read', 'retry'] },
  everything: {
    'catalog-demo': ['read', 'track', 'retry', 'cancel'],
    'astra-demo': ['read', 'track', 'retry', 'cancel'],
    'vcf-sfo': ['read', 'track', 'retry', 'cancel'],
    'vcf-lax': ['read', 'track', 'retry', 'cancel'],
  },
};

export const callerNames = Object.keys(policy);

export function may(caller: string, action: GrantedAction, source: PlaneName): boolean {
  return policy[caller]?.[source]?.includes(action) ?? false;
}

/** The table as grants. */
export const callers: Callers = Object.fromEntries(
  Object.entries(policy).map(([caller, row]) => [caller, Object.entries(row).map(([source, actions]) => ({ actions, sources: [source] }))]),
);
