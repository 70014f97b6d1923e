import {
  Alert,
  Button,
  Form,
  FormSelect,
  FormSelectOption,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from "@patternfly/react-core";
import PlusCircleIcon from "@patternfly/react-icons/dist/esm/icons/plus-circle-icon";
import KeyIcon from "@patternfly/react-icons/dist/esm/icons/key-icon";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";

import { createApiKey, deleteApiKey } from "../../api/actions";
import { ApiError } from "../../api/client";
import { useApiKeys } from "../../api/queries";
import { mayDo } from "../../api/session";
import type { ApiKey, Right } from "../../api/types";
import { Field, TextField } from "../../parts/field";
import { Page } from "../../parts/page";
import { Age, Code } from "../../parts/small";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { toast } from "../../parts/toasts";

const scopes: Record<Right, string> = {
  see: "See: look at registries and content",
  use: "Use: sync and validate too",
  manage: "Manage: register, change and delete too",
};

function NewKey({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [scope, setScope] = useState<Right>("see");
  const [error, setError] = useState<ApiError | null>(null);
  const [key, setKey] = useState("");
  const create = async () => {
    setError(null);
    try {
      const expiry = new Date(Date.now() + Number(days) * 86_400_000).toISOString();
      setKey(await createApiKey(name.trim(), expiry, scope));
    } catch (caught) {
      setError(caught instanceof ApiError ? caught : new ApiError(0, "", "That did not work."));
    }
  };
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="key-title">
      <ModalHeader title={key ? "Your new API key" : "New API key"} labelId="key-title" />
      <ModalBody>
        {key ? (
          <div className="stack">
            <Alert
              isInline
              variant="warning"
              title="This is the only time that it is shown. Keep it now."
            />
            <Code text={key} what="API key" />
          </div>
        ) : (
          <Form
            id="key-form"
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim()) void create();
            }}
          >
            {error && (
              <Alert isInline variant="danger" title={error.message}>
                {error.hint}
              </Alert>
            )}
            <TextField
              id="key-name"
              label="Name"
              required
              value={name}
              onChange={setName}
              help="What it is for."
            />
            <Field id="key-scope" label="What it may do">
              <FormSelect
                id="key-scope"
                value={scope}
                onChange={(_, value) => setScope(value as Right)}
              >
                {(Object.keys(scopes) as Right[])
                  .filter((right) => mayDo(right))
                  .map((right) => (
                    <FormSelectOption key={right} value={right} label={scopes[right]} />
                  ))}
              </FormSelect>
            </Field>
            <Field id="key-days" label="Expires">
              <FormSelect id="key-days" value={days} onChange={(_, value) => setDays(value)}>
                <FormSelectOption value="7" label="In 7 days" />
                <FormSelectOption value="30" label="In 30 days" />
                <FormSelectOption value="90" label="In 90 days" />
                <FormSelectOption value="365" label="In a year" />
              </FormSelect>
            </Field>
          </Form>
        )}
      </ModalBody>
      <ModalFooter>
        {key ? (
          <Button onClick={onClose}>I have kept it</Button>
        ) : (
          <>
            <Button type="submit" form="key-form" isDisabled={!name.trim()}>
              Create
            </Button>
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
          </>
        )}
      </ModalFooter>
    </Modal>
  );
}

function DeleteKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const remove = async () => {
    try {
      await deleteApiKey(apiKey.metadata.uid);
      toast("success", `${apiKey.metadata.name} was deleted`);
    } catch (error) {
      toast("danger", "The key was not deleted", error instanceof ApiError ? error.message : "");
    }
    onClose();
  };
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="delete-key-title">
      <ModalHeader
        title={`Delete the key ${apiKey.metadata.name}?`}
        titleIconVariant="warning"
        labelId="delete-key-title"
      />
      <ModalBody>
        Whatever uses it is refused from now on. A deleted key does not come back.
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" onClick={() => void remove()}>
          Delete
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function KeyTable({ keys, onDelete }: { keys: ApiKey[]; onDelete: (key: ApiKey) => void }) {
  return (
    <Table aria-label="API keys" variant="compact">
      <Thead>
        <Tr>
          <Th>Name</Th>
          <Th>May</Th>
          <Th>Created</Th>
          <Th>Expires</Th>
          <Th>Last used</Th>
          <Th screenReaderText="Actions" />
        </Tr>
      </Thead>
      <Tbody>
        {keys.map((key) => (
          <Tr key={key.metadata.uid}>
            <Td dataLabel="Name">
              <strong className="breakable">{key.metadata.name}</strong>
              {key.status?.isActive === false && <div className="small subtle">switched off</div>}
            </Td>
            <Td dataLabel="May">{key.spec.scope ?? ""}</Td>
            <Td dataLabel="Created">
              <Age
                {...(key.metadata.creationTimestamp
                  ? { time: key.metadata.creationTimestamp }
                  : {})}
                none=""
              />
            </Td>
            <Td dataLabel="Expires">
              <Age {...(key.spec.expiry ? { time: key.spec.expiry } : {})} />
            </Td>
            <Td dataLabel="Last used">
              <Age {...(key.spec.lastUsed ? { time: key.spec.lastUsed } : {})} />
            </Td>
            <Td isActionCell>
              <Button variant="secondary" size="sm" isDanger onClick={() => onDelete(key)}>
                Delete
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
      New API key
    </Button>
  );
  return (
    <Page
      title="API keys"
      crumbs={[{ text: "Tenant Settings" }]}
      lead="For scripts, CI and Terraform, in place of your password."
      actions={keys.data && keys.data.length > 0 && button}
    >
      {keys.isPending ? (
        <Waiting what="the API keys" />
      ) : keys.isError ? (
        <Failure error={keys.error} what="The API keys" again={() => void keys.refetch()} />
      ) : keys.data.length === 0 ? (
        <Nothing title="You have no API keys" icon={KeyIcon} actions={button}>
          A key acts in your name, may be limited in what it does, and ends by itself. Send it in
          the header <code>ApiKey</code>.
        </Nothing>
      ) : (
        <KeyTable keys={keys.data} onDelete={setDeleting} />
      )}
      {making && <NewKey onClose={() => setMaking(false)} />}
      {deleting && <DeleteKey apiKey={deleting} onClose={() => setDeleting(null)} />}
    </Page>
  );
}
