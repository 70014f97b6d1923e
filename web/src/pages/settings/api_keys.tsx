import { Button, FormSelect, FormSelectOption } from "@patternfly/react-core";
import PlusCircleIcon from "@patternfly/react-icons/dist/esm/icons/plus-circle-icon";
import KeyIcon from "@patternfly/react-icons/dist/esm/icons/key-icon";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";

import { createApiKey, deleteApiKey } from "../../api/actions";
import { useApiKeys } from "../../api/queries";
import { mayDo } from "../../api/session";
import type { ApiKey, Right } from "../../api/types";
import { Field, TextField } from "../../parts/field";
import { FormDialog } from "../../parts/form_dialog";
import { Page } from "../../parts/page";
import { ShownOnce } from "../../parts/shown_once";
import { Age } from "../../parts/small";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { toast } from "../../parts/toasts";
import { say, sayWith } from "../../words/say";
import { rights } from "./rights";

const scopes = {
  see: "settings.maySee",
  use: "settings.mayUse",
  manage: "settings.mayManage",
} as const;
const expiries = {
  "7": "settings.in7Days",
  "30": "settings.in30Days",
  "90": "settings.in90Days",
  "365": "settings.inAYear",
} as const;

function NewKey({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [scope, setScope] = useState<Right>("see");
  const [key, setKey] = useState("");
  const create = async () => {
    const expiry = new Date(Date.now() + Number(days) * 86_400_000).toISOString();
    setKey(await createApiKey(name.trim(), expiry, scope));
  };
  if (key)
    return (
      <ShownOnce
        id="key"
        title={say("settings.yourNewKey")}
        warning={say("settings.shownOnce")}
        secret={key}
        what={say("settings.theKey")}
        onClose={onClose}
      />
    );
  return (
    <FormDialog
      id="key"
      title={say("settings.newKey")}
      action={say("settings.create")}
      disabled={!name.trim()}
      onSubmit={create}
      onClose={onClose}
    >
      <TextField
        id="key-name"
        label={say("parts.name")}
        required
        value={name}
        onChange={setName}
        help={say("settings.whatFor")}
      />
      <Field id="key-scope" label={say("settings.whatItMay")}>
        <FormSelect id="key-scope" value={scope} onChange={(_, value) => setScope(value as Right)}>
          {(Object.keys(scopes) as Right[])
            .filter((right) => mayDo(right))
            .map((right) => (
              <FormSelectOption key={right} value={right} label={say(scopes[right])} />
            ))}
        </FormSelect>
      </Field>
      <Field id="key-days" label={say("settings.expires")}>
        <FormSelect id="key-days" value={days} onChange={(_, value) => setDays(value)}>
          {Object.entries(expiries).map(([count, text]) => (
            <FormSelectOption key={count} value={count} label={say(text)} />
          ))}
        </FormSelect>
      </Field>
    </FormDialog>
  );
}

/** A tenant admin sees everybody's. */
function ownerOf(key: ApiKey) {
  return key.spec.user?.firstName ?? "";
}

function DeleteKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { name, uid } = apiKey.metadata;
  return (
    <FormDialog
      id="delete-key"
      title={say("settings.deleteKey", { name })}
      action={say("parts.delete")}
      danger
      onSubmit={async () => {
        await deleteApiKey(uid);
        toast("success", say("settings.wasDeleted", { name }));
        onClose();
      }}
      onClose={onClose}
    >
      {ownerOf(apiKey) && <p>{say("settings.keyOf", { owner: ownerOf(apiKey) })}</p>}
      <p>{say("settings.deleteMeans")}</p>
    </FormDialog>
  );
}

function KeyTable({ keys, onDelete }: { keys: ApiKey[]; onDelete: (key: ApiKey) => void }) {
  return (
    <Table aria-label={say("parts.apiKeys")} variant="compact">
      <Thead>
        <Tr>
          <Th>{say("parts.name")}</Th>
          <Th>{say("settings.owner")}</Th>
          <Th>{say("settings.may")}</Th>
          <Th>{say("settings.created")}</Th>
          <Th>{say("settings.expires")}</Th>
          <Th>{say("settings.lastUsed")}</Th>
          <Th screenReaderText={say("parts.actions")} />
        </Tr>
      </Thead>
      <Tbody>
        {keys.map((key) => (
          <Tr key={key.metadata.uid}>
            <Td dataLabel={say("parts.name")}>
              <strong className="breakable">{key.metadata.name}</strong>
              {key.status?.isActive === false && (
                <div className="small subtle">{say("settings.switchedOff")}</div>
              )}
            </Td>
            <Td dataLabel={say("settings.owner")}>
              <span className="breakable">{ownerOf(key)}</span>
            </Td>
            <Td dataLabel={say("settings.may")}>{key.spec.scope && say(rights[key.spec.scope])}</Td>
            <Td dataLabel={say("settings.created")}>
              <Age
                {...(key.metadata.creationTimestamp
                  ? { time: key.metadata.creationTimestamp }
                  : {})}
                none=""
              />
            </Td>
            <Td dataLabel={say("settings.expires")}>
              <Age {...(key.spec.expiry ? { time: key.spec.expiry } : {})} />
            </Td>
            <Td dataLabel={say("settings.lastUsed")}>
              <Age {...(key.spec.lastUsed ? { time: key.spec.lastUsed } : {})} />
            </Td>
            <Td isActionCell>
              <Button variant="secondary" size="sm" isDanger onClick={() => onDelete(key)}>
                {say("parts.delete")}
              </Button>
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

export function ApiKeys() {
  const keys = useApiKeys();
  const [making, setMaking] = useState(false);
  const [deleting, setDeleting] = useState<ApiKey | null>(null);
  const button = (
    <Button icon={<PlusCircleIcon />} onClick={() => setMaking(true)}>
      {say("settings.newKey")}
    </Button>
  );
  return (
    <Page
      title={say("parts.apiKeys")}
      crumbs={[{ text: say("parts.tenantSettings") }]}
      lead={say("settings.keysLead")}
      actions={keys.data && keys.data.length > 0 && button}
    >
      {keys.isPending ? (
        <Waiting what={say("settings.theKeys")} />
      ) : keys.isError ? (
        <Failure
          error={keys.error}
          what={say("settings.theKeys")}
          again={() => void keys.refetch()}
        />
      ) : keys.data.length === 0 ? (
        <Nothing title={say("settings.noKeys")} icon={KeyIcon} actions={button}>
          {sayWith("settings.keyIs", { header: <code>ApiKey</code> })}
        </Nothing>
      ) : (
        <KeyTable keys={keys.data} onDelete={setDeleting} />
      )}
      {making && <NewKey onClose={() => setMaking(false)} />}
      {deleting && <DeleteKey apiKey={deleting} onClose={() => setDeleting(null)} />}
    </Page>
  );
}
