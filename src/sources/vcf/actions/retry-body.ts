import { distinct } from '../translation/distinct.js';
import type { VcfCredentialsElementInput } from '../types/credentials-element-input.js';

/**
 * A CredentialsUpdateSpec, as JSON: the credentials of one resource together, absent keys left out. A ROTATE makes its
 * own passwords, so it carries none. The only place that reveals a password.
 */
export function retryBody(operationType: string, elements: readonly VcfCredentialsElementInput[], passwords: 'sent' | 'left out'): string {
  const resources = new Map<string, { resource: Resource; credentials: Credential[] }>();
  for (const element of elements) {
    const resource = resourceOf(element);
    const key = JSON.stringify(resource);
    const group = resources.get(key) ?? { resource, credentials: [] };
    group.credentials.push(credentialOf(element, passwords));
    resources.set(key, group);
  }
  return JSON.stringify({
    operationType,
    elements: [...resources.values()].map(({ resource, credentials }) => ({ ...resource, credentials: distinct(credentials) })),
  });
}

type Resource = ReturnType<typeof resourceOf>;
type Credential = ReturnType<typeof credentialOf>;

/** Undefined keys are left out by JSON. */
function resourceOf({ resourceName, resourceId, resourceType }: VcfCredentialsElementInput) {
  return { resourceName: resourceName ?? undefined, resourceId: resourceId ?? undefined, resourceType };
}

function credentialOf({ credentialType, accountType, username, password }: VcfCredentialsElementInput, passwords: 'sent' | 'left out') {
  return {
    credentialType: credentialType ?? undefined,
    accountType: accountType ?? undefined,
    username,
    password: passwords === 'sent' ? password?.reveal() : undefined,
  };
}
