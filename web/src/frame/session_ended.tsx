// The session is over: says so above the page, and lets the person log in again without leaving it,
// so that what was typed stays.
import {
  Alert,
  AlertActionLink,
  Button,
  Form,
  FormGroup,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextInput,
} from "@patternfly/react-core";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";

import { asApiError } from "../api/client";
import { logIn, resumeSession, useSession } from "../api/session";
import { say } from "../words/say";

/** Who logs in elsewhere does so in another tab, and comes back to this one. */
function AgainByProvider({ provider, onDone }: { provider: string; onDone: () => void }) {
  useEffect(() => {
    const look = () =>
      void resumeSession().then(
        (same) => same && onDone(),
        () => {},
      );
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [onDone]);
  return (
    <Button
      component="a"
      href={`/v1/auth/oidc/${encodeURIComponent(provider)}/login?return_to=/settings/about`}
      target="_blank"
    >
      {say("frame.signInElsewhere", { provider })}
    </Button>
  );
}

export function SessionEnded() {
  const { me } = useSession();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const name = me?.spec.emailId ?? "";
  const provider = me?.spec.provider;
  const goOn = useCallback(() => {
    setOpen(false);
    void client.invalidateQueries();
  }, [client]);
  const signIn = async () => {
    setBusy(true);
    setError("");
    try {
      await logIn(name, password);
      goOn();
    } catch (caught) {
      setError(asApiError(caught).message);
      document.getElementById("again-password")?.focus();
    } finally {
      setPassword("");
      setBusy(false);
    }
  };
  return (
    <div className="session-banner">
      <Alert
        isInline
        variant="warning"
        title={say("frame.sessionEnded")}
        actionLinks={
          <AlertActionLink onClick={() => setOpen(true)}>
            {say("frame.signInAgain")}
          </AlertActionLink>
        }
      />
      <Modal
        variant="small"
        isOpen={open}
        onClose={() => setOpen(false)}
        aria-labelledby="again-title"
      >
        <ModalHeader
          title={say("frame.signInAgain")}
          labelId="again-title"
          description={say("frame.asName", { name })}
        />
        <ModalBody>
          {provider ? (
            <AgainByProvider provider={provider} onDone={goOn} />
          ) : (
            <Form
              id="again-form"
              onSubmit={(event) => {
                event.preventDefault();
                void signIn();
              }}
            >
              {error && <Alert isInline variant="danger" title={error} />}
              <input
                type="text"
                name="username"
                autoComplete="username"
                defaultValue={name}
                hidden
                readOnly
              />
              <FormGroup label={say("parts.password")} fieldId="again-password" isRequired>
                <TextInput
                  id="again-password"
                  type="password"
                  autoComplete="current-password"
                  value={password}
                  isRequired
                  onChange={(_, value) => setPassword(value)}
                />
              </FormGroup>
            </Form>
          )}
        </ModalBody>
        <ModalFooter>
          {!provider && (
            <Button type="submit" form="again-form" isLoading={busy} isDisabled={busy || !password}>
              {say("frame.signIn")}
            </Button>
          )}
          <Button variant="link" onClick={() => setOpen(false)}>
            {say("frame.notNow")}
          </Button>
        </ModalFooter>
      </Modal>
    </div>
  );
}
