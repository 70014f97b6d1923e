// What every part of the wizard is given.
import type { Draft, Field, StoredSecrets } from "./draft";
import type { Errors } from "./fields";

export interface PartProps {
  draft: Draft;
  stored: StoredSecrets;
  errors: Errors;
  /** Changing an existing registry: some things are fixed then. */
  editing: boolean;
  change: (changes: Partial<Draft>) => void;
  /** The person has left this field. */
  leave: (field: Field) => void;
}

export const idOf = (field: Field) => `field-${field}`;
