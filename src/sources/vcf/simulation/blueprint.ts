import type { Random } from '../../../simulation/random.js';
import type { Site } from './site.js';
import type { ResourceJson } from './wire-json.js';

/** A kind of work that SDDC Manager does. */
export interface Blueprint {
  /** As in the task's `type`: resource and operation. */
  readonly type: string;
  /** One piece of that work at a site. */
  plan(site: Site, random: Random): Plan;
  /** How it fails, when it does. */
  readonly failure: FailureBlueprint;
}

export interface Plan {
  readonly name: string;
  /** A longer sentence, for localizableDescriptionPack. */
  readonly description: string;
  readonly resources: readonly ResourceJson[];
  readonly steps: readonly StepBlueprint[];
}

export interface StepBlueprint {
  readonly name: string;
  readonly description: string;
  readonly stages?: readonly string[];
  readonly steps?: readonly StepBlueprint[];
  readonly resources?: readonly ResourceJson[];
  readonly documentationLink?: { readonly url: string; readonly label: string };
}

/** What the task says, and the error below it that says why. */
export interface FailureBlueprint {
  readonly errorCode: string;
  readonly message: string;
  readonly remediation: string;
  readonly because: { readonly errorCode: string; readonly message: string; readonly cause: string };
}
