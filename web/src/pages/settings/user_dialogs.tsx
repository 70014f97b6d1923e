// What is done to a user, each in a dialog.
import { Alert } from "@patternfly/react-core";
import { useState } from "react";

import {
  changeUser,
  createUser,
  removeUser,
  resetPassword,
  type Role,
  type User,
} from "../../api/people";
import { Choices, TextField } from "../../parts/field";
import { FormDialog } from "../../parts/form_dialog";
import { ShownOnce } from "../../parts/shown_once";
import { toast } from "../../parts/toasts";
import { say } from "../../words/say";
import { roles, roleTexts } from "./roles";

function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  return (
    <Choices<Role>
      id="role"
      label={say("people.role")}
      choices={roles.map((role) => ({
        value: role,
        title: say(roleTexts[role].name),
        text: say(roleTexts[role].may),
      }))}
      value={value}
      onChange={onChange}
    />
  );
}

function ShownPassword(props: { name: string; password: string; onClose: () => void }) {
  return (
    <ShownOnce
      id="password"
      title={say("people.passwordOf", { name: props.name })}
      warning={say("people.shownOnce")}
      secret={props.password}
      what={say("people.thePassword")}
      onClose={props.onClose}
    />
  );
}

export function NewUser({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [password, setPassword] = useState("");
  if (password) return <ShownPassword name={name.trim()} password={password} onClose={onClose} />;
  return (
    <FormDialog
      id="user"
      title={say("people.addUser")}
      action={say("people.add")}
      disabled={!name.trim()}
      onSubmit={async () => setPassword(await createUser(name.trim(), role))}
      onClose={onClose}
    >
      <TextField
        id="user-name"
        label={say("parts.userName")}
        required
        value={name}
        onChange={setName}
        help={say("people.nameHelp")}
      />
      <RoleChoice value={role} onChange={setRole} />
    </FormDialog>
  );
}

export function ChangeRole({ user, onClose }: { user: User; onClose: () => void }) {
  const before = user.spec.roles[0] ?? "viewer";
  const [role, setRole] = useState<Role>(before);
  return (
    <FormDialog
      id="change-role"
      title={say("people.roleOf", { name: user.metadata.name })}
      action={say("people.save")}
      disabled={role === before}
      onSubmit={async () => {
        await changeUser(user.metadata.uid, { roles: [role] });
        toast(
          "success",
          say("people.hasRole", { name: user.metadata.name, role: say(roleTexts[role].name) }),
        );
        onClose();
      }}
      onClose={onClose}
    >
      {user.spec.provider && (
        <Alert
          isInline
          variant="info"
          title={say("people.groupsDecide", { provider: user.spec.provider })}
        />
      )}
      <RoleChoice value={role} onChange={setRole} />
    </FormDialog>
  );
}

export function ResetPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const [password, setPassword] = useState("");
  const name = user.metadata.name;
  if (password) return <ShownPassword name={name} password={password} onClose={onClose} />;
  return (
    <FormDialog
      id="reset-password"
      title={say("people.newPasswordFor", { name })}
      action={say("people.makePassword")}
      danger
      onSubmit={async () => setPassword(await resetPassword(user.metadata.uid))}
      onClose={onClose}
    >
      <p>{say("people.resetMeans")}</p>
    </FormDialog>
  );
}

export function RemoveUser({ user, onClose }: { user: User; onClose: () => void }) {
  const name = user.metadata.name;
  return (
    <FormDialog
      id="remove-user"
      title={say("people.removeUser", { name })}
      action={say("people.remove")}
      danger
      onSubmit={async () => {
        await removeUser(user.metadata.uid);
        toast("success", say("people.wasRemoved", { name }));
        onClose();
      }}
      onClose={onClose}
    >
      <p>{say("people.removeMeans")}</p>
    </FormDialog>
  );
}
