// What of the registry is used, and whether Berth keeps an index of it.
import { Switch } from "@patternfly/react-core";

import { Field, TextField } from "../../parts/field";
import { idOf, type PartProps } from "./parts";

export function Sharing({ draft, errors, editing, change, leave }: PartProps) {
  const fixed = editing && draft.providerType !== "pack";
  return (
    <>
      <Field
        id={idOf("sync")}
        label="Synchronization"
        error={errors.sync}
        help={
          fixed
            ? "Fixed when the registry was registered, as in Palette."
            : "On: Berth lists what is there, anew every day. Off: names have to be typed."
        }
      >
        <Switch
          id={idOf("sync")}
          label={draft.sync ? "On" : "Off"}
          aria-label="Synchronization"
          isChecked={draft.sync}
          isDisabled={fixed}
          onChange={(_, sync) => change({ sync })}
        />
      </Field>
      <TextField
        id={idOf("contentPaths")}
        label="Base content paths"
        required={draft.sync}
        mono
        placeholder="charts, team-a/charts"
        value={draft.contentPaths}
        error={errors.contentPaths}
        help="Where to look, separated by commas: a project, a prefix, or a repository."
        onChange={(contentPaths) => change({ contentPaths })}
        onBlur={() => leave("contentPaths")}
      />
    </>
  );
}
