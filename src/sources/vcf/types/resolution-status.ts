import { registerEnumType } from 'type-graphql';

export const VcfResolutionStatus = {
  RESOLVED: 'RESOLVED',
  UNRESOLVED: 'UNRESOLVED',
  UNKNOWN: 'UNKNOWN',
} as const;
export type VcfResolutionStatus = keyof typeof VcfResolutionStatus;

registerEnumType(VcfResolutionStatus, {
  name: 'VcfResolutionStatus',
  description: "What SDDC Manager says of a task's resolution.",
  valuesConfig: {
    RESOLVED: { description: 'Resolved.' },
    UNRESOLVED: { description: 'Not resolved.' },
    UNKNOWN: { description: 'Another word.' },
  },
});
