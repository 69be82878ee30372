import { registerEnumType } from 'type-graphql';

export const TaskSourceProblemKind = {
  TIMEOUT: 'TIMEOUT',
  UNREACHABLE: 'UNREACHABLE',
  TLS: 'TLS',
  HTTP_STATUS: 'HTTP_STATUS',
  NOT_FOUND: 'NOT_FOUND',
  RATE_LIMITED: 'RATE_LIMITED',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  CIRCUIT_OPEN: 'CIRCUIT_OPEN',
  OVERLOADED: 'OVERLOADED',
  MALFORMED_RESPONSE: 'MALFORMED_RESPONSE',
  TOO_LARGE: 'TOO_LARGE',
  OTHER: 'OTHER',
} as const;
export type TaskSourceProblemKind = keyof typeof TaskSourceProblemKind;

registerEnumType(TaskSourceProblemKind, {
  name: 'TaskSourceProblemKind',
  description: 'Category of a source problem. Values may be added; treat one that you do not know as OTHER.',
  valuesConfig: {
    TIMEOUT: { description: 'The control plane did not answer before the deadline.' },
    UNREACHABLE: { description: 'No connection to the control plane could be made or kept: name resolution or the network failed.' },
    TLS: { description: 'No trusted TLS connection could be made, for example because the certificate is not valid.' },
    HTTP_STATUS: { description: 'The control plane answered with an HTTP status that has no category of its own.' },
    NOT_FOUND: { description: 'The control plane does not know the path, account or zone of the request.' },
    RATE_LIMITED: { description: 'The control plane limits the rate of requests and refused this one.' },
    UNAUTHENTICATED: { description: 'The control plane did not accept the credentials.' },
    FORBIDDEN: { description: 'The control plane accepted the credentials, but they do not permit the request.' },
    CIRCUIT_OPEN: {
      description: 'The control plane was not contacted, because it failed repeatedly a moment ago and the circuit breaker is open.',
    },
    OVERLOADED: { description: 'The control plane was not contacted, because too many calls to it are waiting already.' },
    MALFORMED_RESPONSE: { description: 'The answer of the control plane does not have the form that its API documents.' },
    TOO_LARGE: { description: 'The answer of the control plane is larger than the configured limit.' },
    OTHER: { description: 'A problem that fits no other category.' },
  },
});
