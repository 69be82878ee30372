import { registerEnumType } from 'type-graphql';

export const TaskSourceStatus = {
  UP: 'UP',
  DEGRADED: 'DEGRADED',
  DOWN: 'DOWN',
  UNKNOWN: 'UNKNOWN',
} as const;
export type TaskSourceStatus = keyof typeof TaskSourceStatus;

registerEnumType(TaskSourceStatus, {
  name: 'TaskSourceStatus',
  description: 'Health of a source in one value. Values may be added; treat one that you do not know as UNKNOWN.',
  valuesConfig: {
    UP: { description: 'The control plane answers completely and in good time.' },
    DEGRADED: { description: 'The control plane answers only in part, or its median latency is half of the configured timeout or more.' },
    DOWN: { description: 'The control plane did not answer the last read, or refused it.' },
    UNKNOWN: { description: 'The control plane has not been read yet.' },
  },
});
