// The connection to a registry of kind Basic.
import { Radio } from "@patternfly/react-core";

import { TextField } from "../../parts/field";
import { say } from "../../words/say";
import type { Draft } from "./draft";
import { EndpointHint } from "./endpoint_hint";
import { idOf, type PartProps } from "./parts";
import { SecretField } from "./secret_field";
import { Sharing } from "./sharing";
import { TlsFields } from "./tls";

export function BasicConnection(props: PartProps) {
  const { draft, errors, stored, change, leave } = props;
  const types: { value: Draft["authType"]; text: string }[] = [
    { value: "basic", text: say("wizard.userAndPassword") },
    { value: "noAuth", text: say("wizard.noAuthentication") },
    ...(stored.token !== undefined || draft.authType === "token"
      ? [{ value: "token" as const, text: say("wizard.token") }]
      : []),
  ];
  return (
    <>
      <TextField
        id={idOf("endpoint")}
        label={say("parts.endpoint")}
        required
        mono
        placeholder="https://registry.example.com"
        value={draft.endpoint}
        error={errors.endpoint}
        onChange={(endpoint) => change({ endpoint })}
        onBlur={() => leave("endpoint")}
      />
      <EndpointHint draft={draft} change={change} />
      <TextField
        id={idOf("basePath")}
        label={say("parts.basePath")}
        mono
        placeholder="/artifactory/api/docker/charts"
        value={draft.basePath}
        error={errors.basePath}
        help={say("wizard.basePathHelp")}
        onChange={(basePath) => change({ basePath })}
        onBlur={() => leave("basePath")}
      />
      <fieldset className="choices">
        <legend>{say("wizard.authentication")}</legend>
        <div className="row">
          {types.map((type) => (
            <Radio
              key={type.value}
              id={`auth-${type.value}`}
              name="auth"
              label={type.text}
              isChecked={draft.authType === type.value}
              onChange={() =>
                change({ authType: type.value, username: "", password: "", token: "" })
              }
            />
          ))}
        </div>
      </fieldset>
      {draft.authType === "basic" && (
        <>
          <TextField
            id={idOf("username")}
            label={say("parts.userName")}
            required
            value={draft.username}
            error={errors.username}
            onChange={(username) => change({ username })}
            onBlur={() => leave("username")}
          />
          <SecretField
            id={idOf("password")}
            label={say("wizard.passwordOrToken")}
            value={draft.password}
            error={errors.password}
            stored={stored.password}
            onChange={(password) => change({ password })}
          />
        </>
      )}
      {draft.authType === "token" && (
        <SecretField
          id={idOf("token")}
          label={say("wizard.token")}
          value={draft.token}
          error={errors.token}
          stored={stored.token}
          onChange={(token) => change({ token })}
        />
      )}
      <Sharing {...props} />
      <TlsFields {...props} />
    </>
  );
}
