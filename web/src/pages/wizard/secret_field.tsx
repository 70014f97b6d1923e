// A secret: typed, or set on a day and to be replaced. What is stored never comes to the browser.
import { Button } from "@patternfly/react-core";
import { useState } from "react";

import { Age } from "../../parts/small";
import { AreaField, Field, TextField } from "../../parts/field";
import { say, sayWith } from "../../words/say";

interface Props {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  help?: string;
  /** When it was set, "" if that is not known; nothing if it is not. */
  stored?: string | undefined;
  lines?: boolean;
}

export function SecretField({ id, label, value, onChange, error, help, stored, lines }: Props) {
  const [replacing, setReplacing] = useState(false);
  if (stored !== undefined && !replacing && !value && !error) {
    return (
      <Field id={id} label={label}>
        <span className="row tight">
          <span>
            {stored ? sayWith("wizard.setOn", { age: <Age time={stored} /> }) : say("wizard.set")}
          </span>
          <Button
            id={id}
            aria-label={say("wizard.replaceField", { field: label })}
            variant="link"
            isInline
            onClick={() => setReplacing(true)}
          >
            {say("wizard.replace")}
          </Button>
        </span>
      </Field>
    );
  }
  // Typed and all of it deleted again: the field stays while it has the focus.
  const words = { ...(help ? { help } : {}), onFocus: () => setReplacing(true) };
  if (lines)
    return (
      <AreaField id={id} label={label} value={value} onChange={onChange} error={error} {...words} />
    );
  return (
    <TextField
      id={id}
      label={label}
      type="password"
      required={stored === undefined}
      value={value}
      onChange={onChange}
      error={error}
      {...words}
    />
  );
}
