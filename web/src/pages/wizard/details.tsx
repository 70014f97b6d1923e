import { Choices, TextField } from "../../parts/field";
import type { Kind, ProviderType } from "../../api/types";
import { say } from "../../words/say";
import { idOf, type PartProps } from "./parts";

export function Details({ draft, errors, editing, change, leave }: PartProps) {
  const pick = (kind: Kind) =>
    change({
      kind,
      // What was typed for the other kind is not sent, and need not be kept.
      password: "",
      token: "",
      clientCertificate: "",
      clientKey: "",
      skipVerify: false,
      secretKey: "",
      ...(kind === "ecr" && draft.providerType === "zarf" ? { providerType: "helm" as const } : {}),
    });
  return (
    <>
      <TextField
        id={idOf("name")}
        label={say("parts.name")}
        required
        value={draft.name}
        error={errors.name}
        help={say("wizard.nameHelp")}
        onChange={(name) => change({ name })}
        onBlur={() => leave("name")}
      />
      <Choices<ProviderType>
        id={idOf("providerType")}
        label={say("wizard.providerType")}
        value={draft.providerType}
        onChange={(providerType) => change({ providerType })}
        choices={[
          { value: "helm", title: say("wizard.helm"), text: say("wizard.helmIs") },
          { value: "pack", title: say("wizard.pack"), text: say("wizard.packIs") },
          {
            value: "zarf",
            title: say("wizard.zarf"),
            text: draft.kind === "ecr" ? say("wizard.onlyBasic") : say("wizard.zarfPackages"),
            disabled: draft.kind === "ecr",
          },
        ]}
      />
      <Choices<Kind>
        id={idOf("kind")}
        label={say("wizard.ociAuthenticationType")}
        value={draft.kind}
        onChange={pick}
        help={editing ? say("wizard.typeIsFixed") : undefined}
        choices={[
          {
            value: "basic",
            title: say("parts.basic"),
            text: say("wizard.basicIs"),
            disabled: editing,
          },
          {
            value: "ecr",
            title: say("parts.amazonEcr"),
            text: say("wizard.ecrIs"),
            disabled: editing,
          },
        ]}
      />
    </>
  );
}
