// What of the registry is used, and whether Berth keeps an index of it.
import { Switch } from "@patternfly/react-core";

import { Field, TextField } from "../../parts/field";
import { say } from "../../words/say";
import { idOf, type PartProps } from "./parts";

export function Sharing({ draft, errors, editing, change, leave }: PartProps) {
  const fixed = editing && draft.providerType !== "pack";
  return (
    <>
      <Field
        id={idOf("sync")}
        label={say("parts.synchronization")}
        error={errors.sync}
        help={fixed ? say("wizard.syncFixed") : say("wizard.syncHelp")}
      >
        <Switch
          id={idOf("sync")}
          label={draft.sync ? say("parts.on") : say("parts.off")}
          aria-label={say("parts.synchronization")}
          isChecked={draft.sync}
          isDisabled={fixed}
          onChange={(_, sync) => change({ sync })}
        />
      </Field>
      <TextField
        id={idOf("contentPaths")}
        label={say("wizard.contentPaths")}
        required={draft.sync}
        mono
        placeholder="charts, team-a/charts"
        value={draft.contentPaths}
        error={errors.contentPaths}
        help={say("wizard.contentPathsHelp")}
        onChange={(contentPaths) => change({ contentPaths })}
        onBlur={() => leave("contentPaths")}
      />
    </>
  );
}
