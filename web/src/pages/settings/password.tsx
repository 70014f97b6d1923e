// One's own password.
import { Alert, Button, Form } from "@patternfly/react-core";
import { useEffect, useState, type ComponentProps } from "react";

import { asApiError, type ApiError } from "../../api/client";
import { changeOwnPassword } from "../../api/people";
import { useSession } from "../../api/session";
import { TextField } from "../../parts/field";
import { Page } from "../../parts/page";
import { toast } from "../../parts/toasts";
import { say } from "../../words/say";

function Typed(props: Omit<ComponentProps<typeof TextField>, "type" | "required">) {
  return <TextField {...props} type="password" required />;
}

export function Password() {
  const { me } = useSession();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (error?.field === "currentPassword") document.getElementById("password-current")?.focus();
    if (error?.field === "newPassword") document.getElementById("password-next")?.focus();
  }, [error]);
  const differs = again !== "" && again !== next;
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      await changeOwnPassword(current, next);
      toast("success", say("people.passwordChanged"), say("people.othersEnded"));
      setCurrent("");
      setNext("");
      setAgain("");
    } catch (caught) {
      setError(asApiError(caught));
    } finally {
      setBusy(false);
    }
  };
  const at = (field: string) => (error?.field === field ? error.message : undefined);
  return (
    <Page
      title={say("parts.password")}
      crumbs={[{ text: say("parts.tenantSettings") }]}
      lead={say("people.passwordLead", { name: me?.metadata.name ?? "" })}
    >
      <Form
        className="form-narrow"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {error && !error.field && (
          <Alert isInline variant="danger" title={error.message}>
            {error.hint}
          </Alert>
        )}
        <Typed
          id="password-current"
          label={say("people.passwordNow")}
          value={current}
          onChange={setCurrent}
          error={at("currentPassword")}
        />
        <Typed
          id="password-next"
          label={say("people.newPassword")}
          value={next}
          onChange={setNext}
          error={at("newPassword")}
          help={say("people.atLeast")}
        />
        <Typed
          id="password-again"
          label={say("people.newPasswordAgain")}
          value={again}
          onChange={setAgain}
          error={differs ? say("people.notTheSame") : undefined}
        />
        <div>
          <Button
            type="submit"
            isLoading={busy}
            isDisabled={busy || !current || !next || again !== next}
          >
            {say("people.changePassword")}
          </Button>
        </div>
      </Form>
    </Page>
  );
}
