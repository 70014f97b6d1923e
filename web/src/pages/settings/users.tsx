// Who may log in here: list, add, change the role of, disable and remove users.
import { Button, Label } from "@patternfly/react-core";
import PlusCircleIcon from "@patternfly/react-icons/dist/esm/icons/plus-circle-icon";
import UsersIcon from "@patternfly/react-icons/dist/esm/icons/users-icon";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";

import { ApiError } from "../../api/client";
import { setUserActive, useUsers, type User } from "../../api/people";
import { mayDo, useSession } from "../../api/session";
import { Page } from "../../parts/page";
import { Pager } from "../../parts/pager";
import { RowActions } from "../../parts/row_actions";
import { SearchField, useView } from "../../parts/search";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { toast } from "../../parts/toasts";
import { roleTexts } from "./roles";
import { ChangeRole, NewUser, RemoveUser, ResetPassword } from "./user_dialogs";

type Dialog = { kind: "new" } | { kind: "role" | "password" | "remove"; user: User };

async function setActive(user: User, active: boolean) {
  const name = user.metadata.name;
  try {
    await setUserActive(user.metadata.uid, active);
    toast("success", active ? `${name} may log in again` : `${name} is disabled`);
  } catch (error) {
    const known = error instanceof ApiError ? error : null;
    toast("danger", `${name} was not changed`, known?.message ?? "");
  }
}

function Row({ user, onDialog }: { user: User; onDialog: (dialog: Dialog) => void }) {
  const { me } = useSession();
  const name = user.metadata.name;
  const own = me?.metadata.uid === user.metadata.uid;
  const active = user.status.isActive;
  const local = !user.spec.provider;
  return (
    <Tr>
      <Td dataLabel="User">
        <strong className="breakable">{name}</strong> {own && <span className="subtle">you</span>}
        {!active && (
          <div>
            <Label isCompact color="grey">
              Disabled
            </Label>
          </div>
        )}
      </Td>
      <Td dataLabel="Role">{roleTexts[user.spec.roles[0] ?? "viewer"].name}</Td>
      <Td dataLabel="Logs in with">{user.spec.provider ?? "Password"}</Td>
      <Td dataLabel="In this server's registry">
        {user.spec.roles[0] === "tenant_admin"
          ? "everything"
          : user.spec.grants.map((grant) => (
              <div key={grant.prefix} className="small breakable">
                {grant.actions.join(", ")} on {grant.prefix || "everything"}
              </div>
            ))}
      </Td>
      <Td isActionCell>
        <RowActions
          name={name}
          actions={[
            { text: "Change role", onClick: () => onDialog({ kind: "role", user }) },
            ...(local
              ? [{ text: "New password", onClick: () => onDialog({ kind: "password", user }) }]
              : []),
            ...(own
              ? []
              : [
                  {
                    text: active ? "Disable" : "Enable",
                    onClick: () => void setActive(user, !active),
                  },
                  {
                    text: "Remove",
                    danger: true,
                    onClick: () => onDialog({ kind: "remove", user }),
                  },
                ]),
          ]}
        />
      </Td>
    </Tr>
  );
}

function UserTable({ users, onDialog }: { users: User[]; onDialog: (dialog: Dialog) => void }) {
  return (
    <Table aria-label="Users" variant="compact">
      <Thead>
        <Tr>
          <Th>User</Th>
          <Th>Role</Th>
          <Th>Logs in with</Th>
          <Th>In this server&apos;s registry</Th>
          <Th screenReaderText="Actions" />
        </Tr>
      </Thead>
      <Tbody>
        {users.map((user) => (
          <Row key={user.metadata.uid} user={user} onDialog={onDialog} />
        ))}
      </Tbody>
    </Table>
  );
}

export function Users() {
  const view = useView();
  const search = view.of("search");
  const users = useUsers(search, view.of("after"));
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  if (!mayDo("manage"))
    return (
      <Page title="Users" crumbs={[{ text: "Tenant Settings" }]}>
        <Nothing title="This is for tenant admins">Your role may not see the users.</Nothing>
      </Page>
    );
  return (
    <Page
      title="Users"
      crumbs={[{ text: "Tenant Settings" }]}
      lead="Who may log in here, and what they may do. The same users push and pull in this server's registry."
      actions={
        <Button icon={<PlusCircleIcon />} onClick={() => setDialog({ kind: "new" })}>
          Add user
        </Button>
      }
    >
      <SearchField label="Find a user" />
      {users.isPending ? (
        <Waiting what="the users" />
      ) : users.isError ? (
        <Failure error={users.error} what="The users" again={() => void users.refetch()} />
      ) : users.data.items.length === 0 ? (
        <Nothing title="No user has such a name" icon={UsersIcon}>
          Nothing was found for {search}.
        </Nothing>
      ) : (
        <>
          <UserTable users={users.data.items} onDialog={setDialog} />
          <Pager next={users.data.listmeta?.continue} />
        </>
      )}
      {dialog?.kind === "new" && <NewUser onClose={close} />}
      {dialog?.kind === "role" && <ChangeRole user={dialog.user} onClose={close} />}
      {dialog?.kind === "password" && <ResetPassword user={dialog.user} onClose={close} />}
      {dialog?.kind === "remove" && <RemoveUser user={dialog.user} onClose={close} />}
    </Page>
  );
}
