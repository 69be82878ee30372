/**
 * The JSON of SDDC Manager's task calls as its OpenAPI document (9.1.0.0) describes it, for what the simulator makes up
 * itself. Type aliases, so that each is a WireObject too.
 */
export type TaskJson = {
  id: string;
  name: string;
  localizableDescriptionPack?: MessagePackJson;
  type?: string;
  status: string;
  creationTimestamp: string;
  completionTimestamp?: string;
  subTasks?: SubTaskJson[];
  errors?: ErrorJson[];
  resources?: ResourceJson[];
  resolutionStatus?: 'RESOLVED' | 'UNRESOLVED';
  isCancellable?: boolean;
  isRetryable?: boolean;
};

/** It has no id. */
export type SubTaskJson = {
  name: string;
  type?: string;
  description: string;
  status: string;
  creationTimestamp: string;
  completionTimestamp?: string;
  stages?: StageJson[];
  errors?: ErrorJson[];
  resources?: ResourceJson[];
  subTasks?: SubTaskJson[];
  /** Since 9.0. */
  documentationLink?: { url?: string; label?: string };
};

export type StageJson = {
  name: string;
  type: string;
  description: string;
  status: string;
  creationTimestamp: string;
  completionTimestamp?: string;
  errors?: ErrorJson[];
};

/** Also the body of every 4xx and 5xx. */
export type ErrorJson = {
  errorCode?: string;
  errorType?: string;
  arguments?: string[];
  context?: { [key: string]: string };
  message?: string;
  remediationMessage?: string;
  causes?: { type?: string; message?: string }[];
  nestedErrors?: ErrorJson[];
  referenceToken?: string;
  /** Since 9.0. */
  label?: string;
  /** Since 9.0. */
  remediationUrl?: string;
  /** Since 9.1. */
  notifications?: NotificationJson[];
};

export type NotificationJson = {
  severity: 'INFO' | 'WARNING' | 'ERROR';
  message: string;
  remediations?: { message: string; link?: string }[];
  impactMessage?: string;
};

export type ResourceJson = { resourceId: string; type: string; fqdn?: string; name?: string };

export type MessagePackJson = { component?: string; messageKey: string; arguments?: string[]; message?: string; bundle?: string };

/** Another shape than TaskJson: subtasks have ids, nest through `dependentSubTasks` and carry passwords. */
export type CredentialsTaskJson = {
  id: string;
  name: string;
  type: string;
  status: string;
  creationTimestamp: string;
  completionTimestamp?: string;
  subTasks?: CredentialsSubTaskJson[];
  errors?: ErrorJson[];
  isAutoRotate?: boolean;
};

export type CredentialsSubTaskJson = {
  id: string;
  name: string;
  description: string;
  status: string;
  creationTimestamp: string;
  completionTimestamp?: string;
  resourceName: string;
  entityType: string;
  username: string;
  credentialType: string;
  oldPassword?: string;
  newPassword?: string;
  dependentSubTasks?: CredentialsSubTaskJson[];
  errors?: ErrorJson[];
};
