import { registerEnumType } from 'type-graphql';

export const VcfResolutionStatus = {
  RESOLVED: 'RESOLVED',
  UNRESOLVED: 'UNRESOLVED',
  UNKNOWN: 'UNKNOWN',
} as const;
export type VcfResolutionStatus = keyof typeof VcfResolutionStatus;

registerEnumType(VcfResolutionStatus, {
  name: 'VcfResolutionStatus',
  description: 'Whether SDDC Manager regards the failure of a task as resolved.',
  valuesConfig: {
    RESOLVED: { description: 'SDDC Manager reports the task as resolved.' },
    UNRESOLVED: { description: 'SDDC Manager reports the task as not resolved.' },
    UNKNOWN: { description: 'SDDC Manager sent a value that this gateway cannot translate.' },
  },
});
