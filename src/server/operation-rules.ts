import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, OperationTypeNode } from 'graphql';

import type { ErrorCode } from '../task/error/tributary-error.js';
import { rootFieldsOf } from './root-fields.js';

/** Refuses valid operations that are not answered here, before anything of them runs. 0 root fields of a mutation is no limit. */
export function operationRules(maxMutationRootFields: number): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation }) {
          // Execution says why there is none.
          if (operation === undefined) return;
          if (operation.operation === OperationTypeNode.SUBSCRIPTION)
            throw refused(
              'A subscription is not answered here: open it over WebSocket at /graphql, or as an event stream at /graphql/stream.',
              'OPERATION_RESOLUTION_FAILURE',
            );
          if (operation.operation !== OperationTypeNode.MUTATION || maxMutationRootFields === 0) return;
          if (rootFieldsOf(operation, document).size > maxMutationRootFields)
            throw refused('The mutation has more root fields than limits.mutationRootFields allows.', 'LIMIT_EXCEEDED');
        },
      };
    },
  };
}

function refused(message: string, code: ErrorCode): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } });
}
