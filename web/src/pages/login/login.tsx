import { Alert, Button, Form, FormGroup, TextInput } from "@patternfly/react-core";
import { useEffect, useRef, useState } from "react";
import { useNavigate, useSearchParams } from "react-router-dom";

import { ApiError } from "../../api/client";
import { logIn } from "../../api/session";
import { Logo } from "../../frame/logo";
import { say } from "../../words/say";
import { ProviderFailure, Providers } from "./providers";

/** Only an address of this console: a link must not lead elsewhere after the login. */
function safeNext(next: string | null) {
  return next && next.startsWith("/") && !next.startsWith("//") && !next.includes("\\")
    ? next
    : "/registries";
}

function wordsOf(error: unknown) {
  if (!(error instanceof ApiError)) return say("login.didNotWork");
  if (error.status === 401) return say("login.wrong");
  return [error.message, error.hint].filter(Boolean).join(" ");
}

export function Login() {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const nameField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = say("parts.documentTitle", { title: say("login.logIn") });
    nameField.current?.focus();
  }, []);
  const submit = async () => {
    setBusy(true);
    setError("");
    try {
      await logIn(name, password);
      navigate(safeNext(parameters.get("next")), { replace: true });
    } catch (caught) {
      setError(wordsOf(caught));
      setPassword("");
      nameField.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="login">
      <header className="login-side">
        <span className="brand">
          <Logo />
          {say("frame.berth")}
        </span>
        <p className="lead">{say("login.lead")}</p>
        <ul className="small">
          <li>{say("login.register")}</li>
          <li>{say("login.browse")}</li>
          <li>{say("login.push")}</li>
        </ul>
        <svg className="waves" viewBox="0 0 400 120" preserveAspectRatio="none" aria-hidden="true">
          <path d="M0 60c50-20 80 16 130 2s90-34 140-12 90 18 130 2v68H0z" fill="#12525a" />
          <path
            d="M0 84c60-18 100 14 160 0s90-24 140-6 70 10 100 2v40H0z"
            fill="#1b6f74"
            opacity=".6"
          />
        </svg>
      </header>
      <main className="login-form">
        <div>
          <h1>{say("login.logIn")}</h1>
          <Form
            onSubmit={(event) => {
              event.preventDefault();
              void submit();
            }}
          >
            <div role="alert" id="login-error">
              {error ? (
                <Alert isInline variant="danger" title={error} />
              ) : (
                <ProviderFailure parameters={parameters} />
              )}
            </div>
            <FormGroup label={say("parts.userName")} fieldId="login-name">
              <TextInput
                ref={nameField}
                id="login-name"
                name="username"
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                value={name}
                validated={error ? "error" : "default"}
                aria-describedby="login-error"
                onChange={(_, value) => setName(value)}
              />
            </FormGroup>
            <FormGroup label={say("parts.password")} fieldId="login-password">
              <TextInput
                id="login-password"
                name="password"
                type="password"
                autoComplete="current-password"
                value={password}
                validated={error ? "error" : "default"}
                aria-describedby="login-error"
                onChange={(_, value) => setPassword(value)}
              />
            </FormGroup>
            <Button
              type="submit"
              size="lg"
              isBlock
              isLoading={busy}
              isDisabled={busy || !name || !password}
            >
              {say("login.logIn")}
            </Button>
          </Form>
          <Providers next={safeNext(parameters.get("next"))} />
        </div>
      </main>
    </div>
  );
}
