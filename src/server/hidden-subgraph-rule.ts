import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** A validation rule for where introspection is off: `_service` gives the schema in another form. */
export function hiddenSubgraphRule(context: ValidationContext): ASTVisitor {
  return {
    Field: (node) => {
      if (node.name.value !== '_service') return;
      context.reportError(
        new GraphQLError('The schema is not shown here: introspection is off. Composers take it from a file.', { nodes: node }),
      );
    },
  };
}
