// Who may log in here: list, add, change the role of, disable and remove users.
import { Button, Label } from "@patternfly/react-core";
import PlusCircleIcon from "@patternfly/react-icons/dist/esm/icons/plus-circle-icon";
import UsersIcon from "@patternfly/react-icons/dist/esm/icons/users-icon";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";

import { ApiError } from "../../api/client";
import { setUserActive, useUsers, type User } from "../../api/people";
import { hasRegistry, mayDo, useSession } from "../../api/session";
import { Page } from "../../parts/page";
import { Pager } from "../../parts/pager";
import { RowActions } from "../../parts/row_actions";
import { SearchField, useView } from "../../parts/search";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { toast } from "../../parts/toasts";
import { say } from "../../words/say";
import { roleTexts } from "./roles";
import { ChangeRole, NewUser, RemoveUser, ResetPassword } from "./user_dialogs";
import { ChangeName, ChangeRights } from "./user_rights";

type Dialog =
  | { kind: "new" }
  | { kind: "role" | "rights" | "name" | "password" | "remove"; user: User };

async function setActive(user: User, active: boolean) {
  const name = user.metadata.name;
  try {
    await setUserActive(user.metadata.uid, active);
    toast("success", say(active ? "people.mayAgain" : "people.isDisabled", { name }));
  } catch (error) {
    const known = error instanceof ApiError ? error : null;
    toast("danger", say("people.notChanged", { name }), known?.message ?? "");
  }
}

function InRegistry({ user }: { user: User }) {
  if (user.spec.roles[0] === "tenant_admin") return say("people.everything");
  if (user.spec.grants.length === 0) return say("people.nothing");
  return user.spec.grants.map((grant) => (
    <div key={grant.prefix} className="small breakable">
      {say("people.actionsOn", {
        actions: grant.actions.join(", "),
        prefix: grant.prefix || say("people.everything"),
      })}
    </div>
  ));
}

function Row({ user, onDialog }: { user: User; onDialog: (dialog: Dialog) => void }) {
  const { me } = useSession();
  const name = user.metadata.name;
  const own = me?.metadata.uid === user.metadata.uid;
  const active = user.status.isActive;
  const local = !user.spec.provider;
  const fullName = [user.spec.firstName, user.spec.lastName].filter(Boolean).join(" ");
  return (
    <Tr>
      <Td dataLabel={say("people.user")}>
        <strong className="breakable">{name}</strong>{" "}
        {own && <span className="subtle">{say("people.you")}</span>}
        {fullName && <div className="small breakable">{fullName}</div>}
        {!active && (
          <div>
            <Label isCompact color="grey">
              {say("people.disabled")}
            </Label>
          </div>
        )}
      </Td>
      <Td dataLabel={say("people.role")}>{say(roleTexts[user.spec.roles[0] ?? "viewer"].name)}</Td>
      <Td dataLabel={say("people.logsInWith")}>{user.spec.provider ?? say("parts.password")}</Td>
      {hasRegistry() && (
        <Td dataLabel={say("people.inRegistry")}>
          <InRegistry user={user} />
        </Td>
      )}
      <Td isActionCell>
        <RowActions
          name={name}
          actions={[
            { text: say("people.changeRole"), onClick: () => onDialog({ kind: "role", user }) },
            ...(hasRegistry() && user.spec.roles[0] !== "tenant_admin"
              ? [
                  {
                    text: say("people.changeRights"),
                    onClick: () => onDialog({ kind: "rights", user }),
                  },
                ]
              : []),
            { text: say("people.changeName"), onClick: () => onDialog({ kind: "name", user }) },
            ...(local
              ? [
                  {
                    text: say("people.newPassword"),
                    onClick: () => onDialog({ kind: "password", user }),
                  },
                ]
              : []),
            ...(own
              ? []
              : [
                  {
                    text: say(active ? "people.disable" : "people.enable"),
                    onClick: () => void setActive(user, !active),
                  },
                  {
                    text: say("people.remove"),
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
    <Table aria-label={say("people.users")} variant="compact">
      <Thead>
        <Tr>
          <Th>{say("people.user")}</Th>
          <Th>{say("people.role")}</Th>
          <Th>{say("people.logsInWith")}</Th>
          {hasRegistry() && <Th modifier="wrap">{say("people.inRegistry")}</Th>}
          <Th screenReaderText={say("parts.actions")} />
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
      <Page title={say("people.users")} crumbs={[{ text: say("parts.tenantSettings") }]}>
        <Nothing title={say("settings.forAdmins")}>{say("people.forAdmins")}</Nothing>
      </Page>
    );
  return (
    <Page
      title={say("people.users")}
      crumbs={[{ text: say("parts.tenantSettings") }]}
      lead={say(hasRegistry() ? "people.usersLead" : "people.tenantUsersLead")}
      actions={
        <Button icon={<PlusCircleIcon />} onClick={() => setDialog({ kind: "new" })}>
          {say("people.addUser")}
        </Button>
      }
    >
      <SearchField label={say("people.find")} />
      {users.isPending ? (
        <Waiting what={say("people.theUsers")} />
      ) : users.isError ? (
        <Failure
          error={users.error}
          what={say("people.theUsers")}
          again={() => void users.refetch()}
        />
      ) : users.data.items.length === 0 ? (
        <Nothing title={say("people.noMatch")} icon={UsersIcon}>
          {say("people.nothingHas", { search })}
        </Nothing>
      ) : (
        <>
          <UserTable users={users.data.items} onDialog={setDialog} />
          <Pager next={users.data.listmeta?.continue} />
        </>
      )}
      {dialog?.kind === "new" && <NewUser onClose={close} />}
      {dialog?.kind === "role" && <ChangeRole user={dialog.user} onClose={close} />}
      {dialog?.kind === "rights" && <ChangeRights user={dialog.user} onClose={close} />}
      {dialog?.kind === "name" && <ChangeName user={dialog.user} onClose={close} />}
      {dialog?.kind === "password" && <ResetPassword user={dialog.user} onClose={close} />}
      {dialog?.kind === "remove" && <RemoveUser user={dialog.user} onClose={close} />}
    </Page>
  );
}
