import { useNavigate } from "react-router-dom";

import { createRegistry, validateRegistry } from "../../api/actions";
import { Page } from "../../parts/page";
import { toast } from "../../parts/toasts";
import { emptyDraft } from "./draft";
import { Wizard } from "./wizard";

export function NewRegistry() {
  const navigate = useNavigate();
  return (
    <Page
      title="Add New OCI Registry"
      crumbs={[{ text: "Tenant Settings" }, { text: "Registries", to: "/registries" }]}
    >
      <Wizard
        initial={{ ...emptyDraft, sync: true }}
        save={async (body) => {
          const uid = await createRegistry("auth" in body.spec ? "basic" : "ecr", body);
          toast("success", `${body.metadata.name} is registered`);
          navigate("/registries");
          // So that the list shows how it does from the start.
          validateRegistry(uid).catch(() => {});
        }}
      />
    </Page>
  );
}
