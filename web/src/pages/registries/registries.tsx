import { Button, Tab, Tabs, TabTitleText, Tooltip } from "@patternfly/react-core";
import PlusCircleIcon from "@patternfly/react-icons/dist/esm/icons/plus-circle-icon";
import CubesIcon from "@patternfly/react-icons/dist/esm/icons/cubes-icon";
import { useNavigate } from "react-router-dom";

import { useSummary } from "../../api/queries";
import { mayDo } from "../../api/session";
import { Page } from "../../parts/page";
import { SearchField, useView } from "../../parts/search";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { say } from "../../words/say";
import { RegistryTable } from "./table";

const docs = "https://github.com/opencontainers/distribution-spec";

function AddButton() {
  const navigate = useNavigate();
  return (
    <Button icon={<PlusCircleIcon />} onClick={() => navigate("/registries/new")}>
      {say("registries.addNew")}
    </Button>
  );
}

function OciRegistries() {
  const summary = useSummary();
  const view = useView();
  if (summary.isPending) return <Waiting what={say("parts.theRegistries")} />;
  if (summary.isError)
    return (
      <Failure
        error={summary.error}
        what={say("parts.theRegistries")}
        again={() => void summary.refetch()}
      />
    );
  if (summary.data.length === 0) {
    return (
      <Nothing
        title={say("registries.none")}
        icon={CubesIcon}
        actions={
          <div className="stack">
            {mayDo("manage") && <AddButton />}
            <a href={docs} target="_blank" rel="noreferrer">
              {say("registries.whatIsOci")}
            </a>
          </div>
        }
      >
        <p>{say("registries.noneYet")}</p>
        {!mayDo("manage") && <p>{say("registries.onlyAdmins")}</p>}
      </Nothing>
    );
  }
  const wanted = view.of("search").toLowerCase();
  const shown = summary.data.filter((registry) =>
    `${registry.metadata.name} ${registry.spec.endpoint}`.toLowerCase().includes(wanted),
  );
  return (
    <div className="stack">
      <div className="row spread">
        <SearchField label={say("registries.find")} />
        {mayDo("manage") && <AddButton />}
      </div>
      {shown.length === 0 ? (
        <Nothing
          title={say("registries.noMatch")}
          actions={
            <Button variant="link" onClick={() => view.change({ search: "" })}>
              {say("parts.showAll")}
            </Button>
          }
        >
          {say("registries.nothingHas", { search: view.of("search") })}
        </Nothing>
      ) : (
        <RegistryTable registries={shown} />
      )}
    </div>
  );
}

export function Registries() {
  const later = (what: string, why: string) => (
    <Tab
      eventKey={what}
      isAriaDisabled
      title={<TabTitleText>{what}</TabTitleText>}
      tooltip={<Tooltip content={why} />}
      aria-label={say("registries.laterTab", { what, why })}
    />
  );
  return (
    <Page
      title={say("parts.registries")}
      crumbs={[{ text: say("parts.tenantSettings") }]}
      lead={say("registries.lead")}
    >
      <Tabs activeKey="oci" aria-label={say("registries.kinds")}>
        <Tab eventKey="oci" title={<TabTitleText>{say("registries.oci")}</TabTitleText>}>
          <div className="tab-body">
            <OciRegistries />
          </div>
        </Tab>
        {later(say("registries.helm"), say("registries.helmLater"))}
        {later(say("registries.packs"), say("registries.packsLater"))}
      </Tabs>
    </Page>
  );
}
