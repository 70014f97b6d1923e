// What is done to a user, each in a dialog.
import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader, Radio } from "@patternfly/react-core";
import { useState } from "react";

import {
  createUser,
  removeUser,
  resetPassword,
  setUserRole,
  type Role,
  type User,
} from "../../api/people";
import { TextField } from "../../parts/field";
import { FormDialog } from "../../parts/form_dialog";
import { Code } from "../../parts/small";
import { toast } from "../../parts/toasts";
import { roles, roleTexts } from "./roles";

function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  return (
    <fieldset className="stack">
      <legend className="small">
        <strong>Role</strong>
      </legend>
      {roles.map((role) => (
        <Radio
          key={role}
          id={`role-${role}`}
          name="role"
          label={roleTexts[role].name}
          description={roleTexts[role].may}
          isChecked={value === role}
          onChange={() => onChange(role)}
        />
      ))}
    </fieldset>
  );
}

/** A password is shown this once: no way around seeing it. */
function ShownPassword(props: { name: string; password: string; onClose: () => void }) {
  return (
    <Modal variant="small" isOpen onClose={props.onClose} aria-labelledby="password-title">
      <ModalHeader title={`The password of ${props.name}`} labelId="password-title" />
      <ModalBody>
        <div className="stack">
          <Alert
            isInline
            variant="warning"
            title="This is the only time that it is shown. Give it to them on a safe way."
          />
          <Code text={props.password} what="password" />
        </div>
      </ModalBody>
      <ModalFooter>
        <Button onClick={props.onClose}>I have kept it</Button>
      </ModalFooter>
    </Modal>
  );
}

export function NewUser({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [password, setPassword] = useState("");
  if (password)
    return <ShownPassword name={name.trim()} password={password} onClose={onClose} />;
  return (
    <FormDialog
      id="user"
      title="Add user"
      action="Add"
      disabled={!name.trim()}
      onSubmit={async () => setPassword(await createUser(name.trim(), role))}
      onClose={onClose}
    >
      <TextField
        id="user-name"
        label="User name"
        required
        value={name}
        onChange={setName}
        help="As typed at login: letters, digits and signs without spaces and colons. A password is made."
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
      title={`The role of ${user.metadata.name}`}
      action="Save"
      disabled={role === before}
      onSubmit={async () => {
        await setUserRole(user.metadata.uid, role);
        toast("success", `${user.metadata.name} is ${roleTexts[role].name} now`);
        onClose();
      }}
      onClose={onClose}
    >
      {user.spec.provider && (
        <Alert
          isInline
          variant="info"
          title={`At the next login the groups at ${user.spec.provider} decide again.`}
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
      title={`A new password for ${name}?`}
      action="Make a new password"
      danger
      onSubmit={async () => setPassword(await resetPassword(user.metadata.uid))}
      onClose={onClose}
    >
      <p>The one before stops working at once, and their sessions end.</p>
    </FormDialog>
  );
}

export function RemoveUser({ user, onClose }: { user: User; onClose: () => void }) {
  const name = user.metadata.name;
  return (
    <FormDialog
      id="remove-user"
      title={`Remove ${name}?`}
      action="Remove"
      danger
      onSubmit={async () => {
        await removeUser(user.metadata.uid);
        toast("success", `${name} was removed`);
        onClose();
      }}
      onClose={onClose}
    >
      <p>Their sessions end, and their API keys are deleted. What they pushed stays.</p>
    </FormDialog>
  );
}
