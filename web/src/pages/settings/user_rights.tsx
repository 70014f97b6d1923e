// What a user may in this server's registry, by prefixes of repositories; and their full name.
import { Button, Checkbox } from "@patternfly/react-core";
import { useState } from "react";

import { changeUser, type Grant, type User } from "../../api/people";
import { TextField } from "../../parts/field";
import { FormDialog } from "../../parts/form_dialog";
import { toast } from "../../parts/toasts";
import { say, type PlainKey } from "../../words/say";

type Action = Grant["actions"][number];

const actions: Record<Action, PlainKey> = {
  pull: "people.pull",
  push: "people.push",
  delete: "people.deleteAction",
};

interface RowProps {
  index: number;
  grant: Grant;
  onChange: (grant: Grant | null) => void;
}

function GrantRow({ index, grant, onChange }: RowProps) {
  const toggle = (action: Action, on: boolean) =>
    onChange({
      ...grant,
      actions: (Object.keys(actions) as Action[]).filter((each) =>
        each === action ? on : grant.actions.includes(each),
      ),
    });
  const id = `grant-${index}`;
  return (
    <TextField
      id={id}
      label={say("people.prefix", { number: index + 1 })}
      mono
      value={grant.prefix}
      onChange={(prefix) => onChange({ ...grant, prefix: prefix.trim() })}
      {...(grant.prefix ? {} : { help: say("people.emptyPrefix") })}
      beside={
        <div className="row">
          {(Object.keys(actions) as Action[]).map((action) => (
            <Checkbox
              key={action}
              id={`${id}-${action}`}
              label={say(actions[action])}
              isChecked={grant.actions.includes(action)}
              onChange={(_, on) => toggle(action, on)}
            />
          ))}
          <Button
            variant="link"
            isInline
            aria-label={say("people.takePrefix", { number: index + 1 })}
            onClick={() => onChange(null)}
          >
            {say("people.remove")}
          </Button>
        </div>
      }
    />
  );
}

export function ChangeRights({ user, onClose }: { user: User; onClose: () => void }) {
  const [grants, setGrants] = useState(user.spec.grants);
  const name = user.metadata.name;
  const change = (at: number, grant: Grant | null) =>
    setGrants(
      grant
        ? grants.map((each, index) => (index === at ? grant : each))
        : grants.filter((_, index) => index !== at),
    );
  return (
    <FormDialog
      id="change-rights"
      title={say("people.rightsOf", { name })}
      action={say("people.save")}
      disabled={grants.some((grant) => grant.actions.length === 0)}
      onSubmit={async () => {
        await changeUser(user.metadata.uid, { grants });
        toast("success", say("people.rightsChanged", { name }));
        onClose();
      }}
      onClose={onClose}
    >
      <p>{say("people.rightsMean")}</p>
      {grants.map((grant, index) => (
        <GrantRow
          // Rows have nothing of their own but their place.
          key={index}
          index={index}
          grant={grant}
          onChange={(next) => change(index, next)}
        />
      ))}
      <Button
        variant="link"
        isInline
        onClick={() => setGrants([...grants, { prefix: "", actions: ["pull"] }])}
      >
        {say("people.addPrefix")}
      </Button>
    </FormDialog>
  );
}

export function ChangeName({ user, onClose }: { user: User; onClose: () => void }) {
  const [firstName, setFirstName] = useState(user.spec.firstName ?? "");
  const [lastName, setLastName] = useState(user.spec.lastName ?? "");
  const name = user.metadata.name;
  return (
    <FormDialog
      id="change-name"
      title={say("people.nameOf", { name })}
      action={say("people.save")}
      onSubmit={async () => {
        await changeUser(user.metadata.uid, {
          firstName: firstName.trim(),
          lastName: lastName.trim(),
        });
        toast("success", say("people.wasSaved", { name }));
        onClose();
      }}
      onClose={onClose}
    >
      <p>{say("people.nameMeans", { name })}</p>
      <TextField
        id="first-name"
        label={say("people.firstName")}
        value={firstName}
        onChange={setFirstName}
      />
      <TextField
        id="last-name"
        label={say("people.lastName")}
        value={lastName}
        onChange={setLastName}
      />
    </FormDialog>
  );
}
