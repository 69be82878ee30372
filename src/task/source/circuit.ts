import { registerEnumType } from 'type-graphql';

export const TaskSourceCircuit = {
  CLOSED: 'CLOSED',
  HALF_OPEN: 'HALF_OPEN',
  OPEN: 'OPEN',
} as const;
export type TaskSourceCircuit = keyof typeof TaskSourceCircuit;

registerEnumType(TaskSourceCircuit, {
  name: 'TaskSourceCircuit',
  description: 'State of the circuit breaker in front of a control plane, which suspends calls after repeated failures.',
  valuesConfig: {
    CLOSED: { description: 'Calls to the control plane are made normally.' },
    HALF_OPEN: { description: 'A single call is let through to test whether the control plane answers again.' },
    OPEN: { description: 'Calls fail at once and do not reach the control plane.' },
  },
});
