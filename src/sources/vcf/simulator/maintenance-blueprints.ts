import type { Blueprint } from './blueprint.js';

/** Commissioning and decommissioning of ESX hosts. */
export const hostCommission: Blueprint = {
  type: 'HOST_COMMISSION',
  minutes: 12,
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
  minutes: 6,
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

/** Certificates, bundles, backups and upgrades. */
export const certificateReplacement: Blueprint = {
  type: 'CERTIFICATE_REPLACEMENT',
  minutes: 14,
  plan(site, random) {
    const target = random.pick([...site.vCenters, ...site.nsxManagers]);
    return {
      name: `Replacing certificate of ${target.fqdn}`,
      description: `Installs a certificate of the corporate authority on ${target.fqdn}.`,
      resources: [target],
      steps: [
        { name: 'Check certificate chain', description: 'Verify the chain up to a trusted root' },
        { name: 'Install certificate', description: 'Replace the machine certificate', stages: ['Upload', 'Restart services'] },
        { name: 'Update trust', description: 'Add the new certificate to every trust store' },
      ],
    };
  },
  failure: {
    errorCode: 'CERTIFICATE_REPLACEMENT_FAILED',
    message: 'The certificate of {} could not be replaced',
    remediation: 'Upload a complete chain, then retry the task.',
    because: {
      errorCode: 'CERTIFICATE_CHAIN_INCOMPLETE',
      message: 'The chain for {} ends at an unknown issuer',
      cause: 'No certificate of issuer CN=Corp Issuing CA 2',
    },
  },
};

export const bundleDownload: Blueprint = {
  type: 'BUNDLE_DOWNLOAD',
  minutes: 22,
  plan(site, random) {
    const product = random.pick(['ESX', 'vCenter', 'NSX', 'SDDC Manager']);
    const version = `9.0.${random.between(1, 3)}.0`;
    return {
      name: `Downloading bundle ${product} ${version}`,
      description: `Downloads the ${product} ${version} bundle from the depot and verifies it.`,
      resources: [site.sddcManager],
      steps: [
        { name: 'Fetch manifest', description: 'Read the bundle manifest from the depot' },
        { name: 'Download bundle', description: 'Download the bundle file', stages: ['Download', 'Verify checksum'] },
        { name: 'Unpack bundle', description: 'Unpack the bundle into the repository' },
      ],
    };
  },
  failure: {
    errorCode: 'BUNDLE_DOWNLOAD_FAILED',
    message: 'The bundle could not be downloaded to {}',
    remediation: 'Check the connection to the depot, then retry the task.',
    because: {
      errorCode: 'BUNDLE_CHECKSUM_MISMATCH',
      message: 'The checksum of the bundle is wrong',
      cause: 'The download ended after 6.1 of 8.4 GB',
    },
  },
};

export const managerBackup: Blueprint = {
  type: 'SDDC_MANAGER_BACKUP',
  minutes: 7,
  plan: (site) => ({
    name: `Backing up ${site.sddcManager.fqdn}`,
    description: 'Backs up the configuration of SDDC Manager to the SFTP server.',
    resources: [site.sddcManager],
    steps: [
      { name: 'Quiesce services', description: 'Stop writes to the inventory' },
      { name: 'Dump database', description: 'Dump the inventory database' },
      { name: 'Upload archive', description: 'Encrypt the archive and copy it to the SFTP server', stages: ['Encrypt', 'Copy'] },
      { name: 'Resume services', description: 'Allow writes again' },
    ],
  }),
  failure: {
    errorCode: 'BACKUP_FAILED',
    message: '{} could not be backed up',
    remediation: 'Free space on the SFTP server, then retry the task.',
    because: {
      errorCode: 'BACKUP_TARGET_FULL',
      message: 'The SFTP server refused the archive',
      cause: 'No space left on device /backups/vcf',
    },
  },
};

export const upgradePrecheck: Blueprint = {
  type: 'UPGRADE_PRECHECK',
  minutes: 16,
  plan(site, random) {
    const domain = random.pick(site.domains);
    return {
      name: `Upgrade precheck of domain ${domain.name}`,
      description: `Checks whether domain ${domain.name} is ready for its next upgrade.`,
      resources: [domain],
      steps: [
        {
          name: 'Check management',
          description: 'Check the management components',
          steps: [
            { name: 'Check vCenter', description: 'Health, space and backups of vCenter' },
            { name: 'Check NSX', description: 'Health and backups of NSX' },
          ],
        },
        { name: 'Check hosts', description: 'Health and compatibility of the hosts', stages: ['Hardware', 'vSAN'] },
        { name: 'Write report', description: 'Put the findings together' },
      ],
    };
  },
  failure: {
    errorCode: 'UPGRADE_PRECHECK_FAILED',
    message: 'Domain {} is not ready for an upgrade',
    remediation: 'Correct the findings and run the precheck again.',
    because: {
      errorCode: 'VSAN_OBJECTS_NOT_HEALTHY',
      message: 'vSAN has objects with reduced availability',
      cause: '7 objects wait for a rebuild',
    },
  },
};

export const hostUpgrade: Blueprint = {
  type: 'ESX_UPGRADE',
  minutes: 95,
  plan(site, random) {
    const cluster = random.pick(site.clusters);
    return {
      name: `Upgrading hosts of cluster ${cluster.name}`,
      description: `Upgrades the hosts of cluster ${cluster.name}, one after the other.`,
      resources: [cluster],
      steps: site.hosts.slice(0, 4).map((host) => ({
        name: `Upgrade ${host.fqdn}`,
        description: 'Evacuate, upgrade and restart the host',
        stages: ['Enter maintenance mode', 'Remediate', 'Restart'],
        resources: [host],
      })),
    };
  },
  failure: {
    errorCode: 'ESX_UPGRADE_FAILED',
    message: 'The hosts of {} could not be upgraded',
    remediation: 'Move or power off the virtual machine, then retry the task.',
    because: {
      errorCode: 'MAINTENANCE_MODE_TIMEOUT',
      message: 'A host did not enter maintenance mode',
      cause: 'Virtual machine app-db-07 cannot be moved: it uses a local device',
    },
  },
};
