import type { Blueprint } from '../blueprint.js';

/** ESX hosts come into the inventory and leave it. */
export const hostCommission: Blueprint = {
  type: 'HOST_COMMISSION',
  plan(site, random) {
    const host = random.pick(site.hosts);
    return {
      name: `Commissioning host ${host.fqdn}`,
      description: `Adds host ${host.fqdn} to the free pool of ${site.code}-vcf01.`,
      resources: [host],
      steps: [
        {
          name: 'Validate host',
          description: 'Check version, networking and storage of the host',
          stages: ['Read host profile', 'Compare with network pool'],
        },
        { name: 'Check maintenance mode', description: 'Make sure that the host is not in maintenance mode', resources: [host] },
        { name: 'Rotate service account', description: 'Create the service account and set its password' },
        {
          name: 'Assign network pool',
          description: 'Reserve vMotion and vSAN addresses',
          stages: ['Lock pool', 'Reserve addresses', 'Release pool'],
        },
        { name: 'Save host', description: 'Write the host to the inventory' },
      ],
    };
  },
  failure: {
    errorCode: 'COMMISSION_HOST_FAILED',
    message: 'Host {} could not be commissioned',
    remediation: 'Correct the cause on the host, then retry the task.',
    because: {
      errorCode: 'HOST_NOT_REACHABLE',
      message: 'SSH to {} could not be opened',
      cause: 'Connection to {}:22 timed out after 30 seconds',
    },
  },
};

export const hostDecommission: Blueprint = {
  type: 'HOST_DECOMMISSION',
  plan(site, random) {
    const host = random.pick(site.hosts);
    return {
      name: `Decommissioning host ${host.fqdn}`,
      description: `Takes host ${host.fqdn} out of the free pool.`,
      resources: [host],
      steps: [
        { name: 'Check host is free', description: 'Make sure that no cluster uses the host' },
        { name: 'Release addresses', description: 'Give addresses back to the network pool' },
        { name: 'Delete service account', description: 'Remove the service account from the host' },
        { name: 'Remove host', description: 'Delete the host from the inventory' },
      ],
    };
  },
  failure: {
    errorCode: 'DECOMMISSION_HOST_FAILED',
    message: 'Host {} could not be decommissioned',
    remediation: 'Delete the vSAN datastore of the host, then retry the task.',
    because: {
      errorCode: 'HOST_HAS_VSAN_DATASTORE',
      message: '{} still holds a vSAN disk group',
      cause: 'Disk group naa.5000c500a1 is mounted',
    },
  },
};
