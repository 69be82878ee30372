import { registerEnumType } from 'type-graphql';

export const TaskSourceCircuit = {
  CLOSED: 'CLOSED',
  HALF_OPEN: 'HALF_OPEN',
  OPEN: 'OPEN',
} as const;
export type TaskSourceCircuit = keyof typeof TaskSourceCircuit;

registerEnumType(TaskSourceCircuit, {
  name: 'TaskSourceCircuit',
  description: 'State of a circuit breaker.',
  valuesConfig: {
    CLOSED: { description: 'Calls go through.' },
    HALF_OPEN: { description: 'One call is tried.' },
    OPEN: { description: 'Calls fail at once.' },
  },
});
